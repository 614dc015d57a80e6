"""Second factors on one's own account: setting up, removing, and new recovery codes."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from kbstrack.access import Actor
from kbstrack.db import db, transaction
from kbstrack.errors import NotFound, RuleBroken
from kbstrack.mail import service as mail
from kbstrack.people import (
    accounts,
    factor_letters,
    factor_queries,
    passkeys,
    recovery,
    rules,
    sealing,
    totp,
)
from kbstrack.people.factor_models import Passkey, RecoveryCode, Totp
from kbstrack.people.factor_queries import FactorRow
from kbstrack.people.models import Person
from kbstrack.people.proofs import Proof, ProofMethod, check_fresh

MOST_FACTORS = 10
STILL_REQUIRED = (
    "Your role needs a second step, and this is your only one: set up another one first."
)


@dataclass(frozen=True, slots=True)
class OwnFactors:
    """What somebody has set up, how many recovery codes still work, whether a role asks for it."""

    factors: tuple[FactorRow, ...]
    codes_left: int
    is_required: bool


def see_factors(actor: Actor) -> OwnFactors:
    """One's own."""
    return OwnFactors(
        factors=tuple(factor_queries.factors_of(actor.person_id)),
        codes_left=recovery.codes_left(actor.person_id),
        is_required=factor_queries.is_required_of(actor),
    )


def see_factor(actor: Actor, factor_id: uuid.UUID) -> FactorRow:
    """One of one's own. Raises NotFound."""
    for row in factor_queries.factors_of(actor.person_id):
        if row.id == factor_id:
            return row
    raise NotFound("There is nothing here, or it is not yours to see.")


def add_totp(
    actor: Actor, *, name: str, secret: str, code: str, proof: Proof | None, at: datetime
) -> list[str]:
    """Add an authenticator app, once a code shows that it has the secret.

    Returns the recovery codes that come with the first factor; none with a further one. Raises
    RuleBroken naming the field.
    """
    with transaction():
        person = _lock(actor)
        check_fresh(proof, at)
        label = _check_name(actor, name or "Authenticator app")
        if not code.strip():
            raise RuleBroken("Enter the code.", field="code")
        step = totp.step_of(secret, "".join(code.split()), at=at, after=0)
        if step is None:
            raise RuleBroken(
                "This code does not fit. Enter the six digits that the app shows now.",
                field="code",
            )
        sealed = sealing.seal(secret.encode(), about=person.id.bytes)
        row = Totp(
            person_id=person.id, name=label, sealed_secret=sealed, last_step=step, added_at=at
        )
        return _add(person, row, "authenticator app", at)


def add_passkey(
    actor: Actor,
    *,
    name: str,
    answer: str,
    challenge: bytes,
    proof: Proof | None,
    at: datetime,
) -> list[str]:
    """Add a passkey from a browser's answer to `passkeys.creation_options`.

    Returns the recovery codes that come with the first factor; none with a further one. Raises
    RuleBroken naming the field.
    """
    found = passkeys.read_new(answer, challenge=challenge)
    with transaction():
        person = _lock(actor)
        check_fresh(proof, at)
        label = _check_name(actor, name or "Passkey")
        known = select(Passkey.id).where(Passkey.credential_id == found.credential_id)
        if db.session.scalar(known) is not None:
            raise RuleBroken("This passkey is set up already.", field="passkey")
        row = Passkey(
            person_id=person.id,
            name=label,
            credential_id=found.credential_id,
            public_key=found.public_key,
            sign_count=found.sign_count,
            added_at=at,
        )
        return _add(person, row, "passkey", at)


def remove_factor(actor: Actor, factor_id: uuid.UUID, *, proof: Proof | None, at: datetime) -> None:
    """Remove an app or a passkey; with the last one the recovery codes go too. Sessions end.

    Raises NotFound, or RuleBroken while a role needs the last one.
    """
    with transaction():
        person = _lock(actor)
        found = see_factor(actor, factor_id)
        check_fresh(proof, at)
        is_last = len(factor_queries.factors_of(person.id)) == 1
        if is_last and factor_queries.is_required_of(actor):
            raise RuleBroken(STILL_REQUIRED)
        table = Passkey if found.method is ProofMethod.PASSKEY else Totp
        db.session.execute(delete(table).where(table.id == factor_id))
        if is_last:
            db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
        # A lost phone may be signed in.
        accounts.end_sessions(person)
        mail.queue(person.email, *factor_letters.factor_removed(found.kind, found.name), at)


def make_recovery_codes(actor: Actor, *, proof: Proof | None, at: datetime) -> list[str]:
    """Ten new recovery codes; earlier ones stop working. Raises RuleBroken without a factor."""
    with transaction():
        person = _lock(actor)
        check_fresh(proof, at)
        if not factor_queries.methods_of(person.id):
            raise RuleBroken("Set up an authenticator app or a passkey first.")
        mail.queue(person.email, *factor_letters.recovery_codes_made(), at)
        return recovery.renew_codes(person.id, at)


def _lock(actor: Actor) -> Person:
    """The person's row, held: two changes at one moment come one after the other."""
    return db.session.get_one(Person, actor.person_id, populate_existing=True, with_for_update=True)


def _check_name(actor: Actor, name: str) -> str:
    label = rules.clean_name(name, what="name")
    own = factor_queries.factors_of(actor.person_id)
    if label.casefold() in {row.name.casefold() for row in own}:
        raise RuleBroken("You have one with this name already: choose another.", field="name")
    if len(own) >= MOST_FACTORS:
        raise RuleBroken("You have ten already: remove one that you don’t use any more.")
    return label


def _add(person: Person, row: Totp | Passkey, kind: str, at: datetime) -> list[str]:
    is_first = not factor_queries.methods_of(person.id)
    db.session.add(row)
    db.session.flush()
    mail.queue(person.email, *factor_letters.factor_added(kind, row.name), at)
    return recovery.renew_codes(person.id, at) if is_first else []
