"""Receipts: whoever signed something gets the short hash of it, out of the server's reach."""

from __future__ import annotations

import uuid

from kbstrack.clock import day_of
from kbstrack.current import settings
from kbstrack.db import db
from kbstrack.formats import say_date
from kbstrack.ledger.rules import Entry
from kbstrack.mail.service import queue
from kbstrack.people.models import Person


def send_receipt(person_id: uuid.UUID, what: str, entry: Entry) -> None:
    """Queue a receipt to somebody with an account; `what` is "Your sign-off of K1"."""
    person = db.session.get_one(Person, person_id)
    queue(person.email, f"{what}: receipt", receipt_text(what, entry), entry.at)


def receipt_text(what: str, entry: Entry) -> str:
    """The body of a receipt: what was signed, when, and the hash to compare with one day.

    The link says whose record it is: names of apprentices stay out of mail.
    """
    return (
        "Hello,\n\n"
        f"{what} is entry {entry.sequence} of the record, "
        f"entered on {say_date(day_of(entry.at))}.\n\n"
        f"Short hash: {entry.short_hash}\n\n"
        "Keep this message. As long as the history shows this entry with the same hash, what "
        "you signed, and everything before it, is exactly as it was.\n\n"
        "This is the entry:\n"
        f"{settings().public_url}/enrolments/{entry.enrolment_id}/history/{entry.sequence}\n"
    )
