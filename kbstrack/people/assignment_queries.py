"""Reading who stood beside an enrolment over time."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from kbstrack.access import Role
from kbstrack.db import db
from kbstrack.people.enrolment_queries import member_is
from kbstrack.people.models import (
    AssessorAssignment,
    Employer,
    EmployerAssignment,
    Enrolment,
    Member,
)


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    """Who stood beside an enrolment as `role`, from which day, until when."""

    role: Role
    name: str
    employer: str | None
    from_on: date
    ended_at: datetime | None


def assignments(enrolment_id: uuid.UUID) -> list[AssignmentRow]:
    """Everybody who stood or stands beside the enrolment, the latest first."""
    assessors = db.session.execute(
        select(AssessorAssignment, Member.name)
        .join(Enrolment, Enrolment.id == AssessorAssignment.enrolment_id)
        .join(Member, member_is(Member, AssessorAssignment.assessor_id))
        .where(AssessorAssignment.enrolment_id == enrolment_id)
    )
    managers = db.session.execute(
        select(EmployerAssignment, Member.name, Employer.name)
        .join(Enrolment, Enrolment.id == EmployerAssignment.enrolment_id)
        .join(Member, member_is(Member, EmployerAssignment.line_manager_id))
        .join(Employer, Employer.id == EmployerAssignment.employer_id)
        .where(EmployerAssignment.enrolment_id == enrolment_id)
    )
    rows = [
        (row.assigned_at, AssignmentRow(Role.ASSESSOR, name, None, row.from_on, row.ended_at))
        for row, name in assessors
    ] + [
        (row.assigned_at, AssignmentRow(Role.EMPLOYER, name, firm, row.from_on, row.ended_at))
        for row, name, firm in managers
    ]
    rows.sort(key=lambda pair: (pair[0], pair[1].role), reverse=True)
    return [row for _, row in rows]
