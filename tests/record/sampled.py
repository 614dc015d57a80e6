"""A sampling plan, a sample, and what internal quality assurance made of it, with entries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from kbstrack.assessment.models import Decision
from kbstrack.db import Base, db, transaction
from kbstrack.ids import new_id
from kbstrack.ledger.rules import Event, Signer
from kbstrack.ledger.service import append
from kbstrack.quality import events
from kbstrack.quality.drawings import considered_hash
from kbstrack.quality.models import (
    ConsideredDecision,
    IqaClosing,
    IqaOutcome,
    IqaReply,
    Sample,
    SamplingPlan,
)
from tests.builders import DUE, FRIDAY, START, THURSDAY, World


def add_samples(world: World) -> None:
    """One decision drawn, with an action that was answered and closed."""
    by = Signer(world.administrator.person_id, "Administrator", "iqa")
    decision_id = db.session.scalars(select(Decision.id).order_by(Decision.id)).first()
    plan = SamplingPlan(
        id=new_id(), provider_id=world.provider_id, name="Spring", from_on=START, until_on=DUE,
        phase="interim", rule="{}", seed="spring", made_by=by.person_id, made_at=FRIDAY,
    )  # fmt: skip
    considered = ConsideredDecision(
        plan_id=plan.id, decision_id=decision_id, score=3, band="high", risks="first"
    )
    plan.considered_sha256 = considered_hash([considered])
    with transaction():
        db.session.add(plan)
        db.session.flush()
        db.session.add(considered)
    sample = Sample(
        id=new_id(), plan_id=plan.id, decision_id=decision_id, score=3, band="high",
        risks="first", reason="", added_by=by.person_id, added_at=FRIDAY,
    )  # fmt: skip
    _add(world, sample, lambda row: events.sample_event(row, plan), by)
    outcome = IqaOutcome(
        sample_id=sample.id, result="action_required", feedback="Look again", due_on=DUE,
        declaration="I looked.", proof_method="password", proved_at=FRIDAY,
        judged_by=by.person_id, judged_at=FRIDAY,
    )  # fmt: skip
    _add(world, outcome, events.outcome_event, by)
    reply = IqaReply(
        id=new_id(), sample_id=sample.id, number=1, text="I did", replied_at=FRIDAY,
        replied_by=world.assessor.person_id,
    )  # fmt: skip
    _add(world, reply, events.reply_event, Signer(reply.replied_by, "Assessor", "assessor"))
    closing = IqaClosing(
        sample_id=sample.id, note="Well done", closed_by=by.person_id,
        closed_at=THURSDAY + timedelta(days=2),
    )  # fmt: skip
    _add(world, closing, events.closing_event, by)


def _add(world: World, row: Base, tell: Callable[[Any], Event], by: Signer) -> None:
    with transaction():
        db.session.add(row)
        db.session.flush()
        at = next(getattr(row, name) for name in _MOMENTS if hasattr(row, name))
        append(world.enrolment_id, tell(row), by=by, at=at)


_MOMENTS = ("added_at", "judged_at", "replied_at", "closed_at")
