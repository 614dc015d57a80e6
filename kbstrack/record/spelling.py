"""Values that read the same but are not written as kbstrack writes them: a bit was changed.

SQLite keeps ids and moments as text, and reads `4A` like `4a`. PostgreSQL has types for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Date,
    Integer,
    String,
    Table,
    Uuid,
    func,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.exc import DatabaseError

from kbstrack.db import Base, UtcDateTime, db
from kbstrack.evidence.models import Evidence
from kbstrack.ledger.rules import Flaw
from kbstrack.people.models import AssessorAssignment, EmployerAssignment, Enrolment

_DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
_MOMENT = f"{_DAY} [0-9][0-9]:[0-9][0-9]:[0-9][0-9]." + "[0-9]" * 6

MOST_ROWS = 20

READ_TOO = (Enrolment, AssessorAssignment, EmployerAssignment, Evidence)
"""What changes in time and is compared with the ledger all the same."""


def spelling_flaws() -> Iterator[Flaw]:
    """Every table that a check reads, looked through once by the database itself."""
    if db.session.get_bind().dialect.name != "sqlite":
        return
    for table in spelt_tables():
        try:
            yield from _misspelt(table)
        except DatabaseError:
            db.session.rollback()
            yield Flaw(f"the table {table.name}", "it is gone, or cannot be read.")
    db.session.rollback()


def spelt_tables() -> list[Table]:
    """Every table whose rows are only ever added, and what else a check reads."""
    return [
        table
        for mapper in Base.registry.mappers
        if getattr(mapper.class_, "__append_only__", False) or mapper.class_ in READ_TOO
        for table in mapper.tables
        if isinstance(table, Table)
    ]


def _misspelt(table: Table) -> Iterator[Flaw]:
    for column in table.columns:
        stored = type_coerce(column, String)
        wrong = _is_wrong(column, stored)
        if wrong is None:
            continue
        keys = [func.quote(key) for key in table.primary_key.columns]
        query = select(*keys).where(column.is_not(None), wrong).limit(MOST_ROWS)
        for row in db.session.execute(query):
            yield Flaw(
                f"the table {table.name}, row {' '.join(map(str, row))}",
                f"its {column.name} is not written as kbstrack writes it: a bit was changed.",
            )


def _is_wrong(column: Column[Any], stored: ColumnElement[str]) -> ColumnElement[bool] | None:
    kind = column.type
    if isinstance(kind, Uuid):
        return or_(func.length(stored) != 32, stored.bool_op("GLOB")("*[^0-9a-f]*"))
    if isinstance(kind, UtcDateTime):
        return ~stored.bool_op("GLOB")(_MOMENT)
    if isinstance(kind, Date):
        return ~stored.bool_op("GLOB")(_DAY)
    if isinstance(kind, Boolean):
        return type_coerce(column, Integer).not_in([0, 1])
    return None
