"""Sampling plans, what they drew, and what became of it: rows that are only ever added."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kbstrack.db import Base
from kbstrack.ids import new_id


class SamplingPlan(Base):
    """Which decisions of a provider's period are looked at again: the rule and the seed."""

    __tablename__ = "sampling_plan"
    __append_only__ = True
    __table_args__ = (
        UniqueConstraint("provider_id", "name"),
        CheckConstraint("phase IN ('interim', 'final')", name="phase_known"),
        CheckConstraint("until_on >= from_on", name="ends_after_start"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("provider.id"))
    name: Mapped[str]
    from_on: Mapped[date]
    until_on: Mapped[date]
    phase: Mapped[str] = mapped_column(String(10))
    # Weights, bands and shares as canonical JSON.
    rule: Mapped[str]
    seed: Mapped[str] = mapped_column(String(64))
    # Of all that it was drawn from: the rows below.
    considered_sha256: Mapped[str] = mapped_column(String(64))
    made_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]


class ConsideredDecision(Base):
    """A decision that a plan was drawn from, with its score then: all that a repetition needs."""

    __tablename__ = "considered_decision"
    __append_only__ = True
    __table_args__ = (CheckConstraint("band IN ('high', 'medium', 'low')", name="band_known"),)

    plan_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("sampling_plan.id"), primary_key=True)
    decision_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("decision.id"), primary_key=True)
    score: Mapped[int]
    band: Mapped[str] = mapped_column(String(10))
    # The risks' names, in their order, with spaces between.
    risks: Mapped[str]


class Sample(Base):
    """A decision to look at again: drawn by a plan, or added to it by hand with a reason."""

    __tablename__ = "sample"
    __append_only__ = True
    __table_args__ = (
        UniqueConstraint("plan_id", "decision_id"),
        CheckConstraint("band IN ('high', 'medium', 'low', 'by_hand')", name="band_known"),
        CheckConstraint(
            "(band = 'by_hand') = (reason <> '') AND (band = 'by_hand') = (score IS NULL)",
            name="by_hand_has_reason",
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    plan_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("sampling_plan.id"))
    decision_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("decision.id"), index=True)
    score: Mapped[int | None]
    band: Mapped[str] = mapped_column(String(10))
    risks: Mapped[str]
    reason: Mapped[str]
    added_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]


class IqaOutcome(Base):
    """What quality assurance says of a sampled decision, with feedback to the assessor."""

    __tablename__ = "iqa_outcome"
    __append_only__ = True
    __table_args__ = (
        CheckConstraint("result IN ('agreed', 'action_required')", name="result_known"),
        CheckConstraint("result = 'agreed' OR feedback <> ''", name="action_has_feedback"),
        CheckConstraint("(result = 'action_required') = (due_on IS NOT NULL)", name="action_due"),
    )

    sample_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("sample.id"), primary_key=True)
    result: Mapped[str] = mapped_column(String(20))
    feedback: Mapped[str]
    due_on: Mapped[date | None]
    declaration: Mapped[str]
    proof_method: Mapped[str] = mapped_column(String(20))
    proved_at: Mapped[datetime]
    judged_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    judged_at: Mapped[datetime]


class IqaReply(Base):
    """What an assessor answers to an action, instead of or besides reopening something."""

    __tablename__ = "iqa_reply"
    __append_only__ = True
    __table_args__ = (UniqueConstraint("sample_id", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    sample_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("iqa_outcome.sample_id"))
    number: Mapped[int]
    text: Mapped[str]
    replied_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    replied_at: Mapped[datetime]


class IqaClosing(Base):
    """An action that quality assurance looked at again and closed."""

    __tablename__ = "iqa_closing"
    __append_only__ = True

    sample_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("iqa_outcome.sample_id"), primary_key=True
    )
    note: Mapped[str]
    closed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime]
