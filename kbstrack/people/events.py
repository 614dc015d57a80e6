"""What the ledger says of an enrolment's own rows: its facts, its assessor, its employer."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from sqlalchemy import select

from kbstrack.db import db
from kbstrack.ledger.rows import row_event
from kbstrack.ledger.rules import Event, What
from kbstrack.people.models import AssessorAssignment, EmployerAssignment, EnrolmentState

_PERSONAL = ("uln", "start_on", "planned_end_on", "ended_on", "end_reason")


def state_event(row: EnrolmentState) -> Event:
    """An enrolment as it was made, corrected, ended or resumed."""
    return row_event(row, What.ENROLMENT, row.id, texts=_PERSONAL)


def assessor_event(row: AssessorAssignment) -> Event:
    """Who assesses from then on. When it ends follows from the next one."""
    return row_event(row, What.ASSESSOR, row.id, without=("ended_at",))


def employer_event(row: EmployerAssignment) -> Event:
    """Who employs and manages the apprentice from then on."""
    return row_event(row, What.EMPLOYER, row.id, without=("ended_at",))


def events(enrolment_id: uuid.UUID) -> Iterator[Event]:
    """What the rows of an enrolment say happened, in no particular order."""
    for state in db.session.scalars(
        select(EnrolmentState).where(EnrolmentState.enrolment_id == enrolment_id)
    ):
        yield state_event(state)
    for assessor in db.session.scalars(
        select(AssessorAssignment).where(AssessorAssignment.enrolment_id == enrolment_id)
    ):
        yield assessor_event(assessor)
    for employer in db.session.scalars(
        select(EmployerAssignment).where(EmployerAssignment.enrolment_id == enrolment_id)
    ):
        yield employer_event(employer)
