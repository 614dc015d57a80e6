"""Confirming a sign-off after the evidence that it rests on was changed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from kbstrack import access, once
from kbstrack.access import Action, Actor
from kbstrack.assessment import queries
from kbstrack.assessment.changes import RENEWAL_DECLARATIONS, changes_since, check_renewable
from kbstrack.assessment.events import renewal_event
from kbstrack.assessment.models import Renewal, RenewalBasis
from kbstrack.assessment.signing import action_for, check_seen, checked_basis, standing_sign_off
from kbstrack.assessment.standing import SignOffRow
from kbstrack.db import db, transaction
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


def renew_sign_off(
    actor: Actor,
    enrolment_id: uuid.UUID,
    code: str,
    *,
    round: int,
    reason: str,
    is_declared: bool,
    proof: Proof | None,
    at: datetime,
    seen: str | None = None,
    key: uuid.UUID | None = None,
) -> None:
    """Confirm a sign-off on the accepted pieces as they are now, by the role that signed it.

    `seen` is what the page was made on (`changes.state_token`). Raises NotFound, NotAllowed,
    RuleBroken naming the field, or Conflict when it was confirmed or reopened meanwhile.
    """
    with transaction():
        lock_enrolment(enrolment_id)
        enrolment = enrolment_queries.enrolment(enrolment_id)
        access.require(actor, Action.ENROLMENT_SEE, enrolment.scope)
        access.require(actor, action_for(standard_of(enrolment), code), enrolment.scope)
        person_id, about = actor.person_id, (enrolment_id, code, round, reason)
        first = once.first_result(key, person_id=person_id, action="renew_sign_off", about=about)
        if first is not None:
            return
        check_running(enrolment)
        signed = standing_sign_off(enrolment, code, round)
        _check_changed(actor, enrolment, signed)
        check_seen(enrolment, code, seen)
        decision_ids, cleaned = checked_basis(
            enrolment, code, reason=reason, is_declared=is_declared, is_renewal=True
        )
        row = _renewal(actor, signed, reason=cleaned, proof=check_fresh(proof, at), at=at)
        _add(actor, enrolment, signed, row, decision_ids)
        once.remember(
            key, person_id=person_id, action="renew_sign_off", about=about, result=code, at=at
        )


def _check_changed(actor: Actor, enrolment: EnrolmentRow, signed: SignOffRow) -> None:
    check_renewable(
        changes_since(queries.claim_rows(enrolment.id, code=signed.code), signed.decision_ids),
        is_qualified=signed.role != "assessor" or is_qualified(actor, enrolment),
        counts=signed.counts,
    )


def _renewal(
    actor: Actor, signed: SignOffRow, *, reason: str, proof: Proof, at: datetime
) -> Renewal:
    return Renewal(
        id=new_id(),
        sign_off_id=signed.id,
        number=len(signed.renewals) + 1,
        reason=reason,
        declaration=RENEWAL_DECLARATIONS[signed.role],
        proof_method=proof.method,
        proved_at=proof.at,
        signed_by=actor.person_id,
        signed_at=at,
    )


def _add(
    actor: Actor,
    enrolment: EnrolmentRow,
    signed: SignOffRow,
    row: Renewal,
    decision_ids: Sequence[uuid.UUID],
) -> None:
    db.session.add(row)
    db.session.flush()
    db.session.add_all(
        RenewalBasis(renewal_id=row.id, decision_id=decision_id) for decision_id in decision_ids
    )
    db.session.flush()
    by = signer(actor, enrolment, signed.role)
    entry = append(enrolment.id, renewal_event(row, decision_ids), by=by, at=row.signed_at)
    send_receipt(actor.person_id, f"Your confirmation of the sign-off of {signed.code}", entry)
