"""Sending what is due: each message by one worker at a time, failures kept and tried again."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update

from kbstrack.current import settings
from kbstrack.db import db, transaction
from kbstrack.mail import queries
from kbstrack.mail.letter import CannotBeSent, Letter
from kbstrack.mail.models import Message
from kbstrack.mail.post import Post

AT_ONCE = 5
# Longer than a round can take: each of its letters may wait for a slow server several times.
LEASE = timedelta(minutes=15)
PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
REMOVED = "[removed after it was sent]"
"""What stands in a sent message where its one-time link was."""

ATTEMPTS = 24
"""About five days; then a message waits for `kbstrack mail send --all`."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one round did."""

    sent: int = 0
    failed: int = 0

    @property
    def is_full(self) -> bool:
        """Whether there may be more to send at once."""
        return self.sent + self.failed == AT_ONCE


def deliver_due(at: datetime, *, is_due: bool = True) -> Delivered:
    """Send up to `AT_ONCE` messages whose time has come, or any with `is_due=False`.

    Safe to run twice at once and after a crash: a message in another worker's hands is left
    alone until its lease ends. Never raises for a message that cannot be sent.
    """
    sent = failed = 0
    letters = [
        letter
        for message_id in queries.free_ids(at, is_due=is_due, limit=AT_ONCE)
        if (letter := _take(message_id, at, is_due=is_due)) is not None
    ]
    with Post(settings()) as post:
        for letter in letters:
            try:
                post.send(letter)
            except CannotBeSent as error:
                _note_failure(letter.id, str(error), at)
                failed += 1
            else:
                _note_sent(letter.id, at)
                sent += 1
    return Delivered(sent, failed)


def pause_after(attempts: int) -> timedelta | None:
    """How long to wait after that many failed attempts; None means: give up."""
    if attempts >= ATTEMPTS:
        return None
    return PAUSES[min(attempts, len(PAUSES)) - 1]


def _take(message_id: uuid.UUID, at: datetime, *, is_due: bool) -> Letter | None:
    with transaction():
        row = db.session.execute(
            update(Message)
            .where(Message.id == message_id, queries.is_free(at, is_due=is_due))
            .values(leased_until=at + LEASE, attempts=Message.attempts + 1)
            .returning(
                Message.id, Message.recipient, Message.subject, Message.body, Message.queued_at
            )
            .execution_options(synchronize_session=False)
        ).one_or_none()
        return None if row is None else Letter(*row)


def _note_sent(message_id: uuid.UUID, at: datetime) -> None:
    with transaction():
        message = db.session.get_one(Message, message_id)
        message.sent_at = at
        _forget_secret(message)
        message.leased_until = message.next_attempt_at = message.last_error = None


def _forget_secret(message: Message) -> None:
    """What was sent can be looked at later, but a link in it can't be used by who reads it here.

    The demonstration shows its messages instead of sending them.
    """
    if message.secret is not None and not settings().is_demo:
        message.body = message.body.replace(message.secret, REMOVED)
        message.secret = None


def _note_failure(message_id: uuid.UUID, why: str, at: datetime) -> None:
    with transaction():
        message = db.session.get_one(Message, message_id)
        pause = pause_after(message.attempts)
        message.leased_until = None
        message.next_attempt_at = None if pause is None else at + pause
        message.last_error = why
