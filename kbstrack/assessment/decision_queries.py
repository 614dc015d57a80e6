"""Reading decisions: each with its actions, its second signature, and what became of it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, select

from kbstrack.assessment.models import (
    ActionPoint,
    Countersignature,
    Decision,
    DecisionReopening,
)
from kbstrack.assessment.rules import Outcome
from kbstrack.db import db
from kbstrack.evidence.models import Evidence, EvidenceVersion
from kbstrack.evidence.queries import EvidenceRow
from kbstrack.ledger.queries import name_then
from kbstrack.ledger.rules import What
from kbstrack.people import countersigners
from kbstrack.people.models import Enrolment


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action point of a decision."""

    text: str
    due_on: date


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """An assessor's judgement of one claim, with the name their provider used then.

    `reopened_at` when it was taken back; `counts` once it has every signature it needs.
    """

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
    assessor_id: uuid.UUID
    decided_at: datetime
    actions: tuple[ActionRow, ...]
    round: int = 1
    needs_countersignature: bool = False
    countersigned_at: datetime | None = None
    countersigned_by: str | None = None
    reopened_at: datetime | None = None
    reopened_by: str | None = None
    reopening_reason: str | None = None
    reopening_role: str | None = None
    # Who signs second, while that is waited for.
    countersigner: str | None = None
    # Those on the same claim that were taken back before this one was made, the first one first.
    former: tuple[DecisionRow, ...] = ()

    @property
    def stands(self) -> bool:
        """Whether it was not taken back."""
        return self.reopened_at is None

    @property
    def counts(self) -> bool:
        """Whether it stands and has every signature it needs."""
        return self.stands and (
            not self.needs_countersignature or self.countersigned_at is not None
        )

    @property
    def is_met(self) -> bool:
        """Whether the claim is met."""
        return self.outcome is Outcome.MET


def decisions_of(evidence: EvidenceRow) -> dict[int, dict[str, DecisionRow]]:
    """The decisions on a piece that were made last: by version number, then by KSB code."""
    found: dict[int, dict[str, DecisionRow]] = defaultdict(dict)
    for row in _decisions(Evidence.id == evidence.id):
        _put(found[row.version_number], row)
    return found


def decisions_by_version(enrolment_id: uuid.UUID) -> dict[uuid.UUID, dict[str, DecisionRow]]:
    """The decisions of an enrolment that were made last: by version id, then by KSB code."""
    found: dict[uuid.UUID, dict[str, DecisionRow]] = defaultdict(dict)
    for row in _decisions(Evidence.enrolment_id == enrolment_id):
        _put(found[row.version_id], row)
    return found


def _put(by_code: dict[str, DecisionRow], row: DecisionRow) -> None:
    """Add a decision in the place of the one that was made before it, which it carries."""
    before = by_code.get(row.code)
    by_code[row.code] = replace(row, former=(*before.former, before)) if before else row


def decisions_on(enrolment_id: uuid.UUID, code: str) -> list[DecisionRow]:
    """All decisions on one KSB of an enrolment, the latest first."""
    rows = _decisions(and_(Evidence.enrolment_id == enrolment_id, Decision.code == code))
    return sorted(rows, key=lambda row: (row.decided_at, row.version_number), reverse=True)


def _decisions(condition: ColumnElement[bool]) -> list[DecisionRow]:
    joined = (
        select(
            Decision,
            Evidence.id.label("evidence_id"),
            Evidence.number.label("evidence_number"),
            EvidenceVersion.number.label("version_number"),
            name_then(What.DECISION, Decision.id).label("assessor"),
            Countersignature,
            name_then(What.COUNTERSIGNATURE, Countersignature.id).label("countersigned_by"),
            case(
                (
                    and_(
                        Decision.needs_countersignature,
                        Countersignature.id.is_(None),
                        DecisionReopening.decision_id.is_(None),
                    ),
                    countersigners.name_for(Decision.decided_by, Enrolment.provider_id),
                )
            ).label("countersigner"),
            DecisionReopening,
            name_then(What.DECISION_REOPENING, DecisionReopening.decision_id).label("reopener"),
        )
        .join(EvidenceVersion, EvidenceVersion.id == Decision.version_id)
        .join(Evidence, Evidence.id == EvidenceVersion.evidence_id)
        .join(Enrolment, Enrolment.id == Evidence.enrolment_id)
        .outerjoin(Countersignature, Countersignature.decision_id == Decision.id)
        .outerjoin(DecisionReopening, DecisionReopening.decision_id == Decision.id)
        .where(condition)
        .order_by(EvidenceVersion.number, Decision.code, Decision.round)
    )
    rows = db.session.execute(joined).all()
    actions = _actions(condition)
    return [_decision_row(row, actions[row.Decision.id]) for row in rows]


def _decision_row(found: Any, actions: list[ActionRow]) -> DecisionRow:
    row, second, taken_back = found.Decision, found.Countersignature, found.DecisionReopening
    return DecisionRow(
        id=row.id,
        evidence_id=found.evidence_id,
        evidence_number=found.evidence_number or 0,
        version_id=row.version_id,
        version_number=found.version_number,
        code=row.code,
        outcome=Outcome(row.outcome),
        feedback=row.feedback,
        is_valid=row.is_valid,
        is_authentic=row.is_authentic,
        is_current=row.is_current,
        is_sufficient=row.is_sufficient,
        assessor=found.assessor,
        assessor_id=row.decided_by,
        decided_at=row.decided_at,
        actions=tuple(actions),
        round=row.round,
        needs_countersignature=row.needs_countersignature,
        countersigned_at=second.signed_at if second else None,
        countersigned_by=found.countersigned_by,
        countersigner=found.countersigner,
        reopened_at=taken_back.reopened_at if taken_back else None,
        reopened_by=found.reopener,
        reopening_reason=taken_back.reason if taken_back else None,
        reopening_role=taken_back.role if taken_back else None,
    )


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
