"""Decisions, sign-offs, their countersignatures and reopenings: rows that are only ever added."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from kbstrack.db import Base
from kbstrack.ids import new_id


class Decision(Base):
    """An assessor's judgement of one claim; round 2 follows a reopening of round 1."""

    __tablename__ = "decision"
    __append_only__ = True
    __table_args__ = (
        UniqueConstraint("version_id", "code", "round"),
        ForeignKeyConstraint(["version_id", "code"], ["claim.version_id", "claim.code"]),
        CheckConstraint("outcome IN ('met', 'not_yet_met')", name="outcome_known"),
        CheckConstraint("outcome = 'met' OR feedback <> ''", name="not_yet_met_has_feedback"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    version_id: Mapped[uuid.UUID]
    code: Mapped[str] = mapped_column(String(10))
    round: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(12))
    feedback: Mapped[str]
    is_valid: Mapped[bool]
    is_authentic: Mapped[bool]
    is_current: Mapped[bool]
    is_sufficient: Mapped[bool]
    # What the decision is bound to: the exact bytes and the exact wording.
    version_sha256: Mapped[str] = mapped_column(String(64))
    statement_hash: Mapped[str] = mapped_column(String(64))
    # Decided by somebody who was not yet qualified: it counts once it is countersigned.
    needs_countersignature: Mapped[bool]
    decided_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    decided_at: Mapped[datetime]


class ActionPoint(Base):
    """What the apprentice must do after a decision, by when."""

    __tablename__ = "action_point"
    __append_only__ = True

    decision_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("decision.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    due_on: Mapped[date]


class SignOff(Base):
    """The final "met" for one KSB of an enrolment; round 2 follows a reopening of round 1."""

    __tablename__ = "sign_off"
    __append_only__ = True
    __table_args__ = (
        UniqueConstraint("enrolment_id", "code", "round"),
        CheckConstraint("role IN ('assessor', 'employer')", name="role_known"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"))
    code: Mapped[str] = mapped_column(String(10))
    round: Mapped[int]
    statement_hash: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(20))
    declaration: Mapped[str]
    # Why fewer accepted pieces than the standard asks for are enough; else empty, or a remark.
    reason: Mapped[str]
    needs_countersignature: Mapped[bool]
    proof_method: Mapped[str] = mapped_column(String(20))
    proved_at: Mapped[datetime]
    signed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    signed_at: Mapped[datetime]


class SignOffBasis(Base):
    """A "met" decision that a sign-off rests on."""

    __tablename__ = "sign_off_basis"
    __append_only__ = True

    sign_off_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("sign_off.id"), primary_key=True)
    decision_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("decision.id"), primary_key=True, index=True
    )


class Reopening(Base):
    """A sign-off taken back, with the reason; the sign-off itself stays."""

    __tablename__ = "reopening"
    __append_only__ = True

    sign_off_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("sign_off.id"), primary_key=True)
    reason: Mapped[str]
    reopened_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    reopened_at: Mapped[datetime]


class DecisionReopening(Base):
    """A decision taken back, why, and in what role; the claim then waits for a new one."""

    __tablename__ = "decision_reopening"
    __append_only__ = True
    __table_args__ = (CheckConstraint("role IN ('assessor', 'countersigner')", name="role_known"),)

    decision_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("decision.id"), primary_key=True)
    reason: Mapped[str]
    role: Mapped[str] = mapped_column(String(20))
    reopened_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    reopened_at: Mapped[datetime]


class Countersignature(Base):
    """A second signature: from then on a decision or a sign-off counts.

    What is not agreed to is reopened instead, so that it is made again.
    """

    __tablename__ = "countersignature"
    __append_only__ = True
    __table_args__ = (
        CheckConstraint("(decision_id IS NULL) <> (sign_off_id IS NULL)", name="one_subject"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    decision_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("decision.id"), unique=True)
    sign_off_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("sign_off.id"), unique=True)
    remark: Mapped[str]
    declaration: Mapped[str]
    proof_method: Mapped[str] = mapped_column(String(20))
    proved_at: Mapped[datetime]
    signed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    signed_at: Mapped[datetime]


class Renewal(Base):
    """A sign-off confirmed after the evidence that it rests on was changed."""

    __tablename__ = "renewal"
    __append_only__ = True
    __table_args__ = (UniqueConstraint("sign_off_id", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    sign_off_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("sign_off.id"))
    number: Mapped[int]
    reason: Mapped[str]
    declaration: Mapped[str]
    proof_method: Mapped[str] = mapped_column(String(20))
    proved_at: Mapped[datetime]
    signed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    signed_at: Mapped[datetime]


class RenewalBasis(Base):
    """An accepted decision that a renewed sign-off rests on from then on."""

    __tablename__ = "renewal_basis"
    __append_only__ = True

    renewal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("renewal.id"), primary_key=True)
    decision_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("decision.id"), primary_key=True)
