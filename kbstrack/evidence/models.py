"""Evidence: the draft that changes, the versions that never do, and the files they name."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kbstrack.db import Base
from kbstrack.ids import new_id


class StoredFile(Base):
    """What is known of some bytes: found by looking into them, once."""

    __tablename__ = "stored_file"
    __append_only__ = True

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str]
    family: Mapped[str] = mapped_column(String(10))
    width: Mapped[int | None]
    height: Mapped[int | None]
    pages: Mapped[int | None]
    # The checked, normalised copy that is shown and printed; the original is only downloaded.
    copy_sha256: Mapped[str | None] = mapped_column(String(64))
    copy_size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    copy_media_type: Mapped[str | None]
    stored_at: Mapped[datetime]


class Upload(Base):
    """A file as an apprentice gave it for an enrolment: the bytes and the name they had."""

    __tablename__ = "upload"
    __append_only__ = True

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    uploaded_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"), index=True)
    name: Mapped[str]
    uploaded_at: Mapped[datetime]


class Evidence(Base):
    """One discrete piece of work; its number comes with the first submission."""

    __tablename__ = "evidence"
    __table_args__ = (UniqueConstraint("enrolment_id", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    number: Mapped[int | None]
    created_at: Mapped[datetime]


class Draft(Base):
    """What the apprentice is writing and nobody else sees; gone once it is submitted."""

    __tablename__ = "draft"

    evidence_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("evidence.id"), primary_key=True)
    title: Mapped[str]
    kind: Mapped[str | None] = mapped_column(String(40))
    first_on: Mapped[date | None]
    last_on: Mapped[date | None]
    description: Mapped[str]
    saved_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": revision}


class DraftClaim(Base):
    """A KSB the draft claims, with as much of the reason as is written."""

    __tablename__ = "draft_claim"

    evidence_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("draft.evidence_id", ondelete="CASCADE"), primary_key=True
    )
    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    rationale: Mapped[str]
    locator: Mapped[str]


class DraftFile(Base):
    """A file of the draft, in the order the apprentice gave, and what they say it shows."""

    __tablename__ = "draft_file"

    evidence_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("draft.evidence_id", ondelete="CASCADE"), primary_key=True
    )
    upload_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("upload.id"), primary_key=True, index=True
    )
    position: Mapped[int]
    caption: Mapped[str]


class EvidenceVersion(Base):
    """A submitted state of a piece of evidence: numbered, hashed, never changed."""

    __tablename__ = "evidence_version"
    __append_only__ = True
    __table_args__ = (
        UniqueConstraint("evidence_id", "number"),
        CheckConstraint("number >= 1", name="number_from_one"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    evidence_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("evidence.id"))
    number: Mapped[int]
    title: Mapped[str]
    kind: Mapped[str] = mapped_column(String(40))
    first_on: Mapped[date]
    last_on: Mapped[date | None]
    description: Mapped[str]
    # Without it nobody can guess the text from its hash, which is kept longer than the text.
    salt: Mapped[str] = mapped_column(String(32))
    sha256: Mapped[str] = mapped_column(String(64))
    submitted_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime]
    declaration: Mapped[str]


class Claim(Base):
    """A KSB that a version claims, why, and where to look."""

    __tablename__ = "claim"
    __append_only__ = True

    version_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("evidence_version.id"), primary_key=True
    )
    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    rationale: Mapped[str]
    locator: Mapped[str]
    statement_hash: Mapped[str] = mapped_column(String(64))


class VersionFile(Base):
    """A file of a version, in order; `caption` is empty where its apprentice wrote none."""

    __tablename__ = "version_file"
    __append_only__ = True

    version_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("evidence_version.id"), primary_key=True
    )
    upload_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("upload.id"), primary_key=True, index=True
    )
    position: Mapped[int]
    caption: Mapped[str]


class Withdrawal(Base):
    """A version taken back before anyone decided on it."""

    __tablename__ = "withdrawal"
    __append_only__ = True

    version_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("evidence_version.id"), primary_key=True
    )
    reason: Mapped[str]
    withdrawn_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime]
