"""An auditor's way in by their link, the records it opens, and the way out."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from kbstrack import clock
from kbstrack.auditing import service
from kbstrack.auditing.models import AuditorLink
from kbstrack.people import queries, tries
from kbstrack.web import auditor_session
from kbstrack.web.forms.account import PlainForm
from kbstrack.web.forms.auditing import OpenAuditForm
from kbstrack.web.network import network_of
from kbstrack.web.session import current_actor, end_session, start_auditor_session

blueprint = Blueprint("audit", __name__)

TOKEN_KEY = "audit_token"  # noqa: S105 - where the session holds it
WRONG = "The passcode is not right. Check it, or ask the training provider for it."

Page = tuple[str, int, dict[str, str]]


@blueprint.get("/audit/<token>")
def link(token: str) -> Response:
    """Take the secret out of the address: it would stay in the history and in logs."""
    session[TOKEN_KEY] = token
    return _unreferred(redirect(url_for("audit.door"), 303))


@blueprint.get("/audit/open")
def door() -> Page:
    """Who it is for and until when, before anything is opened; nothing is noted yet."""
    return _door_page(OpenAuditForm(), 200)


@blueprint.post("/audit/open")
def door_submitted() -> Response | Page:
    """Check the passcode, if there is one, and begin a session that only reads."""
    form, found = OpenAuditForm(), _link()
    if found is None or not form.validate():
        return _door_page(form, 422)
    account, network = f"auditor {found.id}", network_of(request.remote_addr)
    wait = tries.begin_try(account, network, clock.now())
    if wait:
        form.refuse(f"Too many wrong passcodes: wait {wait} seconds, then try again.")
        return _door_page(form, 429)
    if not service.is_passcode(found, form.passcode.data or ""):
        form.refuse(WRONG, field="passcode")
        return _door_page(form, 422)
    tries.end_try(account, network)
    start_auditor_session(found.id)
    return redirect(url_for("audit.records"), 303)


@blueprint.get("/audit")
def records() -> str:
    """The records that the link opens."""
    actor = current_actor()
    return render_template(
        "auditing/records.html",
        rows=service.see_audited(actor),
        reader=auditor_session.reader(actor),
    )


@blueprint.post("/audit/leave")
def leave_submitted() -> Response:
    """End the session; the link goes on working."""
    if not PlainForm().validate():
        flash("You are still reading, because the page was too old. Sign out again.")
        return redirect(url_for("audit.records"), 303)
    end_session()
    flash("You have left the records. Your link works again until its last day.", "success")
    return redirect(url_for("account.sign_in"), 303)


def _link() -> AuditorLink | None:
    return service.find_open(session.get(TOKEN_KEY, ""), at=clock.now())


def _door_page(form: OpenAuditForm, status: int) -> Page:
    found = _link()
    headers = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
    if found is None:
        # The same page for what ended, was revoked or never was.
        return render_template("auditing/closed.html"), 410, headers
    page = render_template(
        "auditing/door.html",
        form=form,
        link=found,
        provider=queries.provider(found.provider_id).name,
    )
    return page, status, headers


def _unreferred(answer: Response) -> Response:
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
