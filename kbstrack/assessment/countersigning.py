"""The second signature on what an assessor decided who is not yet qualified, or its return."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import exists, select

from kbstrack import access, once
from kbstrack.access import Action, Actor
from kbstrack.assessment import countersign_rules as rules
from kbstrack.assessment import letters
from kbstrack.assessment.countersign_rules import Answer
from kbstrack.assessment.events import countersignature_event, reopening_event
from kbstrack.assessment.models import (
    Countersignature,
    Decision,
    DecisionReopening,
    Reopening,
    SignOff,
)
from kbstrack.assessment.redeciding import is_replaced, take_back
from kbstrack.assessment.rules import REOPENED_MEANWHILE
from kbstrack.assessment.turns import TAKEN_BACK_MEANWHILE
from kbstrack.db import db, transaction
from kbstrack.errors import Conflict, NotFound
from kbstrack.evidence.models import Evidence, EvidenceVersion
from kbstrack.evidence.service import check_running
from kbstrack.ids import new_id
from kbstrack.jobs import ahead
from kbstrack.ledger.rules import Entry
from kbstrack.ledger.service import append
from kbstrack.people import countersigners, enrolment_queries
from kbstrack.people.enrolling import lock_enrolment
from kbstrack.people.enrolment_queries import NOT_HERE, EnrolmentRow
from kbstrack.people.proofs import Proof, check_fresh
from kbstrack.people.receipts import send_receipt
from kbstrack.people.recording import signer

COUNTERSIGNER = "countersigner"
"""In what role somebody signs here: no role of a member, but what they are named for."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be countersigned: a decision (with the number of its piece) or a sign-off."""

    row: Decision | SignOff
    signed_by: uuid.UUID
    evidence_number: int = 0

    @property
    def kind(self) -> str:
        """`decision` or `sign_off`."""
        return "decision" if isinstance(self.row, Decision) else "sign_off"

    @property
    def place(self) -> str:
        """`K1 of E3`, or `the sign-off of K1`."""
        if isinstance(self.row, Decision):
            return f"{self.row.code} of E{self.evidence_number}"
        return f"the sign-off of {self.row.code}"


def countersign(
    actor: Actor,
    enrolment_id: uuid.UUID,
    *,
    answers: Sequence[Answer],
    is_declared: bool,
    proof: Proof | None,
    at: datetime,
    key: uuid.UUID | None = None,
) -> None:
    """Countersign decisions and sign-offs of an enrolment, or return them; all or none.

    What is agreed to counts from then on. A decision that is not agreed to is taken back and made
    again, a sign-off is reopened; their assessor is told by email. Agreeing needs a fresh `proof`.
    Raises NotFound, NotAllowed, RuleBroken naming the field (`K1-remark`), or Conflict when one of
    them was countersigned, taken back or overtaken by a later version meanwhile.
    """
    with transaction():
        lock_enrolment(enrolment_id)
        enrolment = enrolment_queries.enrolment(enrolment_id)
        access.require(actor, Action.COUNTERSIGN, enrolment.scope)
        about = (enrolment_id, tuple(answers), is_declared)
        who = actor.person_id
        if once.first_result(key, person_id=who, action="countersign", about=about) is not None:
            return
        check_running(enrolment)
        subjects = [_subject(enrolment, answer.subject_id) for answer in answers]
        if subjects:
            access.require(actor, Action.COUNTERSIGN, _scope(enrolment, subjects))
        cleaned = [rules.clean_answer(answer) for answer in answers]
        for subject in subjects:
            _check_waits(subject)
        rules.check_answers(cleaned, is_declared=is_declared)
        given = list(zip(subjects, cleaned, strict=True))
        agreed = [(subject, answer.remark) for subject, answer in given if answer.is_agreed]
        returned = [(subject, answer.remark) for subject, answer in given if not answer.is_agreed]
        _agree(actor, enrolment, agreed, proof, at)
        _return(actor, enrolment, returned, at)
        ahead.ask(enrolment.id, enrolment.provider_id, at=at)
        once.remember(
            key, person_id=who, action="countersign", about=about, result=str(enrolment_id), at=at
        )


def _subject(enrolment: EnrolmentRow, subject_id: uuid.UUID) -> Subject:
    """The decision or sign-off with this id. Raises NotFound."""
    signed = db.session.get(SignOff, subject_id)
    if signed is not None and signed.enrolment_id == enrolment.id:
        return Subject(signed, signed.signed_by)
    found = db.session.execute(
        select(Decision, Evidence.number)
        .join(EvidenceVersion, EvidenceVersion.id == Decision.version_id)
        .join(Evidence, Evidence.id == EvidenceVersion.evidence_id)
        .where(Decision.id == subject_id, Evidence.enrolment_id == enrolment.id)
    ).one_or_none()
    if found is None:
        raise NotFound(NOT_HERE)
    return Subject(found.Decision, found.Decision.decided_by, found.number or 0)


def _scope(enrolment: EnrolmentRow, subjects: Sequence[Subject]) -> access.EnrolmentScope:
    """The enrolment with those only who countersign for each of these assessors, never for
    themselves."""
    assessors = {subject.signed_by for subject in subjects}
    named = {countersigners.countersigner_of(enrolment.provider_id, one) for one in assessors}
    may = named - {None} - assessors if len(named) == 1 else set()
    return replace(enrolment.scope, countersigner_ids=frozenset(one for one in may if one))


def _check_waits(subject: Subject) -> None:
    """It waits for a second signature. Raises Conflict."""
    row = subject.row
    if isinstance(row, Decision):
        column, reopening = Countersignature.decision_id, DecisionReopening.decision_id
        meanwhile = TAKEN_BACK_MEANWHILE
    else:
        column, reopening = Countersignature.sign_off_id, Reopening.sign_off_id
        meanwhile = REOPENED_MEANWHILE
    if db.session.scalar(select(exists().where(reopening == row.id))):
        raise Conflict(meanwhile)
    is_signed = db.session.scalar(select(exists().where(column == row.id)))
    if is_signed or not row.needs_countersignature:
        raise Conflict(rules.COUNTERSIGNED_MEANWHILE)
    if isinstance(row, Decision) and is_replaced(row.id):
        raise Conflict(rules.OVERTAKEN)


def _agree(
    actor: Actor,
    enrolment: EnrolmentRow,
    agreed: Sequence[tuple[Subject, str]],
    proof: Proof | None,
    at: datetime,
) -> None:
    if not agreed:
        return
    proof, entry = check_fresh(proof, at), None
    for subject, remark in agreed:
        entry = _sign(actor, enrolment, subject, remark=remark, proof=proof, at=at)
    assert entry is not None
    # The last entry chains the ones before it: one receipt vouches for all of them.
    places = ", ".join(subject.place for subject, _ in agreed)
    send_receipt(actor.person_id, f"Your countersignature ({places})", entry)


def _sign(
    actor: Actor,
    enrolment: EnrolmentRow,
    subject: Subject,
    *,
    remark: str,
    proof: Proof,
    at: datetime,
) -> Entry:
    is_decision = isinstance(subject.row, Decision)
    row = Countersignature(
        id=new_id(),
        decision_id=subject.row.id if is_decision else None,
        sign_off_id=None if is_decision else subject.row.id,
        remark=remark,
        declaration=rules.COUNTERSIGN_DECLARATIONS[subject.kind],
        proof_method=proof.method,
        proved_at=proof.at,
        signed_by=actor.person_id,
        signed_at=at,
    )
    db.session.add(row)
    db.session.flush()
    by = signer(actor, enrolment, COUNTERSIGNER)
    return append(enrolment.id, countersignature_event(row), by=by, at=at)


def _return(
    actor: Actor, enrolment: EnrolmentRow, returned: Sequence[tuple[Subject, str]], at: datetime
) -> None:
    for subject, reason in returned:
        if isinstance(subject.row, Decision):
            take_back(actor, enrolment, subject.row.id, reason=reason, role=COUNTERSIGNER, at=at)
        else:
            _reopen(actor, enrolment, subject.row, reason, at)
    by = signer(actor, enrolment, COUNTERSIGNER)
    for assessor_id in sorted({subject.signed_by for subject, _ in returned}):
        theirs = [subject for subject, _ in returned if subject.signed_by == assessor_id]
        letters.send_returned(
            assessor_id,
            by.name,
            enrolment,
            decisions=[item.place for item in theirs if isinstance(item.row, Decision)],
            sign_offs=[item.row.code for item in theirs if isinstance(item.row, SignOff)],
            at=at,
        )


def _reopen(
    actor: Actor, enrolment: EnrolmentRow, signed: SignOff, reason: str, at: datetime
) -> None:
    row = Reopening(
        sign_off_id=signed.id, reason=reason, reopened_by=actor.person_id, reopened_at=at
    )
    db.session.add(row)
    db.session.flush()
    by = signer(actor, enrolment, COUNTERSIGNER)
    append(enrolment.id, reopening_event(row), by=by, at=at)
