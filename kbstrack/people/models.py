"""Providers, employers, people, enrolments, and who stands beside an enrolment."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from flask_security import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kbstrack.db import Base
from kbstrack.ids import new_id


class Provider(Base):
    """A training provider: everything else belongs to exactly one."""

    __tablename__ = "provider"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    ukprn: Mapped[str] = mapped_column(String(8), unique=True)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": revision}


class Employer(Base):
    """An employer of a provider's apprentices."""

    __tablename__ = "employer"
    __table_args__ = (UniqueConstraint("provider_id", "name"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("provider.id"))
    name: Mapped[str]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": revision}


class Person(UserMixin, Base):
    """Somebody who can sign in: the address and the proofs, nothing a provider says of them."""

    __tablename__ = "person"

    # The mixin calls it a number.
    id: Mapped[uuid.UUID] = mapped_column(  # type: ignore[assignment]
        primary_key=True, default=new_id
    )
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    # Every session names it; a new one ends them all.
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]


class Member(Base):
    """A person as one provider knows them: the name it uses, and since when.

    The name stands here and not on Person so that a provider never learns from it what another
    provider wrote.
    """

    __tablename__ = "member"
    __table_args__ = (UniqueConstraint("provider_id", "person_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("provider.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str]
    invited_at: Mapped[datetime]
    joined_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": revision}


class MemberRole(Base):
    """One role of a member; an employer's names the employer.

    An assessor who is not yet qualified has somebody who countersigns; that person stays named
    when the assessor is qualified, since what was decided before still waits for them.
    """

    __tablename__ = "member_role"
    __table_args__ = (
        CheckConstraint(
            "role IN ('apprentice', 'assessor', 'employer', 'iqa', 'administrator')",
            name="role_known",
        ),
        CheckConstraint(
            "(role = 'employer') = (employer_id IS NOT NULL)", name="employer_has_employer"
        ),
        CheckConstraint(
            "is_qualified OR (role = 'assessor' AND countersigner_id IS NOT NULL)",
            name="unqualified_has_countersigner",
        ),
    )

    member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("member.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    employer_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("employer.id"), index=True)
    is_qualified: Mapped[bool] = mapped_column(default=True)
    countersigner_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    ended_at: Mapped[datetime | None]


class Enrolment(Base):
    """One apprentice on one pinned standard version with one provider."""

    __tablename__ = "enrolment"
    __table_args__ = (
        CheckConstraint("planned_end_on > start_on", name="ends_after_start"),
        Index("ix_enrolment_provider_id_uln", "provider_id", "uln"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("provider.id"))
    apprentice_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    uln: Mapped[str] = mapped_column(String(10), index=True)
    standard_reference: Mapped[str] = mapped_column(String(10))
    standard_version: Mapped[str] = mapped_column(String(10))
    standard_hash: Mapped[str] = mapped_column(String(64))
    start_on: Mapped[date]
    planned_end_on: Mapped[date]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None]
    created_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": revision}


class EnrolmentState(Base):
    """An enrolment's facts as somebody set them: the first ones, and after every change."""

    __tablename__ = "enrolment_state"
    __append_only__ = True
    __table_args__ = (UniqueConstraint("enrolment_id", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"))
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("provider.id"))
    apprentice_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    number: Mapped[int]
    # "made", "corrected", "ended", "resumed", …
    change: Mapped[str] = mapped_column(String(20))
    uln: Mapped[str] = mapped_column(String(10))
    standard_reference: Mapped[str] = mapped_column(String(10))
    standard_version: Mapped[str] = mapped_column(String(10))
    standard_hash: Mapped[str] = mapped_column(String(64))
    start_on: Mapped[date]
    planned_end_on: Mapped[date]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None]
    set_at: Mapped[datetime]


class AssessorAssignment(Base):
    """Who assesses an enrolment, from which day; the one that has not ended holds."""

    __tablename__ = "assessor_assignment"
    __table_args__ = (
        Index(
            "uq_assessor_assignment_current",
            "enrolment_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    assessor_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    from_on: Mapped[date]
    assigned_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class EmployerAssignment(Base):
    """Who employs the apprentice and who is the line manager there, from which day."""

    __tablename__ = "employer_assignment"
    __table_args__ = (
        Index(
            "uq_employer_assignment_current",
            "enrolment_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    employer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("employer.id"))
    line_manager_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    from_on: Mapped[date]
    assigned_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class SignInFailure(Base):
    """A sign-in that failed, counted per account and per network to slow guessing down."""

    __tablename__ = "sign_in_failure"

    id: Mapped[int] = mapped_column(primary_key=True)
    # A keyed hash of the address or network: the log of guesses is no list of addresses.
    subject: Mapped[str] = mapped_column(String(64), index=True)
    failed_at: Mapped[datetime]
