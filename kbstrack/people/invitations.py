"""The message that brings a person in, and the address it goes to."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import select, update

from kbstrack.current import settings
from kbstrack.db import db, take_turns
from kbstrack.errors import RuleBroken
from kbstrack.mail import service as mail
from kbstrack.people import links
from kbstrack.people.models import (
    AssessorAssignment,
    EmployerAssignment,
    Enrolment,
    Member,
    MemberRole,
    Person,
)


def person_with(email: str, at: datetime) -> Person:
    """The person with this address, made now if there is none. `email` is clean already."""
    # Two providers may invite the same person at the same moment.
    take_turns(f"person {email}")
    person = db.session.scalar(select(Person).where(Person.email == email))
    if person is None:
        person = Person(
            email=email, active=True, fs_uniquifier=uuid.uuid4().hex, password=None, created_at=at
        )
        db.session.add(person)
        db.session.flush()
    person.active = True
    return person


def write(member: Member, provider: str, *, at: datetime) -> None:
    """Queue the invitation, in the caller's transaction.

    Somebody who has a password already is only told where to sign in.
    """
    person = db.session.get_one(Person, member.person_id)
    link = None
    if person.password is None:
        link = links.invitation_link(person, at)
        text = (
            f"Hello {member.name},\n\n"
            f"{provider} has added you to kbstrack, where the evidence, decisions and sign-offs "
            "of an apprenticeship are kept.\n\n"
            "Choose your password here:\n"
            f"{link}\n\n"
            "The link works once and for 14 days. If it has run out, ask whoever invited you to "
            "send a new one.\n"
        )
    else:
        text = (
            f"Hello {member.name},\n\n"
            f"{provider} has added you to kbstrack. Sign in with the password you have:\n"
            f"{settings().public_url}/sign-in\n"
        )
    mail.queue(person.email, f"{provider} has added you to kbstrack", text, at, secret=link)


def change_address(member: Member, email: str, *, at: datetime) -> bool:
    """Point a member who has not joined yet to another address; True when it changed.

    The account behind the old address is never touched: it may be somebody else's by mistake, or
    known to another provider. Raises RuleBroken once they have joined, or when the new address
    is somebody here.
    """
    person = db.session.get_one(Person, member.person_id)
    if email == person.email:
        return False
    if member.joined_at is not None:
        raise RuleBroken(
            "Only they can change their address now: on the page “Your account”.", field="email"
        )
    other = person_with(email, at)
    known = select(Member.id).where(
        Member.provider_id == member.provider_id, Member.person_id == other.id
    )
    if db.session.scalar(known) is not None:
        raise RuleBroken("There is a person with this address here already.", field="email")
    _repoint(member, other.id)
    return True


def _repoint(member: Member, person_id: uuid.UUID) -> None:
    former = member.person_id
    member.person_id = person_id
    own = select(Enrolment.id).where(Enrolment.provider_id == member.provider_id)
    for column in (
        Enrolment.apprentice_id,
        AssessorAssignment.assessor_id,
        EmployerAssignment.line_manager_id,
    ):
        model = column.class_
        enrolment_id = Enrolment.id if model is Enrolment else model.enrolment_id
        db.session.execute(
            update(model).where(column == former, enrolment_id.in_(own)).values({column: person_id})
        )
    here = select(Member.id).where(Member.provider_id == member.provider_id)
    db.session.execute(
        update(MemberRole)
        .where(MemberRole.countersigner_id == former, MemberRole.member_id.in_(here))
        .values(countersigner_id=person_id)
    )
