"""Signing a KSB off, and reopening it: the final "met" and its only way back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from kbstrack import access, once
from kbstrack.access import Action, Actor, Role
from kbstrack.assessment import queries, rules, sign_off_queries, standing
from kbstrack.assessment.events import reopening_event, sign_off_event
from kbstrack.assessment.models import Reopening, SignOff, SignOffBasis
from kbstrack.assessment.standing import Standing
from kbstrack.db import db, is_writing, transaction
from kbstrack.errors import Conflict, RuleBroken
from kbstrack.evidence.service import check_running
from kbstrack.ids import new_id
from kbstrack.ledger.service import append
from kbstrack.people import enrolment_queries
from kbstrack.people.enrolling import lock_enrolment
from kbstrack.people.enrolment_queries import EnrolmentRow
from kbstrack.people.pinned import standard_of
from kbstrack.people.proofs import Proof, check_fresh
from kbstrack.people.receipts import send_receipt
from kbstrack.people.recording import is_qualified, signer
from kbstrack.standards.rules import Standard

SIGNING = {
    "assessor": Action.SIGN_OFF_AS_ASSESSOR,
    "employer": Action.SIGN_OFF_AS_EMPLOYER,
}


def action_for(standard: Standard, code: str) -> Action:
    """The permission that signing this KSB off needs. Raises NotFound for an unknown code."""
    return SIGNING[standard.sign_off_roles.role_for(standard.ksb(code).kind)]


def sign_off(
    actor: Actor,
    enrolment_id: uuid.UUID,
    code: str,
    *,
    reason: str,
    is_declared: bool,
    proof: Proof | None,
    at: datetime,
    key: uuid.UUID | None = None,
) -> None:
    """Sign one KSB off, by the role that the standard names for its kind.

    `proof` is how and when the person last proved who they are; an old one is refused.

    Raises NotFound, NotAllowed, RuleBroken naming the field, or Conflict when it was signed off
    meanwhile.
    """
    with transaction():
        lock_enrolment(enrolment_id)
        enrolment = enrolment_queries.enrolment(enrolment_id)
        access.require(actor, Action.ENROLMENT_SEE, enrolment.scope)
        person_id, about = actor.person_id, (enrolment_id, code, reason)
        if once.first_result(key, person_id=person_id, action="sign_off", about=about) is None:
            sign(
                actor,
                enrolment,
                code,
                reason=reason,
                is_declared=is_declared,
                proof=proof,
                at=at,
            )
            once.remember(
                key, person_id=person_id, action="sign_off", about=about, result=code, at=at
            )


def reopen(
    actor: Actor,
    enrolment_id: uuid.UUID,
    code: str,
    *,
    round: int,
    reason: str,
    at: datetime,
    key: uuid.UUID | None = None,
) -> None:
    """Take a sign-off back, with a reason; it stays in the record.

    Raises NotFound, NotAllowed, RuleBroken, or Conflict when it was reopened meanwhile.
    """
    with transaction():
        lock_enrolment(enrolment_id)
        enrolment = enrolment_queries.enrolment(enrolment_id)
        access.require(actor, Action.ENROLMENT_SEE, enrolment.scope)
        access.require(actor, action_for(standard_of(enrolment), code), enrolment.scope)
        person_id, about = actor.person_id, (enrolment_id, code, round, reason)
        if once.first_result(key, person_id=person_id, action="reopen", about=about) is not None:
            return
        check_running(enrolment)
        signed = sign_off_queries.sign_offs(enrolment_id, code=code)
        if not signed or not signed[-1].stands or signed[-1].round != round:
            raise Conflict(rules.REOPENED_MEANWHILE)
        cleaned = rules.clean_reason(reason)
        if not cleaned:
            raise RuleBroken("Say why it is reopened.", field="reason")
        row = Reopening(
            sign_off_id=signed[-1].id,
            reason=cleaned,
            reopened_by=actor.person_id,
            reopened_at=at,
        )
        db.session.add(row)
        db.session.flush()
        role = _role_of(action_for(standard_of(enrolment), code))
        append(enrolment.id, reopening_event(row), by=signer(actor, enrolment, role), at=at)
        once.remember(key, person_id=person_id, action="reopen", about=about, result=code, at=at)


def sign(
    actor: Actor,
    enrolment: EnrolmentRow,
    code: str,
    *,
    reason: str,
    is_declared: bool,
    proof: Proof | None,
    at: datetime,
) -> None:
    """Add the sign-off, in the caller's transaction, which holds the enrolment."""
    assert is_writing()
    standard = standard_of(enrolment)
    action = action_for(standard, code)
    access.require(actor, action, enrolment.scope)
    check_running(enrolment)
    round = _next_round(enrolment, code)
    basis, cleaned = checked_basis(enrolment, code, reason=reason, is_declared=is_declared)
    proof, role = check_fresh(proof, at), _role_of(action)
    row = SignOff(
        id=new_id(),
        enrolment_id=enrolment.id,
        code=code,
        round=round,
        statement_hash=standard.ksb(code).statement_hash,
        role=role,
        declaration=rules.SIGN_OFF_DECLARATIONS[role],
        reason=cleaned,
        needs_countersignature=role is Role.ASSESSOR and not is_qualified(actor, enrolment),
        proof_method=proof.method,
        proved_at=proof.at,
        signed_by=actor.person_id,
        signed_at=at,
    )
    _add(actor, enrolment, row, basis, at)


def checked_basis(
    enrolment: EnrolmentRow, code: str, *, reason: str, is_declared: bool
) -> tuple[list[Standing], str]:
    """The accepted pieces that a sign-off of this KSB rests on now, and the reason cleaned.

    Raises RuleBroken naming the fields when they are not enough to sign.
    """
    claims = queries.claim_rows(enrolment.id, code=code)
    pieces = standing.standings(claims).get(code, [])
    basis = standing.accepted(pieces)
    cleaned = rules.clean_reason(reason)
    rules.check_sign_off(
        code,
        accepted_count=len(basis),
        pieces_needed=standard_of(enrolment).ksb(code).pieces_needed,
        reason=cleaned,
        is_declared=is_declared,
        only_testimony=bool(basis) and all(item.is_testimony for item in basis),
        uncountersigned_count=len(standing.uncountersigned(pieces)),
    )
    return basis, cleaned


def _next_round(enrolment: EnrolmentRow, code: str) -> int:
    signed = sign_off_queries.sign_offs(enrolment.id, code=code)
    if signed and signed[-1].stands:
        raise Conflict(rules.SIGNED_MEANWHILE)
    return len(signed) + 1


def _add(
    actor: Actor,
    enrolment: EnrolmentRow,
    row: SignOff,
    basis: Sequence[Standing],
    at: datetime,
) -> None:
    decision_ids = [item.decision_id for item in basis if item.decision_id is not None]
    db.session.add(row)
    db.session.flush()
    db.session.add_all(
        SignOffBasis(sign_off_id=row.id, decision_id=decision_id) for decision_id in decision_ids
    )
    db.session.flush()
    event = sign_off_event(row, decision_ids)
    if row.role == Role.EMPLOYER and enrolment.employer:
        event = replace(event, names={"employer": enrolment.employer})
    entry = append(enrolment.id, event, by=signer(actor, enrolment, row.role), at=at)
    send_receipt(actor.person_id, f"Your sign-off of {row.code}", entry)


def _role_of(action: Action) -> Role:
    return Role.ASSESSOR if action is Action.SIGN_OFF_AS_ASSESSOR else Role.EMPLOYER
