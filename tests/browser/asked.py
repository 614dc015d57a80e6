"""Whoever is asked about a piece of the ground, and what somebody said of it."""

from __future__ import annotations

import uuid
from dataclasses import replace

from sqlalchemy import select

from kbstrack import clock
from kbstrack.confirmation import answering, links, service
from kbstrack.confirmation.rules import Asked, ConfirmationText, RequestText
from kbstrack.db import db
from kbstrack.mail.models import Message
from tests.builders import World
from tests.confirmation.asking import token_in

LONG = "Aleksandra-Konstantina Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh"


def with_asked(full: World, evidence_id: uuid.UUID) -> dict[str, str]:
    """Two links that wait, one request that was answered and one that was declined."""
    at = clock.now()
    whom = RequestText(LONG, "", "Deputy manager", "You were there.\n\nPlease write what you saw.")

    def ask(name: str, what: Asked = Asked.CONFIRMATION) -> uuid.UUID:
        return service.ask(
            full.apprentice,
            evidence_id,
            version_number=1,
            what=what,
            text=replace(whom, email=f"{name}@{'client-' * 6}example.org"),
            at=at,
        )

    answering.confirm_by_link(
        links.actor_for(ask("signed")),
        text=ConfirmationText("Kim Vale", "Deputy manager", f"As I saw it. {LONG * 3}"),
        is_declared=True,
        at=at,
    )
    answering.decline_by_link(links.actor_for(ask("declined")), reason=LONG * 3, at=at)
    ask("to_confirm")
    ask("to_state", Asked.WITNESS_STATEMENT)
    return {name: _token(name) for name in ("to_confirm", "to_state")}


def _token(name: str) -> str:
    query = select(Message).where(Message.recipient.startswith(f"{name}@"))
    return token_in(db.session.scalars(query).one())
