"""Noting that somebody invited has arrived."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import update

from kbstrack.db import db, is_writing
from kbstrack.people.models import Member


def note_joined(person_id: uuid.UUID, at: datetime) -> None:
    """Stamp every membership of the person that has no date yet, in the caller's transaction."""
    assert is_writing()
    db.session.execute(
        update(Member)
        .where(Member.person_id == person_id, Member.joined_at.is_(None), Member.ended_at.is_(None))
        .values(joined_at=at, revision=Member.revision + 1)
        .execution_options(synchronize_session=False)
    )
