"""Links with a secret: who may set a password or take an address, for how long, and only once."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from kbstrack.current import settings
from kbstrack.db import db
from kbstrack.people.models import Person


class Purpose(StrEnum):
    """What a link is for."""

    INVITATION = "invitation"
    RESET = "reset"
    ADDRESS = "address"


VALID_FOR = {
    Purpose.INVITATION: timedelta(days=14),
    Purpose.RESET: timedelta(hours=24),
    Purpose.ADDRESS: timedelta(hours=24),
}


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A link that still works: whose it is, what for, and the new address if it is about one."""

    person: Person
    purpose: Purpose
    email: str | None


def invitation_token(person: Person, at: datetime) -> str:
    """Lets the person set their first password within 14 days."""
    return _token(person, Purpose.INVITATION, at)


def reset_token(person: Person, at: datetime) -> str:
    """Lets the person set a new password within 24 hours."""
    return _token(person, Purpose.RESET, at)


def address_token(person: Person, email: str, at: datetime) -> str:
    """Lets the signed-in person take this address within 24 hours."""
    return _token(person, Purpose.ADDRESS, at, email)


def invitation_link(person: Person, at: datetime) -> str:
    """The whole address, as a message or the command line shows it."""
    return f"{settings().public_url}/set-password/{invitation_token(person, at)}"


def reset_link(person: Person, at: datetime) -> str:
    """The whole address, as a message shows it."""
    return f"{settings().public_url}/set-password/{reset_token(person, at)}"


def address_link(person: Person, email: str, at: datetime) -> str:
    """The whole address, as a message shows it."""
    return f"{settings().public_url}/account/address/{address_token(person, email, at)}"


def person_for(token: str, at: datetime) -> Person | None:
    """Who may set a password with this token now, or None."""
    link = open_link(token, at)
    if link is None or link.purpose is Purpose.ADDRESS:
        return None
    return link.person


def open_link(token: str, at: datetime, *, is_locked: bool = False) -> OpenLink | None:
    """What this token allows now, or None: not ours, too old, or used.

    A token is dead once a password or an address was set after it was made. With `is_locked` the
    person's row is held until the transaction ends, so that of two uses one finds it dead.
    """
    try:
        purpose_text, person_hex, made_at_seconds, email, mark = _serializer().loads(token)
        purpose, person_id = Purpose(purpose_text), uuid.UUID(hex=person_hex)
        made_at = datetime.fromtimestamp(made_at_seconds, UTC)
    except (BadData, ValueError, TypeError, OverflowError, OSError, AttributeError):
        return None
    if at - made_at > VALID_FOR[purpose]:
        return None
    person = db.session.get(
        Person, person_id, populate_existing=True, with_for_update=True if is_locked else None
    )
    if person is None or not person.active or not hmac.compare_digest(_mark(person), mark):
        return None
    return OpenLink(person, purpose, email)


def _token(person: Person, purpose: Purpose, at: datetime, email: str | None = None) -> str:
    made_at_seconds = int(at.timestamp())
    parts = [purpose.value, person.id.hex, made_at_seconds, email, _mark(person)]
    return str(_serializer().dumps(parts))


def _mark(person: Person) -> str:
    """Changes with the person's password and address, and tells nothing about either."""
    state = f"{person.fs_uniquifier}\n{person.email}".encode()
    return hmac.new(_secret(), state, hashlib.sha256).hexdigest()[:32]


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(_secret(), salt="kbstrack.people.links")


def _secret() -> bytes:
    secret = current_app.secret_key
    assert secret
    return secret if isinstance(secret, bytes) else secret.encode()
