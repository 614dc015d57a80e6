"""The table of issues; their files lie in the store under their hashes."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kbstrack.db import Base
from kbstrack.ids import new_id


class Issue(Base):
    """A portfolio frozen under a number: its data, its PDF, and the head of the ledger then."""

    __tablename__ = "issue"
    __append_only__ = True
    __table_args__ = (
        UniqueConstraint("enrolment_id", "number"),
        CheckConstraint("number >= 1", name="number_from_one"),
        CheckConstraint("kind IN ('interim', 'gateway')", name="kind_known"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    # Printed on the cover: whoever has it may ask whether the issue is the newest one.
    code: Mapped[str] = mapped_column(String(14), unique=True)
    # Of the portfolio's canonical JSON; the others name bytes in the store.
    portfolio_sha256: Mapped[str] = mapped_column(String(64))
    pdf_sha256: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"), unique=True)
    record_sha256: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"))
    extract_sha256: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"))
    ledger_sequence: Mapped[int]
    ledger_hash: Mapped[str] = mapped_column(String(64))
    # What was missing or odd, as canonical JSON (a list of sentences), and why it was frozen.
    noted: Mapped[str]
    reason: Mapped[str]
    # The work that made it: done twice, it still makes one issue.
    job_id: Mapped[uuid.UUID] = mapped_column(unique=True)
    frozen_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    frozen_at: Mapped[datetime]
