"""Recovery codes: ten that work once each, kept as hashes only."""

from __future__ import annotations

import hashlib
import re
import secrets
import uuid
from datetime import datetime

from sqlalchemy import delete, func, select, update

from kbstrack.db import db, is_writing
from kbstrack.people.factor_models import RecoveryCode

COUNT = 10
# Without the letters and digits that are taken for one another: 80 bits in sixteen of them.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_LETTERS, _GROUP = 16, 4


def renew_codes(person_id: uuid.UUID, at: datetime) -> list[str]:
    """Ten new codes instead of all earlier ones, in the caller's transaction."""
    assert is_writing()
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    codes = [_new_code() for _ in range(COUNT)]
    db.session.add_all(
        RecoveryCode(person_id=person_id, code_hash=_hash(person_id, code), made_at=at)
        for code in codes
    )
    db.session.flush()
    return codes


def take_code(person_id: uuid.UUID, typed: str, at: datetime) -> bool:
    """Use a code up, in the caller's transaction; whether it was one that still worked."""
    assert is_writing()
    if not looks_like_one(typed):
        return False
    taken = db.session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person_id,
            RecoveryCode.code_hash == _hash(person_id, typed),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=at)
        .returning(RecoveryCode.id)
    )
    return taken.first() is not None


def codes_left(person_id: uuid.UUID) -> int:
    """How many codes still work."""
    query = select(func.count()).where(
        RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
    )
    return db.session.scalar(query) or 0


def looks_like_one(typed: str) -> bool:
    """Whether this could be a recovery code, however it is spaced and written."""
    return len(_plain(typed)) == _LETTERS


def _new_code() -> str:
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(_LETTERS))
    return "-".join(re.findall(f".{{{_GROUP}}}", letters))


def _plain(typed: str) -> str:
    return re.sub(r"[\s\-‐-―]", "", typed).lower()


def _hash(person_id: uuid.UUID, code: str) -> str:
    # No slow hash: nobody guesses 79 random bits.
    return hashlib.sha256(f"{person_id.hex}\n{_plain(code)}".encode()).hexdigest()
