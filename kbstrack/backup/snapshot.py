"""One SQLite file with everything the database holds at one moment, while others go on writing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from sqlalchemy import Engine, create_engine

from kbstrack import migrations
from kbstrack.backup import rows
from kbstrack.backup.manifest import Pin
from kbstrack.db import BUSY_TIMEOUT_MS, DatabaseNotReady, database_url, engine_options

if TYPE_CHECKING:
    from kbstrack.config import Settings

_PIN = ("standard_reference", "standard_version", "standard_hash")


@contextmanager
def engine_of(settings: Settings) -> Iterator[Engine]:
    """An engine on the instance's database until the block ends."""
    url = database_url(settings.database_url, settings.home)
    engine = create_engine(url, **engine_options(url))
    try:
        yield engine
    finally:
        engine.dispose()


def take_snapshot(engine: Engine, path: Path) -> None:
    """Write all of the database into the new file `path`.

    On SQLite by VACUUM INTO, which also leaves out what was deleted; on PostgreSQL by reading
    every table in one REPEATABLE READ transaction. Nobody has to wait. Raises DatabaseNotReady
    for a database that is not there or is newer than this program.
    """
    found = migrations.revision_of(engine)
    if found is None:
        raise DatabaseNotReady(
            "There is no database here to back up. Check KBSTRACK_HOME and KBSTRACK_DATABASE."
        )
    migrations.check_not_newer(found)
    path.touch(mode=0o600)
    if engine.dialect.name == "sqlite":
        _vacuum(Path(str(engine.url.database)), path)
    else:
        _read_postgresql(engine, path)
    with closing(sqlite3.connect(path, isolation_level=None)) as copy:
        # One file, without the two that would otherwise lie beside it.
        copy.execute("PRAGMA journal_mode=DELETE").fetchall()


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """An SQLite file that nobody changes, to read; it is not trusted."""
    url = f"file:{quote(str(path))}?mode=ro&immutable=1"
    with closing(sqlite3.connect(url, uri=True, isolation_level=None)) as connection:
        connection.execute("PRAGMA trusted_schema=OFF")
        connection.execute("PRAGMA cell_size_check=ON")
        yield connection


def table_names(copy: sqlite3.Connection) -> list[str]:
    """The tables with rows of ours, in order."""
    names = copy.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
        "ORDER BY name"
    )
    return [name for (name,) in names if name != rows.ALEMBIC]


def count_rows(copy: sqlite3.Connection) -> dict[str, int]:
    """The number of rows of every table."""
    return {
        name: copy.execute(f"SELECT count(*) FROM {in_quotes(name)}").fetchone()[0]
        for name in table_names(copy)
    }


def revision_in(copy: sqlite3.Connection) -> str:
    """The revision of the copy, or an empty text."""
    if not copy.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (rows.ALEMBIC,)).fetchone():
        return ""
    found = copy.execute(f"SELECT version_num FROM {rows.ALEMBIC}").fetchone()
    return str(found[0]) if found else ""


def files_in(copy: sqlite3.Connection) -> dict[str, int]:
    """The size of everything that must lie in the store, by SHA-256 and in its order."""
    return dict(
        copy.execute(
            "SELECT sha256, size_bytes FROM stored_file UNION "
            "SELECT copy_sha256, copy_size_bytes FROM stored_file "
            "WHERE copy_sha256 IS NOT NULL AND copy_size_bytes IS NOT NULL ORDER BY 1"
        )
    )


def pins_in(copy: sqlite3.Connection) -> dict[Pin, bool]:
    """The standards' versions that rows name; True for those that enrolments are pinned to now."""
    found: dict[Pin, bool] = {}
    for table in sorted(table_names(copy), key=lambda name: name != "enrolment"):
        columns = {row[1] for row in copy.execute(f"PRAGMA table_info({in_quotes(table)})")}
        if columns.issuperset(_PIN):
            query = f"SELECT DISTINCT {', '.join(_PIN)} FROM {in_quotes(table)} ORDER BY 1, 2, 3"
            for row in copy.execute(query):
                found.setdefault(Pin(*row), table == "enrolment")
    return found


def in_quotes(name: str) -> str:
    """A name as SQLite takes it."""
    return '"' + name.replace('"', '""') + '"'


def _vacuum(source: Path, path: Path) -> None:
    timeout = BUSY_TIMEOUT_MS / 1000
    with closing(sqlite3.connect(source, timeout=timeout, isolation_level=None)) as connection:
        connection.execute("VACUUM INTO ?", (str(path),))


def _read_postgresql(engine: Engine, path: Path) -> None:
    with engine.connect() as connection:
        snapshot = connection.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        # A large table takes longer than a page may.
        snapshot.exec_driver_sql("SET LOCAL statement_timeout = 0")
        rows.out_of_postgresql(snapshot, path)
