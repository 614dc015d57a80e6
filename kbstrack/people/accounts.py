"""What people do with their own account: its password and its address."""

from __future__ import annotations

import unicodedata
import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from kbstrack.access import Actor
from kbstrack.db import db, is_writing, transaction
from kbstrack.errors import RuleBroken
from kbstrack.mail import service as mail
from kbstrack.people import joining, letters, links, tries
from kbstrack.people.models import Member, Person, Provider

LINK_ENDED = "This link has been used already or has run out."


def name_of(person_id: uuid.UUID) -> str:
    """What the first of their providers calls the person; their address when none does."""
    name = db.session.scalar(
        select(Member.name)
        .join(Provider, Provider.id == Member.provider_id)
        .where(Member.person_id == person_id, Member.ended_at.is_(None))
        .order_by(Member.invited_at, Member.id)
        .limit(1)
    )
    return name or db.session.scalars(select(Person.email).where(Person.id == person_id)).one()


def person_at(email: str) -> Person | None:
    """Whose address this is, written in any case."""
    address = unicodedata.normalize("NFC", email).strip().lower()
    return db.session.scalar(select(Person).where(Person.email == address))


def words_about(person: Person) -> list[str]:
    """Address and names of the person: what their password may not be made of."""
    names = select(Member.name).where(Member.person_id == person.id).order_by(Member.id)
    return [person.email, *db.session.scalars(names)]


def note_sign_in(person_id: uuid.UUID, *, at: datetime) -> None:
    """Somebody signed in; the first time, they have joined."""
    waiting = select(Member.id).where(
        Member.person_id == person_id, Member.joined_at.is_(None), Member.ended_at.is_(None)
    )
    if db.session.scalars(waiting.limit(1)).first() is not None:
        with transaction():
            joining.note_joined(person_id, at)


def set_password(token: str, *, password_hash: str, at: datetime) -> links.OpenLink:
    """Set the password that an invitation or reset link allows; every session of theirs ends.

    Returns the link that was used. Raises RuleBroken when it is used or has run out.
    """
    with transaction():
        link = links.open_link(token, at, is_locked=True)
        if link is None or link.purpose is links.Purpose.ADDRESS:
            raise RuleBroken(LINK_ENDED)
        _set_hash(link.person, password_hash)
        joining.note_joined(link.person.id, at)
        if link.purpose is links.Purpose.RESET:
            mail.queue(link.person.email, *letters.password_changed(), at)
    return link


def change_password(actor: Actor, *, password_hash: str, at: datetime) -> None:
    """Set a new password; every session ends. The caller has checked the old password."""
    with transaction():
        person = db.session.get_one(Person, actor.person_id, with_for_update=True)
        _set_hash(person, password_hash)
        mail.queue(person.email, *letters.password_changed(), at)


def request_reset(email: str, *, network: str, at: datetime) -> int:
    """Send a link to set a password if somebody has this address; else do nothing.

    Returns the seconds to wait when this was asked too often, else 0. Counting the request
    writes in either case, so the time it takes does not tell whether the address is known.
    """
    with transaction():
        wait = tries.count_try(f"reset {email}", network, at)
        if wait:
            return wait
        person = db.session.scalar(select(Person).where(Person.email == email, Person.active))
        if person is not None:
            link = links.reset_link(person, at)
            mail.queue(person.email, *letters.set_new_password(link), at, secret=link)
    return 0


def request_address(actor: Actor, *, email: str, at: datetime) -> None:
    """Send a link to the new address that makes it the account's. Raises RuleBroken.

    Whether another account has the address is told to the address only.
    """
    with transaction():
        person = db.session.get_one(Person, actor.person_id)
        if person.email == email:
            raise RuleBroken("This is your address already.", field="email")
        if _is_taken(email):
            mail.queue(email, *letters.address_is_taken(), at)
        else:
            link = links.address_link(person, email, at)
            mail.queue(email, *letters.confirm_address(link), at, secret=link)


def new_address(actor: Actor, token: str, *, at: datetime) -> str:
    """The address that this link would give to this person. Raises RuleBroken."""
    link = links.open_link(token, at)
    if link is None or link.email is None or link.person.id != actor.person_id:
        raise RuleBroken(LINK_ENDED)
    return link.email


def change_address(actor: Actor, token: str, *, at: datetime) -> str:
    """Make the link's address the account's, and tell the old one. Raises RuleBroken."""
    try:
        with transaction():
            link = links.open_link(token, at, is_locked=True)
            if link is None or link.email is None or link.person.id != actor.person_id:
                raise RuleBroken(LINK_ENDED)
            if _is_taken(link.email):
                raise RuleBroken("Another account has this address by now.")
            mail.queue(link.person.email, *letters.address_changed(link.email), at)
            link.person.email = link.email
            return link.email
    except IntegrityError:
        raise RuleBroken("Another account has this address by now.") from None


def end_sessions(person: Person) -> None:
    """Sign the person out everywhere, in the caller's transaction; links sent to them end too."""
    assert is_writing()
    person.fs_uniquifier = uuid.uuid4().hex


def _set_hash(person: Person, password_hash: str) -> None:
    person.password = password_hash
    end_sessions(person)


def _is_taken(email: str) -> bool:
    return db.session.scalar(select(Person.id).where(Person.email == email)) is not None
