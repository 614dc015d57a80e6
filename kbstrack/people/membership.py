"""A member's roles: what the use cases of `service` share, inside their transaction."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select

from kbstrack import access
from kbstrack.access import Action, Actor, ProviderScope, Role
from kbstrack.db import db, is_writing
from kbstrack.errors import NotFound, RuleBroken
from kbstrack.people import countersigners, enrolment_queries, invitations, queries
from kbstrack.people.models import Employer, Member, MemberRole, Provider

Roles = Mapping[Role, uuid.UUID | None]
"""The roles a person is to hold; the employer's role names the employer."""


def lock_provider(provider_id: uuid.UUID) -> Provider:
    """The provider's row, held until the transaction ends. Raises NotFound."""
    assert is_writing()
    row = db.session.get(Provider, provider_id, populate_existing=True, with_for_update=True)
    if row is None:
        raise NotFound(access.NOT_HERE)
    return row


def lock_member(actor: Actor, member_id: uuid.UUID) -> tuple[Member, Provider]:
    """A member the actor may manage, and its provider, held. Raises NotFound, NotAllowed."""
    found = queries.member(member_id)
    access.require(actor, Action.PEOPLE_MANAGE, ProviderScope(found.provider_id))
    provider = lock_provider(found.provider_id)
    row = db.session.get(Member, member_id, populate_existing=True, with_for_update=True)
    assert row is not None
    return row, provider


def member_for(provider_id: uuid.UUID, name: str, email: str, at: datetime) -> Member:
    """A member with this address: new, or one who had ended and comes back.

    Raises RuleBroken when the person is here already.
    """
    person = invitations.person_with(email, at)
    row = db.session.scalar(
        select(Member).where(Member.provider_id == provider_id, Member.person_id == person.id)
    )
    if row is None:
        row = Member(provider_id=provider_id, person_id=person.id, revision=1)
        db.session.add(row)
    elif row.ended_at is None:
        raise RuleBroken(
            f"{row.name} is here already with this address: change their roles instead.",
            field="email",
        )
    # Whoever had joined before has still joined: what they wrote and signed is theirs.
    row.name, row.invited_at, row.ended_at = name, at, None
    db.session.flush()
    return row


def set_roles(member: Member, roles: Roles, at: datetime) -> None:
    """Give exactly these roles, ending the others at once.

    Raises RuleBroken when there is none, an employer is missing or not this provider's, a role
    is still needed, or no administrator would be left.
    """
    if not roles:
        raise RuleBroken("Select at least one role.", field="roles")
    _check_employer(member.provider_id, roles)
    held = {
        Role(row.role): row
        for row in db.session.scalars(select(MemberRole).where(MemberRole.member_id == member.id))
    }
    for role, row in held.items():
        if role not in roles and row.ended_at is None:
            _check_not_needed(member, role)
            row.ended_at = at
    for role, employer_id in roles.items():
        if role in held:
            held[role].ended_at, held[role].employer_id = None, employer_id
        else:
            db.session.add(MemberRole(member_id=member.id, role=role, employer_id=employer_id))
    db.session.flush()
    check_administrators(member.provider_id)


def check_administrators(provider_id: uuid.UUID) -> None:
    """A provider keeps at least one administrator. Raises RuleBroken."""
    count = db.session.scalar(
        select(func.count())
        .select_from(Member)
        .join(MemberRole, MemberRole.member_id == Member.id)
        .where(
            Member.provider_id == provider_id,
            Member.ended_at.is_(None),
            MemberRole.ended_at.is_(None),
            MemberRole.role == Role.ADMINISTRATOR,
        )
    )
    if not count:
        raise RuleBroken(
            "A training provider needs at least one administrator: add another one first.",
            field="roles",
        )


def _check_employer(provider_id: uuid.UUID, roles: Roles) -> None:
    if Role.EMPLOYER not in roles:
        return
    employer = db.session.get(Employer, roles[Role.EMPLOYER]) if roles[Role.EMPLOYER] else None
    if employer is None or employer.provider_id != provider_id or employer.ended_at is not None:
        raise RuleBroken("Select the employer they work for.", field="employer_id")


def _check_not_needed(member: Member, role: Role) -> None:
    if role is Role.APPRENTICE and enrolment_queries.is_enrolled(
        member.provider_id, member.person_id
    ):
        raise RuleBroken(
            "They are on a running enrolment: end it before you take away the role.", field="roles"
        )
    if role is Role.ASSESSOR:
        countersigners.check_countersigns_for_nobody(member, "lose the role of assessor", "roles")
