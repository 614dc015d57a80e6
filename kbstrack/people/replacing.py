"""Replacing who stands beside an enrolment."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import select

from kbstrack.access import Actor
from kbstrack.clock import day_of
from kbstrack.db import db, transaction
from kbstrack.errors import RuleBroken
from kbstrack.people import enrolment_queries, rules
from kbstrack.people.beside import Beside, assign_assessor, assign_employer, check_beside
from kbstrack.people.enrolling import lock_managed
from kbstrack.people.models import AssessorAssignment, EmployerAssignment


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
        present = db.session.scalar(
            select(AssessorAssignment).where(
                AssessorAssignment.enrolment_id == row.id, AssessorAssignment.ended_at.is_(None)
            )
        )
        assert present is not None, "an enrolment is made with an assessor"
        if present.assessor_id == assessor_id:
            raise RuleBroken("They are the assessor already.", field="assessor_id")
        rules.check_replacement_day(from_on, current_from_on=present.from_on, today=day_of(at))
        found = enrolment_queries.enrolment(row.id)
        assert found.employer_id is not None
        assert found.line_manager_id is not None
        check_beside(row, Beside(assessor_id, found.employer_id, found.line_manager_id))
        present.ended_at = at
        db.session.flush()
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
        present = db.session.scalar(
            select(EmployerAssignment).where(
                EmployerAssignment.enrolment_id == row.id, EmployerAssignment.ended_at.is_(None)
            )
        )
        assert present is not None, "an enrolment is made with an employer"
        if (present.employer_id, present.line_manager_id) == (employer_id, line_manager_id):
            raise RuleBroken("They are the line manager already.", field="line_manager_id")
        rules.check_replacement_day(from_on, current_from_on=present.from_on, today=day_of(at))
        found = enrolment_queries.enrolment(row.id)
        assert found.assessor_id is not None
        beside = Beside(found.assessor_id, employer_id, line_manager_id)
        check_beside(row, beside)
        present.ended_at = at
        db.session.flush()
        assign_employer(actor, row, beside, from_on=from_on, at=at)
