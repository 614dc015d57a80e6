"""Reminding whoever was asked and has not answered: after 5 and 10 days, at most twice."""

from __future__ import annotations

import uuid
from datetime import datetime

from kbstrack.confirmation import letters, links, request_queries, rules
from kbstrack.confirmation.events import reminder_event
from kbstrack.confirmation.models import RequestReminder
from kbstrack.db import db, transaction
from kbstrack.ids import new_id
from kbstrack.ledger.rules import Signer
from kbstrack.ledger.service import append
from kbstrack.mail.service import queue
from kbstrack.people import enrolment_queries
from kbstrack.people.enrolling import lock_enrolment

ITSELF = Signer(None, "kbstrack", "system")
"""Nobody presses a button for a reminder."""


def send_due(at: datetime) -> int:
    """Queue the reminders whose day has come; how many.

    Safe to run twice and from several processes: each is decided while its enrolment is held.
    Never after an answer, a revocation, a withdrawal or the last day.
    """
    return sum(
        _remind(request_id, at)
        for request_id in request_queries.may_be_due(at, rules.REMIND_AFTER[0])
    )


def _remind(request_id: uuid.UUID, at: datetime) -> bool:
    with transaction():
        lock_enrolment(request_queries.request(request_id).enrolment_id)
        row = request_queries.request(request_id)
        number = rules.due_reminder(row.asked_at, request_queries.reminders_sent(row.id), at)
        if number is None or not row.is_open(at):
            return False
        token, token_hash = links.new_token()
        reminder = RequestReminder(
            id=new_id(), request_id=row.id, number=number, token_hash=token_hash, queued_at=at
        )
        db.session.add(reminder)
        db.session.flush()
        append(row.enrolment_id, reminder_event(reminder), by=ITSELF, at=at)
        enrolment = enrolment_queries.enrolment(row.enrolment_id)
        link = links.link_of(token)
        letter = letters.please(row, enrolment, link, is_reminder=True)
        queue(row.email, *letter, at, secret=token)
        return True
