"""The files that jobs made: drawn from the record, personal, and so gone again after a week."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kbstrack.current import settings
from kbstrack.jobs import queries
from kbstrack.storage.whole import write_whole

KEPT_FOR = timedelta(days=7)
LONGEST_WRITING = timedelta(days=1)
"""A file whose writing began longer ago was left by a process that is gone."""

_UNFINISHED = "."


@dataclass(frozen=True, slots=True)
class Swept:
    """A file, or the folder of a job with several, that was, or would be, removed."""

    name: str
    size_bytes: int


def folder() -> Path:
    """Where they lie."""
    return settings().home / "made"


def path_of(job_id: uuid.UUID) -> Path:
    """Where the file of this job lies, or would lie."""
    return folder() / f"{job_id}.pdf"


def keep(job_id: uuid.UUID, content: bytes) -> None:
    """Write the job's file: all of it or nothing, on the disk when this returns."""
    target = path_of(job_id)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(target, content, prefix=_UNFINISHED)


def folder_of(job_id: uuid.UUID) -> Path:
    """Where the files of a job that makes several lie, or would lie."""
    return folder() / str(job_id)


def keep_one_of_several(job_id: uuid.UUID, name: str, content: bytes) -> None:
    """Write one of the job's files as `keep` does."""
    for place in (folder(), folder_of(job_id)):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(folder_of(job_id) / name, content, prefix=_UNFINISHED)


def sweep(at: datetime, *, is_for_real: bool = True) -> list[Swept]:
    """Remove what is older than a week or was replaced by a newer one; safe while people work."""
    if not folder().is_dir():
        return []
    found = {path: _job_of(path) for path in sorted(folder().iterdir())}
    job_ids = [job_id for job_id in found.values() if job_id is not None]
    lasting = queries.with_lasting_results(job_ids, since=at - KEPT_FOR)
    removed: list[Swept] = []
    for path, job_id in found.items():
        if job_id not in lasting and (job_id is not None or _is_left(path, at)):
            removed += _remove(path, is_for_real=is_for_real)
    return removed


def _job_of(path: Path) -> uuid.UUID | None:
    try:
        return None if path.name.startswith(_UNFINISHED) else uuid.UUID(path.stem)
    except ValueError:
        return None


def _is_left(path: Path, at: datetime) -> bool:
    try:
        written_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return False
    return at - written_at > LONGEST_WRITING


def _remove(path: Path, *, is_for_real: bool) -> Iterator[Swept]:
    try:
        files = list(path.iterdir()) if path.is_dir() else [path]
        size_bytes = sum(file.stat().st_size for file in files)
        if is_for_real and path.is_dir():
            shutil.rmtree(path)
        elif is_for_real:
            path.unlink()
    except FileNotFoundError:
        return  # another process sweeps, too
    yield Swept(path.name, size_bytes)
