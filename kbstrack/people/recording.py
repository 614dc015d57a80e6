"""Entering an enrolment's changes into its ledger, and who signs there under which name."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select

from kbstrack.access import Actor, Role
from kbstrack.db import db, is_writing
from kbstrack.ids import new_id
from kbstrack.ledger.rules import Signer
from kbstrack.ledger.service import append
from kbstrack.people import queries
from kbstrack.people.enrolment_queries import EnrolmentRow
from kbstrack.people.events import assessor_event, employer_event, state_event
from kbstrack.people.models import (
    AssessorAssignment,
    EmployerAssignment,
    Enrolment,
    EnrolmentState,
    Member,
    MemberRole,
)

OPERATOR_NAME = "The operator of this instance"


def signer(actor: Actor, enrolment: Enrolment | EnrolmentRow, role: Role | str) -> Signer:
    """The actor as the ledger names them: with what the enrolment's provider calls them now."""
    if actor.is_operator:
        return Signer(None, OPERATOR_NAME, "operator")
    names = queries.names(enrolment.provider_id, [actor.person_id])
    return Signer(actor.person_id, names[actor.person_id], str(role))


def is_qualified(actor: Actor, enrolment: EnrolmentRow) -> bool:
    """Whether what this assessor decides counts without somebody else's signature; that stays so
    until the transaction ends."""
    assert is_writing()
    return bool(
        db.session.scalar(
            select(MemberRole.is_qualified)
            .join(Member, Member.id == MemberRole.member_id)
            .where(
                Member.provider_id == enrolment.provider_id,
                Member.person_id == actor.person_id,
                MemberRole.role == Role.ASSESSOR,
            )
            .with_for_update(read=True, of=MemberRole)
        )
    )


def record_state(actor: Actor, enrolment: Enrolment, change: str, at: datetime) -> None:
    """Keep the enrolment's facts as they are from now on, and enter that."""
    count = db.session.scalar(
        select(func.count()).where(EnrolmentState.enrolment_id == enrolment.id)
    )
    row = EnrolmentState(
        id=new_id(),
        enrolment_id=enrolment.id,
        provider_id=enrolment.provider_id,
        apprentice_id=enrolment.apprentice_id,
        number=(count or 0) + 1,
        change=change,
        uln=enrolment.uln,
        standard_reference=enrolment.standard_reference,
        standard_version=enrolment.standard_version,
        standard_hash=enrolment.standard_hash,
        start_on=enrolment.start_on,
        planned_end_on=enrolment.planned_end_on,
        ended_on=enrolment.ended_on,
        end_reason=enrolment.end_reason,
        set_at=at,
    )
    db.session.add(row)
    db.session.flush()
    names = queries.names(enrolment.provider_id, [enrolment.apprentice_id])
    event = replace(state_event(row), names={"apprentice": names[enrolment.apprentice_id]})
    append(enrolment.id, event, by=_administrator(actor, enrolment), at=at)


def record_assessor(
    actor: Actor, enrolment: Enrolment, row: AssessorAssignment, at: datetime
) -> None:
    """Enter who assesses from now on."""
    names = queries.names(enrolment.provider_id, [row.assessor_id])
    event = replace(assessor_event(row), names={"assessor": names[row.assessor_id]})
    append(enrolment.id, event, by=_administrator(actor, enrolment), at=at)


def record_employer(
    actor: Actor, enrolment: Enrolment, row: EmployerAssignment, at: datetime
) -> None:
    """Enter who employs and manages the apprentice from now on."""
    names = queries.names(enrolment.provider_id, [row.line_manager_id])
    event = replace(
        employer_event(row),
        names={
            "employer": queries.employer(row.employer_id).name,
            "line_manager": names[row.line_manager_id],
        },
    )
    append(enrolment.id, event, by=_administrator(actor, enrolment), at=at)


def _administrator(actor: Actor, enrolment: Enrolment) -> Signer:
    return signer(actor, enrolment, Role.ADMINISTRATOR)
