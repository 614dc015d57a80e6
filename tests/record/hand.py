"""Somebody with the database's password, whom no trigger, reference or rule stops."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, Column, Connection, Engine, Table, and_, select, update
from sqlalchemy.exc import DBAPIError

from kbstrack.db import Base, UtcDateTime, db
from tests.builders import MONDAY
from tests.conftest import make_engine

Row = Mapping[str, Any]


class Hand:
    """Changes rows that nobody may change."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def touching(self) -> Iterator[Connection]:
        """A transaction in which everything goes."""
        with self.engine.connect() as connection:
            if self.engine.dialect.name == "sqlite":
                raw: Any = connection.connection.driver_connection
                raw.execute("PRAGMA foreign_keys=OFF")
                raw.execute("PRAGMA ignore_check_constraints=ON")
                found = raw.execute("SELECT name FROM sqlite_master WHERE type='trigger'")
                for (name,) in found.fetchall():
                    raw.execute(f"DROP TRIGGER {name}")
            else:
                connection.exec_driver_sql("SET session_replication_role = replica")
            with connection.begin() if not connection.in_transaction() else _ending(connection):
                yield connection
        # Whoever looks afterwards looks anew, and not at what they had begun to read before.
        db.session.rollback()

    def rows(self, table: Table) -> list[Row]:
        """Every row of a table, by its primary key."""
        with self.touching() as connection:
            found = connection.execute(select(table).order_by(*table.primary_key.columns))
            return [dict(row) for row in found.mappings()]

    @contextmanager
    def changed(self, table: Table, row: Row, column: Column[Any], value: Any) -> Iterator[None]:
        """The row with another value in one column, and afterwards as it was.

        Raises DBAPIError where even so the database refuses the value.
        """
        changed = {**row, column.name: value}
        self.update(table, row, changed)
        try:
            yield
        finally:
            self.update(table, changed, row)

    def update(self, table: Table, old: Row, new: Row) -> None:
        """The row as it is to be from now on."""
        with self.touching() as connection:
            done = connection.execute(
                update(table)
                .where(and_(*(key == old[key.name] for key in table.primary_key.columns)))
                .values(**new)
            )
            assert done.rowcount == 1


@contextmanager
def _ending(connection: Connection) -> Iterator[None]:
    yield
    connection.commit()


@contextmanager
def outside_hand() -> Iterator[Hand]:
    """A hand on the database of the present application."""
    engine = make_engine(db.engine.url.render_as_string(hide_password=False))
    try:
        yield Hand(engine)
    finally:
        engine.dispose()


def kept_tables() -> list[Table]:
    """Every table whose rows are only ever added."""
    return [
        table
        for mapper in Base.registry.mappers
        if getattr(mapper.class_, "__append_only__", False)
        for table in mapper.tables
        if isinstance(table, Table)
    ]


def other_values(column: Column[Any], value: Any) -> list[Any]:
    """Values that are not this one, the likeliest to be taken first."""
    others: list[Any] = [] if value is None or not column.nullable else [None]
    kind = datetime if isinstance(column.type, UtcDateTime) else column.type.python_type
    if kind is str:
        text = value or "x"
        flipped = text[:-1] + chr(ord(text[-1]) ^ 1)
        others = [flipped, *_allowed(column), f"{text[:-1]}é", *others]
    elif kind is bool:
        others = [not value, *others]
    elif kind is int:
        others = [(value or 0) + 1, (value or 0) + 1000, *others]
    elif kind is uuid.UUID:
        others = [uuid.UUID(int=(value or uuid.uuid4()).int ^ 1), *others]
    elif kind is datetime:
        others = [(value or MONDAY) + timedelta(microseconds=1), *others]
    elif kind is date:
        others = [(value or MONDAY.date()) + timedelta(days=1), *others]
    else:
        raise AssertionError(f"say in other_values how a {kind.__name__} is changed")
    return [other for other in others if other != value]


def _allowed(column: Column[Any]) -> list[str]:
    """What the table's rules name for the column."""
    return [
        text
        for constraint in column.table.constraints
        if isinstance(constraint, CheckConstraint) and column.name in str(constraint.sqltext)
        for text in re.findall(r"'(\w+)'", str(constraint.sqltext))
    ]


__all__ = ["DBAPIError", "Hand", "kept_tables", "other_values", "outside_hand"]
