"""Requests with defaults, and the secret out of the message that went to whoever was asked."""

from __future__ import annotations

import re
import uuid
from datetime import date, datetime

from sqlalchemy import select

from kbstrack.access import Actor
from kbstrack.confirmation import answering, events, links, service
from kbstrack.confirmation.rules import Asked, ConfirmationText, RequestText, StatementText
from kbstrack.db import db
from kbstrack.ledger.queries import entries
from kbstrack.ledger.rules import chain_flaws, facts_text, salted_hash
from kbstrack.mail.models import Message
from tests.builders import TUESDAY, World

SAM = RequestText("Sam Ortiz", "sam@client.example", "Client", "You saw the shortlist on Monday.")
CONFIRMS = ConfirmationText("Sam Ortiz", "Head of hiring", "The shortlist was right.")
SAW = StatementText(
    name="Sam Ortiz",
    statement="I sat beside Amara when she read the applications.",
    job_role="Head of hiring",
    relationship="Her client",
    contact="sam@client.example",
    seen_on=date(2026, 2, 27),
)


def ask(
    world: World,
    evidence_id: uuid.UUID,
    *,
    by: Actor | None = None,
    what: Asked = Asked.CONFIRMATION,
    text: RequestText = SAM,
    version: int = 1,
    at: datetime = TUESDAY,
    key: uuid.UUID | None = None,
) -> uuid.UUID:
    """The apprentice asks Sam about the first version."""
    return service.ask(
        by or world.apprentice,
        evidence_id,
        version_number=version,
        what=what,
        text=text,
        at=at,
        key=key,
    )


def messages(to: str = SAM.email) -> list[Message]:
    """What this address was written, oldest first."""
    query = select(Message).where(Message.recipient == to)
    return list(db.session.scalars(query.order_by(Message.queued_at, Message.id)))


def copy_of() -> Message:
    """The copy of what Sam signed."""
    [found] = [row for row in messages() if "This is a copy" in row.body]
    return found


def token_in(message: Message) -> str:
    """The secret of the link in a message."""
    found = re.search(r"/confirm/([\w-]+)$", message.body, re.MULTILINE)
    assert found is not None
    return found[1]


def follower(at: datetime = TUESDAY) -> Actor:
    """Whoever follows the newest link to Sam that still works."""
    letters = [row for row in messages() if "/confirm/" in row.body]
    found = [links.whoever_follows(token_in(letter), at=at) for letter in letters]
    return [actor for actor in found if actor is not None][-1]


def confirm(
    actor: Actor,
    *,
    text: ConfirmationText = CONFIRMS,
    at: datetime = TUESDAY,
    key: uuid.UUID | None = None,
) -> uuid.UUID:
    """Sign the confirmation that the link asks for."""
    return answering.confirm_by_link(actor, text=text, is_declared=True, at=at, key=key)


def state(
    actor: Actor,
    *,
    text: StatementText = SAW,
    at: datetime = TUESDAY,
    key: uuid.UUID | None = None,
) -> uuid.UUID:
    """Sign the witness statement that the link asks for."""
    return answering.state_by_link(actor, text=text, is_declared=True, at=at, key=key)


def ledger_is_sound(enrolment_id: uuid.UUID) -> bool:
    """Whether the chain holds, and has exactly this stage's rows as they are now."""
    chain = entries(enrolment_id)
    found = {(entry.what, entry.subject_id): entry for entry in chain}
    rows = list(events.events(enrolment_id))
    kinds = {event.what for event in rows}
    told = [entry for entry in chain if entry.what in kinds]
    return (
        chain_flaws(chain) == []
        and len(told) == len(rows)
        and all(
            (entry := found[event.what, event.subject_id]).facts == facts_text(event)
            and entry.side is not None
            and entry.texts_hash == salted_hash(entry.side.salt, event.texts)
            for event in rows
        )
    )
