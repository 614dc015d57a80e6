"""The process that becomes LibreOffice: `python -m kbstrack.pdf.office.child LIMITS COMMAND…`.

It limits itself and then runs the command in its own place, so that the limits hold for it and all
that it starts. `LIMITS` is JSON.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main(limits: dict[str, int], command: list[str]) -> None:
    """Become the command, within the limits."""
    for which, most in (
        (resource.RLIMIT_AS, limits["memory_bytes"]),
        (resource.RLIMIT_CPU, limits["cpu_seconds"]),
        (resource.RLIMIT_FSIZE, limits["file_bytes"]),
        (resource.RLIMIT_CORE, 0),
    ):
        # A Mac knows the first limit but refuses to set it; the time on the clock still holds.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(which, (most, most))
    # Python looks away where a file grows too large; LibreOffice would leave half a one.
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    # Whoever waits for a page goes first.
    os.nice(10)
    with contextlib.suppress(OSError, AttributeError):
        # Nobody is left to end it when the worker was killed.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    os.execve(command[0], command, kept)  # noqa: S606  (no shell is meant)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), sys.argv[2:])
