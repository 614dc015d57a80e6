"""Reading sampling plans and what they were drawn from."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select

from kbstrack.assessment.models import Decision
from kbstrack.db import db
from kbstrack.errors import NotFound
from kbstrack.evidence.models import Evidence, EvidenceVersion
from kbstrack.people import queries as people
from kbstrack.people.enrolment_queries import NOT_HERE
from kbstrack.quality.models import ConsideredDecision, Sample, SamplingPlan
from kbstrack.quality.risks import Risk
from kbstrack.quality.rules import Band, Phase, PlanText, Scored, from_json


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A sampling plan with the name of whoever made it."""

    id: uuid.UUID
    provider_id: uuid.UUID
    text: PlanText
    made_by: uuid.UUID
    maker: str
    made_at: datetime


def plan(plan_id: uuid.UUID) -> PlanRow:
    """Raises NotFound."""
    row = db.session.get(SamplingPlan, plan_id)
    if row is None:
        raise NotFound(NOT_HERE)
    return _plan_row(row, people.names(row.provider_id, [row.made_by])[row.made_by])


def plans(provider_id: uuid.UUID) -> list[PlanRow]:
    """A provider's plans, the latest first."""
    rows = db.session.scalars(
        select(SamplingPlan)
        .where(SamplingPlan.provider_id == provider_id)
        .order_by(SamplingPlan.made_at.desc(), SamplingPlan.id)
    ).all()
    names = people.names(provider_id, [row.made_by for row in rows])
    return [_plan_row(row, names[row.made_by]) for row in rows]


def is_plan_named(provider_id: uuid.UUID, name: str) -> bool:
    """Whether the provider has a plan of this name."""
    query = exists().where(SamplingPlan.provider_id == provider_id, SamplingPlan.name == name)
    return bool(db.session.scalar(select(query)))


def considered_count(plan_id: uuid.UUID) -> int:
    """How many decisions a plan was drawn from."""
    query = select(func.count()).where(ConsideredDecision.plan_id == plan_id)
    return db.session.scalar(query) or 0


def considered(plan_id: uuid.UUID) -> list[Scored]:
    """What a plan was drawn from, by decision."""
    rows = db.session.scalars(
        select(ConsideredDecision)
        .where(ConsideredDecision.plan_id == plan_id)
        .order_by(ConsideredDecision.decision_id)
    )
    return [
        Scored(row.decision_id, row.score, Band(row.band), risks_named(row.risks)) for row in rows
    ]


def drawn_ids(plan_id: uuid.UUID) -> set[uuid.UUID]:
    """The decisions that a plan drew; without those added by hand."""
    return set(
        db.session.scalars(
            select(Sample.decision_id).where(
                Sample.plan_id == plan_id, Sample.band != Band.BY_HAND.value
            )
        )
    )


def is_sampled(plan_id: uuid.UUID, decision_id: uuid.UUID) -> bool:
    """Whether the plan has this decision."""
    query = exists().where(Sample.plan_id == plan_id, Sample.decision_id == decision_id)
    return bool(db.session.scalar(select(query)))


def enrolments_of(decision_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """The enrolment of each of these decisions."""
    rows = db.session.execute(
        select(Decision.id, Evidence.enrolment_id)
        .join(EvidenceVersion, EvidenceVersion.id == Decision.version_id)
        .join(Evidence, Evidence.id == EvidenceVersion.evidence_id)
        .where(Decision.id.in_(list(decision_ids)))
    )
    return {key: value for key, value in rows}


def risks_named(text: str) -> tuple[Risk, ...]:
    """The risks as a row names them."""
    return tuple(Risk(name) for name in text.split())


def _plan_row(row: SamplingPlan, maker: str) -> PlanRow:
    text = PlanText(
        name=row.name,
        from_on=row.from_on,
        until_on=row.until_on,
        phase=Phase(row.phase),
        rule=from_json(row.rule),
        seed=row.seed,
    )
    return PlanRow(row.id, row.provider_id, text, row.made_by, maker, row.made_at)
