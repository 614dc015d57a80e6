"""Reading somebody's PDF for the portfolio: a limited process does it, and this one waits.

Nothing in this process opens the file, so it can be asked from anywhere.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import kbstrack
from kbstrack.pdf.foreign.pages import ForeignFile, Limits, from_json

STOPPED = "The file could not be read safely, so its pages are not shown."
# Each page that ends the process costs a new start; a file made for that is given up.
_MOST_STARTS = 4


def read_pages(path: Path, result: Path, *, limits: Limits | None = None) -> ForeignFile:
    """Make the pages of the PDF at `path` (the cleaned copy) fit for a portfolio.

    Writes `result`, a PDF with a page for each of the answer's pages, in their order; there is
    none when the answer has no pages. Never raises for what is in the file: what cannot be shown
    is a sentence in the answer. Equal files give equal bytes.
    """
    bounds = limits or Limits()
    without: list[int] = []
    with tempfile.TemporaryDirectory(prefix="kbstrack-pages-") as name:
        for _ in range(_MOST_STARTS):
            directory = Path(name)
            found = _ask(path, directory, bounds, without)
            if found is not None:
                break
            ended_at = _page_at(directory)
            if not ended_at or ended_at in without:
                return ForeignFile(0, (), (STOPPED,))
            without.append(ended_at)
        else:
            return ForeignFile(0, (), (STOPPED,))
        if found.pages:
            shutil.move(directory / "pages.pdf", result)
    return found


def _ask(path: Path, directory: Path, limits: Limits, without: list[int]) -> ForeignFile | None:
    """The process's answer, or None when it ended without one."""
    request = {"path": str(path.absolute()), "limits": asdict(limits), "without": without}
    (directory / "request.json").write_text(json.dumps(request), encoding="utf-8")
    with contextlib.suppress(subprocess.TimeoutExpired):
        subprocess.run(  # noqa: S603  (our own module, no shell)
            [sys.executable, "-P", "-s", "-m", "kbstrack.pdf.foreign.worker", str(directory)],
            cwd=directory,
            env=_environment(directory),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=limits.most_wall_seconds,
            check=False,
        )
    answer = directory / "answer.json"
    # It read a stranger's file, so its answer is believed only as far as it makes sense.
    try:
        found = from_json(json.loads(answer.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None
    return found if not found.pages or (directory / "pages.pdf").is_file() else None


def _page_at(directory: Path) -> int:
    try:
        return int((directory / "at").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0


def _environment(directory: Path) -> dict[str, str]:
    """Nothing of this process's environment: it may hold passwords."""
    passed_on = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    return passed_on | {
        "PYTHONPATH": str(Path(kbstrack.__file__ or ".").absolute().parent.parent),
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "TMPDIR": str(directory),
        # Fewer separate heaps: the limit on memory counts addresses, not use.
        "MALLOC_ARENA_MAX": "1",
    }
