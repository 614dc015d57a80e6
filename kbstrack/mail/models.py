"""The outbox: a message is a row in the transaction of what it tells of; sending comes later."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from kbstrack.db import Base
from kbstrack.ids import new_id


class Message(Base):
    """One email to one person, until it is sent and after."""

    __tablename__ = "message"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    recipient: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    # What must not be read here once it is on its way: a one-time link; it is taken out then.
    secret: Mapped[str | None]
    queued_at: Mapped[datetime]
    # Until when a worker holds it; a killed worker's message is sent by the next one.
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None] = mapped_column(index=True)
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
