"""Narrowing a provider's enrolments: by who, standard, employer, assessor and state."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, select

from kbstrack.access import Actor
from kbstrack.db import db
from kbstrack.people import visible
from kbstrack.people.models import (
    AssessorAssignment,
    Employer,
    EmployerAssignment,
    Enrolment,
    Member,
)


class Running(StrEnum):
    """Whether an enrolment runs."""

    RUNNING = "running"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Which enrolments are wanted; what is empty narrows nothing.

    `text` has words of the apprentice's name or ULN, `standard` is "ST0321 1.0"; employer and
    assessor are those of now.
    """

    text: str = ""
    standard: str = ""
    employer_id: uuid.UUID | None = None
    assessor_id: uuid.UUID | None = None
    state: Running | None = None

    @property
    def leaves_out(self) -> bool:
        """Whether it narrows anything."""
        return self != Narrowing(text=self.text) or bool(self.text.split())


EVERYBODY = Narrowing()


@dataclass(frozen=True, slots=True)
class Offered:
    """What a provider's enrolments can be narrowed to: standards, and people as (id, name)."""

    standards: tuple[str, ...]
    employers: tuple[tuple[uuid.UUID, str], ...]
    assessors: tuple[tuple[uuid.UUID, str], ...]


def conditions(narrowing: Narrowing) -> list[ColumnElement[bool]]:
    """All but the text, for a query that knows the assignments of now."""
    found: list[ColumnElement[bool]] = []
    if narrowing.standard:
        reference, _, version = narrowing.standard.partition(" ")
        found.append(Enrolment.standard_reference == reference)
        found.append(Enrolment.standard_version == version)
    if narrowing.employer_id is not None:
        found.append(EmployerAssignment.employer_id == narrowing.employer_id)
    if narrowing.assessor_id is not None:
        found.append(AssessorAssignment.assessor_id == narrowing.assessor_id)
    if narrowing.state is not None:
        is_ended = Enrolment.ended_on.is_not(None)
        found.append(is_ended if narrowing.state is Running.ENDED else ~is_ended)
    return found


def offered(actor: Actor, provider_id: uuid.UUID) -> Offered:
    """What there is among the provider's enrolments, for its administrator."""
    standards = db.session.execute(
        _of(select(Enrolment.standard_reference, Enrolment.standard_version), actor, provider_id)
        .distinct()
        .order_by(Enrolment.standard_reference, Enrolment.standard_version)
    ).all()
    employers = db.session.execute(
        _of(select(Employer.id, Employer.name).select_from(Enrolment), actor, provider_id)
        .join(EmployerAssignment, EmployerAssignment.enrolment_id == Enrolment.id)
        .join(Employer, Employer.id == EmployerAssignment.employer_id)
        .where(EmployerAssignment.ended_at.is_(None))
        .distinct()
    ).all()
    assessors = db.session.execute(
        _of(select(Member.person_id, Member.name).select_from(Enrolment), actor, provider_id)
        .join(AssessorAssignment, AssessorAssignment.enrolment_id == Enrolment.id)
        .join(Member, Member.person_id == AssessorAssignment.assessor_id)
        .where(AssessorAssignment.ended_at.is_(None), Member.provider_id == provider_id)
        .distinct()
    ).all()
    return Offered(
        tuple(" ".join(row) for row in standards), _by_name(employers), _by_name(assessors)
    )


def _of(query: Any, actor: Actor, provider_id: uuid.UUID) -> Any:
    return query.where(Enrolment.provider_id == provider_id, visible.is_administered(actor))


def _by_name(rows: Any) -> tuple[tuple[uuid.UUID, str], ...]:
    return tuple(sorted(((row[0], row[1]) for row in rows), key=lambda r: (r[1].casefold(), r[0])))
