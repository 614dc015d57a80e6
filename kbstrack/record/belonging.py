"""Which rows of a table belong to an enrolment, by the references that the tables themselves name.

Written in SQL alone: rows whose values cannot be read, or are spelt otherwise, are among them too.
"""

from __future__ import annotations

import uuid

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    ForeignKeyConstraint,
    Table,
    or_,
    select,
    tuple_,
)

from kbstrack.db import Base
from kbstrack.people.models import Enrolment

_WHOLE = Enrolment.metadata.tables[Enrolment.__tablename__]


def belongs(table: Table, enrolment_id: BindParameter[uuid.UUID]) -> ColumnElement[bool] | None:
    """The condition that a row is the enrolment's; None where a table has nothing to do with one.

    A row belongs that refers to the enrolment, by itself or through rows that belong, and so does
    one that a row names which belongs without it: a file's bytes, a sampling plan.
    """
    ways = [] if (upwards := _refers(table, enrolment_id)) is None else [upwards]
    ways += [
        _columns_in(key, inner, is_parent=True)
        for key in _references_to(table)
        if (inner := _refers(key.table, enrolment_id, but=table)) is not None
    ]
    return or_(*ways) if ways else None


def _refers(
    table: Table, enrolment_id: BindParameter[uuid.UUID], *, but: Table | None = None
) -> ColumnElement[bool] | None:
    """The condition for what refers to the enrolment, on a way that leaves one table out."""
    if table is _WHOLE:
        return _WHOLE.c.id == enrolment_id
    ways = [_on_way(key, enrolment_id, but) for key in _references(table)]
    known = [way for way in ways if way is not None]
    return or_(*known) if known else None


def _on_way(
    key: ForeignKeyConstraint, enrolment_id: BindParameter[uuid.UUID], but: Table | None
) -> ColumnElement[bool] | None:
    """The condition that a row refers to one that belongs, by this reference."""
    if key.referred_table is _WHOLE:
        # Also where the enrolment's own row is gone.
        return key.elements[0].parent == enrolment_id
    if key.referred_table in (key.table, but):
        return None
    inner = _refers(key.referred_table, enrolment_id, but=but)
    return None if inner is None else _columns_in(key, inner)


def _columns_in(
    key: ForeignKeyConstraint, inner: ColumnElement[bool], *, is_parent: bool = False
) -> ColumnElement[bool]:
    """That the row's columns are those of a row on the other side of a reference."""
    own = [element.parent for element in key.elements]
    other = [element.column for element in key.elements]
    if is_parent:
        own, other = other, own
    there = select(*other).where(inner)
    return own[0].in_(there) if len(own) == 1 else tuple_(*own).in_(there)


def _references(table: Table) -> list[ForeignKeyConstraint]:
    """The table's references, always in the same order."""
    return sorted(table.foreign_key_constraints, key=lambda key: list(key.column_keys))


def _references_to(table: Table) -> list[ForeignKeyConstraint]:
    return [
        key
        for other in Base.metadata.sorted_tables
        for key in _references(other)
        if key.referred_table is table and other is not table
    ]
