"""Which messages are due, waiting or given up; never what they say or to whom."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select

from kbstrack.db import db
from kbstrack.mail.models import Message


@dataclass(frozen=True, slots=True)
class UnsentRow:
    """A message that is not sent yet; without a next attempt it was given up."""

    id: uuid.UUID
    queued_at: datetime
    attempts: int
    next_attempt_at: datetime | None
    last_error: str | None


def unsent() -> list[UnsentRow]:
    """Every message that is not sent, oldest first."""
    rows = db.session.execute(
        select(
            Message.id,
            Message.queued_at,
            Message.attempts,
            Message.next_attempt_at,
            Message.last_error,
        )
        .where(Message.sent_at.is_(None))
        .order_by(Message.queued_at, Message.id)
    )
    return [UnsentRow(*row) for row in rows]


def is_free(at: datetime, *, is_due: bool = True) -> ColumnElement[bool]:
    """Not sent and in nobody's hands at `at`; with `is_due` only when its time has come."""
    conditions = [
        Message.sent_at.is_(None),
        or_(Message.leased_until.is_(None), Message.leased_until <= at),
    ]
    if is_due:
        conditions.append(Message.next_attempt_at <= at)
    return and_(*conditions)


def free_ids(at: datetime, *, is_due: bool, limit: int) -> list[uuid.UUID]:
    """The oldest messages that `is_free` selects."""
    return list(
        db.session.scalars(
            select(Message.id)
            .where(is_free(at, is_due=is_due))
            .order_by(Message.queued_at, Message.id)
            .limit(limit)
        )
    )
