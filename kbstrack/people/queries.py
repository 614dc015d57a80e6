"""Reading providers, employers and people: a provider's id in, frozen rows out."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select

from kbstrack.access import NOT_HERE, Actor, Role
from kbstrack.db import db
from kbstrack.errors import NotFound
from kbstrack.people.models import Employer, Member, MemberRole, Person, Provider


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """A training provider."""

    id: uuid.UUID
    name: str
    ukprn: str
    ended_at: datetime | None
    revision: int


@dataclass(frozen=True, slots=True)
class EmployerRow:
    """An employer of a provider's apprentices."""

    id: uuid.UUID
    provider_id: uuid.UUID
    name: str
    ended_at: datetime | None
    revision: int


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A person as one provider knows them, with the roles they hold now."""

    id: uuid.UUID
    provider_id: uuid.UUID
    person_id: uuid.UUID
    name: str
    email: str
    roles: tuple[Role, ...]
    employer_id: uuid.UUID | None
    employer: str | None
    invited_at: datetime
    joined_at: datetime | None
    ended_at: datetime | None
    revision: int


def roles_of(person_id: uuid.UUID) -> frozenset[tuple[uuid.UUID, Role]]:
    """Every role the person holds now, by provider."""
    rows = db.session.execute(
        select(Member.provider_id, MemberRole.role)
        .join(MemberRole, MemberRole.member_id == Member.id)
        .join(Provider, Provider.id == Member.provider_id)
        .where(
            Member.person_id == person_id,
            Member.ended_at.is_(None),
            MemberRole.ended_at.is_(None),
            Provider.ended_at.is_(None),
        )
    )
    return frozenset((provider_id, Role(role)) for provider_id, role in rows)


def actor_of(person_id: uuid.UUID) -> Actor:
    """The person with the roles they hold now."""
    return Actor(person_id=person_id, roles=roles_of(person_id))


def provider(provider_id: uuid.UUID) -> ProviderRow:
    """Raises NotFound."""
    row = db.session.get(Provider, provider_id, populate_existing=True)
    if row is None:
        raise NotFound(NOT_HERE)
    return ProviderRow(row.id, row.name, row.ukprn, row.ended_at, row.revision)


def providers(provider_ids: Iterable[uuid.UUID] | None = None) -> list[ProviderRow]:
    """These providers, or all of them for the command line, by name."""
    query = select(Provider).order_by(Provider.name, Provider.id)
    if provider_ids is not None:
        query = query.where(Provider.id.in_(list(provider_ids)))
    return [
        ProviderRow(row.id, row.name, row.ukprn, row.ended_at, row.revision)
        for row in db.session.scalars(query)
    ]


def employer(employer_id: uuid.UUID) -> EmployerRow:
    """Raises NotFound."""
    row = db.session.get(Employer, employer_id, populate_existing=True)
    if row is None:
        raise NotFound(NOT_HERE)
    return EmployerRow(row.id, row.provider_id, row.name, row.ended_at, row.revision)


def employers(provider_id: uuid.UUID, *, with_ended: bool = False) -> list[EmployerRow]:
    """A provider's employers by name."""
    query = (
        select(Employer)
        .where(Employer.provider_id == provider_id)
        .order_by(func.lower(Employer.name), Employer.id)
    )
    if not with_ended:
        query = query.where(Employer.ended_at.is_(None))
    return [
        EmployerRow(row.id, row.provider_id, row.name, row.ended_at, row.revision)
        for row in db.session.scalars(query)
    ]


def member(member_id: uuid.UUID) -> MemberRow:
    """Raises NotFound."""
    found = _members(Member.id == member_id)
    if not found:
        raise NotFound(NOT_HERE)
    return found[0]


def member_of(provider_id: uuid.UUID, person_id: uuid.UUID) -> MemberRow:
    """The person as this provider knows them. Raises NotFound."""
    found = _members(and_(Member.provider_id == provider_id, Member.person_id == person_id))
    if not found:
        raise NotFound(NOT_HERE)
    return found[0]


def members(
    provider_id: uuid.UUID, *, role: Role | None = None, with_ended: bool = False
) -> list[MemberRow]:
    """A provider's people by name, all or those who hold a role now."""
    condition: ColumnElement[bool] = Member.provider_id == provider_id
    if not with_ended:
        condition = and_(condition, Member.ended_at.is_(None))
    rows = _members(condition)
    return rows if role is None else [row for row in rows if role in row.roles]


def memberships(person_id: uuid.UUID) -> list[MemberRow]:
    """The person at every provider where they have not ended."""
    return _members(and_(Member.person_id == person_id, Member.ended_at.is_(None)))


def names(provider_id: uuid.UUID, person_ids: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, str]:
    """What the provider calls these people."""
    rows = db.session.execute(
        select(Member.person_id, Member.name).where(
            Member.provider_id == provider_id, Member.person_id.in_(set(person_ids))
        )
    )
    return {key: value for key, value in rows}


def _members(condition: ColumnElement[bool]) -> list[MemberRow]:
    people = db.session.execute(
        select(Member, Person.email)
        .join(Person, Person.id == Member.person_id)
        .where(condition)
        .order_by(func.lower(Member.name), Member.id)
        .execution_options(populate_existing=True)
    ).all()
    held: dict[uuid.UUID, list[tuple[Role, uuid.UUID | None, str | None]]] = defaultdict(list)
    for member_id, role, employer_id, employer_name in db.session.execute(
        select(MemberRole.member_id, MemberRole.role, MemberRole.employer_id, Employer.name)
        .join(Member, Member.id == MemberRole.member_id)
        .outerjoin(Employer, Employer.id == MemberRole.employer_id)
        .where(condition, MemberRole.ended_at.is_(None))
        .order_by(MemberRole.member_id, MemberRole.role)
    ):
        held[member_id].append((Role(role), employer_id, employer_name))
    return [_member_row(row, email, held[row.id]) for row, email in people]


def _member_row(
    row: Member, email: str, held: list[tuple[Role, uuid.UUID | None, str | None]]
) -> MemberRow:
    employed = next(((id_, name) for _, id_, name in held if id_ is not None), (None, None))
    return MemberRow(
        id=row.id,
        provider_id=row.provider_id,
        person_id=row.person_id,
        name=row.name,
        email=email,
        roles=tuple(role for role in Role if role in {item[0] for item in held}),
        employer_id=employed[0],
        employer=employed[1],
        invited_at=row.invited_at,
        joined_at=row.joined_at,
        ended_at=row.ended_at,
        revision=row.revision,
    )
