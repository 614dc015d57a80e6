"""What whoever follows a link can do, once: confirm, say what they saw, or decline."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime

from kbstrack import access, once
from kbstrack.access import Action, Actor
from kbstrack.clock import day_of
from kbstrack.confirmation import letters, request_queries, rules
from kbstrack.confirmation.events import revocation_event, signed_event
from kbstrack.confirmation.models import Confirmation, RequestRevocation, WitnessStatement
from kbstrack.confirmation.request_queries import RequestRow
from kbstrack.confirmation.rules import DECLARATIONS, Asked, ConfirmationText, StatementText
from kbstrack.db import db, transaction
from kbstrack.errors import NotFound, RuleBroken
from kbstrack.ids import new_id
from kbstrack.jobs import ahead
from kbstrack.ledger.rules import Entry, Signer
from kbstrack.ledger.service import append
from kbstrack.mail.service import queue
from kbstrack.people import enrolment_queries
from kbstrack.people.enrolling import lock_enrolment
from kbstrack.people.enrolment_queries import EnrolmentRow
from kbstrack.people.models import Person
from kbstrack.people.proofs import ProofMethod

ROLES = {Asked.CONFIRMATION: "confirmer", Asked.WITNESS_STATEMENT: "witness"}
"""What the record calls whoever was asked."""


def confirm_by_link(
    actor: Actor,
    *,
    text: ConfirmationText,
    is_declared: bool,
    at: datetime,
    key: uuid.UUID | None = None,
) -> uuid.UUID:
    """Confirm the version that the link asks about, by typing a name; answer the row's id.

    The same form sent twice gives the first result. Raises NotFound for everybody whose link is
    not open, and RuleBroken naming the fields.
    """
    with transaction():
        row, enrolment = _held(actor)
        sending = once.Sending(key, actor.person_id, "confirm_by_link", text)
        first = _first(row, sending, at)
        if first is not None:
            return first
        _check_asked(row, Asked.CONFIRMATION)
        cleaned = rules.clean_confirmation(text, is_declared=is_declared)
        signed = Confirmation(**confirmation_columns(cleaned), **_signature(row, at))
        entry = _add(row, enrolment, signed, at)
        copy = letters.copy_of_confirmation(row, enrolment, cleaned, signed.declaration, entry)
        queue(row.email, *copy, at)
        _tell(row, letters.signed(row, cleaned.name), at)
        sending.remember_id(signed.id, at)
        return signed.id


def state_by_link(
    actor: Actor,
    *,
    text: StatementText,
    is_declared: bool,
    at: datetime,
    key: uuid.UUID | None = None,
) -> uuid.UUID:
    """Say what was seen, as the link asks for, by typing a name; answer the row's id.

    The same form sent twice gives the first result. Raises NotFound for everybody whose link is
    not open, and RuleBroken naming the fields.
    """
    with transaction():
        row, enrolment = _held(actor)
        sending = once.Sending(key, actor.person_id, "state_by_link", text)
        first = _first(row, sending, at)
        if first is not None:
            return first
        _check_asked(row, Asked.WITNESS_STATEMENT)
        cleaned = rules.clean_statement(text, is_declared=is_declared, today=day_of(at))
        signed = WitnessStatement(**statement_columns(cleaned), **_signature(row, at))
        entry = _add(row, enrolment, signed, at)
        copy = letters.copy_of_statement(row, enrolment, cleaned, signed.declaration, entry)
        queue(row.email, *copy, at)
        _tell(row, letters.signed(row, cleaned.name), at)
        sending.remember_id(signed.id, at)
        return signed.id


def decline_by_link(
    actor: Actor, *, reason: str, at: datetime, key: uuid.UUID | None = None
) -> uuid.UUID:
    """Say that the request is not for them, or that they did not see it; whoever asked is told.

    The same form sent twice gives the first result, the request's id. Raises NotFound for
    everybody whose link is not open, and RuleBroken for a reason that is too long.
    """
    with transaction():
        row, _ = _held(actor)
        sending = once.Sending(key, actor.person_id, "decline_by_link", reason)
        first = _first(row, sending, at)
        if first is not None:
            return first
        end = RequestRevocation(
            request_id=row.id,
            how="declined",
            reason=rules.clean_reason(reason),
            revoked_at=at,
        )
        db.session.add(end)
        db.session.flush()
        by = Signer(None, row.name, ROLES[row.what])
        append(row.enrolment_id, revocation_event(end), by=by, at=at)
        _tell(row, letters.declined(row, end.reason), at)
        sending.remember_id(row.id, at)
        return row.id


def confirmation_columns(text: ConfirmationText) -> dict[str, object]:
    """What a cleaned confirmation says, by column."""
    return {"name": text.name, "job_role": text.job_role, "remark": text.remark}


def statement_columns(text: StatementText) -> dict[str, object]:
    """What a cleaned statement says, by column."""
    return {
        "statement": text.statement,
        "seen_on": text.seen_on,
        "seen_until": text.seen_until,
        "name": text.name,
        "job_role": text.job_role,
        "relationship": text.relationship,
        "contact": text.contact,
    }


def _held(actor: Actor) -> tuple[RequestRow, EnrolmentRow]:
    """The actor's request with its enrolment, held: nobody else answers or ends it meanwhile."""
    if actor.request_id is None:
        raise NotFound(rules.NOT_OPEN)
    lock_enrolment(request_queries.request(actor.request_id).enrolment_id)
    row = request_queries.request(actor.request_id)
    access.require(actor, Action.CONFIRM_BY_LINK, row.scope)
    return row, enrolment_queries.enrolment(row.enrolment_id)


def _first(row: RequestRow, sending: once.Sending, at: datetime) -> uuid.UUID | None:
    """What this very form gave before; whatever else comes after the end finds nothing."""
    try:
        first = sending.first_id()
    except RuleBroken as error:
        raise NotFound(rules.NOT_OPEN) from error
    if first is None and not row.is_open(at):
        raise NotFound(rules.NOT_OPEN)
    return first


def _check_asked(row: RequestRow, what: Asked) -> None:
    if row.what is not what:
        raise NotFound(rules.NOT_OPEN)


def _signature(row: RequestRow, at: datetime) -> dict[str, object]:
    """What every answer to this request holds, by column: what it is bound to, and the proof."""
    return {
        "id": new_id(),
        "enrolment_id": row.enrolment_id,
        "request_id": row.id,
        "version_id": row.version_id,
        "version_sha256": row.version_sha256,
        "declaration": DECLARATIONS[row.what],
        "proof_method": ProofMethod.LINK,
        "proved_at": at,
        "signed_at": at,
    }


def _add(
    row: RequestRow,
    enrolment: EnrolmentRow,
    signed: Confirmation | WitnessStatement,
    at: datetime,
) -> Entry:
    db.session.add(signed)
    db.session.flush()
    ahead.ask(enrolment.id, enrolment.provider_id, at=at)
    # With whom the request named: another name may have been signed.
    event = replace(signed_event(signed), names={"asked": row.name})
    return append(row.enrolment_id, event, by=Signer(None, signed.name, ROLES[row.what]), at=at)


def _tell(row: RequestRow, letter: letters.Letter, at: datetime) -> None:
    queue(db.session.get_one(Person, row.asked_by).email, *letter, at)
