"""One-time form keys: the same form sent twice gives one row and the first result."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from kbstrack.db import Base, db, is_writing


class UsedKey(Base):
    """A form that was carried out, and what came of it."""

    __tablename__ = "used_key"

    key: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID]
    action: Mapped[str]
    result: Mapped[str]
    used_at: Mapped[datetime]


def first_result(key: uuid.UUID | None, *, person_id: uuid.UUID, action: str) -> str | None:
    """What the first sending of this form gave, or None when this is the first.

    Ask inside the transaction, after the lock that the use case takes: of two sendings at the
    same moment the second then waits for the first and finds its result.
    """
    if key is None:
        return None
    return db.session.scalar(
        select(UsedKey.result).where(
            UsedKey.key == key, UsedKey.person_id == person_id, UsedKey.action == action
        )
    )


def remember(
    key: uuid.UUID | None, *, person_id: uuid.UUID, action: str, result: str, at: datetime
) -> None:
    """Note that this form is carried out, in the caller's transaction."""
    assert is_writing()
    if key is not None:
        db.session.add(
            UsedKey(key=key, person_id=person_id, action=action, result=result, used_at=at)
        )
        db.session.flush()
