"""One-time form keys: the same form sent twice gives one row and the first result."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from kbstrack.db import Base, db, is_writing
from kbstrack.errors import Conflict


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
    same moment the second then waits for the first and finds its result. Raises Conflict when
    the key belongs to another person, or was used up by something else.
    """
    used = db.session.get(UsedKey, key) if key is not None else None
    if used is None:
        return None
    if (used.person_id, used.action) != (person_id, action):
        raise Conflict("This form was sent before. Open its page again, then send it once more.")
    return used.result


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
