"""Who stands beside an enrolment: assigning them, and whether they may."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from kbstrack.access import Actor, Role
from kbstrack.db import db
from kbstrack.errors import NotFound, RuleBroken, check_all
from kbstrack.ids import new_id
from kbstrack.people import queries, rules
from kbstrack.people.models import AssessorAssignment, EmployerAssignment, Enrolment
from kbstrack.people.recording import record_assessor, record_employer


@dataclass(frozen=True, slots=True)
class Beside:
    """Who stands beside an apprentice: persons by id, and the employer they work for."""

    assessor_id: uuid.UUID
    employer_id: uuid.UUID
    line_manager_id: uuid.UUID


def assign_assessor(
    actor: Actor, enrolment: Enrolment, assessor_id: uuid.UUID, *, from_on: date, at: datetime
) -> None:
    """Have somebody assess from a day on, and enter it."""
    row = AssessorAssignment(
        id=new_id(),
        enrolment_id=enrolment.id,
        assessor_id=assessor_id,
        from_on=from_on,
        assigned_at=at,
    )
    db.session.add(row)
    db.session.flush()
    record_assessor(actor, enrolment, row, at)


def assign_employer(
    actor: Actor, enrolment: Enrolment, beside: Beside, *, from_on: date, at: datetime
) -> None:
    """Have an employer and its line manager stand beside from a day on, and enter it."""
    row = EmployerAssignment(
        id=new_id(),
        enrolment_id=enrolment.id,
        employer_id=beside.employer_id,
        line_manager_id=beside.line_manager_id,
        from_on=from_on,
        assigned_at=at,
    )
    db.session.add(row)
    db.session.flush()
    record_employer(actor, enrolment, row, at)


def check_beside(row: Enrolment, beside: Beside) -> None:
    """They are three different people who hold these roles here. Raises RuleBroken."""
    rules.check_separate(row.apprentice_id, beside.assessor_id, beside.line_manager_id)
    check_all(
        lambda: check_role(row.provider_id, beside.assessor_id, Role.ASSESSOR, "assessor_id"),
        lambda: _check_manager(row.provider_id, beside),
    )


def _check_manager(provider_id: uuid.UUID, beside: Beside) -> None:
    manager = check_role(provider_id, beside.line_manager_id, Role.EMPLOYER, "line_manager_id")
    if manager.employer_id != beside.employer_id:
        raise RuleBroken(
            f"{manager.name} does not work for this employer: choose one of its people.",
            field="line_manager_id",
        )


def check_role(
    provider_id: uuid.UUID, person_id: uuid.UUID, role: Role, field: str
) -> queries.MemberRow:
    """The member, who holds the role now. Raises RuleBroken (field)."""
    wanted = {Role.EMPLOYER: "line manager"}.get(role, role.value)
    try:
        found = queries.member_of(provider_id, person_id)
    except NotFound as error:
        raise RuleBroken(f"Select the {wanted}.", field=field) from error
    if role not in found.roles or found.ended_at is not None:
        raise RuleBroken(f"{found.name} is not an active {wanted} here.", field=field)
    return found
