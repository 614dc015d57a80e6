"""Where a restored instance goes: an empty place, or that of a former one, which is kept."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from kbstrack.backup import snapshot
from kbstrack.backup.disk import fsync_folder
from kbstrack.backup.manifest import Manifest
from kbstrack.errors import RuleBroken
from kbstrack.formats import join_words, say_count, say_time

SQLITE_FILE = "kbstrack.sqlite"
MOST_NAMED = 4


def check_place(home: Path, *, may_replace: bool) -> None:
    """Raises RuleBroken unless an instance may be put there."""
    if not home.parent.is_dir():
        raise RuleBroken(f"There is no folder {home.parent}: make it first.")
    if not os.path.lexists(home):
        return
    if not home.is_dir():
        raise RuleBroken(f"{home} is a file: name a folder, which need not be there yet.")
    if os.path.ismount(home):
        raise RuleBroken(
            f"{home} is a disk of its own and cannot be replaced in one step: name a new folder "
            "inside it."
        )
    if not any(home.iterdir()):
        return
    if not may_replace:
        raise RuleBroken(
            f"{home} is not empty, and nothing was changed: name a new folder. To put the backup "
            "in the place of an instance, stop that and add --replace; it is kept beside it."
        )
    if not (home / "secret-key").is_file():
        raise RuleBroken(f"{home} does not hold an instance of kbstrack: name a new folder.")


def check_not_newer(home: Path, restored: Path, manifest: Manifest, *, is_elsewhere: bool) -> None:
    """Raises RuleBroken when the instance there holds what the backup does not, or cannot say."""
    there = home / SQLITE_FILE
    if not (home / "secret-key").is_file():
        return
    made = say_time(datetime.fromisoformat(manifest.made_at))
    advice = "Make a backup of it, then add --older to go back to this one all the same."
    if is_elsewhere or not there.is_file():
        raise RuleBroken(
            f"Nothing was replaced: whether the instance in {home} has gone on since this backup "
            f"of {made} cannot be told, because its database is not there. {advice}"
        )
    try:
        newer = dict(_rows_only_there(there, restored))
    except sqlite3.Error as error:
        raise RuleBroken(
            f"Nothing was replaced: the database in {home} cannot be compared with this backup of "
            f"{made} ({error}). {advice}"
        ) from error
    if newer:
        named = [f"{say_count(count, 'row')} of {table}" for table, count in newer.items()]
        if len(named) > MOST_NAMED:
            named = [*named[:MOST_NAMED], "more"]
        raise RuleBroken(
            f"Nothing was replaced: the instance in {home} has gone on since this backup of "
            f"{made}, and {join_words(named)} would be lost. {advice}"
        )


def put_in_place(inside: Path, home: Path, at: datetime) -> Path | None:
    """Give the finished folder its name; where the former one is now, if there was one."""
    kept = None
    if home.is_dir() and any(home.iterdir()):
        kept = _free_name(home, at)
        os.rename(home, kept)
    try:
        os.rename(inside, home)
    except OSError:
        if kept is not None:
            os.rename(kept, home)
        raise
    fsync_folder(home.parent)
    return kept


def take_back(inside: Path, home: Path, kept: Path | None) -> None:
    """Undo `put_in_place`."""
    os.rename(home, inside)
    if kept is not None:
        os.rename(kept, home)


def _free_name(home: Path, at: datetime) -> Path:
    name = f"{home.name}.before-{at.astimezone(UTC):%Y-%m-%dT%H%M%SZ}"
    for path in (home.with_name(name), *(home.with_name(f"{name}.{n}") for n in range(2, 100))):
        if not os.path.lexists(path):
            return path
    raise FileExistsError(errno.EEXIST, "too many former instances", str(home.parent))


def _rows_only_there(there: Path, restored: Path) -> Iterator[tuple[str, int]]:
    """The number of rows of each table that the backup does not hold just so."""
    with closing(sqlite3.connect(there, timeout=10, isolation_level=None)) as database:
        database.execute("ATTACH ? AS backup", (str(restored),))
        known = {name for (name,) in database.execute("SELECT name FROM backup.sqlite_master")}
        for table in snapshot.table_names(database):
            name = snapshot.in_quotes(table)
            query = f"SELECT * FROM main.{name}"
            if table in known:
                query += f" EXCEPT SELECT * FROM backup.{name}"
            (count,) = database.execute(f"SELECT count(*) FROM ({query})").fetchone()
            if count:
                yield table, count
