"""Making, changing and ending enrolments."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import select

from kbstrack import access, once
from kbstrack.access import Action, Actor, ProviderScope, Role
from kbstrack.clock import day_of
from kbstrack.current import catalogue
from kbstrack.db import db, is_writing, transaction
from kbstrack.errors import NotFound, RuleBroken, check_all
from kbstrack.people import enrolment_queries, rules
from kbstrack.people.beside import (
    Beside,
    assign_assessor,
    assign_employer,
    check_beside,
    check_role,
)
from kbstrack.people.enrolment_queries import NOT_HERE, EnrolmentRow
from kbstrack.people.membership import lock_provider
from kbstrack.people.models import Enrolment
from kbstrack.people.recording import record_state
from kbstrack.people.service import check_revision


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
        row = lock_managed(actor, enrolment_id)
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
        row = lock_managed(actor, enrolment_id)
        if row.ended_on is not None:
            raise RuleBroken("This enrolment has ended already.")
        rules.check_end_day(ended_on, start_on=row.start_on, today=day_of(at))
        row.ended_on = ended_on
        row.end_reason = rules.clean_name(reason, what="reason", field="reason")
        record_state(actor, row, "ended", at)


def resume_enrolment(actor: Actor, enrolment_id: uuid.UUID, *, at: datetime) -> None:
    """Take back the end of an enrolment. Raises NotFound, NotAllowed, RuleBroken."""
    with transaction():
        row = lock_managed(actor, enrolment_id)
        if row.ended_on is None:
            raise RuleBroken("This enrolment is running.")
        row.ended_on = row.end_reason = None
        _check_uln(row)
        record_state(actor, row, "resumed", at)


def lock_enrolment(enrolment_id: uuid.UUID) -> Enrolment:
    """The enrolment's row, held: everything that is added to its record queues up here.

    Raises NotFound.
    """
    assert is_writing()
    row = db.session.get(Enrolment, enrolment_id, populate_existing=True, with_for_update=True)
    if row is None:
        raise NotFound(NOT_HERE)
    return row


def lock_managed(actor: Actor, enrolment_id: uuid.UUID) -> Enrolment:
    """An enrolment that the actor may manage, held. Raises NotFound, NotAllowed."""
    row = lock_enrolment(enrolment_id)
    access.require(actor, Action.ENROLMENT_MANAGE, enrolment_queries.enrolment(row.id).scope)
    return row


def _add(actor: Actor, row: Enrolment, uln: str, beside: Beside, at: datetime) -> None:
    check_all(
        lambda: check_role(row.provider_id, row.apprentice_id, Role.APPRENTICE, "apprentice_id"),
        lambda: _give_uln(row, uln),
        lambda: rules.check_dates(row.start_on, row.planned_end_on),
        lambda: check_beside(row, beside),
    )
    db.session.add(row)
    db.session.flush()
    record_state(actor, row, "made", at)
    assign_assessor(actor, row, beside.assessor_id, from_on=row.start_on, at=at)
    assign_employer(actor, row, beside, from_on=row.start_on, at=at)


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
