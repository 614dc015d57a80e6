"""Taking a decision back, so that it is made again; the decision itself stays in the record."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select

from kbstrack import access, once
from kbstrack.access import Action, Actor, Role
from kbstrack.assessment import rules, turns
from kbstrack.assessment.decision_queries import DecisionRow
from kbstrack.assessment.events import decision_reopening_event
from kbstrack.assessment.models import Decision, DecisionReopening
from kbstrack.assessment.reading import EvidencePage, see_evidence
from kbstrack.db import db, is_writing, transaction
from kbstrack.errors import Conflict, NotFound, RuleBroken
from kbstrack.evidence.models import Evidence, EvidenceVersion, Withdrawal
from kbstrack.evidence.service import check_running
from kbstrack.jobs import ahead
from kbstrack.ledger.service import append
from kbstrack.people import enrolment_queries
from kbstrack.people.enrolling import lock_enrolment
from kbstrack.people.enrolment_queries import NOT_HERE, EnrolmentRow
from kbstrack.people.recording import signer


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """A decision with the piece it was made on; `closed` says why it can't be taken back now."""

    page: EvidencePage
    decision: DecisionRow
    closed: str


def see_decision(actor: Actor, decision_id: uuid.UUID) -> DecisionPage:
    """A decision for the assessor who may take it back. Raises NotFound, NotAllowed."""
    evidence_id = db.session.scalar(
        select(EvidenceVersion.evidence_id)
        .join(Decision, Decision.version_id == EvidenceVersion.id)
        .where(Decision.id == decision_id)
    )
    if evidence_id is None:
        raise NotFound(NOT_HERE)
    page = see_evidence(actor, evidence_id)
    access.require(actor, Action.DECISION_REOPEN, page.enrolment.scope)
    last = [row for found in page.decisions.values() for row in found.values()]
    rows = {row.id: row for found in last for row in (found, *found.former)}
    closed = ""
    try:
        _check_open(page.enrolment, decision_id)
    except (Conflict, RuleBroken) as refusal:
        closed = str(refusal)
    return DecisionPage(page, rows[decision_id], closed)


def reopen_decision(
    actor: Actor,
    decision_id: uuid.UUID,
    *,
    reason: str,
    at: datetime,
    key: uuid.UUID | None = None,
) -> None:
    """Take one decision back as the assessor, with a reason; its claim is then open again.

    Raises NotFound, NotAllowed, RuleBroken (field `reason`), or Conflict when it was taken back
    meanwhile or a later version waits or was decided on.
    """
    with transaction():
        enrolment_id = enrolment_of(decision_id)
        lock_enrolment(enrolment_id)
        enrolment = enrolment_queries.enrolment(enrolment_id)
        access.require(actor, Action.DECISION_REOPEN, enrolment.scope)
        person_id, about, action = actor.person_id, (decision_id, reason), "reopen_decision"
        if once.first_result(key, person_id=person_id, action=action, about=about) is not None:
            return
        take_back(actor, enrolment, decision_id, reason=reason, role=Role.ASSESSOR, at=at)
        ahead.ask(enrolment.id, enrolment.provider_id, at=at)
        result = str(decision_id)
        once.remember(key, person_id=person_id, action=action, about=about, result=result, at=at)


def take_back(
    actor: Actor,
    enrolment: EnrolmentRow,
    decision_id: uuid.UUID,
    *,
    reason: str,
    role: Role | str,
    at: datetime,
) -> None:
    """Add the reopening, in the caller's transaction, which holds the enrolment and has asked
    whether the person may; `role` is "assessor" or "countersigner".

    Raises NotFound when the decision is not of this enrolment, RuleBroken (field `reason`), or
    Conflict as `reopen_decision` does.
    """
    assert is_writing()
    if enrolment_of(decision_id) != enrolment.id:
        raise NotFound(NOT_HERE)
    _check_open(enrolment, decision_id)
    cleaned = rules.clean_reason(reason)
    if not cleaned:
        raise RuleBroken("Say why it is taken back.", field="reason")
    row = DecisionReopening(
        decision_id=decision_id,
        reason=cleaned,
        role=str(role),
        reopened_by=actor.person_id,
        reopened_at=at,
    )
    db.session.add(row)
    db.session.flush()
    by = signer(actor, enrolment, role)
    append(enrolment.id, decision_reopening_event(row), by=by, at=at)


def _check_open(enrolment: EnrolmentRow, decision_id: uuid.UUID) -> None:
    check_running(enrolment)
    turns.check_can_be_taken_back(
        is_taken_back=db.session.get(DecisionReopening, decision_id) is not None,
        is_replaced=is_replaced(decision_id),
    )


def enrolment_of(decision_id: uuid.UUID) -> uuid.UUID:
    """The enrolment that a decision belongs to. Raises NotFound."""
    found = db.session.scalar(
        select(Evidence.enrolment_id)
        .join(EvidenceVersion, EvidenceVersion.evidence_id == Evidence.id)
        .join(Decision, Decision.version_id == EvidenceVersion.id)
        .where(Decision.id == decision_id)
    )
    if found is None:
        raise NotFound(NOT_HERE)
    return found


def is_replaced(decision_id: uuid.UUID) -> bool:
    """Whether a later version, which was not withdrawn, is what counts or waits now."""
    decided = (
        select(EvidenceVersion.evidence_id, EvidenceVersion.number)
        .join(Decision, Decision.version_id == EvidenceVersion.id)
        .where(Decision.id == decision_id)
        .subquery()
    )
    later = exists().where(
        EvidenceVersion.evidence_id == decided.c.evidence_id,
        EvidenceVersion.number > decided.c.number,
        ~exists().where(Withdrawal.version_id == EvidenceVersion.id),
    )
    return bool(db.session.scalar(select(later).select_from(decided)))
