"""Making, changing and ending enrolments, and replacing who stands beside them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from kbstrack import access, once
from kbstrack.access import Action, Actor, ProviderScope, Role
from kbstrack.clock import day_of
from kbstrack.current import catalogue
from kbstrack.db import db, is_writing, transaction
from kbstrack.errors import NotFound, RuleBroken, check_all
from kbstrack.ids import new_id
from kbstrack.people import enrolment_queries, queries, rules
from kbstrack.people.enrolment_queries import NOT_HERE, EnrolmentRow
from kbstrack.people.membership import lock_provider
from kbstrack.people.models import AssessorAssignment, EmployerAssignment, Enrolment
from kbstrack.people.recording import record_assessor, record_employer, record_state
from kbstrack.people.service import check_revision


@dataclass(frozen=True, slots=True)
class Beside:
    """Who stands beside an apprentice: persons by id, and the employer they work for."""

    assessor_id: uuid.UUID
    employer_id: uuid.UUID
    line_manager_id: uuid.UUID


def enrol(
    actor: Actor,
    provider_id: uuid.UUID,
    *,
    apprentice_id: uuid.UUID,
    uln: str,
    standard_reference: str,
    standard_version: str,
    start_on: date,
    planned_end_on: date,
    beside: Beside,
    at: datetime,
    key: uuid.UUID | None = None,
) -> EnrolmentRow:
    """Put an apprentice on a standard version, pinned with its hash.

    Raises NotFound, NotAllowed, or RuleBroken naming the fields.
    """
    with transaction():
        access.require(actor, Action.ENROLMENT_MANAGE, ProviderScope(provider_id))
        who = actor.person_id
        lock_provider(provider_id)
        pinned = (standard_reference, standard_version)
        about = (apprentice_id, uln, pinned, start_on, planned_end_on, beside)
        first = once.first_result(key, person_id=who, action="enrol", about=about)
        if first is not None:
            return enrolment_queries.enrolment(uuid.UUID(first))
        standard = catalogue().get(standard_reference, standard_version)
        row = Enrolment(
            provider_id=provider_id,
            apprentice_id=apprentice_id,
            standard_reference=standard.reference,
            standard_version=standard.version,
            standard_hash=standard.content_hash,
            start_on=start_on,
            planned_end_on=planned_end_on,
            created_at=at,
            revision=1,
        )
        _add(actor, row, uln, beside, at)
        once.remember(key, person_id=who, action="enrol", about=about, result=str(row.id), at=at)
        return enrolment_queries.enrolment(row.id)


def change_enrolment(
    actor: Actor,
    enrolment_id: uuid.UUID,
    *,
    uln: str,
    start_on: date,
    planned_end_on: date,
    revision: int,
    at: datetime,
) -> None:
    """Correct the ULN or the dates; the former ones stay in the record.

    Raises NotFound, NotAllowed, RuleBroken, Conflict.
    """
    with transaction():
        row = _lock(actor, enrolment_id)
        check_revision(row.revision, revision)
        with db.session.no_autoflush:
            row.start_on, row.planned_end_on = start_on, planned_end_on
            check_all(
                lambda: _give_uln(row, uln), lambda: rules.check_dates(start_on, planned_end_on)
            )
        if db.session.is_modified(row):
            record_state(actor, row, "corrected", at)


def end_enrolment(
    actor: Actor, enrolment_id: uuid.UUID, *, ended_on: date, reason: str, at: datetime
) -> None:
    """End an enrolment: the record stays readable, nothing is added to it any more.

    Raises NotFound, NotAllowed, RuleBroken.
    """
    with transaction():
        row = _lock(actor, enrolment_id)
        if row.ended_on is not None:
            raise RuleBroken("This enrolment has ended already.")
        rules.check_end_day(ended_on, start_on=row.start_on, today=day_of(at))
        row.ended_on = ended_on
        row.end_reason = rules.clean_name(reason, what="reason", field="reason")
        record_state(actor, row, "ended", at)


def resume_enrolment(actor: Actor, enrolment_id: uuid.UUID, *, at: datetime) -> None:
    """Take back the end of an enrolment. Raises NotFound, NotAllowed, RuleBroken."""
    with transaction():
        row = _lock(actor, enrolment_id)
        if row.ended_on is None:
            raise RuleBroken("This enrolment is running.")
        row.ended_on = row.end_reason = None
        _check_uln(row)
        record_state(actor, row, "resumed", at)


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
        row = _lock(actor, enrolment_id)
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
        _check_beside(row, Beside(assessor_id, found.employer_id, found.line_manager_id))
        present.ended_at = at
        db.session.flush()
        _assign_assessor(actor, row, assessor_id, from_on=from_on, at=at)


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
        row = _lock(actor, enrolment_id)
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
        _check_beside(row, beside)
        present.ended_at = at
        db.session.flush()
        _assign_employer(actor, row, beside, from_on=from_on, at=at)


def lock_enrolment(enrolment_id: uuid.UUID) -> Enrolment:
    """The enrolment's row, held: everything that is added to its record queues up here.

    Raises NotFound.
    """
    assert is_writing()
    row = db.session.get(Enrolment, enrolment_id, populate_existing=True, with_for_update=True)
    if row is None:
        raise NotFound(NOT_HERE)
    return row


def _lock(actor: Actor, enrolment_id: uuid.UUID) -> Enrolment:
    row = lock_enrolment(enrolment_id)
    access.require(actor, Action.ENROLMENT_MANAGE, enrolment_queries.enrolment(row.id).scope)
    return row


def _add(actor: Actor, row: Enrolment, uln: str, beside: Beside, at: datetime) -> None:
    check_all(
        lambda: _check_role(row.provider_id, row.apprentice_id, Role.APPRENTICE, "apprentice_id"),
        lambda: _give_uln(row, uln),
        lambda: rules.check_dates(row.start_on, row.planned_end_on),
        lambda: _check_beside(row, beside),
    )
    db.session.add(row)
    db.session.flush()
    record_state(actor, row, "made", at)
    _assign_assessor(actor, row, beside.assessor_id, from_on=row.start_on, at=at)
    _assign_employer(actor, row, beside, from_on=row.start_on, at=at)


def _assign_assessor(
    actor: Actor, enrolment: Enrolment, assessor_id: uuid.UUID, *, from_on: date, at: datetime
) -> None:
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


def _assign_employer(
    actor: Actor, enrolment: Enrolment, beside: Beside, *, from_on: date, at: datetime
) -> None:
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


def _check_beside(row: Enrolment, beside: Beside) -> None:
    rules.check_separate(row.apprentice_id, beside.assessor_id, beside.line_manager_id)
    check_all(
        lambda: _check_role(row.provider_id, beside.assessor_id, Role.ASSESSOR, "assessor_id"),
        lambda: _check_manager(row.provider_id, beside),
    )


def _check_manager(provider_id: uuid.UUID, beside: Beside) -> None:
    manager = _check_role(provider_id, beside.line_manager_id, Role.EMPLOYER, "line_manager_id")
    if manager.employer_id != beside.employer_id:
        raise RuleBroken(
            f"{manager.name} does not work for this employer: choose one of its people.",
            field="line_manager_id",
        )


def _check_role(
    provider_id: uuid.UUID, person_id: uuid.UUID, role: Role, field: str
) -> queries.MemberRow:
    wanted = {Role.EMPLOYER: "line manager"}.get(role, role.value)
    try:
        found = queries.member_of(provider_id, person_id)
    except NotFound as error:
        raise RuleBroken(f"Select the {wanted}.", field=field) from error
    if role not in found.roles or found.ended_at is not None:
        raise RuleBroken(f"{found.name} is not an active {wanted} here.", field=field)
    return found


def _give_uln(row: Enrolment, uln: str) -> None:
    row.uln = rules.clean_uln(uln)
    _check_uln(row)


def _check_uln(row: Enrolment) -> None:
    others = db.session.execute(
        select(Enrolment.apprentice_id, Enrolment.uln, Enrolment.standard_reference).where(
            Enrolment.provider_id == row.provider_id,
            Enrolment.id != row.id,
            Enrolment.ended_on.is_(None),
            (Enrolment.uln == row.uln) | (Enrolment.apprentice_id == row.apprentice_id),
        )
    )
    for apprentice_id, uln, reference in others:
        if apprentice_id != row.apprentice_id:
            raise RuleBroken("Another apprentice here has this ULN: check it.", field="uln")
        if uln != row.uln:
            raise RuleBroken("This apprentice has another ULN here: check it.", field="uln")
        if reference == row.standard_reference:
            raise RuleBroken(
                f"They are on {reference} already: end that enrolment first.",
                field="standard",
            )
