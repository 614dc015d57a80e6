"""What the ledger says of samples, their outcomes, the assessors' answers and their closing."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, select

from kbstrack.assessment.models import Decision
from kbstrack.canonical import sha256_of
from kbstrack.db import db
from kbstrack.evidence.models import Evidence, EvidenceVersion
from kbstrack.ledger.rows import plain, row_event
from kbstrack.ledger.rules import Event, What
from kbstrack.quality.models import IqaClosing, IqaOutcome, IqaReply, Sample, SamplingPlan

_PLAN = (
    "id",
    "provider_id",
    "from_on",
    "until_on",
    "phase",
    "rule",
    "seed",
    "considered_sha256",
    "made_by",
    "made_at",
)


def plan_hash(plan: SamplingPlan) -> str:
    """SHA-256 (hex) of the plan without its name; what was drawn is bound to it, and to what it was
    drawn from."""
    return sha256_of({name: plain(getattr(plan, name)) for name in _PLAN})


def sample_event(row: Sample, plan: SamplingPlan) -> Event:
    """A decision drawn or added by hand, with the hash of its plan."""
    return row_event(
        row,
        What.SAMPLE,
        row.id,
        texts=("reason",),
        more_facts={"plan_sha256": plan_hash(plan)},
        more_texts={"plan_name": plan.name},
    )


def outcome_event(row: IqaOutcome) -> Event:
    """What quality assurance says of a decision."""
    return row_event(row, What.IQA_OUTCOME, row.sample_id, texts=("feedback", "declaration"))


def reply_event(row: IqaReply) -> Event:
    """An assessor's answer."""
    return row_event(row, What.IQA_REPLY, row.id, texts=("text",))


def closing_event(row: IqaClosing) -> Event:
    """An action closed."""
    return row_event(row, What.IQA_CLOSING, row.sample_id, texts=("note",))


def events(enrolment_id: uuid.UUID) -> Iterator[Event]:
    """What the rows of an enrolment say happened, in no particular order."""
    sampled = (
        select(Sample.id)
        .join(Decision, Decision.id == Sample.decision_id)
        .join(EvidenceVersion, EvidenceVersion.id == Decision.version_id)
        .join(Evidence, Evidence.id == EvidenceVersion.evidence_id)
        .where(Evidence.enrolment_id == enrolment_id)
    )
    for row, plan in db.session.execute(
        select(Sample, SamplingPlan)
        .join(SamplingPlan, SamplingPlan.id == Sample.plan_id)
        .where(Sample.id.in_(sampled))
    ):
        yield sample_event(row, plan)
    for outcome in _all(select(IqaOutcome), IqaOutcome.sample_id, sampled):
        yield outcome_event(outcome)
    for reply in _all(select(IqaReply), IqaReply.sample_id, sampled):
        yield reply_event(reply)
    for closing in _all(select(IqaClosing), IqaClosing.sample_id, sampled):
        yield closing_event(closing)


def _all(query: Select[Any], column: Any, ids: Select[Any]) -> list[Any]:
    return list(db.session.scalars(query.where(column.in_(ids))))
