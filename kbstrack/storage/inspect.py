"""A safe look at an uploaded file: what it is, and a copy fit to show, made in a limited child.

Nothing in this process reads the file's content.
"""

import contextlib
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import kbstrack
from kbstrack.errors import RuleBroken
from kbstrack.storage.kinds import FAMILIES, TEXT, UNSAFE, FileFamily, Inspected, Limits
from kbstrack.storage.names import clean_name
from kbstrack.storage.stored import NO_ROOM, NoRoom

__all__ = ["FileFamily", "Inspected", "Limits", "inspect"]

log = logging.getLogger(__name__)

# However many people upload at once: each look may take a core and Limits.memory_bytes.
AT_ONCE = max(1, min(4, os.cpu_count() or 1))
_MOST_WAIT_SECONDS = 120
_MOST_ANSWER_BYTES = 64 * 1024
_PROBE_BYTES = 64 * 1024
_COPY_TYPES = frozenset({"image/jpeg", "image/png", "application/pdf", TEXT})
BUSY = "Many files are being checked at the moment. Wait a minute, then add this file again."

_places = threading.BoundedSemaphore(AT_ONCE)


def inspect(
    path: Path, name: str, *, limits: Limits | None = None, workspace: Path | None = None
) -> Inspected:
    """What the file at `path` is, and a copy of it that is safe to show and print.

    `name` is the name it arrived under: it only chooses words and settles what content leaves
    open. The copy lies in a new folder under `workspace` (the system's temporary folder unless
    given) that is removed when the answer is: keep the answer until the copy is stored.
    Raises RuleBroken with a sentence that says what to do, also when the look took too long;
    NoRoom when it failed because the disk is full.
    """
    folder = Path(tempfile.mkdtemp(dir=workspace, prefix="look-"))
    try:
        answer = _ask_child(path, clean_name(name), folder, limits or Limits())
        found = _checked(answer, folder / "copy")
    except BaseException as problem:
        is_full = isinstance(problem, RuleBroken) and str(problem) == UNSAFE
        is_full = is_full and not _has_room(folder, path)
        shutil.rmtree(folder, ignore_errors=True)
        if is_full:
            raise NoRoom from problem
        raise
    if found.copy is None:
        shutil.rmtree(folder, ignore_errors=True)
    else:
        weakref.finalize(found, shutil.rmtree, folder, ignore_errors=True)
    return found


def _has_room(folder: Path, path: Path) -> bool:
    """Whether another copy of the file fits in: else it is not the file's fault."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            for _ in range(path.stat().st_size // _PROBE_BYTES + 1):
                file.write(bytes(_PROBE_BYTES))
            file.flush()
    except OSError as problem:
        return problem.errno not in NO_ROOM
    return True


def _ask_child(path: Path, name: str, folder: Path, limits: Limits) -> dict[str, Any]:
    request, answer = folder / "request", folder / "answer"
    request.write_text(
        json.dumps(
            {
                "path": str(path.absolute()),
                "name": name,
                "copy": str(folder.absolute() / "copy"),
                "limits": asdict(limits),
            }
        )
    )
    with _place(), request.open("rb") as question, answer.open("wb") as out:
        _run(question.fileno(), out.fileno(), folder, limits.wall_seconds)
    with answer.open("rb") as file:
        text = file.read(_MOST_ANSWER_BYTES)
    try:
        said = json.loads(text)
    except ValueError as nothing:
        raise RuleBroken(UNSAFE) from nothing
    return said if isinstance(said, dict) else {}


@contextlib.contextmanager
def _place() -> Iterator[None]:
    if not _places.acquire(timeout=_MOST_WAIT_SECONDS):
        raise RuleBroken(BUSY)
    try:
        yield
    finally:
        _places.release()


def _run(question: int, answer: int, folder: Path, wall_seconds: float) -> None:
    """Run one child to its end; it is killed with all its processes when its time is up."""
    child = subprocess.Popen(
        [sys.executable, "-P", "-s", "-m", "kbstrack.storage.child"],
        stdin=question,
        stdout=answer,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        # Nothing of this process's environment: it may hold passwords.
        env=_environment(),
        start_new_session=True,
    )
    try:
        code = child.wait(wall_seconds)
        if code:
            log.warning("the look at a file ended with code %s", code)
    except subprocess.TimeoutExpired:
        log.warning("the look at a file took longer than %s seconds", wall_seconds)
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _environment() -> dict[str, str]:
    package = Path(kbstrack.__file__ or ".").absolute().parent
    return {
        "PYTHONPATH": str(package.parent),
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "LANG": "C.UTF-8",
        # Fewer separate heaps: the limit on memory counts addresses, not use.
        "MALLOC_ARENA_MAX": "1",
    }


def _checked(answer: dict[str, Any], copy: Path) -> Inspected:
    """The child's answer, believed only as far as it can be checked: it read a stranger's file."""
    if isinstance(refused := answer.get("refused"), str):
        raise RuleBroken(refused[:1000])
    media_type, copy_type = (str(answer.get(key)) for key in ("media_type", "copy_media_type"))
    has_copy = answer.get("copy") is True
    if media_type not in FAMILIES:
        raise RuleBroken(UNSAFE)
    if has_copy and (copy.is_symlink() or not copy.is_file() or copy_type not in _COPY_TYPES):
        raise RuleBroken(UNSAFE)
    note = answer.get("note")
    return Inspected(
        media_type=media_type,
        family=FAMILIES[media_type],
        width=_number(answer.get("width")),
        height=_number(answer.get("height")),
        pages=_number(answer.get("pages")),
        copy=copy if has_copy else None,
        copy_media_type=copy_type if has_copy else None,
        note=note[:1000] if isinstance(note, str) else None,
    )


def _number(value: object) -> int | None:
    # In Python True is a number too.
    return value if type(value) is int and 0 < value < 10**9 else None
