"""Reading chains: whole ones, their heads, and the name somebody had when they did something."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, func, select

from kbstrack.canonical import canonical_json
from kbstrack.db import db
from kbstrack.ledger.models import LedgerEntry, LedgerSide
from kbstrack.ledger.rules import Entry, Side, What


def entries(enrolment_id: uuid.UUID) -> list[Entry]:
    """The chain of an enrolment, the first entry first."""
    rows = db.session.execute(
        select(LedgerEntry, LedgerSide)
        .outerjoin(LedgerSide, _beside())
        .where(LedgerEntry.enrolment_id == enrolment_id)
        .order_by(LedgerEntry.sequence)
    )
    return [_entry(row, side) for row, side in rows]


def latest(
    enrolment_id: uuid.UUID,
    *,
    most: int,
    skip: int = 0,
    at_most: int | None = None,
    only: Any = None,
    but: Any = None,
) -> list[Entry]:
    """Entries of a chain, the last one first; `only` those of some rows, all `but` those of some
    (queries of their ids), `at_most` from this sequence down."""
    query = (
        select(LedgerEntry, LedgerSide)
        .outerjoin(LedgerSide, _beside())
        .where(LedgerEntry.enrolment_id == enrolment_id)
        .order_by(LedgerEntry.sequence.desc())
        .limit(most)
        .offset(skip)
    )
    if at_most is not None:
        query = query.where(LedgerEntry.sequence <= at_most)
    if only is not None:
        query = query.where(LedgerEntry.subject_id.in_(only))
    if but is not None:
        query = query.where(LedgerEntry.subject_id.not_in(but))
    return [_entry(row, side) for row, side in db.session.execute(query)]


def count(enrolment_id: uuid.UUID, *, only: Any = None, but: Any = None) -> int:
    """How many entries a chain has, or how many tell of some rows (queries of their ids)."""
    query = (
        select(func.count())
        .select_from(LedgerEntry)
        .where(LedgerEntry.enrolment_id == enrolment_id)
    )
    if only is not None:
        query = query.where(LedgerEntry.subject_id.in_(only))
    if but is not None:
        query = query.where(LedgerEntry.subject_id.not_in(but))
    return db.session.scalar(query) or 0


def sequences(enrolment_id: uuid.UUID, *, only: Any) -> list[int]:
    """The numbers of the entries that tell of some rows (a query of their ids), in order."""
    query = select(LedgerEntry.sequence).where(
        LedgerEntry.enrolment_id == enrolment_id, LedgerEntry.subject_id.in_(only)
    )
    return list(db.session.scalars(query.order_by(LedgerEntry.sequence)))


def entry_of(what: What, subject_id: uuid.UUID) -> Entry | None:
    """The entry that tells of a row, or None."""
    found = db.session.execute(
        select(LedgerEntry, LedgerSide)
        .outerjoin(LedgerSide, _beside())
        .where(LedgerEntry.subject_id == subject_id, LedgerEntry.what == what)
    ).one_or_none()
    return _entry(*found) if found else None


def is_entered(what: What, subject_id: Any, fact: str, value: str) -> ColumnElement[bool]:
    """Whether there is an entry of the row with this text among its facts; `subject_id` is the
    row's column. A row that somebody added or changed past the ledger has none."""
    said = canonical_json({fact: value}).decode()[1:-1]
    return exists().where(
        LedgerEntry.subject_id == subject_id,
        LedgerEntry.what == what,
        LedgerEntry.facts.contains(said, autoescape=True),
    )


def sides_apart(enrolment_id: uuid.UUID) -> list[int]:
    """The sequences under which names are kept beside an entry that is not there."""
    query = (
        select(LedgerSide.sequence)
        .outerjoin(LedgerEntry, _beside())
        .where(LedgerSide.enrolment_id == enrolment_id, LedgerEntry.sequence.is_(None))
    )
    return list(db.session.scalars(query.order_by(LedgerSide.sequence)))


def head(enrolment_id: uuid.UUID) -> tuple[int, str] | None:
    """Sequence and hash of the last entry of a chain; None for an empty one."""
    row = db.session.execute(
        select(LedgerEntry.sequence, LedgerEntry.hash)
        .where(LedgerEntry.enrolment_id == enrolment_id)
        .order_by(LedgerEntry.sequence.desc())
        .limit(1)
    ).one_or_none()
    return (row.sequence, row.hash) if row else None


def heads() -> Iterator[tuple[uuid.UUID, int, str]]:
    """The last entry of every chain: enrolment, sequence, hash; in order of the enrolments."""
    last = (
        select(LedgerEntry.enrolment_id, func.max(LedgerEntry.sequence).label("sequence"))
        .group_by(LedgerEntry.enrolment_id)
        .subquery()
    )
    for row in db.session.execute(
        select(LedgerEntry.enrolment_id, LedgerEntry.sequence, LedgerEntry.hash)
        .join(
            last,
            and_(
                last.c.enrolment_id == LedgerEntry.enrolment_id,
                last.c.sequence == LedgerEntry.sequence,
            ),
        )
        .order_by(LedgerEntry.enrolment_id)
    ):
        yield row.enrolment_id, row.sequence, row.hash


def name_then(what: What, subject_id: Any) -> ScalarSelect[str]:
    """A column with the name that who did it had then; `subject_id` is the row's column."""
    return _then(LedgerSide.by_name, what, subject_id)


def names_then(what: What, subject_id: Any) -> ScalarSelect[str]:
    """A column with the other names of that entry, as JSON."""
    return _then(LedgerSide.names, what, subject_id)


def _then(column: Any, what: What, subject_id: Any) -> ScalarSelect[str]:
    return (
        select(column)
        .join(LedgerEntry, _beside())
        .where(LedgerEntry.subject_id == subject_id, LedgerEntry.what == what)
        .correlate_except(LedgerEntry, LedgerSide)
        .scalar_subquery()
    )


def _beside() -> ColumnElement[bool]:
    return and_(
        LedgerSide.enrolment_id == LedgerEntry.enrolment_id,
        LedgerSide.sequence == LedgerEntry.sequence,
    )


def _entry(row: LedgerEntry, side: LedgerSide | None) -> Entry:
    return Entry(
        enrolment_id=row.enrolment_id,
        sequence=row.sequence,
        what=row.what,
        subject_id=row.subject_id,
        facts=row.facts,
        texts_hash=row.texts_hash,
        side_hash=row.side_hash,
        by_id=row.by_id,
        role=row.role,
        at=row.at,
        previous_hash=row.previous_hash,
        hash=row.hash,
        side=Side(side.salt, side.by_name, _names(side.names)) if side else None,
    )


def _names(text: str) -> dict[str, str]:
    """The names as they were written. Damaged ones become other names, so that it shows."""
    try:
        found = json.loads(text)
        is_whole = isinstance(found, dict) and canonical_json(found).decode() == text
    except (ValueError, TypeError, RecursionError):
        is_whole = False
    return found if is_whole else {"": text}
