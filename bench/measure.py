"""One command in a process of its own: what time and memory it took."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

# The figures of finished children add up over a process's life, so each command gets a parent.
_PARENT = """
import json, resource, subprocess, sys, time
started = time.perf_counter()
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
seconds = time.perf_counter() - started
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({
    "code": done.returncode,
    "error": done.stderr.decode("utf-8", "replace")[-2000:],
    "seconds": seconds,
    "cpu_seconds": usage.ru_utime + usage.ru_stime,
    "peak_bytes": usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
}))
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds by the clock and of computing, and the most memory of one of the processes."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int


def cost_of(command: list[str], directory: Path, environment: dict[str, str]) -> Cost:
    """Run a command in a directory. Raises RuntimeError when it fails."""
    done = subprocess.run(
        [sys.executable, "-c", _PARENT, *command],
        cwd=directory,
        env=dict(os.environ) | environment,
        capture_output=True,
        check=True,
    )
    figures = json.loads(done.stdout)
    if figures["code"]:
        raise RuntimeError(f"{command[0]} failed: {figures['error']}")
    return Cost(figures["seconds"], figures["cpu_seconds"], figures["peak_bytes"])
