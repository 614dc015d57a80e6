"""Second factors as a provider's matter: who needs one, and taking a lost one away."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete

from kbstrack import access
from kbstrack.access import Action, Actor, ProviderScope, Role
from kbstrack.db import db, transaction
from kbstrack.errors import RuleBroken
from kbstrack.mail import service as mail
from kbstrack.people import accounts, factor_letters, factor_queries
from kbstrack.people.factor_models import (
    FactorReset,
    Passkey,
    RecoveryCode,
    SecondFactorRule,
    Totp,
)
from kbstrack.people.membership import lock_member, lock_provider
from kbstrack.people.models import Person

MOST_REASON_CHARACTERS = 500

NOT_HERE = "The second step of this account can only be removed by whoever runs kbstrack."


def see_required_roles(actor: Actor, provider_id: uuid.UUID) -> frozenset[Role]:
    """For whom the provider wants a second step. Raises NotFound."""
    access.require(actor, Action.PROVIDER_MANAGE, ProviderScope(provider_id))
    return factor_queries.required_roles(provider_id)


def require_second_step(
    actor: Actor, provider_id: uuid.UUID, *, roles: Iterable[Role], at: datetime
) -> None:
    """Want a second step from exactly these roles. Raises NotFound, NotAllowed."""
    with transaction():
        access.require(actor, Action.PROVIDER_MANAGE, ProviderScope(provider_id))
        lock_provider(provider_id)
        wanted, before = set(roles), factor_queries.required_roles(provider_id)
        db.session.execute(
            delete(SecondFactorRule).where(
                SecondFactorRule.provider_id == provider_id,
                SecondFactorRule.role.in_([role.value for role in before - wanted]),
            )
        )
        set_by = None if actor.is_operator else actor.person_id
        db.session.add_all(
            SecondFactorRule(provider_id=provider_id, role=role.value, set_by=set_by, set_at=at)
            for role in sorted(wanted - before)
        )


def reset_factors(actor: Actor, member_id: uuid.UUID, *, reason: str, at: datetime) -> None:
    """Take away everything but somebody's password, sign them out, and write to them why.

    Raises NotFound, NotAllowed, or RuleBroken: for oneself, without a reason, where nothing is
    set up, and for an administrator when the person belongs to another provider too.
    """
    with transaction():
        member, _provider = lock_member(actor, member_id)
        if member.person_id == actor.person_id:
            raise RuleBroken("Change your own second step on your account page.")
        cleaned = " ".join(reason.split())
        if not cleaned or len(cleaned) > MOST_REASON_CHARACTERS:
            raise RuleBroken(
                f"Say why, in at most {MOST_REASON_CHARACTERS} characters.", field="reason"
            )
        if not actor.is_operator and not factor_queries.is_only_here(
            member.person_id, member.provider_id
        ):
            raise RuleBroken(NOT_HERE)
        _take_away(member.person_id)
        db.session.add(
            FactorReset(
                person_id=member.person_id,
                reason=cleaned,
                reset_by=None if actor.is_operator else actor.person_id,
                reset_at=at,
            )
        )
        person = db.session.get_one(Person, member.person_id)
        # A lost phone may be signed in.
        accounts.end_sessions(person)
        mail.queue(person.email, *factor_letters.factors_reset(cleaned), at)


def _take_away(person_id: uuid.UUID) -> None:
    db.session.get_one(Person, person_id, with_for_update=True)
    if not factor_queries.methods_of(person_id):
        raise RuleBroken("They have no second step: there is nothing to remove.")
    for table in (Totp, Passkey, RecoveryCode):
        db.session.execute(delete(table).where(table.person_id == person_id))
