"""Requests to people without an account, how they ended, and what was signed: only ever added."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kbstrack.db import Base
from kbstrack.ids import new_id

_ONE_OF_THEM = "signed_by IS NOT NULL OR request_id IS NOT NULL"


class Request(Base):
    """Somebody named is asked about one version; of the link's secret only the hash is kept."""

    __tablename__ = "confirmation_request"
    __append_only__ = True
    __table_args__ = (
        CheckConstraint("what IN ('confirmation', 'witness_statement')", name="what_known"),
        CheckConstraint("role IN ('apprentice', 'assessor')", name="role_known"),
        CheckConstraint("expires_at > asked_at", name="expires_later"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("evidence_version.id"), index=True)
    version_sha256: Mapped[str] = mapped_column(String(64))
    what: Mapped[str] = mapped_column(String(20))
    name: Mapped[str]
    email: Mapped[str] = mapped_column(String(254), index=True)
    job_role: Mapped[str]
    message: Mapped[str]
    # SHA-256 of 256 random bits: nobody who reads the database can follow the link.
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    # The request that this one repeats with a new link.
    follows_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("confirmation_request.id"), unique=True
    )
    asked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class RequestRevocation(Base):
    """The end of a request without an answer: taken back, replaced by a newer link, or declined
    by whoever was asked (`revoked_by` is empty then)."""

    __tablename__ = "confirmation_request_revocation"
    __append_only__ = True
    __table_args__ = (
        CheckConstraint("how IN ('revoked', 'replaced', 'declined')", name="how_known"),
        CheckConstraint("(how = 'declined') = (revoked_by IS NULL)", name="declined_by_the_asked"),
    )

    request_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("confirmation_request.id"), primary_key=True
    )
    how: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str]
    revoked_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    revoked_at: Mapped[datetime]


class RequestReminder(Base):
    """A reminder with a link of its own to the same request; there are two at most."""

    __tablename__ = "confirmation_request_reminder"
    __append_only__ = True
    __table_args__ = (
        UniqueConstraint("request_id", "number"),
        CheckConstraint("number IN (1, 2)", name="two_at_most"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    request_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("confirmation_request.id"))
    number: Mapped[int]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    queued_at: Mapped[datetime]


class Confirmation(Base):
    """Somebody confirmed one version, or as the employer with an account one KSB."""

    __tablename__ = "confirmation"
    __append_only__ = True
    __table_args__ = (
        UniqueConstraint("version_id", "signed_by"),
        UniqueConstraint("enrolment_id", "code", "signed_by"),
        CheckConstraint("(version_id IS NULL) <> (code IS NULL)", name="one_subject"),
        CheckConstraint("(version_id IS NULL) = (version_sha256 IS NULL)", name="bound_version"),
        CheckConstraint("(code IS NULL) = (statement_hash IS NULL)", name="bound_statement"),
        CheckConstraint(_ONE_OF_THEM, name="by_account_or_link"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"))
    request_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("confirmation_request.id"), unique=True
    )
    # What is confirmed: the exact bytes of a version, or the exact wording of a KSB.
    version_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("evidence_version.id"))
    version_sha256: Mapped[str | None] = mapped_column(String(64))
    code: Mapped[str | None] = mapped_column(String(10))
    statement_hash: Mapped[str | None] = mapped_column(String(64))
    name: Mapped[str]
    job_role: Mapped[str]
    remark: Mapped[str]
    declaration: Mapped[str]
    proof_method: Mapped[str] = mapped_column(String(20))
    proved_at: Mapped[datetime]
    signed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    signed_at: Mapped[datetime]


class WitnessStatement(Base):
    """What somebody saw, in their own words; it makes no assessment decision."""

    __tablename__ = "witness_statement"
    __append_only__ = True
    __table_args__ = (
        UniqueConstraint("version_id", "signed_by"),
        CheckConstraint(_ONE_OF_THEM, name="by_account_or_link"),
        CheckConstraint("statement <> ''", name="has_words"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    request_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("confirmation_request.id"), unique=True
    )
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("evidence_version.id"))
    version_sha256: Mapped[str] = mapped_column(String(64))
    statement: Mapped[str]
    seen_on: Mapped[date]
    seen_until: Mapped[date | None]
    name: Mapped[str]
    job_role: Mapped[str]
    relationship: Mapped[str]
    contact: Mapped[str]
    declaration: Mapped[str]
    proof_method: Mapped[str] = mapped_column(String(20))
    proved_at: Mapped[datetime]
    signed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    signed_at: Mapped[datetime]
