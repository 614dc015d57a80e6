"""Reading links for auditors and what was looked at through them."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select

from kbstrack.auditing.models import AuditorLink, AuditorRevocation, AuditorScope, AuditorView
from kbstrack.auditing.rules import is_open
from kbstrack.db import db
from kbstrack.errors import NotFound
from kbstrack.people.enrolment_queries import NOT_HERE
from kbstrack.people.models import Enrolment, Member


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link for an auditor; `view_count` is how many looks were taken through it."""

    id: uuid.UUID
    provider_id: uuid.UUID
    name: str
    organisation: str
    has_passcode: bool
    ends_on: date
    made_at: datetime
    revoked_at: datetime | None
    enrolment_count: int
    view_count: int
    last_view_at: datetime | None

    def is_open(self, today: date) -> bool:
        """Whether it opens anything today."""
        return is_open(ends_on=self.ends_on, is_revoked=self.revoked_at is not None, today=today)


@dataclass(frozen=True, slots=True)
class ViewRow:
    """One look: whose record, what of it, when."""

    apprentice: str
    enrolment_id: uuid.UUID
    what: str
    at: datetime


def token_hash(token: str) -> str:
    """What is kept of a link's secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def link_by_token(token: str) -> AuditorLink | None:
    """The link with this secret, whether it still works or not."""
    return db.session.scalar(select(AuditorLink).where(AuditorLink.token_hash == token_hash(token)))


def link(link_id: uuid.UUID) -> LinkRow:
    """Raises NotFound."""
    found = _links(AuditorLink.id == link_id)
    if not found:
        raise NotFound(NOT_HERE)
    return found[0]


def links(provider_id: uuid.UUID) -> list[LinkRow]:
    """A provider's links, the newest first."""
    return _links(AuditorLink.provider_id == provider_id)


def scope_of(link_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """The enrolments that a link opens while it works."""
    rows = select(AuditorScope.enrolment_id).where(AuditorScope.link_id == link_id)
    return frozenset(db.session.scalars(rows))


def views(link_id: uuid.UUID, *, most: int, skip: int = 0) -> list[ViewRow]:
    """What was looked at through a link, the latest first."""
    rows = db.session.execute(
        select(Member.name, AuditorView.enrolment_id, AuditorView.what, AuditorView.at)
        .join(Enrolment, Enrolment.id == AuditorView.enrolment_id)
        .join(
            Member,
            (Member.person_id == Enrolment.apprentice_id)
            & (Member.provider_id == Enrolment.provider_id),
        )
        .where(AuditorView.link_id == link_id)
        .order_by(AuditorView.at.desc(), AuditorView.id)
        .limit(most)
        .offset(skip)
    )
    return [ViewRow(name, enrolment_id, what, at) for name, enrolment_id, what, at in rows]


def count_views(enrolment_id: uuid.UUID) -> int:
    """How often auditors looked at an enrolment."""
    query = (
        select(func.count())
        .select_from(AuditorView)
        .where(AuditorView.enrolment_id == enrolment_id)
    )
    return db.session.scalar(query) or 0


def enrolments_of(provider_id: uuid.UUID, wanted: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the wanted enrolments that are the provider's."""
    ids = list(wanted)
    found: set[uuid.UUID] = set()
    for start in range(0, len(ids), 500):
        rows = select(Enrolment.id).where(
            Enrolment.provider_id == provider_id, Enrolment.id.in_(ids[start : start + 500])
        )
        found.update(db.session.scalars(rows))
    return found


def _links(condition: ColumnElement[bool]) -> list[LinkRow]:
    scoped = (
        select(func.count())
        .select_from(AuditorScope)
        .where(AuditorScope.link_id == AuditorLink.id)
        .scalar_subquery()
    )
    looked = select(
        AuditorView.link_id, func.count().label("count"), func.max(AuditorView.at).label("last")
    ).group_by(AuditorView.link_id)
    seen = looked.subquery()
    rows = db.session.execute(
        select(AuditorLink, AuditorRevocation.revoked_at, scoped, seen.c.count, seen.c.last)
        .outerjoin(AuditorRevocation, AuditorRevocation.link_id == AuditorLink.id)
        .outerjoin(seen, seen.c.link_id == AuditorLink.id)
        .where(condition)
        .order_by(AuditorLink.made_at.desc(), AuditorLink.id)
    )
    return [
        LinkRow(
            id=row.id,
            provider_id=row.provider_id,
            name=row.name,
            organisation=row.organisation,
            has_passcode=row.passcode_hash is not None,
            ends_on=row.ends_on,
            made_at=row.made_at,
            revoked_at=revoked_at,
            enrolment_count=enrolments,
            view_count=count or 0,
            last_view_at=last,
        )
        for row, revoked_at, enrolments, count, last in rows
    ]
