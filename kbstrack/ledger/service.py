"""Adding entries: in the transaction of the row that they tell of, or not at all."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime

from kbstrack.canonical import canonical_json
from kbstrack.db import db, is_writing
from kbstrack.ids import new_id
from kbstrack.ledger import queries
from kbstrack.ledger.models import LedgerEntry, LedgerSide
from kbstrack.ledger.rules import (
    FIRST_PREVIOUS,
    Entry,
    Event,
    Side,
    Signer,
    entry_hash,
    facts_text,
    salted_hash,
)


def append(enrolment_id: uuid.UUID, event: Event, *, by: Signer, at: datetime) -> Entry:
    """Chain an event to an enrolment's ledger and answer its entry.

    In the caller's transaction, which holds the enrolment: nobody else can append meanwhile.
    """
    assert is_writing()
    sequence, previous = queries.head(enrolment_id) or (0, FIRST_PREVIOUS)
    side = Side(salt=new_id().hex, by_name=by.name, names=dict(event.names))
    entry = Entry(
        enrolment_id=enrolment_id,
        sequence=sequence + 1,
        what=event.what,
        subject_id=event.subject_id,
        facts=facts_text(event),
        texts_hash=salted_hash(side.salt, event.texts),
        side_hash=side.hash,
        by_id=by.person_id,
        role=by.role,
        at=at,
        previous_hash=previous,
        hash="",
        side=side,
    )
    entry = replace(entry, hash=entry_hash(entry))
    _store(entry, side)
    return entry


def _store(entry: Entry, side: Side) -> None:
    db.session.add(
        LedgerEntry(
            enrolment_id=entry.enrolment_id,
            sequence=entry.sequence,
            what=entry.what,
            subject_id=entry.subject_id,
            facts=entry.facts,
            texts_hash=entry.texts_hash,
            side_hash=entry.side_hash,
            by_id=entry.by_id,
            role=entry.role,
            at=entry.at,
            previous_hash=entry.previous_hash,
            hash=entry.hash,
        )
    )
    db.session.flush()
    db.session.add(
        LedgerSide(
            enrolment_id=entry.enrolment_id,
            sequence=entry.sequence,
            salt=side.salt,
            by_name=side.by_name,
            names=canonical_json(side.names).decode(),
        )
    )
    db.session.flush()
