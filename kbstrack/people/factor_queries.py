"""Reading second factors: what a person has, and what their roles ask for."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, false, or_, select, tuple_

from kbstrack.access import Actor, Role
from kbstrack.db import db
from kbstrack.people.factor_models import Passkey, SecondFactorRule, Totp
from kbstrack.people.models import Member
from kbstrack.people.proofs import ProofMethod


@dataclass(frozen=True, slots=True)
class FactorRow:
    """An authenticator app or a passkey, under the name its owner gave it."""

    id: uuid.UUID
    person_id: uuid.UUID
    method: ProofMethod
    name: str
    added_at: datetime
    used_at: datetime | None

    @property
    def kind(self) -> str:
        """`authenticator app` or `passkey`."""
        return "passkey" if self.method is ProofMethod.PASSKEY else "authenticator app"


def factors_of(person_id: uuid.UUID) -> list[FactorRow]:
    """What the person has set up, the oldest first."""
    apps = db.session.scalars(select(Totp).where(Totp.person_id == person_id))
    keys = db.session.scalars(select(Passkey).where(Passkey.person_id == person_id))
    rows = [_row(row, ProofMethod.TOTP) for row in apps]
    rows += [_row(row, ProofMethod.PASSKEY) for row in keys]
    return sorted(rows, key=lambda row: (row.added_at, row.id))


def methods_of(person_id: uuid.UUID) -> frozenset[ProofMethod]:
    """By what the person can prove themselves beside the password; empty without a second step."""
    query = select(
        select(Totp.id).where(Totp.person_id == person_id).exists(),
        select(Passkey.id).where(Passkey.person_id == person_id).exists(),
    )
    has_app, has_passkey = db.session.execute(query).one()
    found = ((has_app, ProofMethod.TOTP), (has_passkey, ProofMethod.PASSKEY))
    return frozenset(method for is_there, method in found if is_there)


def credential_ids(person_id: uuid.UUID) -> list[bytes]:
    """The ids of the person's passkeys, as browsers know them."""
    query = select(Passkey.credential_id).where(Passkey.person_id == person_id)
    return list(db.session.scalars(query.order_by(Passkey.added_at, Passkey.id)))


def required_roles(provider_id: uuid.UUID) -> frozenset[Role]:
    """For whom the provider wants a second step."""
    query = select(SecondFactorRule.role).where(SecondFactorRule.provider_id == provider_id)
    return frozenset(Role(role) for role in db.session.scalars(query))


def is_required_of(actor: Actor) -> bool:
    """Whether a role they hold now needs a second step."""
    return bool(db.session.scalar(select(_is_required(actor.roles))))


def lacks_required(actor: Actor) -> bool:
    """Whether a role they hold now needs a second step, and they have none."""
    if not actor.roles:
        return False
    has_one = or_(
        select(Totp.id).where(Totp.person_id == actor.person_id).exists(),
        select(Passkey.id).where(Passkey.person_id == actor.person_id).exists(),
    )
    return bool(db.session.scalar(select(_is_required(actor.roles) & ~has_one)))


def is_only_here(person_id: uuid.UUID, provider_id: uuid.UUID) -> bool:
    """Whether no other provider has this person."""
    elsewhere = select(Member.id).where(
        Member.person_id == person_id,
        Member.provider_id != provider_id,
        Member.ended_at.is_(None),
    )
    return not db.session.scalar(select(elsewhere.exists()))


def _is_required(roles: Iterable[tuple[uuid.UUID, Role]]) -> ColumnElement[bool]:
    held = [(provider_id, role.value) for provider_id, role in roles]
    if not held:
        return false()
    wanted = tuple_(SecondFactorRule.provider_id, SecondFactorRule.role).in_(held)
    return select(SecondFactorRule.role).where(wanted).exists()


def _row(row: Totp | Passkey, method: ProofMethod) -> FactorRow:
    return FactorRow(row.id, row.person_id, method, row.name, row.added_at, row.used_at)
