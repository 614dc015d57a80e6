"""Questions to passkeys: the session's challenge, and what pages hand to the browser's script."""

from __future__ import annotations

import base64
import secrets
import uuid

from flask import session

from kbstrack.people import factor_queries, passkeys

SESSION_KEY = "challenge"
"""Where the session holds the challenge that its open pages share; each is answered once."""


def sign_in_options() -> str | None:
    """For whichever passkey of this site the device has; None where passkeys don't work."""
    return passkeys.request_options(challenge=_challenge()) if passkeys.site() else None


def proof_options(person_id: uuid.UUID) -> str | None:
    """For one of this person's passkeys; None when they have none."""
    known = factor_queries.credential_ids(person_id) if passkeys.site() else []
    return passkeys.request_options(challenge=_challenge(), allowed=known) if known else None


def creation_options(person_id: uuid.UUID, email: str) -> str | None:
    """For a new passkey of this person; None where passkeys don't work."""
    if not passkeys.site():
        return None
    known = factor_queries.credential_ids(person_id)
    return passkeys.creation_options(person_id, email, challenge=_challenge(), existing=known)


def take_challenge() -> bytes | None:
    """The challenge that was to be answered; it is used up, whatever the answer."""
    text = session.pop(SESSION_KEY, None)
    return base64.b64decode(text) if text else None


def _challenge() -> bytes:
    if SESSION_KEY not in session:
        session[SESSION_KEY] = base64.b64encode(secrets.token_bytes(32)).decode()
    return base64.b64decode(session[SESSION_KEY])
