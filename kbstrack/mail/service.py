"""Queueing messages: a row in the transaction of what it tells of, so that neither is alone."""

from __future__ import annotations

import threading
from datetime import datetime

from sqlalchemy import event
from sqlalchemy.orm import Session

from kbstrack.db import db, is_writing
from kbstrack.mail.models import Message

news = threading.Event()
"""Set when a message was committed in this process: the sender need not wait for its round."""

_QUEUED = "kbstrack_queued_a_message"


def queue(
    recipient: str, subject: str, body: str, at: datetime, *, secret: str | None = None
) -> None:
    """Have plain text sent to one checked address, once the caller's transaction commits.

    A line break in the subject becomes a space. `secret` is a part of the body, a one-time link,
    that is not kept once the message is sent. Nothing is sent here, so nothing can fail here.
    """
    assert is_writing()
    db.session.add(
        Message(
            recipient=recipient,
            subject=" ".join(subject.split()),
            body=body,
            secret=secret,
            queued_at=at,
            attempts=0,
            next_attempt_at=at,
        )
    )
    db.session().info[_QUEUED] = True


@event.listens_for(Session, "after_commit")
def _tell(session: Session) -> None:
    if session.info.pop(_QUEUED, False):
        news.set()
