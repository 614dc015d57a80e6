"""What plans were drawn from, as one hash each: with it a drawing can be repeated for ever."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from itertools import groupby
from typing import Any

from sqlalchemy import select

from kbstrack.assessment.models import Decision
from kbstrack.canonical import Json, sha256_of
from kbstrack.db import db
from kbstrack.evidence.models import Evidence, EvidenceVersion
from kbstrack.quality.models import ConsideredDecision, Sample, SamplingPlan


def considered_hash(rows: Iterable[Any]) -> str:
    """SHA-256 (hex) of the decisions that a plan was drawn from with their scores, bands, risks.

    The rows come as `ConsideredDecision` has them, in any order.
    """
    said: list[Json] = [
        {
            "decision": str(row.decision_id),
            "score": row.score,
            "band": row.band,
            "risks": row.risks,
        }
        for row in sorted(rows, key=lambda row: str(row.decision_id))
    ]
    return sha256_of(said)


def plans(enrolment_id: uuid.UUID | None = None) -> list[SamplingPlan]:
    """All plans, or those that sampled something of an enrolment, in order of their ids."""
    query = select(SamplingPlan).order_by(SamplingPlan.id)
    if enrolment_id is not None:
        sampled = (
            select(Sample.plan_id)
            .join(Decision, Decision.id == Sample.decision_id)
            .join(EvidenceVersion, EvidenceVersion.id == Decision.version_id)
            .join(Evidence, Evidence.id == EvidenceVersion.evidence_id)
            .where(Evidence.enrolment_id == enrolment_id)
        )
        query = query.where(SamplingPlan.id.in_(sampled))
    return list(db.session.scalars(query))


def hashes(plan_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The hash of what each of these plans was drawn from, as its rows are now."""
    rows = db.session.execute(
        select(
            ConsideredDecision.plan_id,
            ConsideredDecision.decision_id,
            ConsideredDecision.score,
            ConsideredDecision.band,
            ConsideredDecision.risks,
        )
        .where(ConsideredDecision.plan_id.in_(plan_ids))
        .order_by(ConsideredDecision.plan_id, ConsideredDecision.decision_id)
        .execution_options(yield_per=1_000)
    )
    nothing = considered_hash(())
    found = {
        plan_id: considered_hash(list(group))
        for plan_id, group in groupby(rows, key=lambda row: row.plan_id)
    }
    return {plan_id: found.get(plan_id, nothing) for plan_id in plan_ids}
