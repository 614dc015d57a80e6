"""Reading decisions, sign-offs and what waits for whom."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, exists, select
from sqlalchemy.orm import aliased

from kbstrack.assessment.models import ActionPoint, Decision
from kbstrack.assessment.rules import Outcome, in_order
from kbstrack.assessment.standing import ClaimRow
from kbstrack.db import db
from kbstrack.evidence.models import Claim, Evidence, EvidenceVersion, Withdrawal
from kbstrack.evidence.queries import EvidenceRow
from kbstrack.evidence.rules import EvidenceState, evidence_state
from kbstrack.people.enrolment_queries import member_is
from kbstrack.people.models import Enrolment, Member


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action point of a decision."""

    text: str
    due_on: date


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """An assessor's judgement of one claim, with the name their provider uses."""

    id: uuid.UUID
    evidence_id: uuid.UUID
    evidence_number: int
    version_id: uuid.UUID
    version_number: int
    code: str
    outcome: Outcome
    feedback: str
    is_valid: bool
    is_authentic: bool
    is_current: bool
    is_sufficient: bool
    assessor: str
    decided_at: datetime
    actions: tuple[ActionRow, ...]

    @property
    def is_met(self) -> bool:
        """Whether the claim is met."""
        return self.outcome is Outcome.MET


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A submitted version that waits for its decision."""

    evidence_id: uuid.UUID
    evidence_number: int
    version_number: int
    title: str
    enrolment_id: uuid.UUID
    apprentice: str
    codes: tuple[str, ...]
    submitted_at: datetime


_CLAIM_COLUMNS = (
    Evidence.id.label("evidence_id"),
    Evidence.number.label("evidence_number"),
    EvidenceVersion.title,
    EvidenceVersion.number.label("version_number"),
    Claim.code,
    EvidenceVersion.submitted_at,
    Withdrawal.version_id.is_not(None).label("is_withdrawn"),
    Decision.id.label("decision_id"),
    Decision.outcome,
    Decision.decided_at,
)


def claim_rows(enrolment_id: uuid.UUID, *, code: str | None = None) -> list[ClaimRow]:
    """Every claim of every submitted version of an enrolment with its decision."""
    condition: ColumnElement[bool] = Evidence.enrolment_id == enrolment_id
    if code is not None:
        with_code = select(EvidenceVersion.evidence_id).join(
            Claim, Claim.version_id == EvidenceVersion.id
        )
        condition = and_(condition, Evidence.id.in_(with_code.where(Claim.code == code)))
    rows = db.session.execute(
        select(*_CLAIM_COLUMNS)
        .join(EvidenceVersion, EvidenceVersion.evidence_id == Evidence.id)
        .join(Claim, Claim.version_id == EvidenceVersion.id)
        .outerjoin(Withdrawal, Withdrawal.version_id == EvidenceVersion.id)
        .outerjoin(
            Decision, and_(Decision.version_id == Claim.version_id, Decision.code == Claim.code)
        )
        .where(condition)
        .order_by(Evidence.number, EvidenceVersion.number, Claim.code)
    )
    return [
        ClaimRow(
            evidence_id=row.evidence_id,
            evidence_number=row.evidence_number,
            title=row.title,
            version_number=row.version_number,
            code=row.code,
            submitted_at=row.submitted_at,
            is_withdrawn=row.is_withdrawn,
            decision_id=row.decision_id,
            is_met=None if row.outcome is None else row.outcome == Outcome.MET,
            decided_at=row.decided_at,
        )
        for row in rows
    ]


def decisions_of(evidence: EvidenceRow) -> dict[int, dict[str, DecisionRow]]:
    """The decisions on a piece: by version number, then by KSB code."""
    found: dict[int, dict[str, DecisionRow]] = defaultdict(dict)
    for row in _decisions(Evidence.id == evidence.id):
        found[row.version_number][row.code] = row
    return found


def decisions_by_version(enrolment_id: uuid.UUID) -> dict[uuid.UUID, dict[str, DecisionRow]]:
    """All decisions of an enrolment: by version id, then by KSB code."""
    found: dict[uuid.UUID, dict[str, DecisionRow]] = defaultdict(dict)
    for row in _decisions(Evidence.enrolment_id == enrolment_id):
        found[row.version_id][row.code] = row
    return found


def decisions_on(enrolment_id: uuid.UUID, code: str) -> list[DecisionRow]:
    """All decisions on one KSB of an enrolment, the latest first."""
    rows = _decisions(and_(Evidence.enrolment_id == enrolment_id, Decision.code == code))
    return sorted(rows, key=lambda row: (row.decided_at, row.version_number), reverse=True)


def state_of(evidence: EvidenceRow) -> EvidenceState:
    """How far a piece has come."""
    latest = evidence.latest
    outcomes: Sequence[str] = ()
    if latest is not None:
        outcomes = db.session.scalars(
            select(Decision.outcome).where(Decision.version_id == latest.id)
        ).all()
    return evidence_state(
        has_version=latest is not None,
        is_withdrawn=latest is not None and latest.withdrawn_at is not None,
        outcomes=[outcome == Outcome.MET for outcome in outcomes],
    )


def queue(enrolment_ids: Collection[uuid.UUID]) -> list[QueueRow]:
    """What waits for a decision in these enrolments, oldest first."""
    if not enrolment_ids:
        return []
    rows = db.session.execute(
        _waiting()
        .where(Evidence.enrolment_id.in_(enrolment_ids))
        .order_by(EvidenceVersion.submitted_at, EvidenceVersion.id)
    ).all()
    codes: dict[uuid.UUID, list[str]] = defaultdict(list)
    for version_id, code in db.session.execute(
        select(Claim.version_id, Claim.code).where(
            Claim.version_id.in_([version.id for _, version, _ in rows])
        )
    ):
        codes[version_id].append(code)
    return [
        QueueRow(
            evidence_id=piece.id,
            evidence_number=piece.number or 0,
            version_number=version.number,
            title=version.title,
            enrolment_id=piece.enrolment_id,
            apprentice=apprentice,
            codes=tuple(in_order(codes[version.id])),
            submitted_at=version.submitted_at,
        )
        for piece, version, apprentice in rows
    ]


def _waiting() -> Select[Evidence, EvidenceVersion, str]:
    later = aliased(EvidenceVersion)
    return (
        select(Evidence, EvidenceVersion, Member.name)
        .join(EvidenceVersion, EvidenceVersion.evidence_id == Evidence.id)
        .join(Enrolment, Enrolment.id == Evidence.enrolment_id)
        .join(Member, member_is(Member, Enrolment.apprentice_id))
        .where(
            ~exists().where(Withdrawal.version_id == EvidenceVersion.id),
            ~exists().where(Decision.version_id == EvidenceVersion.id),
            ~exists().where(
                later.evidence_id == Evidence.id, later.number > EvidenceVersion.number
            ),
        )
    )


def _decisions(condition: ColumnElement[bool]) -> list[DecisionRow]:
    joined = (
        select(Decision, Evidence.id, Evidence.number, EvidenceVersion.number, Member.name)
        .join(EvidenceVersion, EvidenceVersion.id == Decision.version_id)
        .join(Evidence, Evidence.id == EvidenceVersion.evidence_id)
        .join(Enrolment, Enrolment.id == Evidence.enrolment_id)
        .join(Member, member_is(Member, Decision.decided_by))
        .where(condition)
        .order_by(EvidenceVersion.number, Decision.code, Decision.id)
    )
    rows = db.session.execute(joined).all()
    actions = _actions(condition)
    return [
        DecisionRow(
            id=row.id,
            evidence_id=evidence_id,
            evidence_number=evidence_number or 0,
            version_id=row.version_id,
            version_number=number,
            code=row.code,
            outcome=Outcome(row.outcome),
            feedback=row.feedback,
            is_valid=row.is_valid,
            is_authentic=row.is_authentic,
            is_current=row.is_current,
            is_sufficient=row.is_sufficient,
            assessor=assessor,
            decided_at=row.decided_at,
            actions=tuple(actions[row.id]),
        )
        for row, evidence_id, evidence_number, number, assessor in rows
    ]


def _actions(condition: ColumnElement[bool]) -> dict[uuid.UUID, list[ActionRow]]:
    actions: dict[uuid.UUID, list[ActionRow]] = defaultdict(list)
    for action in db.session.scalars(
        select(ActionPoint)
        .join(Decision, Decision.id == ActionPoint.decision_id)
        .join(EvidenceVersion, EvidenceVersion.id == Decision.version_id)
        .join(Evidence, Evidence.id == EvidenceVersion.evidence_id)
        .where(condition)
        .order_by(ActionPoint.decision_id, ActionPoint.position)
    ):
        actions[action.decision_id].append(ActionRow(action.text, action.due_on))
    return actions
