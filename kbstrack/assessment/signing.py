"""Signing a KSB off, and reopening it: the final "met" and its only way back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from kbstrack import access, once
from kbstrack.access import Action, Actor, Role
from kbstrack.assessment import queries, rules, sign_off_queries, standing
from kbstrack.assessment.changes import OTHER_MEANWHILE, RENEWED_MEANWHILE, state_token
from kbstrack.assessment.events import reopening_event, sign_off_event
from kbstrack.assessment.models import Reopening, SignOff, SignOffBasis
from kbstrack.assessment.sign_off_rules import basis_of, check_sign_off
from kbstrack.assessment.standing import SignOffRow
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
    seen: str | None = None,
    key: uuid.UUID | None = None,
) -> None:
    """Sign one KSB off, by the role that the standard names for its kind.

    `proof` is how and when the person last proved who they are; an old one is refused. `seen`
    is what their page was made on (`changes.state_token`).

    Raises NotFound, NotAllowed, RuleBroken naming the field, or Conflict when it was signed off,
    or what it rests on was changed, meanwhile.
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
                seen=seen,
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
    renewals: int | None = None,
    reason: str,
    at: datetime,
    key: uuid.UUID | None = None,
) -> None:
    """Take a sign-off back, with a reason; it stays in the record.

    `renewals` is how often it had been confirmed when the page was made. Raises NotFound,
    NotAllowed, RuleBroken, or Conflict when it was reopened or confirmed meanwhile.
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
        signed = standing_sign_off(enrolment, code, round)
        if renewals is not None and renewals != len(signed.renewals):
            raise Conflict(RENEWED_MEANWHILE)
        cleaned = rules.clean_reason(reason)
        if not cleaned:
            raise RuleBroken("Say why it is reopened.", field="reason")
        row = Reopening(
            sign_off_id=signed.id,
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
    seen: str | None = None,
) -> None:
    """Add the sign-off, in the caller's transaction, which holds the enrolment."""
    assert is_writing()
    standard = standard_of(enrolment)
    action = action_for(standard, code)
    access.require(actor, action, enrolment.scope)
    check_running(enrolment)
    round = _next_round(enrolment, code)
    check_seen(enrolment, code, seen)
    decision_ids, cleaned = checked_basis(enrolment, code, reason=reason, is_declared=is_declared)
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
    _add(actor, enrolment, row, decision_ids, at)


def checked_basis(
    enrolment: EnrolmentRow, code: str, *, reason: str, is_declared: bool, is_renewal: bool = False
) -> tuple[list[uuid.UUID], str]:
    """The decisions that a sign-off of this KSB rests on now, and the reason cleaned.

    They are the ones by which its pieces are accepted.

    Raises RuleBroken naming the fields when they are not enough to sign.
    """
    claims, standard = queries.claim_rows(enrolment.id, code=code), standard_of(enrolment)
    pieces, ksb = standing.standings(claims).get(code, []), standard.ksb(code)
    cleaned = rules.clean_reason(reason)
    check_sign_off(
        basis_of(ksb, standard.sign_off_roles.role_for(ksb.kind), pieces),
        reason=cleaned,
        is_declared=is_declared,
        is_renewal=is_renewal,
    )
    basis = standing.accepted(pieces)
    return [item.decision_id for item in basis if item.decision_id is not None], cleaned


def standing_sign_off(enrolment: EnrolmentRow, code: str, round: int) -> SignOffRow:
    """The sign-off of a KSB that stands. Raises Conflict when it is not the one of this round."""
    signed = sign_off_queries.sign_offs(enrolment.id, code=code)
    if not signed or not signed[-1].stands or signed[-1].round != round:
        raise Conflict(rules.REOPENED_MEANWHILE)
    return signed[-1]


def check_seen(enrolment: EnrolmentRow, code: str, seen: str | None) -> None:
    """A form was made on what is still so; None was made on nothing. Raises Conflict."""
    if seen is None:
        return
    signed = sign_off_queries.sign_offs(enrolment.id, code=code)
    claims = queries.claim_rows(enrolment.id, code=code)
    if seen != state_token(signed, standing.standings(claims).get(code, [])):
        raise Conflict(OTHER_MEANWHILE)


def _next_round(enrolment: EnrolmentRow, code: str) -> int:
    signed = sign_off_queries.sign_offs(enrolment.id, code=code)
    if signed and signed[-1].stands:
        raise Conflict(rules.SIGNED_MEANWHILE)
    return len(signed) + 1


def _add(
    actor: Actor,
    enrolment: EnrolmentRow,
    row: SignOff,
    decision_ids: Sequence[uuid.UUID],
    at: datetime,
) -> None:
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
