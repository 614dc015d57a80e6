"""Reading claims with the decisions that stand, and what waits for whom."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select
from sqlalchemy.orm import aliased

from kbstrack.assessment.models import Countersignature, Decision, DecisionReopening
from kbstrack.assessment.rules import Outcome, in_order
from kbstrack.assessment.standing import ClaimRow
from kbstrack.db import db
from kbstrack.evidence.models import Claim, Evidence, EvidenceVersion, Withdrawal
from kbstrack.evidence.queries import EvidenceRow
from kbstrack.evidence.rules import TESTIMONY, EvidenceState, evidence_state
from kbstrack.people import countersigners
from kbstrack.people.enrolment_queries import member_is
from kbstrack.people.models import Enrolment, Member


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A submitted version that waits for its decision.

    `is_changed` when an earlier version was met for some KSB, which counts until this is decided;
    `taken_back_at` when a decision on this very version was taken back last; it waits since then.
    """

    evidence_id: uuid.UUID
    evidence_number: int
    version_number: int
    title: str
    enrolment_id: uuid.UUID
    apprentice: str
    codes: tuple[str, ...]
    submitted_at: datetime
    is_changed: bool = False
    taken_back_at: datetime | None = None

    @property
    def is_again(self) -> bool:
        """Whether it was decided before, and something is to be decided again."""
        return self.taken_back_at is not None

    @property
    def waits_since(self) -> datetime:
        """From when on it is the assessor's turn."""
        return self.taken_back_at or self.submitted_at


_CLAIM_COLUMNS = (
    Evidence.id.label("evidence_id"),
    Evidence.number.label("evidence_number"),
    EvidenceVersion.title,
    EvidenceVersion.number.label("version_number"),
    Claim.version_id,
    Claim.code,
    EvidenceVersion.submitted_at,
    Withdrawal.version_id.is_not(None).label("is_withdrawn"),
    Decision.id.label("decision_id"),
    Decision.outcome,
    Decision.decided_at,
    Decision.needs_countersignature,
    Countersignature.id.label("countersignature_id"),
    case(
        (
            and_(Decision.needs_countersignature, Countersignature.id.is_(None)),
            countersigners.name_for(Decision.decided_by, Enrolment.provider_id),
        )
    ).label("countersigner"),
    EvidenceVersion.kind,
)


def stands(decision: type[Decision] = Decision) -> ColumnElement[bool]:
    """Whether a decision was not taken back."""
    return ~exists().where(DecisionReopening.decision_id == decision.id)


def _has_no_decision() -> ColumnElement[bool]:
    """Whether a claim waits: nothing was decided on it that stands."""
    return ~exists().where(
        Decision.version_id == Claim.version_id, Decision.code == Claim.code, stands()
    )


def claim_rows(enrolment_id: uuid.UUID, *, code: str | None = None) -> list[ClaimRow]:
    """Every claim of every submitted version of an enrolment with its decision."""
    condition: ColumnElement[bool] = Evidence.enrolment_id == enrolment_id
    if code is not None:
        with_code = select(EvidenceVersion.evidence_id).join(
            Claim, Claim.version_id == EvidenceVersion.id
        )
        condition = and_(condition, Evidence.id.in_(with_code.where(Claim.code == code)))
    return claims_where(condition)


def claims_where(condition: ColumnElement[bool]) -> list[ClaimRow]:
    """Every claim of every submitted version of the pieces (`Evidence`) that a condition names."""
    taken_back = _taken_back(condition)
    rows = db.session.execute(
        select(*_CLAIM_COLUMNS)
        .join(Enrolment, Enrolment.id == Evidence.enrolment_id)
        .join(EvidenceVersion, EvidenceVersion.evidence_id == Evidence.id)
        .join(Claim, Claim.version_id == EvidenceVersion.id)
        .outerjoin(Withdrawal, Withdrawal.version_id == EvidenceVersion.id)
        .outerjoin(
            Decision,
            and_(Decision.version_id == Claim.version_id, Decision.code == Claim.code, stands()),
        )
        .outerjoin(Countersignature, Countersignature.decision_id == Decision.id)
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
            counts=not row.needs_countersignature or row.countersignature_id is not None,
            is_testimony=row.kind in TESTIMONY,
            countersigner=row.countersigner,
            taken_back_ids=tuple(taken_back.get((row.version_id, row.code), ())),
        )
        for row in rows
    ]


def _taken_back(condition: ColumnElement[bool]) -> dict[tuple[uuid.UUID, str], list[uuid.UUID]]:
    """The decisions that no longer stand, by version and KSB."""
    found: dict[tuple[uuid.UUID, str], list[uuid.UUID]] = defaultdict(list)
    for version_id, code, decision_id in db.session.execute(
        select(Decision.version_id, Decision.code, Decision.id)
        .join(DecisionReopening, DecisionReopening.decision_id == Decision.id)
        .join(EvidenceVersion, EvidenceVersion.id == Decision.version_id)
        .join(Evidence, Evidence.id == EvidenceVersion.evidence_id)
        .where(condition)
        .order_by(Decision.round, Decision.id)
    ):
        found[version_id, code].append(decision_id)
    return found


def state_of(evidence: EvidenceRow) -> EvidenceState:
    """How far a piece has come, by the version that counts."""
    current = evidence.current
    outcomes: Sequence[str] = ()
    if current is not None:
        outcomes = db.session.scalars(
            select(Decision.outcome).where(Decision.version_id == current.id, stands())
        ).all()
    return evidence_state(
        has_version=current is not None,
        is_withdrawn=current is not None and current.withdrawn_at is not None,
        outcomes=[outcome == Outcome.MET for outcome in outcomes],
        is_open=current is not None and len(outcomes) < len(current.text.claims),
    )


def open_codes(version_id: uuid.UUID) -> list[str]:
    """The KSBs of a version on which nothing was decided that stands, in natural order."""
    return in_order(
        db.session.scalars(
            select(Claim.code).where(Claim.version_id == version_id, _has_no_decision())
        )
    )


def rounds(version_id: uuid.UUID) -> dict[str, int]:
    """How often each KSB of a version was decided, those taken back included."""
    rows = db.session.execute(
        select(Decision.code, func.max(Decision.round))
        .where(Decision.version_id == version_id)
        .group_by(Decision.code)
    )
    return {code: last for code, last in rows}


def turn(version_id: uuid.UUID) -> int:
    """How many decisions on a version were made and taken back: what a form was made on."""
    made = select(func.count()).where(Decision.version_id == version_id)
    taken_back = (
        select(func.count())
        .select_from(DecisionReopening)
        .join(Decision, Decision.id == DecisionReopening.decision_id)
        .where(Decision.version_id == version_id)
    )
    return (db.session.scalar(made) or 0) + (db.session.scalar(taken_back) or 0)


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
            Claim.version_id.in_([version.id for _, version, _ in rows]), _has_no_decision()
        )
    ):
        codes[version_id].append(code)
    met_before, again = _decided_before([version.id for _, version, _ in rows])
    found = [
        QueueRow(
            evidence_id=piece.id,
            evidence_number=piece.number or 0,
            version_number=version.number,
            title=version.title,
            enrolment_id=piece.enrolment_id,
            apprentice=apprentice,
            codes=tuple(in_order(codes[version.id])),
            submitted_at=version.submitted_at,
            is_changed=version.id in met_before,
            taken_back_at=again.get(version.id),
        )
        for piece, version, apprentice in rows
    ]
    return sorted(found, key=lambda row: row.waits_since)


def _decided_before(
    version_ids: Sequence[uuid.UUID],
) -> tuple[frozenset[uuid.UUID], dict[uuid.UUID, datetime]]:
    """Those that follow on a version that was met for some KSB, and when one was taken back."""
    earlier = aliased(EvidenceVersion)
    met = (
        select(EvidenceVersion.id)
        .join(earlier, earlier.evidence_id == EvidenceVersion.evidence_id)
        .join(Decision, Decision.version_id == earlier.id)
        .where(
            EvidenceVersion.id.in_(version_ids),
            earlier.number < EvidenceVersion.number,
            Decision.outcome == Outcome.MET,
            stands(),
        )
    )
    again = (
        select(Decision.version_id, func.max(DecisionReopening.reopened_at))
        .join(DecisionReopening, DecisionReopening.decision_id == Decision.id)
        .where(Decision.version_id.in_(version_ids))
        .group_by(Decision.version_id)
    )
    return (
        frozenset(db.session.scalars(met)),
        {key: at for key, at in db.session.execute(again)},
    )


def _waiting() -> Select[Evidence, EvidenceVersion, str]:
    """The version of each piece that counts, as long as something on it is not decided."""
    later = aliased(EvidenceVersion)
    taken_back = aliased(Withdrawal)
    return (
        select(Evidence, EvidenceVersion, Member.name)
        .join(EvidenceVersion, EvidenceVersion.evidence_id == Evidence.id)
        .join(Enrolment, Enrolment.id == Evidence.enrolment_id)
        .join(Member, member_is(Member, Enrolment.apprentice_id))
        .where(
            ~exists().where(Withdrawal.version_id == EvidenceVersion.id),
            exists().where(Claim.version_id == EvidenceVersion.id, _has_no_decision()),
            ~exists().where(
                later.evidence_id == Evidence.id,
                later.number > EvidenceVersion.number,
                ~exists().where(taken_back.version_id == later.id),
            ),
        )
    )
