"""One-time form keys: the same form sent twice gives one row and the first result."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from kbstrack.db import Base, db, is_writing
from kbstrack.errors import RuleBroken

SENT_BEFORE = (
    "A form like this one was sent before, with something else in it. What is in this one is "
    "not saved yet: check it, then send it again."
)


class UsedKey(Base):
    """A form that was carried out, and what came of it."""

    __tablename__ = "used_key"

    key: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID]
    action: Mapped[str]
    result: Mapped[str]
    used_at: Mapped[datetime]


def first_result(
    key: uuid.UUID | None, *, person_id: uuid.UUID, action: str, about: object
) -> str | None:
    """What the first sending of this form gave, or None when this is the first.

    Ask inside the transaction, after the lock that the use case takes: of two sendings at the
    same moment the second then waits for the first and finds its result. `about` is everything
    the form says: who goes back and writes something else has not sent that before. Raises
    RuleBroken (field `key`) then, and when the key belongs to another person or action.
    """
    used = db.session.get(UsedKey, key) if key is not None else None
    if used is None:
        return None
    if (used.person_id, used.action) != (person_id, _named(action, used.key, about)):
        raise RuleBroken(SENT_BEFORE, field="key")
    return used.result


def result_of(key: uuid.UUID, *, person_id: uuid.UUID, action: str) -> str | None:
    """What came of the form with this key, whatever it said; None unless it was this person's."""
    used = db.session.get(UsedKey, key)
    if used is None or used.person_id != person_id or used.action.partition(" ")[0] != action:
        return None
    return used.result


def remember(
    key: uuid.UUID | None,
    *,
    person_id: uuid.UUID,
    action: str,
    about: object,
    result: str,
    at: datetime,
) -> None:
    """Note that this form is carried out, in the caller's transaction; `about` as before."""
    assert is_writing()
    if key is not None:
        db.session.add(
            UsedKey(
                key=key,
                person_id=person_id,
                action=_named(action, key, about),
                result=result,
                used_at=at,
            )
        )
        db.session.flush()


@dataclass(frozen=True, slots=True)
class Sending:
    """One sending of a form that makes a row: `first_result` and `remember` about that row's id."""

    key: uuid.UUID | None
    person_id: uuid.UUID
    action: str
    about: object

    def first_id(self) -> uuid.UUID | None:
        """The row that the first sending made; raises RuleBroken as `first_result` does."""
        first = first_result(
            self.key, person_id=self.person_id, action=self.action, about=self.about
        )
        return uuid.UUID(first) if first is not None else None

    def remember_id(self, row_id: uuid.UUID, at: datetime) -> None:
        """Note which row this form made, in the caller's transaction."""
        remember(
            self.key,
            person_id=self.person_id,
            action=self.action,
            about=self.about,
            result=str(row_id),
            at=at,
        )


def _named(action: str, key: uuid.UUID, about: object) -> str:
    """The action with a hash of what it is about; the key in it keeps the texts from guesses."""
    return f"{action} {hashlib.sha256(f'{key} {about!r}'.encode()).hexdigest()}"
