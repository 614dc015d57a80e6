"""Signing in and out, invitations, forgotten and changed passwords, changed addresses."""

from __future__ import annotations

from flask import (
    Blueprint,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_login import current_user
from werkzeug.wrappers import Response

from kbstrack import clock, current
from kbstrack.demo import cohort
from kbstrack.errors import RuleBroken
from kbstrack.people import accounts, factors, links, pacing, queries, rules, tries
from kbstrack.web import ceremonies, credentials
from kbstrack.web.entering import enter_by_password, wanted
from kbstrack.web.forms import Form
from kbstrack.web.forms.account import (
    ChangeAddressForm,
    ChangePasswordForm,
    ForgottenPasswordForm,
    PlainForm,
    SetPasswordForm,
    SignInForm,
)
from kbstrack.web.forms.factors import PasskeyForm
from kbstrack.web.kept import form_of
from kbstrack.web.network import asking_network
from kbstrack.web.posting import flash_posted, instead_of_mail
from kbstrack.web.session import (
    ADDRESS_LINK,
    current_actor,
    end_session,
    signed_in_actor,
    start_session,
)

blueprint = Blueprint("account", __name__)

LINK_KEY = "link"
"""Where the session holds the secret of an invitation or reset."""

Page = tuple[str, int, dict[str, str]]


@blueprint.get("/sign-in")
def sign_in() -> Response | Page:
    """The form; in the demonstration, with those who can sign in."""
    if signed_in_actor() is not None:
        return redirect(wanted(), 303)
    email = request.args.get("email", "") if current.settings().is_demo else ""
    return _sign_in_page(form_of(SignInForm, data={"email": email}))


@blueprint.post("/sign-in")
def sign_in_submitted() -> Response | Page:
    """Check the password and begin a session."""
    form = form_of(SignInForm)
    if not form.validate():
        return _sign_in_page(form, 422)
    email = form.email.data.lower()
    wait = tries.begin_try(email, asking_network(), clock.now())
    if wait:
        return _sign_in_page(form, *_too_many(form, wait))
    person = accounts.person_at(email)
    if not credentials.is_right(person, form.password.data) or person is None:
        form.refuse("The email address or the password is wrong. Check both and try again.")
        return _sign_in_page(form, 422)
    tries.end_try(email, asking_network())
    return enter_by_password(person)


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End this session here and on the server."""
    if PlainForm().validate():
        end_session()
        flash("You are signed out.", "success")
        return redirect(url_for("account.sign_in"), 303)
    flash("You are still signed in, because the page was too old. Sign out again.")
    return redirect("/", 303)


@blueprint.get("/forgotten-password")
def forgotten_password() -> str:
    """Ask for the address."""
    return render_template("account/forgotten-password.html", form=ForgottenPasswordForm())


@blueprint.post("/forgotten-password")
def forgotten_password_submitted() -> str | Page:
    """Send a link if somebody has the address; the answer is the same if nobody has."""
    form = ForgottenPasswordForm()
    extra: tuple[int, dict[str, str]] = (422, {})
    if form.validate():
        try:
            email = rules.clean_email(form.email.data)
            wait = accounts.request_reset(email, network=asking_network(), at=clock.now())
        except RuleBroken as problem:
            form.refuse_all(problem)
        else:
            if not wait:
                return render_template(
                    "account/link-sent.html", email=email, instead=instead_of_mail()
                )
            extra = _too_many(form, wait)
    return (render_template("account/forgotten-password.html", form=form), *extra)


@blueprint.get("/set-password/<token>")
def link(token: str) -> Response:
    """Take the secret out of the address: it would stay in the history and in logs."""
    session[LINK_KEY] = token
    return _unreferred(redirect(url_for("account.set_password"), 303))


@blueprint.get("/set-password")
def set_password() -> Page:
    """The form, as long as the link works."""
    return _set_password_page(SetPasswordForm())


@blueprint.post("/set-password")
def set_password_submitted() -> Response | Page:
    """Set the password; who came by an invitation is signed in."""
    form = SetPasswordForm()
    token = session.get(LINK_KEY, "")
    person = links.person_for(token, clock.now())
    if person is None or not form.validate():
        return _set_password_page(form, 422)
    try:
        hashed = credentials.new_hash(form.password.data, about=accounts.words_about(person))
        used = accounts.set_password(token, password_hash=hashed, at=clock.now())
    except RuleBroken as problem:
        form.refuse_all(problem)
        return _set_password_page(form, 422)
    if used.purpose is links.Purpose.INVITATION:
        answer = enter_by_password(used.person)
        is_in = signed_in_actor() is not None
        flash(f"Your password is set{', and you are signed in' if is_in else ''}.", "success")
        return answer
    end_session()
    flash("Your password is set. Sign in with it.", "success")
    return redirect(url_for("account.sign_in"), 303)


@blueprint.get("/account")
def account() -> str:
    """Who you are here."""
    members = queries.memberships(current_actor().person_id)
    names = {row.id: row for row in queries.providers([row.provider_id for row in members])}
    places = [(row, names[row.provider_id]) for row in members]
    return render_template(
        "account/account.html",
        email=current_user.email,
        places=places,
        own=factors.see_factors(current_actor()),
    )


@blueprint.get("/account/password")
def change_password() -> str:
    """The form."""
    return render_template("account/change-password.html", form=form_of(ChangePasswordForm))


@blueprint.post("/account/password")
def change_password_submitted() -> Response | Page:
    """Set a new password; every other session of the person ends."""
    form = form_of(ChangePasswordForm)
    extra = _prove(form)
    if extra is None:
        try:
            hashed = credentials.new_hash(
                form.password.data, about=accounts.words_about(current_user)
            )
            accounts.change_password(current_actor(), password_hash=hashed, at=clock.now())
        except RuleBroken as problem:
            form.refuse_all(problem)
        else:
            start_session(current_user._get_current_object())
            flash("Your password is changed. You are signed out everywhere else.", "success")
            return redirect(url_for("account.account"), 303)
    return (render_template("account/change-password.html", form=form), *(extra or (422, {})))


@blueprint.get("/account/address")
def change_address() -> str:
    """The form."""
    return render_template("account/change-address.html", form=form_of(ChangeAddressForm))


@blueprint.post("/account/address")
def change_address_submitted() -> Response | Page:
    """Send a link to the new address; nothing changes before it is used."""
    form = form_of(ChangeAddressForm)
    extra = _prove(form)
    if extra is None:
        try:
            email = rules.clean_email(form.email.data)
            accounts.request_address(current_actor(), email=email, at=clock.now())
        except RuleBroken as problem:
            form.refuse_all(problem)
        else:
            open_it = "Open it to use this address from now on."
            flash_posted(
                sent=f"We sent a link to {email}. {open_it}",
                written=f"There is a message to {email} with a link. {open_it}",
            )
            return redirect(url_for("account.account"), 303)
    return (render_template("account/change-address.html", form=form), *(extra or (422, {})))


@blueprint.get("/account/address/<token>")
def address_link(token: str) -> Response:
    """Take the secret out of the address; what it is worth is seen after signing in."""
    session[ADDRESS_LINK] = token
    return _unreferred(redirect(url_for("account.confirm_address"), 303))


@blueprint.get("/account/confirm-address")
def confirm_address() -> str | Page:
    """Which address would become theirs."""
    try:
        email = accounts.new_address(current_actor(), session.get(ADDRESS_LINK, ""), at=clock.now())
    except RuleBroken as problem:
        return render_template("account/address-ended.html", message=str(problem)), 410, {}
    return render_template("account/confirm-address.html", form=PlainForm(), email=email)


@blueprint.post("/account/confirm-address")
def confirm_address_submitted() -> Response | str | Page:
    """Take the address."""
    if not PlainForm().validate():
        return confirm_address()
    try:
        email = accounts.change_address(
            current_actor(), session.pop(ADDRESS_LINK, ""), at=clock.now()
        )
    except RuleBroken as problem:
        return render_template("account/address-ended.html", message=str(problem)), 410, {}
    flash(f"From now on you sign in with {email}.", "success")
    return redirect(url_for("account.account"), 303)


def _sign_in_page(form: Form, status: int = 200, headers: dict[str, str] | None = None) -> Page:
    is_demo = current.settings().is_demo
    html = render_template(
        "account/sign-in.html",
        form=form,
        demo_people=cohort.who_can_sign_in() if is_demo else (),
        demo_password=cohort.PASSWORD,
        next=wanted(),
        passkey_form=PasskeyForm(formdata=None),
        passkey_options=ceremonies.sign_in_options(),
    )
    return html, status, headers or {}


def _set_password_page(form: Form, status: int = 200) -> Page:
    person = links.person_for(session.get(LINK_KEY, ""), clock.now())
    headers = {"Referrer-Policy": "no-referrer"}
    if person is None:
        html = render_template("account/link-ended.html", message=accounts.LINK_ENDED)
        return html, 410, headers
    return render_template("account/set-password.html", form=form, person=person), status, headers


def _prove(form: Form) -> tuple[int, dict[str, str]] | None:
    """Check the form and the person's password in it; what to answer when it does not do."""
    if not form.validate():
        return 422, {}
    email = current_user.email
    wait = tries.begin_try(email, asking_network(), clock.now())
    if wait:
        return _too_many(form, wait)
    if not credentials.is_right(current_user, form["current_password"].data):
        form.refuse("This is not your password. Try again.", field="current_password")
        return 422, {}
    tries.end_try(email, asking_network())
    return None


def _too_many(form: Form, seconds: int) -> tuple[int, dict[str, str]]:
    form.refuse(f"Too many tries. Wait {pacing.say_wait(seconds)} and try again.")
    return 429, {"Retry-After": str(seconds)}


def _unreferred(response: Response) -> Response:
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
