"""Proving again who one is, to sign: what the session remembers, and what is typed into a form."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from flask import request, session
from flask_login import current_user

from kbstrack import clock
from kbstrack.people import pacing, tries
from kbstrack.people.proofs import Proof, ProofMethod
from kbstrack.web import credentials
from kbstrack.web.network import network_of

if TYPE_CHECKING:
    from kbstrack.web.forms.proof import SigningForm

SESSION_KEY = "proof"
"""Where the session holds how and when its person last proved who they are."""


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


def prove(form: SigningForm) -> Proof | None:
    """The proof to sign with, once the form was validated.

    It is the session's as long as that is fresh; else what was typed is checked, counted and
    slowed down as at sign-in, and the session's proof renewed. None when that will not do: the
    form then says at its field what to do, and the page is shown again with status 422.
    """
    proof, at = present_proof(), clock.now()
    if proof is not None and proof.is_fresh(at):
        return proof
    # A page that was not ours to begin with must not try passwords.
    if form.form_errors or not _is_proven(form, at):
        return None
    return remember_proof(Proof(ProofMethod.PASSWORD, at))


def _is_proven(form: SigningForm, at: datetime) -> bool:
    typed = form.proof_password.data
    if not typed:
        form.refuse("Enter your password to sign.", field="proof")
        return False
    email, network = current_user.email, network_of(request.remote_addr)
    wait = tries.begin_try(email, network, at)
    if wait:
        sentence = f"Too many tries. Wait {pacing.say_wait(wait)} and try again."
        form.refuse(sentence, field="proof")
        return False
    if not credentials.is_right(current_user, typed):
        form.refuse("This is not your password. Try again.", field="proof")
        return False
    tries.end_try(email, network)
    return True
