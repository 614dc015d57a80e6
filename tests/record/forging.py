"""Forging a ledger with all the care that its own code takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import delete, insert

from kbstrack.canonical import canonical_json
from kbstrack.ledger.models import LedgerEntry, LedgerSide
from kbstrack.ledger.rules import FIRST_PREVIOUS, Entry, entry_hash
from tests.record.hand import outside_hand


def rewrite(chain: Sequence[Entry]) -> None:
    """Put this chain in place of the present one, every hash computed anew."""
    previous, made = FIRST_PREVIOUS, []
    for sequence, entry in enumerate(chain, start=1):
        draft = replace(entry, sequence=sequence, previous_hash=previous)
        previous = entry_hash(draft)
        made.append(replace(draft, hash=previous))
    names = LedgerEntry.__table__.columns.keys()
    with outside_hand() as hand, hand.touching() as connection:
        connection.execute(delete(LedgerSide))
        connection.execute(delete(LedgerEntry))
        for entry in made:
            connection.execute(
                insert(LedgerEntry).values({name: getattr(entry, name) for name in names})
            )
            assert entry.side is not None
            connection.execute(
                insert(LedgerSide).values(
                    enrolment_id=entry.enrolment_id,
                    sequence=entry.sequence,
                    salt=entry.side.salt,
                    by_name=entry.side.by_name,
                    names=canonical_json(dict(entry.side.names)).decode(),
                )
            )
