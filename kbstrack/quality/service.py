"""Saying what quality assurance thinks of a sampled decision, answering it, and closing it."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from kbstrack import access, once
from kbstrack.access import Action, Actor, Role
from kbstrack.clock import day_of
from kbstrack.db import db, transaction
from kbstrack.errors import Conflict
from kbstrack.ids import new_id
from kbstrack.ledger.rules import Entry, Event
from kbstrack.ledger.service import append
from kbstrack.mail.service import queue
from kbstrack.people import enrolment_queries
from kbstrack.people.enrolling import lock_enrolment
from kbstrack.people.models import Person
from kbstrack.people.proofs import Proof, check_fresh
from kbstrack.people.receipts import send_receipt
from kbstrack.people.recording import signer
from kbstrack.quality import letters, outcomes, queries, signatures
from kbstrack.quality.events import closing_event, outcome_event, reply_event
from kbstrack.quality.models import IqaClosing, IqaOutcome, IqaReply
from kbstrack.quality.outcomes import IqaResult
from kbstrack.quality.queries import SampleRow


def judge(
    actor: Actor,
    sample_id: uuid.UUID,
    *,
    result: IqaResult | None,
    feedback: str,
    due_on: date | None,
    is_declared: bool,
    proof: Proof | None,
    at: datetime,
    key: uuid.UUID | None = None,
) -> None:
    """Record what quality assurance says of a sampled decision; an action goes to the assessor.

    Raises NotFound, NotAllowed for one's own decision or work, RuleBroken naming the field, or
    Conflict when an outcome was recorded meanwhile.
    """
    with transaction():
        sample = _held(actor, Action.SAMPLE_JUDGE, sample_id)
        person_id, action = actor.person_id, "judge_sample"
        about = (sample_id, result, feedback, due_on)
        if once.first_result(key, person_id=person_id, action=action, about=about) is not None:
            return
        if sample.result is not None:
            raise Conflict(outcomes.JUDGED_MEANWHILE)
        feedback = outcomes.clean_words(feedback, field="feedback")
        outcomes.check_outcome(
            result, feedback=feedback, due_on=due_on, is_declared=is_declared, today=day_of(at)
        )
        assert result is not None
        proof = check_fresh(proof, at)
        row = IqaOutcome(
            sample_id=sample_id,
            result=result.value,
            feedback=feedback,
            due_on=due_on if result is IqaResult.ACTION_REQUIRED else None,
            declaration=outcomes.DECLARATION,
            proof_method=proof.method,
            proved_at=proof.at,
            judged_by=person_id,
            judged_at=at,
        )
        _add_outcome(actor, sample, row, at)
        once.remember(key, person_id=person_id, action=action, about=about, result="", at=at)


def reply(
    actor: Actor, sample_id: uuid.UUID, *, text: str, at: datetime, key: uuid.UUID | None = None
) -> None:
    """Answer an action in words, as the enrolment's assessor.

    Raises NotFound, NotAllowed, RuleBroken (field `text`), or Conflict once it is closed.
    """
    with transaction():
        sample = _held(actor, Action.SAMPLE_ANSWER, sample_id)
        person_id, about, action = actor.person_id, (sample_id, text), "reply_to_iqa"
        if once.first_result(key, person_id=person_id, action=action, about=about) is not None:
            return
        outcomes.check_answerable(sample.state)
        row = IqaReply(
            id=new_id(),
            sample_id=sample_id,
            number=len(queries.replies(sample_id)) + 1,
            text=outcomes.clean_words(text, field="text", missing="Write your answer."),
            replied_by=person_id,
            replied_at=at,
        )
        db.session.add(row)
        db.session.flush()
        _append(actor, sample, reply_event(row), Role.ASSESSOR, at)
        judge_id = db.session.get_one(IqaOutcome, sample_id).judged_by
        _send(judge_id, letters.answered(sample), at)
        once.remember(key, person_id=person_id, action=action, about=about, result="", at=at)


def close(
    actor: Actor, sample_id: uuid.UUID, *, note: str, at: datetime, key: uuid.UUID | None = None
) -> None:
    """Close an action once the assessor has answered it, by words or by reopening.

    Raises NotFound, NotAllowed, RuleBroken, or Conflict when it was closed meanwhile.
    """
    with transaction():
        sample = _held(actor, Action.SAMPLE_JUDGE, sample_id)
        person_id, about, action = actor.person_id, (sample_id, note), "close_iqa_action"
        if once.first_result(key, person_id=person_id, action=action, about=about) is not None:
            return
        outcomes.check_closable(sample.state, is_own=person_id in _involved(sample))
        row = IqaClosing(
            sample_id=sample_id,
            note=outcomes.clean_words(note, field="note"),
            closed_by=person_id,
            closed_at=at,
        )
        db.session.add(row)
        db.session.flush()
        _append(actor, sample, closing_event(row), Role.IQA, at)
        once.remember(key, person_id=person_id, action=action, about=about, result="", at=at)


def _held(actor: Actor, action: Action, sample_id: uuid.UUID) -> SampleRow:
    """The sample, with its enrolment held, for whoever may do this."""
    lock_enrolment(queries.sample(sample_id).enrolment_id)
    sample = queries.sample(sample_id)
    access.require(actor, action, sample.scope)
    return sample


def _add_outcome(actor: Actor, sample: SampleRow, row: IqaOutcome, at: datetime) -> None:
    db.session.add(row)
    db.session.flush()
    entry = _append(actor, sample, outcome_event(row), Role.IQA, at)
    what = f"Your quality assurance of E{sample.evidence_number} for {sample.code}"
    send_receipt(actor.person_id, what, entry)
    if row.result == IqaResult.ACTION_REQUIRED:
        _tell_assessor(queries.sample(sample.id), at)


def _append(actor: Actor, sample: SampleRow, event: Event, role: Role, at: datetime) -> Entry:
    enrolment = enrolment_queries.enrolment(sample.enrolment_id)
    return append(enrolment.id, event, by=signer(actor, enrolment, role), at=at)


def _tell_assessor(sample: SampleRow, at: datetime) -> None:
    present = enrolment_queries.enrolment(sample.enrolment_id).assessor_id
    _send(present or sample.assessor_id, letters.action_required(sample), at)


def _send(person_id: uuid.UUID, letter: letters.Letter, at: datetime) -> None:
    subject, body = letter
    queue(db.session.get_one(Person, person_id).email, subject, body, at)


def _involved(sample: SampleRow) -> set[uuid.UUID | None]:
    """Whose own doing the answer is: they wrote it or took something back, decided or signed what
    came after, or assess the apprentice now."""
    since = sample.judged_at
    if since is None:
        return set()
    return {
        *signatures.answerers(sample.id, sample.decision_id, since=since),
        *signatures.followers(sample.evidence_id, sample.enrolment_id, sample.code, since=since),
        enrolment_queries.enrolment(sample.enrolment_id).assessor_id,
    }
