"""The entries of all chains, and what stands beside them."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from kbstrack.db import Base


class LedgerEntry(Base):
    """One entry of an enrolment's chain."""

    __tablename__ = "ledger_entry"
    __append_only__ = True
    __table_args__ = (
        # A row has one entry of each kind.
        UniqueConstraint("subject_id", "what"),
        CheckConstraint("sequence >= 1", name="sequence_from_one"),
        Index("ix_ledger_entry_enrolment_id_at", "enrolment_id", "at"),
    )

    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    what: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[uuid.UUID]
    facts: Mapped[str]
    texts_hash: Mapped[str] = mapped_column(String(64))
    side_hash: Mapped[str] = mapped_column(String(64))
    by_id: Mapped[uuid.UUID | None]
    role: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class LedgerSide(Base):
    """The names that an entry's people had at that moment, and the salt of its hashes.

    They stand apart so that a person can be erased one day and the chain still holds.
    """

    __tablename__ = "ledger_side"
    __append_only__ = True
    __table_args__ = (
        ForeignKeyConstraint(
            ["enrolment_id", "sequence"], ["ledger_entry.enrolment_id", "ledger_entry.sequence"]
        ),
    )

    enrolment_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    salt: Mapped[str] = mapped_column(String(32))
    by_name: Mapped[str]
    # Canonical JSON: other names that this happening is about.
    names: Mapped[str]
