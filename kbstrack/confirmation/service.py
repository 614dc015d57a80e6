"""Asking somebody without an account, taking that back, and asking again."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime

from kbstrack import access, once
from kbstrack.access import Action, Actor
from kbstrack.confirmation import letters, links, request_queries, rules
from kbstrack.confirmation.events import request_event, revocation_event
from kbstrack.confirmation.models import Request, RequestRevocation
from kbstrack.confirmation.request_queries import RequestRow
from kbstrack.confirmation.rules import Asked, RequestState, RequestText
from kbstrack.db import db, is_writing, transaction
from kbstrack.errors import Conflict, NotFound, RuleBroken, check_all
from kbstrack.evidence import queries as evidence_queries
from kbstrack.evidence.queries import EvidenceRow, VersionRow
from kbstrack.evidence.service import check_running
from kbstrack.ids import new_id
from kbstrack.ledger.service import append
from kbstrack.mail.service import queue
from kbstrack.people import enrolment_queries
from kbstrack.people.enrolling import lock_enrolment
from kbstrack.people.enrolment_queries import NOT_HERE, EnrolmentRow
from kbstrack.people.models import Person
from kbstrack.people.recording import signer
from kbstrack.people.rules import clean_email

NEWER = (
    "A newer version was handed in meanwhile, or this one was taken back. Look at the piece again "
    "before you ask somebody about it."
)
ALREADY_ENDED = "This request was answered or has ended meanwhile."
VERSION_TAKEN_BACK = (
    "The version that this request is about was taken back, so its link would not work. Ask about "
    "the version that stands."
)
THEY_DECLINED = "This person said that it is not for them: ask somebody else."


def ask(
    actor: Actor,
    evidence_id: uuid.UUID,
    *,
    version_number: int,
    what: Asked,
    text: RequestText,
    at: datetime,
    key: uuid.UUID | None = None,
) -> uuid.UUID:
    """Ask a named person about one submitted version, by a link that is sent to them.

    Answers the request's id. Raises NotFound, NotAllowed, RuleBroken naming the fields, or
    Conflict when the version is no longer the one that stands.
    """
    with transaction():
        enrolment = _asking(actor, evidence_queries.enrolment_of(evidence_id))
        about = (evidence_id, version_number, what, text)
        sending = once.Sending(key, actor.person_id, "ask", about)
        first = sending.first_id()
        if first is not None:
            return first
        check_running(enrolment)
        version = standing_version(evidence_queries.evidence(evidence_id), version_number)
        cleaned = clean_request(text)
        _check(actor, enrolment, evidence_id, what=what, text=cleaned, at=at)
        row = _row(actor, enrolment, version, what=what, text=cleaned, at=at)
        request_id = _send(actor, enrolment, row, at)
        sending.remember_id(request_id, at)
        return request_id


def ask_again(
    actor: Actor, request_id: uuid.UUID, *, at: datetime, key: uuid.UUID | None = None
) -> uuid.UUID:
    """Send a new link for a request that waits, expired or was taken back; the old link is dead.

    Answers the new request's id. Raises NotFound, NotAllowed, RuleBroken, or Conflict when it was
    answered or sent again meanwhile.
    """
    with transaction():
        enrolment = _asking(actor, request_queries.request(request_id).enrolment_id)
        sending = once.Sending(key, actor.person_id, "ask_again", request_id)
        first = sending.first_id()
        if first is not None:
            return first
        check_running(enrolment)
        old = request_queries.request(request_id)
        _check_repeatable(actor, old, at)
        if old.state(at) is not RequestState.REVOKED:
            _end(actor, enrolment, old, "replaced", at)
        text = RequestText(old.name, old.email, old.job_role, old.message)
        version = evidence_queries.evidence(old.evidence_id).version(old.version_number)
        row = _row(actor, enrolment, version, what=old.what, text=text, at=at)
        row.follows_id = old.id
        new_request_id = _send(actor, enrolment, row, at)
        sending.remember_id(new_request_id, at)
        return new_request_id


def revoke(actor: Actor, request_id: uuid.UUID, *, at: datetime) -> None:
    """Take a request back: its link is dead from now on.

    Raises NotFound, NotAllowed, or Conflict when it was answered or has ended meanwhile.
    """
    with transaction():
        enrolment = _asking(actor, request_queries.request(request_id).enrolment_id)
        row = request_queries.request(request_id)
        if row.state(at) is RequestState.REVOKED:
            return
        if row.state(at) not in {RequestState.OPEN, RequestState.EXPIRED, RequestState.WITHDRAWN}:
            raise Conflict(ALREADY_ENDED)
        _end(actor, enrolment, row, "revoked", at)


def standing_version(piece: EvidenceRow, number: int) -> VersionRow:
    """The version that people are asked about: the newest that was not taken back.

    Raises NotFound for a piece that was never submitted, Conflict when it is another one.
    """
    if piece.latest is None:
        raise NotFound(NOT_HERE)
    standing = [version for version in piece.versions if version.withdrawn_at is None]
    if not standing or standing[-1].number != number:
        raise Conflict(NEWER)
    return standing[-1]


def _asking(actor: Actor, enrolment_id: uuid.UUID) -> EnrolmentRow:
    lock_enrolment(enrolment_id)
    enrolment = enrolment_queries.enrolment(enrolment_id)
    access.require(actor, Action.CONFIRMATION_ASK, enrolment.scope)
    return enrolment


def clean_request(text: RequestText) -> RequestText:
    """Whom to ask, cleaned. Raises RuleBroken with everything that is wrong, each at its field."""
    check_all(
        lambda: rules.clean_recipient(text.name),
        lambda: clean_email(text.email),
        lambda: rules.clean_optional_line(text.job_role, "job_role"),
        lambda: rules.clean_message(text.message),
    )
    return RequestText(
        name=rules.clean_recipient(text.name),
        email=clean_email(text.email),
        job_role=rules.clean_optional_line(text.job_role, "job_role"),
        message=rules.clean_message(text.message),
    )


def _check(
    actor: Actor,
    enrolment: EnrolmentRow,
    evidence_id: uuid.UUID,
    *,
    what: Asked,
    text: RequestText,
    at: datetime,
) -> None:
    rules.check_recipient(
        text.email,
        apprentice=_address_of(enrolment.apprentice_id),
        asker=_address_of(actor.person_id),
    )
    waiting = [row for row in request_queries.requests_about(evidence_id) if row.is_open(at)]
    since = at - rules.A_DAY
    rules.check_bounds(
        is_asked=any(row.email == text.email and row.what is what for row in waiting),
        open_count=len(waiting),
        today_count=request_queries.count_asked_since(since, asker_id=actor.person_id),
        to_them=request_queries.count_sent_since(since, email=text.email),
    )


def _check_repeatable(actor: Actor, row: RequestRow, at: datetime) -> None:
    state = row.state(at)
    if state is RequestState.DECLINED:
        raise RuleBroken(THEY_DECLINED)
    if state in {RequestState.ANSWERED, RequestState.REPLACED} or request_queries.is_followed(
        row.id
    ):
        raise Conflict(ALREADY_ENDED)
    if not row.can_be_sent_again(at):
        raise RuleBroken(VERSION_TAKEN_BACK)
    since = at - rules.A_DAY
    rules.check_daily(
        today_count=request_queries.count_asked_since(since, asker_id=actor.person_id),
        to_them=request_queries.count_sent_since(since, email=row.email),
    )


def _row(
    actor: Actor,
    enrolment: EnrolmentRow,
    version: VersionRow,
    *,
    what: Asked,
    text: RequestText,
    at: datetime,
) -> Request:
    """The row but for its secret."""
    return Request(
        id=new_id(),
        enrolment_id=enrolment.id,
        version_id=version.id,
        version_sha256=version.sha256,
        what=what,
        name=text.name,
        email=text.email,
        job_role=text.job_role,
        message=text.message,
        asked_by=actor.person_id,
        role="apprentice" if enrolment.apprentice_id == actor.person_id else "assessor",
        asked_at=at,
        expires_at=at + rules.VALID_FOR,
    )


def _send(actor: Actor, enrolment: EnrolmentRow, row: Request, at: datetime) -> uuid.UUID:
    assert is_writing()
    token, row.token_hash = links.new_token()
    db.session.add(row)
    db.session.flush()
    event = replace(request_event(row), names={"recipient": row.name})
    append(enrolment.id, event, by=signer(actor, enrolment, row.role), at=at)
    link = links.link_of(token)
    letter = letters.please(request_queries.request(row.id), enrolment, link, is_reminder=False)
    queue(row.email, *letter, at, secret=token)
    return row.id


def _end(actor: Actor, enrolment: EnrolmentRow, row: RequestRow, how: str, at: datetime) -> None:
    end = RequestRevocation(
        request_id=row.id, how=how, reason="", revoked_by=actor.person_id, revoked_at=at
    )
    db.session.add(end)
    db.session.flush()
    role = "apprentice" if enrolment.apprentice_id == actor.person_id else "assessor"
    append(enrolment.id, revocation_event(end), by=signer(actor, enrolment, role), at=at)


def _address_of(person_id: uuid.UUID) -> str:
    return db.session.get_one(Person, person_id).email
