"""Links for auditors, the enrolments they open, and every look that was taken through them."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kbstrack.db import Base
from kbstrack.ids import new_id


class AuditorLink(Base):
    """A link for one named auditor, until the end of a day. Only the secret's hash is kept."""

    __tablename__ = "auditor_link"
    __append_only__ = True

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("provider.id"), index=True)
    name: Mapped[str]
    organisation: Mapped[str]
    email: Mapped[str | None] = mapped_column(String(254))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    # An argon2 hash: a passcode is short.
    passcode_hash: Mapped[str | None]
    ends_on: Mapped[date]
    # None for the operator of the instance.
    made_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]


class AuditorScope(Base):
    """An enrolment that a link opens."""

    __tablename__ = "auditor_scope"
    __append_only__ = True

    link_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("auditor_link.id"), primary_key=True)
    enrolment_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("enrolment.id"), primary_key=True, index=True
    )


class AuditorRevocation(Base):
    """A link taken back before its end."""

    __tablename__ = "auditor_revocation"
    __append_only__ = True

    link_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("auditor_link.id"), primary_key=True)
    revoked_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    revoked_at: Mapped[datetime]


class AuditorView(Base):
    """One look at one page or file of an enrolment."""

    __tablename__ = "auditor_view"
    __append_only__ = True
    __table_args__ = (
        Index("ix_auditor_view_link_id_at", "link_id", "at"),
        Index("ix_auditor_view_enrolment_id_at", "enrolment_id", "at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    link_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("auditor_link.id"))
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"))
    what: Mapped[str]
    at: Mapped[datetime]
