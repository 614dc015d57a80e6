"""Links that were sent to a witness, and what they answer with."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from kbstrack.confirmation import links, queries
from kbstrack.confirmation.models import Request
from kbstrack.confirmation.rules import Asked
from kbstrack.db import db
from kbstrack.mail.models import Message
from tests.builders import (
    World,
    make_evidence,
)
from tests.confirmation.asking import ask, messages, token_in


def link(number: int = -1) -> str:
    """The path of a link that was sent to Sam."""
    db.session.rollback()
    letters = [row for row in messages() if "/confirm/" in row.body]
    return f"/confirm/{token_in(letters[number])}"


def link_to(request_id: uuid.UUID) -> str:
    """The path of the link of this request."""
    token_hash = db.session.get_one(Request, request_id).token_hash
    tokens = [
        token_in(row) for row in db.session.scalars(select(Message)) if "/confirm/" in row.body
    ]
    return next(f"/confirm/{token}" for token in tokens if links.hash_of(token) == token_hash)


def asked(world: World, what: Asked = Asked.CONFIRMATION) -> uuid.UUID:
    item = make_evidence(world)
    ask(world, item, what=what)
    return item


def confirmations(world: World) -> list[queries.ConfirmationRow]:
    db.session.rollback()
    return queries.confirmations(world.enrolment_id)


CONFIRMS = {"job_role": "Head of hiring", "is_declared": True, "name": "Sam Ortiz"}
SAW = CONFIRMS | {
    "statement": "She read every application twice.",
    "seen_on": ["27", "2", "2026"],
    "relationship": "Her client",
}
