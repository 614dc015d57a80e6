"""A child process that draws: `python -m kbstrack.pdf.child DIRECTORY`, with limits of its own.

It reads orders from its standard input, a line of JSON for each, and answers each with one on its
standard output. What it draws from and what it draws are files in the directory. Nothing else goes
in or out.
"""

from __future__ import annotations

import contextlib
import ctypes.util
import json
import logging
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

TOO_MUCH_MEMORY = "it needs more memory than it may have"


def main(directory: Path, orders: IO[str], answers: IO[str]) -> None:
    """Carry out orders until there are no more; the first line answered tells the libraries."""
    bounds = json.loads((directory / "limits.json").read_text(encoding="utf-8"))
    limit(memory_bytes=bounds["memory_bytes"], cpu_seconds=bounds["cpu_seconds"])
    find_libraries_by_full_name()
    with heard() as said:
        for line in orders:
            answer = _carried_out(directory, json.loads(line))
            answer["warnings"] = said.copy()
            answer["peak_bytes"] = peak_bytes()
            said.clear()
            answers.write(json.dumps(answer) + "\n")
            answers.flush()


def _carried_out(directory: Path, order: dict[str, Any]) -> dict[str, Any]:
    try:
        return _work(order["do"])(directory, order)
    except MemoryError:
        return {"problem": TOO_MUCH_MEMORY}


def _work(name: str) -> Callable[[Path, dict[str, Any]], dict[str, Any]]:
    # The libraries are loaded by what needs them: joining does without layout.
    if name == "draw":
        from kbstrack.pdf.rendering import draw

        return draw
    if name == "join":
        from kbstrack.pdf.joining.document import join

        return join
    from kbstrack.pdf.versions import libraries

    return libraries


def limit(*, memory_bytes: int, cpu_seconds: int) -> None:
    """Bound what this process may use, where the system can do that."""
    try:
        import resource
    except ImportError:
        return
    for which, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        # A Mac knows the first limit but refuses to set it; the parent's clock still holds there.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(which, (most, most))
    # Whoever waits for a page goes first.
    with contextlib.suppress(OSError, AttributeError):
        os.nice(10)


def find_libraries_by_full_name() -> None:
    """Start no other programs while the libraries are loaded.

    WeasyPrint tries several names of each. For those that no file has, Python asks ldconfig, gcc
    and ld, which is more than fifty programs; on Linux the full name is one of them.
    """
    if sys.platform == "linux":
        ctypes.util.find_library = lambda name: None


def peak_bytes() -> int:
    """The most memory this process had at once, or 0 where that is not known."""
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


@contextlib.contextmanager
def heard() -> Iterator[list[str]]:
    """`with heard() as said:` collects in `said` whatever the libraries complain about."""
    said: list[str] = []
    logging.basicConfig(handlers=[_Collector(said)], level=logging.WARNING, force=True)
    warnings.simplefilter("always")
    logging.captureWarnings(True)
    yield said
    logging.captureWarnings(False)


class _Collector(logging.Handler):
    def __init__(self, said: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._said = said

    def emit(self, record: logging.LogRecord) -> None:
        self._said.append(f"{record.name}: {record.getMessage()}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.stdin, sys.stdout)
