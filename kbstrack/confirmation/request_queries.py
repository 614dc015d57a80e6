"""Reading requests, and what has become of them."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from kbstrack.access import RequestScope
from kbstrack.confirmation.models import (
    Confirmation,
    Request,
    RequestReminder,
    RequestRevocation,
    WitnessStatement,
)
from kbstrack.confirmation.rules import Asked, RequestState
from kbstrack.db import db
from kbstrack.errors import NotFound
from kbstrack.evidence.models import Evidence, EvidenceVersion, Withdrawal
from kbstrack.ledger.queries import is_entered, name_then
from kbstrack.ledger.rules import What
from kbstrack.people.enrolment_queries import NOT_HERE
from kbstrack.people.models import Enrolment

_STATES = {
    "revoked": RequestState.REVOKED,
    "replaced": RequestState.REPLACED,
    "declined": RequestState.DECLINED,
}


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request, what it is about, and what has become of it."""

    id: uuid.UUID
    provider_id: uuid.UUID
    enrolment_id: uuid.UUID
    evidence_id: uuid.UUID
    evidence_number: int
    version_id: uuid.UUID
    version_number: int
    version_sha256: str
    title: str
    what: Asked
    name: str
    email: str
    job_role: str
    message: str
    asked_by: uuid.UUID
    asker: str
    role: str
    asked_at: datetime
    expires_at: datetime
    ended: str | None
    ended_by: str | None
    ended_at: datetime | None
    reason: str
    answered_at: datetime | None
    is_withdrawn: bool
    is_running: bool

    @property
    def scope(self) -> RequestScope:
        """The request as far as permission goes."""
        return RequestScope(self.id, self.provider_id)

    def state(self, at: datetime) -> RequestState:
        """What has become of it by now."""
        if self.answered_at is not None:
            return RequestState.ANSWERED
        if self.ended is not None:
            return _STATES[self.ended]
        if self.is_withdrawn or not self.is_running:
            return RequestState.WITHDRAWN
        return RequestState.OPEN if at < self.expires_at else RequestState.EXPIRED

    def is_open(self, at: datetime) -> bool:
        """Whether its link still works."""
        return self.state(at) is RequestState.OPEN

    def can_be_sent_again(self, at: datetime) -> bool:
        """Whether a new link for it would work: its version still stands, and nobody declined."""
        return (
            self.state(at) in {RequestState.OPEN, RequestState.EXPIRED, RequestState.REVOKED}
            and self.is_running
            and not self.is_withdrawn
        )


def request(request_id: uuid.UUID) -> RequestRow:
    """Raises NotFound."""
    rows = _requests(Request.id == request_id)
    if not rows:
        raise NotFound(NOT_HERE)
    return rows[0]


def request_by_token(token_hash: str) -> RequestRow | None:
    """The request whose link, or whose reminder's link, has the secret with this hash.

    As it was entered into the ledger: no row alone makes a link.
    """
    asked, reminded = (
        select(row_id).where(
            model.token_hash == token_hash,
            is_entered(what, model.id, "token_hash", token_hash),
        )
        for what, model, row_id in (
            (What.REQUEST, Request, Request.id),
            (What.REMINDER, RequestReminder, RequestReminder.request_id),
        )
    )
    rows = _requests(or_(Request.id.in_(asked), Request.id.in_(reminded)))
    return rows[0] if rows else None


def requests_about(evidence_id: uuid.UUID) -> list[RequestRow]:
    """Every request about a piece, the newest first."""
    return _requests(EvidenceVersion.evidence_id == evidence_id)


def open_requests_to(
    email: str, enrolment_ids: Collection[uuid.UUID], at: datetime
) -> list[RequestRow]:
    """What this address is still asked about these enrolments, the oldest first."""
    rows = _requests(Request.email == email, Request.enrolment_id.in_(enrolment_ids))
    return [row for row in reversed(rows) if row.is_open(at)]


def is_followed(request_id: uuid.UUID) -> bool:
    """Whether it was sent again already."""
    return _count(Request.follows_id == request_id) > 0


def count_asked_since(since: datetime, *, asker_id: uuid.UUID) -> int:
    """How many requests somebody has made since then."""
    return _count(Request.asked_by == asker_id, Request.asked_at > since)


def count_sent_since(since: datetime, *, email: str) -> int:
    """How many requests an address has got since then, whoever asked."""
    return _count(Request.email == email, Request.asked_at > since)


def may_be_due(at: datetime, pause: timedelta) -> list[uuid.UUID]:
    """Requests old enough for a reminder that nobody has answered, ended or let expire."""
    return list(
        db.session.scalars(
            select(Request.id)
            .outerjoin(RequestRevocation, RequestRevocation.request_id == Request.id)
            .outerjoin(Confirmation, Confirmation.request_id == Request.id)
            .outerjoin(WitnessStatement, WitnessStatement.request_id == Request.id)
            .where(
                Request.asked_at <= at - pause,
                Request.expires_at > at,
                RequestRevocation.request_id.is_(None),
                Confirmation.id.is_(None),
                WitnessStatement.id.is_(None),
            )
            .order_by(Request.asked_at, Request.id)
        )
    )


def reminders_sent(request_id: uuid.UUID) -> list[int]:
    """The numbers of the reminders that went out."""
    query = select(RequestReminder.number).where(RequestReminder.request_id == request_id)
    return list(db.session.scalars(query.order_by(RequestReminder.number)))


def _requests(*conditions: ColumnElement[bool]) -> list[RequestRow]:
    return [_request_row(row) for row in db.session.execute(_select().where(*conditions))]


def _select() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Request,
            Enrolment.provider_id,
            Enrolment.ended_on,
            EvidenceVersion.evidence_id,
            EvidenceVersion.number.label("version_number"),
            EvidenceVersion.title,
            Evidence.number.label("evidence_number"),
            name_then(What.REQUEST, Request.id).label("asker"),
            RequestRevocation,
            name_then(What.REQUEST_REVOCATION, RequestRevocation.request_id).label("ended_by"),
            func.coalesce(Confirmation.signed_at, WitnessStatement.signed_at).label("answered_at"),
            Withdrawal.withdrawn_at,
        )
        .join(Enrolment, Enrolment.id == Request.enrolment_id)
        .join(EvidenceVersion, EvidenceVersion.id == Request.version_id)
        .join(Evidence, Evidence.id == EvidenceVersion.evidence_id)
        .outerjoin(RequestRevocation, RequestRevocation.request_id == Request.id)
        .outerjoin(Confirmation, Confirmation.request_id == Request.id)
        .outerjoin(WitnessStatement, WitnessStatement.request_id == Request.id)
        .outerjoin(Withdrawal, Withdrawal.version_id == Request.version_id)
        .order_by(Request.asked_at.desc(), Request.id)
    )


def _request_row(found: Any) -> RequestRow:
    row, end = found.Request, found.RequestRevocation
    return RequestRow(
        id=row.id,
        provider_id=found.provider_id,
        enrolment_id=row.enrolment_id,
        evidence_id=found.evidence_id,
        evidence_number=found.evidence_number,
        version_id=row.version_id,
        version_number=found.version_number,
        version_sha256=row.version_sha256,
        title=found.title,
        what=Asked(row.what),
        name=row.name,
        email=row.email,
        job_role=row.job_role,
        message=row.message,
        asked_by=row.asked_by,
        asker=found.asker,
        role=row.role,
        asked_at=row.asked_at,
        expires_at=row.expires_at,
        ended=end.how if end else None,
        ended_by=found.ended_by,
        ended_at=end.revoked_at if end else None,
        reason=end.reason if end else "",
        answered_at=found.answered_at,
        is_withdrawn=found.withdrawn_at is not None,
        is_running=found.ended_on is None,
    )


def _count(*conditions: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count()).select_from(Request).where(*conditions)) or 0
