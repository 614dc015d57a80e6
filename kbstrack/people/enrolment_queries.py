"""Reading enrolments: who is on what, with whom beside them."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from kbstrack import access
from kbstrack.access import Actor, EnrolmentScope
from kbstrack.db import db
from kbstrack.errors import NotFound
from kbstrack.people import countersigners, narrowing, visible
from kbstrack.people.models import (
    AssessorAssignment,
    Employer,
    EmployerAssignment,
    Enrolment,
    Member,
    Provider,
)
from kbstrack.people.narrowing import EVERYBODY, Narrowing

NOT_HERE = access.NOT_HERE


@dataclass(frozen=True, slots=True)
class EnrolmentRow:
    """An enrolment with the names its provider uses; without an assessor for a moment at most."""

    id: uuid.UUID
    provider_id: uuid.UUID
    provider: str
    ukprn: str
    apprentice_id: uuid.UUID
    apprentice: str
    uln: str
    standard_reference: str
    standard_version: str
    standard_hash: str
    start_on: date
    planned_end_on: date
    ended_on: date | None
    end_reason: str | None
    assessor_id: uuid.UUID | None
    assessor: str | None
    employer_id: uuid.UUID | None
    employer: str | None
    line_manager_id: uuid.UUID | None
    line_manager: str | None
    revision: int
    countersigner_ids: frozenset[uuid.UUID] = frozenset()

    @property
    def scope(self) -> EnrolmentScope:
        """The enrolment as far as permission goes."""
        return EnrolmentScope(
            self.provider_id,
            self.apprentice_id,
            self.assessor_id,
            self.line_manager_id,
            enrolment_id=self.id,
            countersigner_ids=self.countersigner_ids,
        )


def enrolment(enrolment_id: uuid.UUID) -> EnrolmentRow:
    """Raises NotFound."""
    rows = _rows(_select().where(Enrolment.id == enrolment_id))
    if not rows:
        raise NotFound(NOT_HERE)
    return rows[0]


def find(text: str, actor: Actor) -> list[EnrolmentRow]:
    """Enrolments by their id or by a ULN, of those the person may see; the newest first."""
    try:
        condition = Enrolment.id == uuid.UUID(text)
    except ValueError:
        condition = Enrolment.uln == "".join(text.split())
    query = _select().where(condition, visible.visible_to(actor))
    return _rows(query.order_by(Enrolment.start_on.desc(), Enrolment.id))


def own(actor: Actor) -> list[EnrolmentRow]:
    """The person's own enrolments, the one they are on now first."""
    return _rows(
        _select()
        .where(visible.is_own(actor))
        .order_by(Enrolment.ended_on.is_not(None), Enrolment.start_on.desc(), Enrolment.id)
    )


def assessed_by(actor: Actor, *, with_ended: bool = False) -> list[EnrolmentRow]:
    """The enrolments the person assesses now, by apprentice."""
    return _rows(_by_name(_select().where(visible.is_assessed(actor)), with_ended=with_ended))


def managed_by(actor: Actor, *, with_ended: bool = True) -> list[EnrolmentRow]:
    """The enrolments of which the person is the line manager now, by apprentice."""
    return _rows(_by_name(_select().where(visible.is_managed(actor)), with_ended=with_ended))


def audited_by(actor: Actor) -> list[EnrolmentRow]:
    """The enrolments that an auditor's link opens, by apprentice."""
    return _rows(_by_name(_select().where(visible.is_audited(actor)), with_ended=True))


def administered_by(
    actor: Actor,
    provider_id: uuid.UUID,
    *,
    narrowed: Narrowing = EVERYBODY,
    most: int | None = None,
    skip: int = 0,
) -> list[EnrolmentRow]:
    """A provider's enrolments for its administrator, running ones first, by apprentice.

    All that narrows them counts but the text.
    """
    query = _select().where(Enrolment.provider_id == provider_id, visible.is_administered(actor))
    query = query.where(*narrowing.conditions(narrowed))
    query = query.order_by(Enrolment.ended_on.is_not(None))
    return _rows(_by_name(query, with_ended=True).limit(most).offset(skip))


def administered_among(
    actor: Actor, provider_id: uuid.UUID, enrolment_ids: Collection[uuid.UUID]
) -> list[EnrolmentRow]:
    """Those of the enrolments that `administered_by` has, in its order."""
    query = _select().where(
        Enrolment.provider_id == provider_id,
        visible.is_administered(actor),
        Enrolment.id.in_(enrolment_ids),
    )
    query = query.order_by(Enrolment.ended_on.is_not(None))
    return _rows(_by_name(query, with_ended=True))


def count_administered(
    actor: Actor, provider_id: uuid.UUID, *, narrowed: Narrowing = EVERYBODY
) -> int:
    """How many `administered_by` has in all."""
    query = _joined(select(func.count()).select_from(Enrolment)).where(
        Enrolment.provider_id == provider_id,
        visible.is_administered(actor),
        *narrowing.conditions(narrowed),
    )
    return db.session.scalar(query) or 0


def involving(provider_id: uuid.UUID, person_id: uuid.UUID) -> list[EnrolmentRow]:
    """A provider's enrolments that the person is on, assesses or manages now, running first."""
    query = _select().where(
        Enrolment.provider_id == provider_id,
        or_(
            Enrolment.apprentice_id == person_id,
            AssessorAssignment.assessor_id == person_id,
            EmployerAssignment.line_manager_id == person_id,
        ),
    )
    query = query.order_by(Enrolment.ended_on.is_not(None))
    return _rows(_by_name(query, with_ended=True))


def count_current_assignments(provider_id: uuid.UUID, person_id: uuid.UUID) -> int:
    """In how many running enrolments of the provider the person assesses or manages now."""
    return (
        db.session.scalar(
            _joined(select(func.count()).select_from(Enrolment)).where(
                Enrolment.provider_id == provider_id,
                Enrolment.ended_on.is_(None),
                or_(
                    AssessorAssignment.assessor_id == person_id,
                    EmployerAssignment.line_manager_id == person_id,
                ),
            )
        )
        or 0
    )


def is_enrolled(provider_id: uuid.UUID, person_id: uuid.UUID) -> bool:
    """Whether the person is an apprentice on a running enrolment of the provider."""
    query = select(Enrolment.id).where(
        Enrolment.provider_id == provider_id,
        Enrolment.apprentice_id == person_id,
        Enrolment.ended_on.is_(None),
    )
    return db.session.scalar(query.limit(1)) is not None


def member_is(member: type[Member], person: object) -> ColumnElement[bool]:
    return and_(member.person_id == person, member.provider_id == Enrolment.provider_id)


def _joined(query: Any) -> Select[Any]:
    joined: Select[Any] = query.outerjoin(
        AssessorAssignment,
        and_(
            AssessorAssignment.enrolment_id == Enrolment.id,
            AssessorAssignment.ended_at.is_(None),
        ),
    ).outerjoin(
        EmployerAssignment,
        and_(
            EmployerAssignment.enrolment_id == Enrolment.id,
            EmployerAssignment.ended_at.is_(None),
        ),
    )
    return joined


_apprentice, _assessor, _manager = aliased(Member), aliased(Member), aliased(Member)

_BESIDE = (
    "provider",
    "ukprn",
    "apprentice",
    "assessor_id",
    "assessor",
    "employer_id",
    "employer",
    "line_manager_id",
    "line_manager",
)


def _select() -> Select[Any]:
    columns = select(
        Enrolment,
        Provider.name.label("provider"),
        Provider.ukprn.label("ukprn"),
        _apprentice.name.label("apprentice"),
        AssessorAssignment.assessor_id.label("assessor_id"),
        _assessor.name.label("assessor"),
        EmployerAssignment.employer_id.label("employer_id"),
        Employer.name.label("employer"),
        EmployerAssignment.line_manager_id.label("line_manager_id"),
        _manager.name.label("line_manager"),
    ).join(Provider, Provider.id == Enrolment.provider_id)
    return (
        _joined(columns)
        .join(_apprentice, member_is(_apprentice, Enrolment.apprentice_id))
        .outerjoin(_assessor, member_is(_assessor, AssessorAssignment.assessor_id))
        .outerjoin(Employer, Employer.id == EmployerAssignment.employer_id)
        .outerjoin(_manager, member_is(_manager, EmployerAssignment.line_manager_id))
        .execution_options(populate_existing=True)
    )


def _by_name(query: Select[Any], *, with_ended: bool) -> Select[Any]:
    if not with_ended:
        query = query.where(Enrolment.ended_on.is_(None))
    return query.order_by(func.lower(_apprentice.name), Enrolment.id)


def _rows(query: Select[Any]) -> list[EnrolmentRow]:
    found = db.session.execute(query).all()
    named = countersigners.by_enrolment(result.Enrolment.id for result in found)
    return [
        EnrolmentRow(
            id=row.id,
            provider_id=row.provider_id,
            apprentice_id=row.apprentice_id,
            uln=row.uln,
            standard_reference=row.standard_reference,
            standard_version=row.standard_version,
            standard_hash=row.standard_hash,
            start_on=row.start_on,
            planned_end_on=row.planned_end_on,
            ended_on=row.ended_on,
            end_reason=row.end_reason,
            revision=row.revision,
            countersigner_ids=frozenset(named.get(row.id, ())),
            **beside,
        )
        for row, beside in (
            (result.Enrolment, {key: result._mapping[key] for key in _BESIDE}) for result in found
        )
    ]
