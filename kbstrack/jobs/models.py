"""The table of jobs: a row in the transaction of whoever asks; the truth about what is to do."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kbstrack.db import Base
from kbstrack.ids import new_id


class Job(Base):
    """One piece of work, from being asked for until it is finished and after."""

    __tablename__ = "job"
    __table_args__ = (
        Index(
            "uq_job_same_as_unfinished",
            "same_as",
            unique=True,
            sqlite_where=text("finished_at IS NULL"),
            postgresql_where=text("finished_at IS NULL"),
        ),
        Index("ix_job_about_asked_by", "about", "asked_by"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str]
    # Of that kind, what it is about: an enrolment, for example.
    about: Mapped[uuid.UUID | None]
    provider_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("provider.id"))
    # A person, or the link of an auditor, who is no person here; None is the command line.
    asked_by: Mapped[uuid.UUID | None]
    # Whatever is asked for twice under one name while the first waits or runs is one job.
    same_as: Mapped[str]
    # What its kind needs to know beside, as canonical JSON.
    wish: Mapped[str] = mapped_column(default="{}")
    created_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    # Known to the worker that holds the job and to nobody else: without it nothing is written.
    lease: Mapped[uuid.UUID | None]
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime | None]
    progress_done: Mapped[int] = mapped_column(default=0)
    progress_total: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]
    # Of a job that is not finished, what it has so far.
    result: Mapped[str | None]
    # A sentence for people; on a job that is not finished, why it is tried again.
    problem: Mapped[str | None]
