"""Reading samples, each with what became of it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Case, ColumnElement, Select, and_, case, exists, func, select

from kbstrack.access import DecisionScope
from kbstrack.assessment.models import (
    Countersignature,
    Decision,
)
from kbstrack.assessment.rules import Outcome
from kbstrack.db import db
from kbstrack.errors import NotFound
from kbstrack.evidence.models import Evidence, EvidenceVersion
from kbstrack.evidence.rules import EvidenceKind
from kbstrack.ledger.queries import name_then
from kbstrack.ledger.rules import What
from kbstrack.people import countersigners, enrolment_queries
from kbstrack.people.enrolment_queries import NOT_HERE, member_is
from kbstrack.people.models import Enrolment, Member
from kbstrack.quality import signatures
from kbstrack.quality.models import IqaClosing, IqaOutcome, IqaReply, Sample, SamplingPlan
from kbstrack.quality.outcomes import IqaResult, SampleState, sample_state
from kbstrack.quality.plan_queries import risks_named
from kbstrack.quality.risks import Risk
from kbstrack.quality.rules import Band


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A sampled decision with what became of it. Names are those of the moment of signing; the
    apprentice's is the one their provider uses now."""

    id: uuid.UUID
    plan_id: uuid.UUID
    plan: str
    provider_id: uuid.UUID
    decision_id: uuid.UUID
    enrolment_id: uuid.UUID
    apprentice_id: uuid.UUID
    apprentice: str
    evidence_id: uuid.UUID
    evidence_number: int
    version_number: int
    title: str
    kind: EvidenceKind
    code: str
    outcome: Outcome
    assessor_id: uuid.UUID
    assessor: str
    countersigner_id: uuid.UUID | None
    signer_ids: frozenset[uuid.UUID]
    decided_at: datetime
    score: int | None
    band: Band
    risks: tuple[Risk, ...]
    reason: str
    added_by: str
    added_at: datetime
    result: IqaResult | None
    feedback: str
    due_on: date | None
    judged_by: str | None
    judged_at: datetime | None
    has_reply: bool
    is_reopened_since: bool
    closed_at: datetime | None
    closed_by: str | None
    closing_note: str

    @property
    def state(self) -> SampleState:
        """How far it has come."""
        return sample_state(
            self.result,
            is_answered=self.has_reply or self.is_reopened_since,
            is_closed=self.closed_at is not None,
        )

    @property
    def scope(self) -> DecisionScope:
        """The decision as far as permission goes. Reads the enrolment."""
        enrolment = enrolment_queries.enrolment(self.enrolment_id)
        return DecisionScope(
            enrolment.scope,
            self.assessor_id,
            self.countersigner_id,
            self.signer_ids,
            is_judged=self.result is not None,
        )

    def is_signed_by(self, person_id: uuid.UUID) -> bool:
        """Whether they made the decision, countersigned it or are to do so, or signed off on it."""
        return person_id in {self.assessor_id, self.countersigner_id, *self.signer_ids}


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """What an assessor answered."""

    id: uuid.UUID
    text: str
    name: str
    replied_by: uuid.UUID
    replied_at: datetime


def sample(sample_id: uuid.UUID) -> SampleRow:
    """Raises NotFound."""
    rows = _samples(Sample.id == sample_id)
    if not rows:
        raise NotFound(NOT_HERE)
    return rows[0]


def samples_of(plan_id: uuid.UUID) -> list[SampleRow]:
    """What a plan drew and what was added to it: high risk first, then by the decision's age."""
    rows = _samples(Sample.plan_id == plan_id)
    return sorted(rows, key=lambda row: (list(Band).index(row.band), row.decided_at, row.code))


def samples_at(provider_ids: Collection[uuid.UUID]) -> list[SampleRow]:
    """All samples of these providers, the oldest first."""
    return _samples(SamplingPlan.provider_id.in_(provider_ids))


def judged_in(enrolment_ids: Collection[uuid.UUID]) -> list[SampleRow]:
    """The samples of these enrolments that have an outcome, the oldest first."""
    return _samples(
        and_(Evidence.enrolment_id.in_(enrolment_ids), IqaOutcome.sample_id.is_not(None))
    )


def open_actions(enrolment_id: uuid.UUID) -> list[SampleRow]:
    """The actions of quality assurance in an enrolment that are not closed, the oldest first."""
    return [row for row in judged_in([enrolment_id]) if row.state.is_open_action]


def replies(sample_id: uuid.UUID) -> list[ReplyRow]:
    """What the assessor answered, the first one first."""
    rows = db.session.execute(
        select(IqaReply, name_then(What.IQA_REPLY, IqaReply.id).label("name"))
        .where(IqaReply.sample_id == sample_id)
        .order_by(IqaReply.number)
    )
    return [ReplyRow(row.id, row.text, name, row.replied_by, row.replied_at) for row, name in rows]


def _reopened_since() -> ColumnElement[bool]:
    """Whether the decision, or a sign-off on it, was taken back after the outcome."""
    back = signatures.taken_back()
    return exists().where(
        back.c.decision_id == Sample.decision_id, back.c.at >= IqaOutcome.judged_at
    )


def _asked_to_countersign() -> Case[uuid.UUID | None]:
    """Who is to countersign a decision that waits for it: it is to be theirs too."""
    named = countersigners.id_for(Decision.decided_by, SamplingPlan.provider_id)
    return case((Decision.needs_countersignature, named))


def _samples(condition: ColumnElement[bool]) -> list[SampleRow]:
    rows = db.session.execute(
        _joined(
            select(
                Sample,
                SamplingPlan.name.label("plan"),
                SamplingPlan.provider_id,
                Decision,
                EvidenceVersion,
                Evidence,
                Enrolment.apprentice_id,
                Member.name.label("apprentice"),
                name_then(What.DECISION, Decision.id).label("assessor"),
                func.coalesce(Countersignature.signed_by, _asked_to_countersign()).label(
                    "countersigner_id"
                ),
                name_then(What.SAMPLE, Sample.id).label("adder"),
                IqaOutcome,
                name_then(What.IQA_OUTCOME, Sample.id).label("judge"),
                exists().where(IqaReply.sample_id == Sample.id).label("has_reply"),
                _reopened_since().label("is_reopened_since"),
                IqaClosing,
                name_then(What.IQA_CLOSING, Sample.id).label("closer"),
            )
        )
        .where(condition)
        .order_by(Sample.added_at, Decision.decided_at, Sample.id)
    ).all()
    signer_ids = _signer_ids(condition) if rows else {}
    return [_sample_row(row, frozenset(signer_ids.get(row.Sample.id, ()))) for row in rows]


def _signer_ids(condition: ColumnElement[bool]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """By sample: who signed what rests on its decision."""
    signers = signatures.signers()
    found: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    query = _joined(select(Sample.id, signers.c.person_id).select_from(Sample))
    for sample_id, person_id in db.session.execute(
        query.join(signers, signers.c.decision_id == Sample.decision_id).where(condition)
    ):
        found[sample_id].add(person_id)
    return found


def _joined(query: Any) -> Select[Any]:
    """The query, which has `sample` in it, with all that a sample's row is read from."""
    joined: Select[Any] = (
        query.join(SamplingPlan, SamplingPlan.id == Sample.plan_id)
        .join(Decision, Decision.id == Sample.decision_id)
        .join(EvidenceVersion, EvidenceVersion.id == Decision.version_id)
        .join(Evidence, Evidence.id == EvidenceVersion.evidence_id)
        .join(Enrolment, Enrolment.id == Evidence.enrolment_id)
        .join(Member, member_is(Member, Enrolment.apprentice_id))
        .outerjoin(Countersignature, Countersignature.decision_id == Decision.id)
        .outerjoin(IqaOutcome, IqaOutcome.sample_id == Sample.id)
        .outerjoin(IqaClosing, IqaClosing.sample_id == Sample.id)
    )
    return joined


def _sample_row(found: Any, signer_ids: frozenset[uuid.UUID]) -> SampleRow:
    row, decision, piece, version = (
        found.Sample,
        found.Decision,
        found.Evidence,
        found.EvidenceVersion,
    )
    return SampleRow(
        id=row.id,
        plan_id=row.plan_id,
        plan=found.plan,
        provider_id=found.provider_id,
        decision_id=decision.id,
        enrolment_id=piece.enrolment_id,
        apprentice_id=found.apprentice_id,
        apprentice=found.apprentice,
        evidence_id=piece.id,
        evidence_number=piece.number or 0,
        version_number=version.number,
        title=version.title,
        kind=EvidenceKind(version.kind),
        code=decision.code,
        outcome=Outcome(decision.outcome),
        assessor_id=decision.decided_by,
        assessor=found.assessor,
        countersigner_id=found.countersigner_id,
        signer_ids=signer_ids,
        decided_at=decision.decided_at,
        score=row.score,
        band=Band(row.band),
        risks=risks_named(row.risks),
        reason=row.reason,
        added_by=found.adder,
        added_at=row.added_at,
        has_reply=found.has_reply,
        **_judged(found),
    )


def _judged(found: Any) -> dict[str, Any]:
    """What became of a sample, as its row says it."""
    outcome, closing = found.IqaOutcome, found.IqaClosing
    return {
        "result": IqaResult(outcome.result) if outcome else None,
        "feedback": outcome.feedback if outcome else "",
        "due_on": outcome.due_on if outcome else None,
        "judged_by": found.judge,
        "judged_at": outcome.judged_at if outcome else None,
        "is_reopened_since": outcome is not None and bool(found.is_reopened_since),
        "closed_at": closing.closed_at if closing else None,
        "closed_by": found.closer,
        "closing_note": closing.note if closing else "",
    }
