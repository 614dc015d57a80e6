"""Making and revoking links for auditors, opening one, and noting every look."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from datetime import date, datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from kbstrack import access, once
from kbstrack.access import Action, Actor, ProviderScope
from kbstrack.auditing import letters, queries, rules
from kbstrack.auditing.models import AuditorLink, AuditorRevocation, AuditorScope, AuditorView
from kbstrack.auditing.queries import LinkRow, ViewRow
from kbstrack.clock import day_of
from kbstrack.db import db, transaction
from kbstrack.errors import NotAllowed, NotFound
from kbstrack.evidence.rules import clean_line
from kbstrack.ids import new_id, new_secret
from kbstrack.mail.service import queue
from kbstrack.people import enrolment_queries
from kbstrack.people.enrolment_queries import NOT_HERE, EnrolmentRow
from kbstrack.people.membership import lock_provider
from kbstrack.people.models import Provider
from kbstrack.people.rules import clean_email

PASSCODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without those that are taken for one another when somebody reads them out."""

_hasher = PasswordHasher()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a link is to be: for whom, which enrolments it opens, and until which day."""

    name: str
    enrolment_ids: tuple[uuid.UUID, ...]
    ends_on: date | None
    organisation: str = ""
    email: str = ""
    with_passcode: bool = False


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link just made. Its secret and passcode are shown now and never again; they are None
    when the same form was sent before."""

    id: uuid.UUID
    token: str | None
    passcode: str | None


def make_link(
    actor: Actor,
    provider_id: uuid.UUID,
    *,
    wanted: Wanted,
    at: datetime,
    key: uuid.UUID | None = None,
) -> NewLink:
    """Let a named auditor read enrolments, ended ones too, until the end of a day.

    With an address the link is sent there; the passcode never is. Raises NotFound, NotAllowed, or
    RuleBroken naming the fields.
    """
    with transaction():
        access.require(actor, Action.AUDITOR_MANAGE, ProviderScope(provider_id))
        provider = lock_provider(provider_id)
        who, about = actor.person_id, (provider_id, wanted)
        first = once.first_result(key, person_id=who, action="make_auditor_link", about=about)
        if first is not None:
            return NewLink(uuid.UUID(first), None, None)
        made = _add(actor, provider, wanted, at)
        once.remember(
            key,
            person_id=who,
            action="make_auditor_link",
            about=about,
            result=str(made.id),
            at=at,
        )
        return made


def revoke_link(actor: Actor, link_id: uuid.UUID, *, at: datetime) -> None:
    """Close a link at once; once more changes nothing. Raises NotFound, NotAllowed."""
    with transaction():
        row = queries.link(link_id)
        access.require(actor, Action.AUDITOR_MANAGE, ProviderScope(row.provider_id))
        lock_provider(row.provider_id)
        if db.session.get(AuditorRevocation, link_id, populate_existing=True) is None:
            who = None if actor.is_operator else actor.person_id
            db.session.add(AuditorRevocation(link_id=link_id, revoked_by=who, revoked_at=at))


def see_links(actor: Actor, provider_id: uuid.UUID) -> list[LinkRow]:
    """A provider's links for auditors. Raises NotFound, NotAllowed."""
    access.require(actor, Action.AUDITOR_MANAGE, ProviderScope(provider_id))
    return queries.links(provider_id)


def see_link(
    actor: Actor, link_id: uuid.UUID, *, most: int = 100, skip: int = 0
) -> tuple[LinkRow, list[ViewRow]]:
    """A link with the looks taken through it, the latest first. Raises NotFound, NotAllowed."""
    row = queries.link(link_id)
    access.require(actor, Action.AUDITOR_MANAGE, ProviderScope(row.provider_id))
    return row, queries.views(link_id, most=most, skip=skip)


def find_open(token: str, *, at: datetime) -> AuditorLink | None:
    """The link with this secret if it works today."""
    found = queries.link_by_token(token)
    if found is None or not queries.link(found.id).is_open(day_of(at)):
        return None
    return found


def is_passcode(link: AuditorLink, text: str) -> bool:
    """Whether this is the link's passcode; spaces, dashes and small letters do not matter."""
    if link.passcode_hash is None:
        return True
    typed = "".join(letter for letter in text.upper() if letter.isalnum())
    try:
        return _hasher.verify(link.passcode_hash, typed)
    except (VerifyMismatchError, InvalidHashError):
        return False


def auditor_of(link_id: uuid.UUID, *, at: datetime) -> Actor | None:
    """The auditor as far as permission goes; None once the link has ended or was revoked."""
    try:
        row = queries.link(link_id)
    except NotFound:
        return None
    if not row.is_open(day_of(at)):
        return None
    return Actor(person_id=row.id, auditing=queries.scope_of(row.id))


def name_of(actor: Actor) -> str:
    """The auditor's name and firm; empty for everybody else."""
    if not actor.auditing:
        return ""
    row = queries.link(actor.person_id)
    return f"{row.name}, {row.organisation}" if row.organisation else row.name


def note_view(actor: Actor, enrolment_id: uuid.UUID, *, what: str, at: datetime) -> None:
    """Write down that an auditor looked at something. Raises NotFound outside their scope."""
    with transaction():
        scope = enrolment_queries.enrolment(enrolment_id).scope
        if not access.allows(actor, Action.ENROLMENT_SEE, scope):
            raise NotFound(NOT_HERE)
        if not actor.auditing:
            raise NotAllowed("Only an auditor's looks are noted.")
        db.session.add(
            AuditorView(
                id=new_id(),
                link_id=actor.person_id,
                enrolment_id=enrolment_id,
                # A file has whatever name it was given.
                what=clean_line(what)[: rules.MOST_WHAT],
                at=at,
            )
        )


def see_audited(actor: Actor) -> list[EnrolmentRow]:
    """The enrolments that an auditor may read, by apprentice."""
    return enrolment_queries.audited_by(actor)


def count_views(actor: Actor, enrolment_id: uuid.UUID) -> int:
    """How often auditors looked at an enrolment. Raises NotFound."""
    access.require(actor, Action.ENROLMENT_SEE, enrolment_queries.enrolment(enrolment_id).scope)
    return queries.count_views(enrolment_id)


def _add(actor: Actor, provider: Provider, wanted: Wanted, at: datetime) -> NewLink:
    name, organisation = clean_line(wanted.name), clean_line(wanted.organisation)
    chosen = queries.enrolments_of(provider.id, wanted.enrolment_ids)
    rules.check_link(
        name=name,
        organisation=organisation,
        ends_on=wanted.ends_on,
        chosen=chosen,
        today=day_of(at),
    )
    assert wanted.ends_on is not None
    token, passcode = new_secret(), _passcode() if wanted.with_passcode else None
    address = clean_email(wanted.email) if wanted.email.strip() else None
    row = AuditorLink(
        id=new_id(),
        provider_id=provider.id,
        name=name,
        organisation=organisation,
        email=address,
        token_hash=queries.token_hash(token),
        passcode_hash=_hasher.hash(passcode) if passcode else None,
        ends_on=wanted.ends_on,
        made_by=None if actor.is_operator else actor.person_id,
        made_at=at,
    )
    db.session.add(row)
    db.session.flush()
    db.session.add_all(
        AuditorScope(link_id=row.id, enrolment_id=enrolment_id) for enrolment_id in chosen
    )
    if address is not None:
        letter = letters.auditor_link(
            provider.name, token, wanted.ends_on, has_passcode=wanted.with_passcode
        )
        queue(address, *letter, at, secret=token)
    return NewLink(row.id, token, passcode)


def _passcode() -> str:
    return "".join(secrets.choice(PASSCODE_LETTERS) for _ in range(8))
