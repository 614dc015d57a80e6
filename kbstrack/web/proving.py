"""Proving again who one is, to sign: what the session remembers, and what is given with a form."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from flask import session
from flask_login import current_user

from kbstrack import clock
from kbstrack.errors import RuleBroken
from kbstrack.people import factor_queries, pacing, second_step, tries
from kbstrack.people.proofs import Proof, ProofMethod
from kbstrack.web import ceremonies, credentials
from kbstrack.web.network import asking_network

if TYPE_CHECKING:
    from kbstrack.web.forms.proof import SigningForm

SESSION_KEY = "proof"
"""Where the session holds how and when its person last proved who they are."""

WRONG_CODE = "This code does not fit or was used already. Enter the one that the app shows now."
WRONG_RECOVERY_CODE = "This is none of your recovery codes, or it was used already."


def remember_proof(proof: Proof) -> Proof:
    """Let the session hold this proof, instead of an older one; it is given back."""
    session[SESSION_KEY] = [proof.method.value, proof.at.isoformat()]
    return proof


def present_proof() -> Proof | None:
    """The proof that the session holds, fresh or not; None when there is none."""
    try:
        method, at = session[SESSION_KEY]
        return Proof(ProofMethod(method), datetime.fromisoformat(at))
    except (KeyError, ValueError, TypeError):
        return None


def is_asked() -> bool:
    """Whether the next signature needs something to be typed."""
    proof = present_proof()
    return proof is None or not proof.is_fresh(clock.now())


def has_app() -> bool:
    """Whether the person can prove themselves by a code."""
    return ProofMethod.TOTP in factor_queries.methods_of(current_user.id)


def prove(form: SigningForm) -> Proof | None:
    """The proof to sign with, once the form was validated.

    It is the session's as long as that is fresh; else what was given is checked, counted and
    slowed down as at sign-in, and the session's proof renewed. None when that will not do: the
    form then says at its field what to do, and the page is shown again with status 422.
    """
    proof, at = present_proof(), clock.now()
    if proof is not None and proof.is_fresh(at):
        return proof
    # A page that was not ours to begin with must not try passwords.
    if form.form_errors:
        return None
    try:
        return remember_proof(Proof(_method_given(form, at), at))
    except RuleBroken as error:
        form.refuse_all(error)
        return None


def validate_and_prove(form: SigningForm) -> Proof | None:
    """The proof to sign with when the form is well formed too; None else, all said in the form."""
    is_valid, proof = form.validate(), prove(form)
    return proof if is_valid else None


def check_code(person_id: uuid.UUID, code: str, at: datetime) -> ProofMethod:
    """How this code proves who somebody is: counted and slowed down.

    Raises RuleBroken (field `proof_code`) saying what to do.
    """
    account, network = f"code {person_id}", asking_network()
    _wait(tries.begin_try(account, network, at, pace=pacing.CODES), "proof_code")
    method = second_step.use_code(person_id, code, at=at)
    if method is None:
        is_digits = "".join(code.split()).isdigit()
        sentence = WRONG_CODE if is_digits else WRONG_RECOVERY_CODE
        raise RuleBroken(sentence, field="proof_code")
    tries.end_try(account, network)
    return method


def _method_given(form: SigningForm, at: datetime) -> ProofMethod:
    if answer := form.proof_passkey.data:
        challenge = ceremonies.take_challenge()
        second_step.use_passkey(answer, challenge=challenge, at=at, person_id=current_user.id)
        return ProofMethod.PASSKEY
    if code := form.proof_code.data:
        return check_code(current_user.id, code, at)
    if password := form.proof_password.data:
        _check_password(password, at)
        return ProofMethod.PASSWORD
    what = "a code or your password" if has_app() else "your password"
    raise RuleBroken(f"Enter {what} {form.what_for}.", field="proof")


def _check_password(password: str, at: datetime) -> None:
    email, network = current_user.email, asking_network()
    _wait(tries.begin_try(email, network, at), "proof_password")
    if not credentials.is_right(current_user, password):
        raise RuleBroken("This is not your password. Try again.", field="proof_password")
    tries.end_try(email, network)


def _wait(seconds: int, field: str) -> None:
    if seconds:
        sentence = f"Too many tries. Wait {pacing.say_wait(seconds)} and try again."
        raise RuleBroken(sentence, field=field)
