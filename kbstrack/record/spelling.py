"""Values that read the same but are not written as kbstrack writes them: a bit was changed.

SQLite keeps ids and moments as text, and reads `4A` like `4a`. PostgreSQL has types for them.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Date,
    Integer,
    Row,
    Select,
    String,
    Table,
    Uuid,
    and_,
    bindparam,
    func,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.exc import DatabaseError

from kbstrack.db import Base, UtcDateTime, db
from kbstrack.evidence.models import Evidence
from kbstrack.ledger.rules import Flaw
from kbstrack.people.models import AssessorAssignment, EmployerAssignment, Enrolment
from kbstrack.record.belonging import belongs

_DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
_MOMENT = f"{_DAY} [0-9][0-9]:[0-9][0-9]:[0-9][0-9]." + "[0-9]" * 6

MOST_ROWS = 20

READ_TOO = (Enrolment, AssessorAssignment, EmployerAssignment, Evidence)
"""What changes in time and is compared with the ledger all the same."""


def spelling_flaws(only: uuid.UUID | None = None) -> Iterator[Flaw]:
    """Every table that a check reads, looked through once by the database itself.

    `only` looks at the rows of one enrolment.
    """
    if db.session.get_bind().dialect.name != "sqlite":
        return
    about = {} if only is None else {_ENROLMENT.key: only}
    for table in spelt_tables():
        query = _misspelt(table, of_one=only is not None)
        if query is None:
            continue
        try:
            for row in db.session.execute(query, about):
                yield from _named(table, row)
        except DatabaseError:
            db.session.rollback()
            yield Flaw(f"the table {table.name}", "it is gone, or cannot be read.")
    db.session.rollback()


def spelt_tables() -> list[Table]:
    """Every table whose rows are only ever added, and what else a check reads."""
    found = [
        table
        for mapper in Base.registry.mappers
        if getattr(mapper.class_, "__append_only__", False) or mapper.class_ in READ_TOO
        for table in mapper.tables
        if isinstance(table, Table)
    ]
    return sorted(found, key=lambda table: table.name)


_ENROLMENT = bindparam("enrolment_id", type_=Uuid())
_KEY, _WRONG = "key_", "wrong_"


@cache
def _misspelt(table: Table, *, of_one: bool) -> Select[Any] | None:
    """The rows with a misspelt value: their key, and for each column whether it is; or None."""
    rows = belongs(table, _ENROLMENT) if of_one else true()
    wrong = [
        and_(column.is_not(None), is_wrong).label(f"{_WRONG}{column.name}")
        for column in table.columns
        if (is_wrong := _is_wrong(column, type_coerce(column, String))) is not None
    ]
    if rows is None or not wrong:
        return None
    keys = [func.quote(key).label(f"{_KEY}{key.name}") for key in table.primary_key.columns]
    return select(*keys, *wrong).where(rows, or_(*wrong)).limit(MOST_ROWS)


def _named(table: Table, row: Row[Any]) -> Iterator[Flaw]:
    values = row._asdict()
    key = " ".join(str(value) for name, value in values.items() if name.startswith(_KEY))
    for name in (name for name, value in values.items() if name.startswith(_WRONG) and value):
        yield Flaw(
            f"the table {table.name}, row {key}",
            f"its {name.removeprefix(_WRONG)} is not written as kbstrack writes it: a bit was "
            "changed.",
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
