"""The second step of signing in, and signing in with a passkey alone."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kbstrack import clock
from kbstrack.errors import RuleBroken
from kbstrack.people import factor_queries
from kbstrack.people import second_step as steps
from kbstrack.people.models import Person
from kbstrack.people.proofs import ProofMethod
from kbstrack.web import ceremonies, halfway, proving
from kbstrack.web.entering import enter, wanted
from kbstrack.web.forms.factors import PasskeyForm, SecondStepForm
from kbstrack.web.session import signed_in_actor

blueprint = Blueprint("second_step", __name__)

Page = tuple[str, int]


@blueprint.get("/sign-in/second-step")
def second_step() -> Response | Page:
    """The form for a code, and the button for a passkey."""
    person = halfway.person()
    if signed_in_actor() is not None:
        return redirect(wanted(), 303)
    if person is None:
        return redirect(_sign_in_page(), 303)
    return _page(person, SecondStepForm())


@blueprint.post("/sign-in/second-step")
def second_step_submitted() -> Response | Page:
    """Check the code and begin a session."""
    person = halfway.person()
    if person is None:
        return render_template("account/sign-in-again.html", sign_in_url=_sign_in_page()), 410
    form = SecondStepForm()
    if form.validate() and not form.proof_code.data:
        form.refuse("Enter the code", field="proof_code")
    if form.errors:
        return _page(person, form, 422)
    try:
        method = proving.check_code(person.id, form.proof_code.data, clock.now())
    except RuleBroken as error:
        form.refuse_all(error)
        return _page(person, form, 422)
    return enter(person, method)


@blueprint.post("/sign-in/passkey")
def passkey_submitted() -> Response | Page:
    """Sign in with a passkey: instead of the password, or after it."""
    form, first = PasskeyForm(), halfway.person()
    if form.validate():
        try:
            person = steps.use_passkey(
                form.passkey.data or "",
                challenge=ceremonies.take_challenge(),
                at=clock.now(),
                person_id=first.id if first else None,
            )
            return enter(person, ProofMethod.PASSKEY)
        except RuleBroken:
            pass  # said by the page below, as is a form that was open for too long
    back = url_for("second_step.second_step", next=_next()) if first else _sign_in_page()
    return render_template("account/passkey-failed.html", back=back), 422


def _page(person: Person, form: SecondStepForm, status: int = 200) -> Page:
    methods = factor_queries.methods_of(person.id)
    html = render_template(
        "account/second-step.html",
        form=form,
        has_app=ProofMethod.TOTP in methods,
        passkey_form=PasskeyForm(formdata=None),
        passkey_options=ceremonies.proof_options(person.id),
        has_passkey=ProofMethod.PASSKEY in methods,
        next=_next(),
        sign_in_url=_sign_in_page(),
    )
    return html, status


def _next() -> str | None:
    place = wanted()
    return None if place == "/" else place


def _sign_in_page() -> str:
    return url_for("account.sign_in", next=_next())
