"""The second step of one's own account: apps, passkeys and recovery codes."""

from __future__ import annotations

import base64
import uuid

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from kbstrack import clock, qr
from kbstrack.errors import RuleBroken
from kbstrack.people import factors, passkeys, sealing, totp
from kbstrack.web import ceremonies, halfway
from kbstrack.web.forms.factors import AddAppForm, AddPasskeyForm, ProofForm
from kbstrack.web.proving import prove, remember_proof
from kbstrack.web.session import current_actor, safe_path, start_session

blueprint = Blueprint("factors", __name__)

SETUP_KEY = "new_app"
"""Where the session holds, sealed, the secret of an app that is not confirmed yet."""

Page = tuple[str, int]


@blueprint.get("/account/security")
def index() -> str:
    """What is set up, and what can be added; for who was sent here, the way back."""
    own = factors.see_factors(current_actor())
    wanted = safe_path(session.get(halfway.PLACE_KEY))
    if own.factors:
        halfway.forget_place()
    return render_template(
        "account/security.html",
        own=own,
        next_href=wanted,
        has_passkeys=passkeys.site() is not None,
    )


@blueprint.get("/account/security/app")
def add_app() -> Page:
    """The picture to scan, and the form for the first code."""
    return _app_page(AddAppForm())


@blueprint.post("/account/security/app")
def add_app_submitted() -> Response | Page:
    """Add the app; without a code this only proves who is asking."""
    form = AddAppForm()
    was_asked = form.asks_proof
    is_valid, proof = form.validate(), prove(form)
    if not is_valid or proof is None:
        return _app_page(form, 422)
    if not form.code.data and was_asked:
        return _app_page(form)
    try:
        codes = factors.add_totp(
            current_actor(),
            name=form.name.data or "",
            secret=_setup_secret(),
            code=form.code.data,
            proof=proof,
            at=clock.now(),
        )
    except RuleBroken as error:
        form.refuse_all(error)
        return _app_page(form, 422)
    session.pop(SETUP_KEY, None)
    return _added("The authenticator app is set up.", codes)


@blueprint.get("/account/security/passkey")
def add_passkey() -> Page:
    """The form whose button makes a passkey."""
    return _passkey_page(AddPasskeyForm())


@blueprint.post("/account/security/passkey")
def add_passkey_submitted() -> Response | Page:
    """Add the passkey; without one this only proves who is asking."""
    form = AddPasskeyForm()
    is_valid, proof = form.validate(), prove(form)
    if not is_valid or proof is None:
        return _passkey_page(form, 422)
    if not form.passkey.data:
        return _passkey_page(form)
    try:
        codes = factors.add_passkey(
            current_actor(),
            name=form.name.data or "",
            answer=form.passkey.data,
            challenge=ceremonies.take_challenge() or b"",
            proof=proof,
            at=clock.now(),
        )
    except RuleBroken as error:
        # Here the field `passkey` is the new one: said above the form.
        for problem in error.problems:
            form.refuse(str(problem), field="name" if problem.field == "name" else None)
        return _passkey_page(form, 422)
    return _added("The passkey is set up.", codes)


@blueprint.get("/account/security/<uuid:factor_id>/remove")
def remove(factor_id: uuid.UUID) -> Page:
    """What removing it means."""
    return _remove_page(factor_id, ProofForm())


@blueprint.post("/account/security/<uuid:factor_id>/remove")
def remove_submitted(factor_id: uuid.UUID) -> Response | Page:
    """Remove it."""
    found = factors.see_factor(current_actor(), factor_id)
    form = ProofForm()
    is_valid, proof = form.validate(), prove(form)
    if not is_valid or proof is None:
        return _remove_page(factor_id, form, 422)
    try:
        factors.remove_factor(current_actor(), factor_id, proof=proof, at=clock.now())
    except RuleBroken as error:
        form.refuse_all(error)
        return _remove_page(factor_id, form, 422)
    start_session(current_user._get_current_object())
    remember_proof(proof)
    done = f"The {found.kind} “{found.name}” is removed. You are signed out everywhere else."
    flash(done, "success")
    return redirect(url_for("factors.index"), 303)


@blueprint.get("/account/security/recovery-codes")
def recovery_codes() -> Page:
    """What new codes mean."""
    return _codes_page(ProofForm())


@blueprint.post("/account/security/recovery-codes")
def recovery_codes_submitted() -> Page:
    """New codes, shown this once."""
    form = ProofForm()
    is_valid, proof = form.validate(), prove(form)
    if not is_valid or proof is None:
        return _codes_page(form, 422)
    try:
        codes = factors.make_recovery_codes(current_actor(), proof=proof, at=clock.now())
    except RuleBroken as error:
        form.refuse_all(error)
        return _codes_page(form, 422)
    return _show_codes("", codes)


def _added(sentence: str, codes: list[str]) -> Response | Page:
    if codes:
        return _show_codes(sentence, codes)
    flash(sentence, "success")
    return redirect(url_for("factors.index"), 303)


def _show_codes(sentence: str, codes: list[str]) -> Page:
    wanted = safe_path(session.get(halfway.PLACE_KEY))
    html = render_template(
        "account/codes-made.html",
        sentence=sentence,
        codes=codes,
        next_href=wanted or url_for("factors.index"),
    )
    return html, 200


def _app_page(form: AddAppForm, status: int = 200) -> Page:
    secret = _setup_secret()
    html = render_template(
        "account/add-app.html",
        form=form,
        picture=qr.picture(totp.address(secret, email=current_user.email)),
        secret=totp.in_groups(secret),
    )
    return html, status


def _passkey_page(form: AddPasskeyForm, status: int = 200) -> Page:
    options = ceremonies.creation_options(current_user.id, current_user.email)
    return render_template("account/add-passkey.html", form=form, options=options), status


def _remove_page(factor_id: uuid.UUID, form: ProofForm, status: int = 200) -> Page:
    own = factors.see_factors(current_actor())
    html = render_template(
        "account/remove-factor.html",
        form=form,
        row=factors.see_factor(current_actor(), factor_id),
        is_last=len(own.factors) == 1,
        is_required=own.is_required,
    )
    return html, status


def _codes_page(form: ProofForm, status: int = 200) -> Page:
    own = factors.see_factors(current_actor())
    return render_template("account/recovery-codes.html", form=form, own=own), status


def _setup_secret() -> str:
    """The secret of the app that is being set up, the same until it is confirmed."""
    about = current_user.id.bytes
    sealed = base64.b64decode(session.get(SETUP_KEY, ""))
    secret = sealing.unseal(sealed, about=about)
    if secret is None:
        secret = totp.new_secret().encode()
        session[SETUP_KEY] = base64.b64encode(sealing.seal(secret, about=about)).decode()
    return secret.decode()
