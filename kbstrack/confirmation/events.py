"""What the ledger says of requests, reminders, their ends, confirmations and witness statements."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from sqlalchemy import select

from kbstrack.confirmation.models import (
    Confirmation,
    Request,
    RequestReminder,
    RequestRevocation,
    WitnessStatement,
)
from kbstrack.db import db
from kbstrack.ledger.rows import row_event
from kbstrack.ledger.rules import Event, What


def request_event(row: Request) -> Event:
    """Somebody was asked about exactly this version."""
    return row_event(row, What.REQUEST, row.id, texts=("name", "email", "job_role", "message"))


def reminder_event(row: RequestReminder) -> Event:
    """A link was sent once more."""
    return row_event(row, What.REMINDER, row.id)


def revocation_event(row: RequestRevocation) -> Event:
    """A request was taken back, sent again or declined."""
    return row_event(row, What.REQUEST_REVOCATION, row.request_id, texts=("reason",))


def confirmation_event(row: Confirmation) -> Event:
    """Somebody confirmed a version or a KSB: bound to its hash."""
    return row_event(
        row, What.CONFIRMATION, row.id, texts=("name", "job_role", "remark", "declaration")
    )


def statement_event(row: WitnessStatement) -> Event:
    """Somebody said what they saw."""
    return row_event(
        row,
        What.WITNESS_STATEMENT,
        row.id,
        texts=(
            "statement",
            "seen_on",
            "seen_until",
            "name",
            "job_role",
            "relationship",
            "contact",
            "declaration",
        ),
    )


def signed_event(row: Confirmation | WitnessStatement) -> Event:
    """What was signed, whichever it is."""
    return confirmation_event(row) if isinstance(row, Confirmation) else statement_event(row)


def events(enrolment_id: uuid.UUID) -> Iterator[Event]:
    """What the rows of an enrolment say happened, in no particular order."""
    asked = select(Request).where(Request.enrolment_id == enrolment_id)
    for request in db.session.scalars(asked):
        yield request_event(request)
    of_request = asked.with_only_columns(Request.id)
    for reminder in db.session.scalars(
        select(RequestReminder).where(RequestReminder.request_id.in_(of_request))
    ):
        yield reminder_event(reminder)
    for revocation in db.session.scalars(
        select(RequestRevocation).where(RequestRevocation.request_id.in_(of_request))
    ):
        yield revocation_event(revocation)
    for confirmation in db.session.scalars(
        select(Confirmation).where(Confirmation.enrolment_id == enrolment_id)
    ):
        yield confirmation_event(confirmation)
    for statement in db.session.scalars(
        select(WitnessStatement).where(WitnessStatement.enrolment_id == enrolment_id)
    ):
        yield statement_event(statement)
