"""Replacing who stands beside an enrolment."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import select

from kbstrack.access import Actor
from kbstrack.clock import day_of
from kbstrack.db import db, transaction
from kbstrack.errors import RuleBroken
from kbstrack.people import enrolment_queries, rules
from kbstrack.people.beside import Beside, assign_assessor, assign_employer, check_beside
from kbstrack.people.enrolling import lock_managed
from kbstrack.people.models import AssessorAssignment, EmployerAssignment, Enrolment

Assignment = TypeVar("Assignment", AssessorAssignment, EmployerAssignment)


def replace_assessor(
    actor: Actor,
    enrolment_id: uuid.UUID,
    *,
    assessor_id: uuid.UUID,
    from_on: date,
    at: datetime,
) -> None:
    """Give the enrolment another assessor; the former one loses access at once.

    Raises NotFound, NotAllowed, RuleBroken.
    """
    with transaction():
        row = lock_managed(actor, enrolment_id)
        present = _present(AssessorAssignment, row.id)
        if present.assessor_id == assessor_id:
            raise RuleBroken("They are the assessor already.", field="assessor_id")
        found = enrolment_queries.enrolment(row.id)
        assert found.employer_id is not None
        assert found.line_manager_id is not None
        beside = Beside(assessor_id, found.employer_id, found.line_manager_id)
        _end(present, row, beside, from_on=from_on, at=at)
        assign_assessor(actor, row, assessor_id, from_on=from_on, at=at)


def replace_employer(
    actor: Actor,
    enrolment_id: uuid.UUID,
    *,
    employer_id: uuid.UUID,
    line_manager_id: uuid.UUID,
    from_on: date,
    at: datetime,
) -> None:
    """Give the enrolment another employer or line manager; the former one loses access at once.

    Raises NotFound, NotAllowed, RuleBroken.
    """
    with transaction():
        row = lock_managed(actor, enrolment_id)
        present = _present(EmployerAssignment, row.id)
        if (present.employer_id, present.line_manager_id) == (employer_id, line_manager_id):
            raise RuleBroken("They are the line manager already.", field="line_manager_id")
        found = enrolment_queries.enrolment(row.id)
        assert found.assessor_id is not None
        beside = Beside(found.assessor_id, employer_id, line_manager_id)
        _end(present, row, beside, from_on=from_on, at=at)
        assign_employer(actor, row, beside, from_on=from_on, at=at)


def _present(model: type[Assignment], enrolment_id: uuid.UUID) -> Assignment:
    """Who stands there now; an enrolment is made with an assessor and an employer."""
    standing = select(model).where(model.enrolment_id == enrolment_id, model.ended_at.is_(None))
    return db.session.scalars(standing).one()


def _end(
    present: Assignment,
    row: Enrolment,
    beside: Beside,
    *,
    from_on: date,
    at: datetime,
) -> None:
    """End who stands there now, once those who are to stand beside the enrolment may."""
    rules.check_replacement_day(from_on, current_from_on=present.from_on, today=day_of(at))
    check_beside(row, beside)
    present.ended_at = at
    db.session.flush()
