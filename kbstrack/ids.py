"""Where the ids of new rows come from: chance, unless somebody needs the same ones again."""

from __future__ import annotations

import base64
import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import count

_seeded: ContextVar[Iterator[uuid.UUID] | None] = ContextVar("seeded", default=None)


def new_id() -> uuid.UUID:
    """An id that nobody can guess."""
    source = _seeded.get()
    return uuid.uuid4() if source is None else next(source)


def new_secret() -> str:
    """256 random bits for an address: 43 characters."""
    source = _seeded.get()
    if source is None:
        return secrets.token_urlsafe(32)
    return base64.urlsafe_b64encode(next(source).bytes + next(source).bytes).decode().rstrip("=")


@contextmanager
def seeded(seed: str) -> Iterator[None]:
    """Within it, ids follow from the seed and their order: for the demo, never for real data."""
    space = uuid.uuid5(uuid.NAMESPACE_URL, seed)
    token = _seeded.set(uuid.uuid5(space, str(number)) for number in count())
    try:
        yield
    finally:
        _seeded.reset(token)
