"""Is a database sound: its pages, its references, and the rules its own tables keep?"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import Connection, Table, and_, create_engine, exists, func, select

from kbstrack import migrations
from kbstrack.backup import rows
from kbstrack.backup.snapshot import revision_in
from kbstrack.formats import say_count

MOST_LINES = 20


_Parts: TypeAlias = dict[tuple[str, str], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be, and where."""

    place: str
    sentence: str


def sqlite_findings(database: sqlite3.Connection) -> Iterator[Finding]:
    """What is wrong with an SQLite database, whoever wrote it. Raises nothing."""
    try:
        yield from _pages(database)
        yield from _references(database)
        yield from _schema(database)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        yield Finding("database", f"The database cannot be read: {error}.")


def postgresql_findings(connection: Connection) -> Iterator[Finding]:
    """What is wrong with a PostgreSQL database: every row is read, every reference followed."""
    for table in rows.tables_of(connection):
        for _ in rows.batches(connection, table):
            pass  # what cannot be read raises
        yield from _references_of(connection, table)
    yield from _triggers_on_postgresql(connection)


def _pages(database: sqlite3.Connection) -> Iterator[Finding]:
    for (line,) in database.execute(f"PRAGMA integrity_check({MOST_LINES})"):
        if line != "ok":
            yield Finding("database", f"The database is damaged: {line}.")


def _references(database: sqlite3.Connection) -> Iterator[Finding]:
    broken = database.execute("PRAGMA foreign_key_check").fetchmany(MOST_LINES)
    for table, row, parent, _ in broken:
        yield Finding(table, f"Row {row} of {table} refers to a row of {parent} that is not there.")


def _schema(database: sqlite3.Connection) -> Iterator[Finding]:
    revision = revision_in(database)
    if not migrations.is_known(revision):
        yield Finding(
            "database",
            f"Its tables are of revision {revision or 'none'}, which this version of kbstrack "
            "does not know: install the version that was used last.",
        )
        return
    found, wanted = _parts(database), _made_by_migrations(revision)
    for kind, name in sorted(wanted.keys() | found.keys()):
        table = (wanted.get((kind, name)) or found[kind, name])[0]
        if (kind, name) not in wanted:
            yield Finding(table, f"The {kind} {name} of {table} is none that kbstrack made.")
        elif wanted[kind, name] != found.get((kind, name)):
            yield Finding(table, f"The {kind} {name} of {table} is missing or was changed.")


@cache
def _made_by_migrations(revision: str) -> _Parts:
    """What the migrations make on SQLite."""
    engine = create_engine("sqlite://")
    try:
        migrations.upgrade(engine, revision)
        with engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            return _parts(raw)
    finally:
        engine.dispose()


def _parts(database: sqlite3.Connection) -> _Parts:
    """(table, wording) by (kind, name); only the wording of triggers is always the same."""
    found = database.execute(
        "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
    )
    return {
        (kind, name): (table, " ".join((sql or "").split()) if kind == "trigger" else "")
        for kind, name, table, sql in found
    }


def _references_of(connection: Connection, table: Table) -> Iterator[Finding]:
    for key in table.foreign_key_constraints:
        parent = key.referred_table.alias("referred_to")
        pairs = [(element.parent, parent.c[element.column.name]) for element in key.elements]
        is_there = exists().where(and_(*(child == there for child, there in pairs)))
        lost = connection.scalar(
            select(func.count())
            .select_from(table)
            .where(*(child.is_not(None) for child, _ in pairs), ~is_there)
        )
        if lost:
            yield Finding(
                table.name,
                f"{say_count(lost, 'row')} of {table.name} "
                f"{'refers' if lost == 1 else 'refer'} to rows of {key.referred_table.name} "
                "that are not there.",
            )


def _triggers_on_postgresql(connection: Connection) -> Iterator[Finding]:
    revision = migrations.revision_on(connection)
    if revision is None or not migrations.is_known(revision):
        yield Finding("database", f"kbstrack does not know its revision {revision or 'none'}.")
        return
    guarded = {
        table
        for (kind, _), (table, _) in _made_by_migrations(revision).items()
        if kind == "trigger"
    }
    found = {
        name
        for (name,) in connection.exec_driver_sql(
            "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
        )
    }
    for table in sorted(guarded):
        for name in (f"{table}_no_change", f"{table}_no_truncate"):
            if name not in found:
                yield Finding(table, f"The trigger {name} of {table} is missing or switched off.")
