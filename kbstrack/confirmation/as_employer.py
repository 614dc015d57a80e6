"""The same with an account: the line manager confirms, or says what they saw."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, select

from kbstrack import access, once
from kbstrack.access import Action, Actor, Role
from kbstrack.assessment.signing import SIGNING, action_for
from kbstrack.clock import day_of
from kbstrack.confirmation import letters, request_queries, rules
from kbstrack.confirmation.answering import confirmation_columns, statement_columns
from kbstrack.confirmation.events import signed_event
from kbstrack.confirmation.models import Confirmation, WitnessStatement
from kbstrack.confirmation.request_queries import RequestRow
from kbstrack.confirmation.rules import (
    DECLARATIONS,
    KSB_DECLARATION,
    SIGNED_BEFORE,
    Asked,
    ConfirmationText,
    StatementText,
)
from kbstrack.confirmation.service import standing_version
from kbstrack.db import db, transaction
from kbstrack.errors import Conflict, RuleBroken
from kbstrack.evidence import queries as evidence_queries
from kbstrack.evidence.queries import EvidenceRow, VersionRow
from kbstrack.evidence.service import check_running
from kbstrack.ids import new_id
from kbstrack.jobs import ahead
from kbstrack.ledger.rules import Event
from kbstrack.ledger.service import append
from kbstrack.mail.service import queue
from kbstrack.people import enrolment_queries
from kbstrack.people.enrolling import lock_enrolment
from kbstrack.people.enrolment_queries import EnrolmentRow
from kbstrack.people.models import Person
from kbstrack.people.pinned import standard_of
from kbstrack.people.proofs import Proof, check_fresh
from kbstrack.people.receipts import send_receipt
from kbstrack.people.recording import signer

Signed = type[Confirmation] | type[WitnessStatement]

SIGNED: dict[Asked, tuple[Signed, str]] = {
    Asked.CONFIRMATION: (Confirmation, "confirmation"),
    Asked.WITNESS_STATEMENT: (WitnessStatement, "witness statement"),
}
"""What is signed of a version, and what the receipt calls it."""


def confirm(
    actor: Actor,
    evidence_id: uuid.UUID,
    *,
    version_number: int,
    text: ConfirmationText,
    is_declared: bool,
    proof: Proof | None,
    at: datetime,
    key: uuid.UUID | None = None,
) -> None:
    """Confirm one version as the apprentice's line manager.

    An open request to their own address is answered by it. Raises NotFound, NotAllowed,
    RuleBroken naming the fields, or Conflict when the version no longer stands or they confirmed
    it before.
    """
    with transaction():
        enrolment = _confirming(actor, evidence_queries.enrolment_of(evidence_id))
        sending = once.Sending(key, actor.person_id, "confirm", (evidence_id, version_number, text))
        if sending.first_id() is not None:
            return
        check_running(enrolment)
        piece = evidence_queries.evidence(evidence_id)
        version = standing_version(piece, version_number)
        cleaned = rules.clean_confirmation(text, is_declared=is_declared)
        row_id = _sign_version(
            actor,
            enrolment,
            piece,
            version,
            what=Asked.CONFIRMATION,
            says=confirmation_columns(cleaned),
            proof=proof,
            at=at,
        )
        sending.remember_id(row_id, at)


def confirm_ksb(
    actor: Actor,
    enrolment_id: uuid.UUID,
    code: str,
    *,
    text: ConfirmationText,
    is_declared: bool,
    proof: Proof | None,
    at: datetime,
    key: uuid.UUID | None = None,
) -> None:
    """Confirm one KSB as the line manager, where the standard does not give it to them anyway.

    Raises NotFound, NotAllowed, RuleBroken naming the fields or when the employer signs this KSB
    off, or Conflict when they confirmed it before.
    """
    with transaction():
        enrolment = _confirming(actor, enrolment_id)
        sending = once.Sending(key, actor.person_id, "confirm_ksb", (enrolment_id, code, text))
        if sending.first_id() is not None:
            return
        check_running(enrolment)
        standard = standard_of(enrolment)
        if action_for(standard, code) is SIGNING["employer"]:
            raise RuleBroken(rules.EMPLOYER_SIGNS_OFF.format(code=code))
        cleaned = rules.clean_confirmation(text, is_declared=is_declared)
        proof = check_fresh(proof, at)
        _check_new(
            actor,
            Confirmation,
            Confirmation.enrolment_id == enrolment_id,
            Confirmation.code == code,
        )
        row = Confirmation(
            id=new_id(),
            enrolment_id=enrolment.id,
            code=code,
            statement_hash=standard.ksb(code).statement_hash,
            declaration=KSB_DECLARATION,
            **confirmation_columns(cleaned),
            **_signature(actor, proof, at),
        )
        _add(actor, enrolment, row, f"Your confirmation of {code}", at)
        sending.remember_id(row.id, at)


def give_statement(
    actor: Actor,
    evidence_id: uuid.UUID,
    *,
    version_number: int,
    text: StatementText,
    is_declared: bool,
    proof: Proof | None,
    at: datetime,
    key: uuid.UUID | None = None,
) -> None:
    """Say what was seen of one version, as the apprentice's line manager.

    An open request to their own address is answered by it. Raises NotFound, NotAllowed,
    RuleBroken naming the fields, or Conflict when the version no longer stands or they said it
    before.
    """
    with transaction():
        enrolment = _confirming(actor, evidence_queries.enrolment_of(evidence_id))
        sending = once.Sending(
            key, actor.person_id, "give_statement", (evidence_id, version_number, text)
        )
        if sending.first_id() is not None:
            return
        check_running(enrolment)
        piece = evidence_queries.evidence(evidence_id)
        version = standing_version(piece, version_number)
        cleaned = rules.clean_statement(text, is_declared=is_declared, today=day_of(at))
        row_id = _sign_version(
            actor,
            enrolment,
            piece,
            version,
            what=Asked.WITNESS_STATEMENT,
            says=statement_columns(cleaned),
            proof=proof,
            at=at,
        )
        sending.remember_id(row_id, at)


def _confirming(actor: Actor, enrolment_id: uuid.UUID) -> EnrolmentRow:
    lock_enrolment(enrolment_id)
    enrolment = enrolment_queries.enrolment(enrolment_id)
    access.require(actor, Action.CONFIRM, enrolment.scope)
    return enrolment


def _sign_version(
    actor: Actor,
    enrolment: EnrolmentRow,
    piece: EvidenceRow,
    version: VersionRow,
    *,
    what: Asked,
    says: Mapping[str, object],
    proof: Proof | None,
    at: datetime,
) -> uuid.UUID:
    """Add what they say of one version, answering the open request to them; the row's id."""
    proof, (model, words) = check_fresh(proof, at), SIGNED[what]
    _check_new(actor, model, model.version_id == version.id)
    asked = _asked(actor, enrolment, version.id, what, at)
    row = model(
        id=new_id(),
        enrolment_id=enrolment.id,
        request_id=asked.id if asked else None,
        version_id=version.id,
        version_sha256=version.sha256,
        declaration=DECLARATIONS[what],
        **says,
        **_signature(actor, proof, at),
    )
    _add(actor, enrolment, row, f"Your {words} of E{piece.number}", at)
    ahead.ask(enrolment.id, enrolment.provider_id, at=at)
    _tell(asked, row.name, at)
    return row.id


def _check_new(actor: Actor, model: Signed, *conditions: ColumnElement[bool]) -> None:
    own = select(model.id).where(model.signed_by == actor.person_id, *conditions)
    if db.session.scalar(own) is not None:
        raise Conflict(SIGNED_BEFORE)


def _asked(
    actor: Actor, enrolment: EnrolmentRow, version_id: uuid.UUID, what: Asked, at: datetime
) -> RequestRow | None:
    """The open request to their own address that this answers, if there is one."""
    email = db.session.get_one(Person, actor.person_id).email
    waiting = request_queries.open_requests_to(email, [enrolment.id], at)
    same = (row for row in waiting if row.version_id == version_id and row.what is what)
    return next(same, None)


def _signature(actor: Actor, proof: Proof, at: datetime) -> dict[str, object]:
    return {
        "proof_method": proof.method,
        "proved_at": proof.at,
        "signed_by": actor.person_id,
        "signed_at": at,
    }


def _add(
    actor: Actor,
    enrolment: EnrolmentRow,
    row: Confirmation | WitnessStatement,
    what: str,
    at: datetime,
) -> None:
    db.session.add(row)
    db.session.flush()
    by = signer(actor, enrolment, Role.EMPLOYER)
    entry = append(enrolment.id, _with_employer(signed_event(row), enrolment), by=by, at=at)
    send_receipt(actor.person_id, what, entry)


def _with_employer(event: Event, enrolment: EnrolmentRow) -> Event:
    return replace(event, names={"employer": enrolment.employer} if enrolment.employer else {})


def _tell(asked: RequestRow | None, name: str, at: datetime) -> None:
    if asked is not None:
        letter = letters.signed(asked, name)
        queue(db.session.get_one(Person, asked.asked_by).email, *letter, at)
