"""Proving oneself by a second factor: at sign-in, and again to sign."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import select
from webauthn.helpers.structs import AuthenticationCredential

from kbstrack.db import db, transaction
from kbstrack.errors import RuleBroken
from kbstrack.mail import service as mail
from kbstrack.people import factor_letters, passkeys, recovery, sealing, totp
from kbstrack.people.factor_models import Passkey, Totp
from kbstrack.people.models import Person
from kbstrack.people.proofs import ProofMethod


def use_code(person_id: uuid.UUID, code: str, *, at: datetime) -> ProofMethod | None:
    """Take a code from an app, or a recovery code; None when it is none or was taken before.

    The caller counts the tries.
    """
    with transaction():
        db.session.get_one(Person, person_id, populate_existing=True, with_for_update=True)
        typed = "".join(code.split())
        if len(typed) == totp.DIGITS and typed.isascii() and typed.isdigit():
            return ProofMethod.TOTP if _take_totp(person_id, typed, at) else None
        if not recovery.take_code(person_id, code, at):
            return None
        email = db.session.scalars(select(Person.email).where(Person.id == person_id)).one()
        left = recovery.codes_left(person_id)
        mail.queue(email, *factor_letters.recovery_code_used(left), at)
        return ProofMethod.RECOVERY_CODE


def use_passkey(
    answer: str, *, challenge: bytes | None, at: datetime, person_id: uuid.UUID | None = None
) -> Person:
    """Whose passkey answered the challenge; `person_id` is who it must be, if that is known.

    Raises RuleBroken (field `passkey`).
    """
    said = passkeys.read_answer(answer)
    if challenge is None:
        raise RuleBroken(passkeys.DID_NOT_WORK, field="passkey")
    with transaction():
        row = db.session.scalar(
            select(Passkey)
            .where(Passkey.credential_id == said.raw_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if row is None or not _is_owners(said, row) or person_id not in {None, row.person_id}:
            raise RuleBroken(passkeys.DID_NOT_WORK, field="passkey")
        person = db.session.get_one(Person, row.person_id)
        if not person.active:
            raise RuleBroken(passkeys.DID_NOT_WORK, field="passkey")
        row.sign_count = passkeys.new_sign_count(
            said, challenge=challenge, public_key=row.public_key, sign_count=row.sign_count
        )
        row.used_at = at
    return person


def _take_totp(person_id: uuid.UUID, code: str, at: datetime) -> bool:
    for row in db.session.scalars(
        select(Totp).where(Totp.person_id == person_id).order_by(Totp.added_at, Totp.id)
    ):
        secret = sealing.unseal(row.sealed_secret, about=person_id.bytes)
        step = secret and totp.step_of(secret.decode(), code, at=at, after=row.last_step)
        if step:
            row.last_step, row.used_at = step, at
            return True
    return False


def _is_owners(said: AuthenticationCredential, row: Passkey) -> bool:
    """Whether the device names the same person; a stick may name nobody."""
    handle = said.response.user_handle
    return handle is None or handle == row.person_id.bytes
