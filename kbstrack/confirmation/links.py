"""The secret of a link: 256 random bits for whoever is asked, and only its hash for us."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime

from kbstrack.access import Actor
from kbstrack.confirmation import request_queries
from kbstrack.current import settings
from kbstrack.ids import new_secret


def new_token() -> tuple[str, str]:
    """A secret for an address, and the hash to keep."""
    token = new_secret()
    return token, hash_of(token)


def hash_of(token: str) -> str:
    """SHA-256 (hex) of the secret."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def link_of(token: str) -> str:
    """The whole address, as a message shows it."""
    return f"{settings().public_url}/confirm/{token}"


def whoever_follows(token: str, *, at: datetime) -> Actor | None:
    """Who holds this secret, as long as its request is open; None for every other reason."""
    row = request_queries.request_by_token(hash_of(token))
    return actor_for(row.id) if row is not None and row.is_open(at) else None


def actor_for(request_id: uuid.UUID) -> Actor:
    """Whoever follows the link of a request: they hold this request and nothing else."""
    return Actor(person_id=request_id, request_id=request_id)
