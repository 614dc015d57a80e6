"""What the disk and the system refuse, said in a sentence; and making sure of what was written."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from kbstrack.errors import RuleBroken

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
_NO_RIGHT = {errno.EACCES, errno.EPERM, errno.EROFS}


@contextmanager
def say_disk_troubles(place: Path, outcome: str) -> Iterator[None]:
    """Raises RuleBroken, beginning with `outcome`, for what the system refuses inside."""
    try:
        yield
    except OSError as error:
        raise RuleBroken(f"{outcome}: {_say(error, place)}") from error
    except (sqlite3.Error, DBAPIError) as error:
        raise RuleBroken(f"{outcome}: {_say_database(error, place)}") from error


def fsync_folder(folder: Path) -> None:
    """Make sure that the names in the folder are on the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _say(error: OSError, place: Path) -> str:
    if error.errno in _NO_ROOM:
        return f"there is no room left on the disk of {place}. Make room, or name another disk."
    if error.errno == errno.EFBIG:
        return f"files in {place} may not be that large. Name another disk, or raise the limit."
    if error.errno == errno.ENOENT and error.filename:
        return f"there is no {error.filename}. Check the name."
    if error.errno in _NO_RIGHT:
        where = error.filename if isinstance(error.filename, str) else place
        return f"you may not read or write {where}. Do it as the user who runs kbstrack."
    where = f" ({error.filename})" if error.filename else ""
    return f"the system said “{error.strerror or error}”{where}."


def _say_database(error: sqlite3.Error | DBAPIError, place: Path) -> str:
    why = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
    if "disk is full" in why:
        return f"there is no room left on the disk of {place}. Make room, or name another disk."
    return f"the database said “{why}”."
