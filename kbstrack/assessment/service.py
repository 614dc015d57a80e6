"""Handing in, taking back and deciding on evidence: rows that are only added."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from kbstrack import access, once
from kbstrack.access import Action, Actor, Role
from kbstrack.assessment import queries, rules, turns
from kbstrack.assessment.events import decision_event
from kbstrack.assessment.models import ActionPoint, Decision
from kbstrack.assessment.rules import DecisionText
from kbstrack.assessment.signing import sign
from kbstrack.assessment.versioning import add_version
from kbstrack.clock import day_of
from kbstrack.db import db, transaction
from kbstrack.errors import Conflict, NotFound, RuleBroken
from kbstrack.evidence import queries as evidence_queries
from kbstrack.evidence.drafting import CHANGED_MEANWHILE, remove_draft
from kbstrack.evidence.events import withdrawal_event
from kbstrack.evidence.models import Withdrawal
from kbstrack.evidence.queries import EvidenceRow, VersionRow
from kbstrack.evidence.rules import EvidenceState, missing_for_submission
from kbstrack.evidence.service import check_running, open_enrolment
from kbstrack.ids import new_id
from kbstrack.jobs import ahead
from kbstrack.ledger.service import append
from kbstrack.people import enrolment_queries
from kbstrack.people.enrolling import lock_enrolment
from kbstrack.people.enrolment_queries import NOT_HERE, EnrolmentRow
from kbstrack.people.pinned import standard_of
from kbstrack.people.proofs import Proof
from kbstrack.people.recording import is_qualified, signer


def submit_evidence(
    actor: Actor,
    evidence_id: uuid.UUID,
    *,
    revision: int,
    version: int | None = None,
    is_declared: bool,
    at: datetime,
    key: uuid.UUID | None = None,
) -> int:
    """Hand the draft to the assessor as a new version that never changes; answer its number.

    `revision` and `version` are the draft and the version submitted last that the page was made
    on. Raises NotFound, NotAllowed, RuleBroken naming the field when something is missing, or
    Conflict when the draft was changed or handed in meanwhile.
    """
    with transaction():
        enrolment = open_enrolment(actor, evidence_queries.enrolment_of(evidence_id))
        about = (evidence_id, revision)
        first = once.first_result(
            key, person_id=actor.person_id, action="submit_evidence", about=about
        )
        if first is not None:
            return int(first)
        piece = evidence_queries.evidence(evidence_id)
        turns.check_submittable(queries.state_of(piece))
        draft, count = piece.draft, len(piece.versions)
        if draft is None or draft.revision != revision or version not in (None, count):
            raise Conflict(CHANGED_MEANWHILE)
        for missing in missing_for_submission(draft.text):
            raise RuleBroken(missing.sentence, field=missing.field)
        if not is_declared:
            raise RuleBroken(
                "Tick the declaration that this is your own work.", field="is_declared"
            )
        number = add_version(actor, enrolment, piece, draft, at)
        remove_draft(evidence_id)
        once.remember(
            key,
            person_id=actor.person_id,
            action="submit_evidence",
            about=about,
            result=str(number),
            at=at,
        )
        return number


def withdraw_evidence(
    actor: Actor, evidence_id: uuid.UUID, *, version_number: int, reason: str, at: datetime
) -> None:
    """Take the latest version back before anyone decided on it; it stays readable.

    Raises NotFound, NotAllowed, RuleBroken, or Conflict once it was decided on.
    """
    with transaction():
        enrolment = open_enrolment(actor, evidence_queries.enrolment_of(evidence_id))
        piece = evidence_queries.evidence(evidence_id)
        latest = _submitted(piece)
        if piece.versions[-1].number != version_number:
            raise Conflict(CHANGED_MEANWHILE)
        is_withdrawn = piece.versions[-1].withdrawn_at is not None
        turns.check_withdrawable(
            EvidenceState.WITHDRAWN if is_withdrawn else queries.state_of(piece),
            is_redecided=bool(queries.turn(latest.id)),
        )
        row = Withdrawal(
            version_id=latest.id,
            reason=rules.clean_reason(reason),
            withdrawn_by=actor.person_id,
            withdrawn_at=at,
        )
        db.session.add(row)
        db.session.flush()
        by = signer(actor, enrolment, Role.APPRENTICE)
        append(enrolment.id, withdrawal_event(row), by=by, at=at)


def decide(
    actor: Actor,
    evidence_id: uuid.UUID,
    *,
    version_number: int,
    decisions: Sequence[DecisionText],
    turn: int | None = None,
    sign_offs: Mapping[str, str] | None = None,
    is_declared: bool = False,
    proof: Proof | None = None,
    at: datetime,
    key: uuid.UUID | None = None,
) -> EvidenceState:
    """Decide on every open claim of a version, and sign off KSBs that it completes; all or none.

    `sign_offs` are KSB codes with the reason where there are fewer pieces than asked for; they
    need a fresh `proof`. A claim is open until it is decided, and again when that is taken back;
    `turn` is how often that had happened when the answer was begun (`queries.turn`). Raises
    NotFound, NotAllowed, RuleBroken naming the field, or Conflict when that is not so any more.
    """
    with transaction():
        enrolment = _assessed(actor, evidence_queries.enrolment_of(evidence_id))
        about = (evidence_id, version_number, tuple(decisions), sorted((sign_offs or {}).items()))
        first = once.first_result(key, person_id=actor.person_id, action="decide", about=about)
        if first is not None:
            return EvidenceState(first)
        piece = evidence_queries.evidence(evidence_id)
        version, signed_with = _submitted(piece), rules.in_order(sign_offs or {})
        _check_turn(piece, version, asked=version_number, turn=turn)
        cleaned = [rules.clean_decision(decision) for decision in decisions]
        open_now, today = queries.open_codes(version.id), day_of(at)
        rules.check_decisions(cleaned, claimed=open_now, signed_with=signed_with, today=today)
        _add_decisions(actor, enrolment, version, cleaned, at)
        for code in signed_with:
            sign(
                actor,
                enrolment,
                code,
                reason=(sign_offs or {})[code],
                is_declared=is_declared,
                proof=proof,
                at=at,
            )
        ahead.ask(enrolment.id, enrolment.provider_id, at=at)
        state, by = queries.state_of(piece), actor.person_id
        once.remember(key, person_id=by, action="decide", about=about, result=state, at=at)
        return state


def _assessed(actor: Actor, enrolment_id: uuid.UUID) -> EnrolmentRow:
    lock_enrolment(enrolment_id)
    enrolment = enrolment_queries.enrolment(enrolment_id)
    access.require(actor, Action.EVIDENCE_DECIDE, enrolment.scope)
    check_running(enrolment)
    return enrolment


def _check_turn(piece: EvidenceRow, version: VersionRow, *, asked: int, turn: int | None) -> None:
    turns.check_decidable(queries.state_of(piece), latest=version.number, asked=asked)
    if turn is not None and turn != queries.turn(version.id):
        raise Conflict(turns.DECIDED_MEANWHILE)


def _submitted(piece: EvidenceRow) -> VersionRow:
    if piece.current is None:
        raise NotFound(NOT_HERE)
    return piece.current


def _add_decisions(
    actor: Actor,
    enrolment: EnrolmentRow,
    version: VersionRow,
    decisions: Sequence[DecisionText],
    at: datetime,
) -> None:
    rows = _decision_rows(actor, enrolment, version, decisions, at)
    db.session.add_all(rows.values())
    db.session.flush()
    by = signer(actor, enrolment, Role.ASSESSOR)
    for text in decisions:
        actions = [
            ActionPoint(
                decision_id=rows[text.code].id,
                position=position,
                text=action.text,
                due_on=action.due_on,
            )
            for position, action in enumerate(text.actions)
        ]
        db.session.add_all(actions)
        append(enrolment.id, decision_event(rows[text.code], actions), by=by, at=at)


def _decision_rows(
    actor: Actor,
    enrolment: EnrolmentRow,
    version: VersionRow,
    decisions: Sequence[DecisionText],
    at: datetime,
) -> dict[str, Decision]:
    standard, rounds = standard_of(enrolment), queries.rounds(version.id)
    needs_countersignature = not is_qualified(actor, enrolment)
    return {
        text.code: Decision(
            id=new_id(),
            version_id=version.id,
            code=text.code,
            round=rounds.get(text.code, 0) + 1,
            outcome=text.outcome,
            feedback=text.feedback,
            is_valid=text.is_valid,
            is_authentic=text.is_authentic,
            is_current=text.is_current,
            is_sufficient=text.is_sufficient,
            version_sha256=version.sha256,
            statement_hash=standard.ksb(text.code).statement_hash,
            needs_countersignature=needs_countersignature,
            decided_by=actor.person_id,
            decided_at=at,
        )
        for text in decisions
    }
