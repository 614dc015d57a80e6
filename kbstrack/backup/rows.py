"""Every row of a database, carried between PostgreSQL and the SQLite file that a backup holds.

The tables are read from PostgreSQL itself and not from the models, so that an older revision is
carried as it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    DateTime,
    Engine,
    MetaData,
    Table,
    create_engine,
    func,
    insert,
    inspect,
    select,
)
from sqlalchemy.engine import URL

from kbstrack import migrations
from kbstrack.db import UtcDateTime, engine_options

ROWS_AT_ONCE = 1000
ALEMBIC = "alembic_version"


def sqlite_engine(path: Path) -> Engine:
    """An engine on this file, whatever its name."""
    url = URL.create("sqlite", database=str(path))
    return create_engine(url, **engine_options(url.render_as_string()))


def is_empty(engine: Engine) -> bool:
    """Whether the database has no table at all."""
    return not inspect(engine).get_table_names()


def out_of_postgresql(source: Connection, path: Path) -> None:
    """Write every row that this transaction sees into a new SQLite file, of the same revision."""
    revision = migrations.revision_on(source)
    assert revision is not None

    def fill(target: Connection) -> None:
        for table in tables_of(source):
            for batch in batches(source, table):
                target.execute(insert(table), [dict(row._mapping) for row in batch])

    engine = sqlite_engine(path)
    try:
        migrations.upgrade(engine, revision, then=fill)
    finally:
        engine.dispose()


def into_postgresql(path: Path, target: Connection) -> None:
    """Add every row of an SQLite file to the tables that a migration has just made."""
    engine = sqlite_engine(path)
    try:
        with engine.connect() as source:
            for table in tables_of(target):
                _copy(source, table, target)
                _go_on_counting(table, target)
    finally:
        engine.dispose()


def tables_of(connection: Connection) -> list[Table]:
    """The tables that PostgreSQL has, referred-to tables first; moments are kept in UTC."""
    known = MetaData()
    known.reflect(connection)
    for table in known.tables.values():
        for column in table.columns:
            if isinstance(column.type, DateTime):
                column.type = UtcDateTime()
    return [table for table in known.sorted_tables if table.name != ALEMBIC]


def batches(connection: Connection, table: Table) -> Iterator[Sequence[Any]]:
    """The rows, some at a time."""
    # A statement's options, not the connection's: others use that for much else.
    query = select(table).execution_options(stream_results=True, max_row_buffer=ROWS_AT_ONCE)
    yield from connection.execute(query).partitions(ROWS_AT_ONCE)


def _copy(source: Connection, table: Table, target: Connection) -> None:
    """By COPY: one statement, so that rows may refer to one another in any order."""
    raw: Any = target.connection.driver_connection
    quote = target.dialect.identifier_preparer.quote
    columns = ", ".join(quote(column.name) for column in table.columns)
    with (
        raw.cursor() as cursor,
        cursor.copy(f"COPY {quote(table.name)} ({columns}) FROM STDIN") as copy,
    ):
        for batch in batches(source, table):
            for row in batch:
                copy.write_row([_plain(value) for value in row])


def _plain(value: object) -> object:
    return json.dumps(value) if isinstance(value, dict | list) else value


def _go_on_counting(table: Table, target: Connection) -> None:
    """Numbers that the database gives out go on behind the highest there is."""
    counted = table.autoincrement_column
    if counted is None or counted.server_default is None:
        return
    highest = select(func.max(counted)).scalar_subquery()
    sequence = func.pg_get_serial_sequence(table.name, counted.name)
    target.execute(select(func.setval(sequence, func.coalesce(highest, 1), highest.isnot(None))))
