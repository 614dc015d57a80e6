"""Making, changing and ending providers, employers and people."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm.attributes import flag_modified

from kbstrack import access, once
from kbstrack.access import Action, Actor, ProviderScope, Role
from kbstrack.db import db, take_turns, transaction
from kbstrack.errors import Conflict, RuleBroken
from kbstrack.people import invitations, queries, rules
from kbstrack.people.countersigners import check_countersigns_for_nobody, set_countersigner
from kbstrack.people.membership import (
    Roles,
    check_administrators,
    lock_member,
    lock_provider,
    member_for,
    set_roles,
)
from kbstrack.people.models import Employer, Enrolment, Member, MemberRole, Provider
from kbstrack.people.queries import EmployerRow, MemberRow, ProviderRow


def create_provider(
    actor: Actor, *, name: str, ukprn: str, at: datetime, key: uuid.UUID | None = None
) -> ProviderRow:
    """Add a training provider; a person who adds one becomes its administrator.

    Raises NotAllowed, or RuleBroken for a bad name or UKPRN or one that is taken.
    """
    with transaction():
        access.require(actor, Action.PROVIDER_CREATE, ProviderScope(None))
        take_turns("create provider")
        about = (name, ukprn)
        first = once.first_result(
            key, person_id=actor.person_id, action="create_provider", about=about
        )
        if first is not None:
            return queries.provider(uuid.UUID(first))
        row = Provider(
            name=rules.clean_name(name, what="training provider's name"),
            ukprn=rules.clean_ukprn(ukprn),
            created_at=at,
            revision=1,
        )
        if db.session.scalar(select(Provider.id).where(Provider.ukprn == row.ukprn)):
            raise RuleBroken(f"The UKPRN {row.ukprn} is already in use here.", field="ukprn")
        db.session.add(row)
        db.session.flush()
        if not actor.is_operator:
            _add_creator(actor, row.id, at)
        once.remember(
            key,
            person_id=actor.person_id,
            action="create_provider",
            about=about,
            result=str(row.id),
            at=at,
        )
        return queries.provider(row.id)


def change_provider(
    actor: Actor, provider_id: uuid.UUID, *, name: str, ukprn: str, revision: int
) -> None:
    """Correct a provider's name or UKPRN. Raises NotFound, NotAllowed, RuleBroken, Conflict."""
    with transaction():
        access.require(actor, Action.PROVIDER_MANAGE, ProviderScope(provider_id))
        row = lock_provider(provider_id)
        check_revision(row.revision, revision)
        row.name = rules.clean_name(name, what="training provider's name")
        row.ukprn = rules.clean_ukprn(ukprn)
        taken = select(Provider.id).where(Provider.ukprn == row.ukprn, Provider.id != row.id)
        with db.session.no_autoflush:
            if db.session.scalar(taken):
                raise RuleBroken(f"The UKPRN {row.ukprn} is already in use here.", field="ukprn")


def end_provider(
    actor: Actor, provider_id: uuid.UUID, *, at: datetime, is_ended: bool = True
) -> None:
    """Close a provider: nobody of it can use it any more, the record stays.

    With `is_ended=False` open it again; by then only the command line can reach it.
    Raises NotFound, NotAllowed, or RuleBroken while enrolments run.
    """
    with transaction():
        access.require(actor, Action.PROVIDER_MANAGE, ProviderScope(provider_id))
        row = lock_provider(provider_id)
        if not is_ended:
            row.ended_at = None
            return
        running = select(func.count()).where(
            Enrolment.provider_id == provider_id, Enrolment.ended_on.is_(None)
        )
        if count := db.session.scalar(running):
            raise RuleBroken(f"End the running enrolments first: there are {count}.")
        row.ended_at = row.ended_at or at


def create_employer(
    actor: Actor,
    provider_id: uuid.UUID,
    *,
    name: str,
    at: datetime,
    key: uuid.UUID | None = None,
) -> EmployerRow:
    """Add an employer. Raises NotFound, NotAllowed, or RuleBroken when the name is taken."""
    with transaction():
        access.require(actor, Action.PROVIDER_MANAGE, ProviderScope(provider_id))
        lock_provider(provider_id)
        about = (provider_id, name)
        first = once.first_result(
            key, person_id=actor.person_id, action="create_employer", about=about
        )
        if first is not None:
            return queries.employer(uuid.UUID(first))
        row = Employer(provider_id=provider_id, created_at=at, revision=1)
        row.name = _free_employer_name(provider_id, name, but=None)
        db.session.add(row)
        db.session.flush()
        once.remember(
            key,
            person_id=actor.person_id,
            action="create_employer",
            about=about,
            result=str(row.id),
            at=at,
        )
        return queries.employer(row.id)


def change_employer(actor: Actor, employer_id: uuid.UUID, *, name: str, revision: int) -> None:
    """Correct an employer's name. Raises NotFound, NotAllowed, RuleBroken, Conflict."""
    with transaction():
        row = _lock_employer(actor, employer_id)
        check_revision(row.revision, revision)
        row.name = _free_employer_name(row.provider_id, name, but=row.id)


def end_employer(
    actor: Actor, employer_id: uuid.UUID, *, at: datetime, is_ended: bool = True
) -> None:
    """No longer offer an employer for enrolments, or with `is_ended=False` offer it again.

    Raises NotFound, NotAllowed.
    """
    with transaction():
        row = _lock_employer(actor, employer_id)
        row.ended_at = (row.ended_at or at) if is_ended else None


def invite_person(
    actor: Actor,
    provider_id: uuid.UUID,
    *,
    name: str,
    email: str,
    roles: Roles,
    countersigner_id: uuid.UUID | None = None,
    at: datetime,
    key: uuid.UUID | None = None,
) -> MemberRow:
    """Add a person to a provider with their roles and write them an invitation.

    `countersigner_id` is given for an assessor who is not yet qualified. Whether the address is
    known to another provider makes no difference to the answer. Somebody who had ended here comes
    back. Raises NotFound, NotAllowed, RuleBroken.
    """
    with transaction():
        access.require(actor, Action.PEOPLE_MANAGE, ProviderScope(provider_id))
        provider = lock_provider(provider_id)
        about = (provider_id, name, email, sorted(roles.items()), countersigner_id)
        first = once.first_result(
            key, person_id=actor.person_id, action="invite_person", about=about
        )
        if first is not None:
            return queries.member(uuid.UUID(first))
        row = member_for(provider_id, rules.clean_name(name), rules.clean_email(email), at)
        set_roles(row, roles, at)
        if countersigner_id is not None:
            set_countersigner(row, is_qualified=False, countersigner_id=countersigner_id)
        invitations.write(row, provider.name, at=at)
        once.remember(
            key,
            person_id=actor.person_id,
            action="invite_person",
            about=about,
            result=str(row.id),
            at=at,
        )
        return queries.member(row.id)


def invite_again(actor: Actor, member_id: uuid.UUID, *, at: datetime) -> None:
    """Send a new invitation. Raises NotFound, NotAllowed, or RuleBroken once they have joined."""
    with transaction():
        row, provider = lock_member(actor, member_id)
        if row.ended_at is not None:
            raise RuleBroken("This person has ended here: bring them back first.")
        if row.joined_at is not None:
            raise RuleBroken("They have signed in already: they can ask for a new password.")
        row.invited_at = at
        invitations.write(row, provider.name, at=at)


def change_member(
    actor: Actor,
    member_id: uuid.UUID,
    *,
    name: str,
    email: str,
    roles: Roles,
    revision: int,
    at: datetime,
) -> None:
    """Correct a person's name and roles, and the address as long as they have not joined.

    Raises NotFound, NotAllowed, RuleBroken, Conflict.
    """
    with transaction():
        row, provider = lock_member(actor, member_id)
        check_revision(row.revision, revision)
        row.name = rules.clean_name(name)
        if invitations.change_address(row, rules.clean_email(email), at=at):
            row.invited_at = at
            invitations.write(row, provider.name, at=at)
        set_roles(row, roles, at)
        # Roles are rows of their own, but a change of them is a change of the person.
        flag_modified(row, "name")


def end_member(actor: Actor, member_id: uuid.UUID, *, at: datetime, is_ended: bool = True) -> None:
    """End a person's access at this provider at once, or with `is_ended=False` give it back.

    What they wrote and signed stays. Raises NotFound, NotAllowed, or RuleBroken for the last
    administrator and for whoever countersigns for somebody.
    """
    with transaction():
        row, _ = lock_member(actor, member_id)
        if is_ended:
            check_countersigns_for_nobody(row, "be ended")
        row.ended_at = (row.ended_at or at) if is_ended else None
        db.session.flush()
        check_administrators(row.provider_id)


def check_revision(present: int, expected: int) -> None:
    """Refuse a change that rests on an older state. Raises Conflict."""
    if present != expected:
        raise Conflict(
            "Somebody changed this while you were writing. "
            "Compare what you typed with what is there now, and save again."
        )


def _add_creator(actor: Actor, provider_id: uuid.UUID, at: datetime) -> None:
    own = queries.memberships(actor.person_id)
    row = Member(
        provider_id=provider_id,
        person_id=actor.person_id,
        name=own[0].name,
        invited_at=at,
        joined_at=at,
        revision=1,
    )
    db.session.add(row)
    db.session.flush()
    db.session.add(MemberRole(member_id=row.id, role=Role.ADMINISTRATOR))
    db.session.flush()


def _lock_employer(actor: Actor, employer_id: uuid.UUID) -> Employer:
    found = queries.employer(employer_id)
    access.require(actor, Action.PROVIDER_MANAGE, ProviderScope(found.provider_id))
    row = db.session.get(Employer, employer_id, populate_existing=True, with_for_update=True)
    assert row is not None
    return row


def _free_employer_name(provider_id: uuid.UUID, text: str, *, but: uuid.UUID | None) -> str:
    name = rules.clean_name(text, what="employer's name")
    query = select(Employer.id).where(
        Employer.provider_id == provider_id, func.lower(Employer.name) == name.lower()
    )
    with db.session.no_autoflush:
        if any(found != but for found in db.session.scalars(query)):
            raise RuleBroken(f"There is an employer called {name} already.", field="name")
    return name
