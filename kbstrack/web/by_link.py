"""The pages that a link opens for whoever was asked: one item, one signature, and no account."""

from __future__ import annotations

import uuid
from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from kbstrack import clock
from kbstrack.access import Actor
from kbstrack.confirmation import answering, links, reading
from kbstrack.confirmation.reading import AskedPage
from kbstrack.confirmation.request_queries import RequestRow
from kbstrack.confirmation.rules import DECLARATIONS, MOST_STATEMENT_CHARACTERS, Asked
from kbstrack.errors import NotFound, RuleBroken
from kbstrack.people.enrolment_queries import EnrolmentRow
from kbstrack.web.evidence.routes import FileView, file_views
from kbstrack.web.files import download, look_at
from kbstrack.web.forms.confirming import DeclineForm, LinkConfirmationForm, LinkStatementForm
from kbstrack.web.link_session import (
    ASKED,
    SIGNATURE,
    TYPED,
    Mixed,
    asked_actor,
    begin,
    keep_typed,
    kept_typed,
    mixed_up,
)
from kbstrack.web.typed import Typed, what_was_typed

blueprint = Blueprint("by_link", __name__)

AnswerForm = LinkConfirmationForm | LinkStatementForm

SIGNED = "signed"

QUIET_POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


@blueprint.after_request
def _keep_to_itself(response: Response) -> Response:
    """No address of these pages is told to others, and none is found by a search."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@blueprint.get("/confirm/<path:token>")
def follow(token: str) -> Response:
    """Take the secret out of the address; opening the link does not use it up."""
    actor = links.whoever_follows(token, at=clock.now())
    if actor is None:
        return quiet()
    begin(reading.see_asked(actor, at=clock.now()))
    return redirect(url_for("by_link.show"), 303)


@blueprint.get("/confirm")
def show() -> Response:
    """What the link asks about, and the form to answer it; afterwards that it is signed."""
    if SIGNED in session:
        return _page(render_template("confirming/signed.html", signed=session[SIGNED]))
    try:
        page = reading.see_asked(asked_actor(), at=clock.now())
    except NotFound:
        return quiet()
    return _answer_page(page, _form(page))


@blueprint.post("/confirm")
def show_submitted() -> Response:
    """Sign; the very same form sent again gives the first result."""
    if mixed := mixed_up(request.form.get(ASKED)):
        return _mixed_page(mixed)
    actor = asked_actor()
    try:
        page = reading.see_asked(actor, at=clock.now())
        form = _form(page)
        keep_typed()
        if form.validate():
            _sign(actor, form)
            return _done(page.request, page.enrolment)
    except NotFound:
        return _repeated(actor)
    except RuleBroken as problem:
        form.refuse_all(problem)
    return _answer_page(page, form, 422)


@blueprint.get("/confirm/not-for-me")
def decline() -> Response:
    """What declining means, and perhaps why; `asked` is the request that led here."""
    if mixed := ASKED in request.args and mixed_up(request.args[ASKED]):
        return _mixed_page(mixed)
    try:
        page = reading.see_asked(asked_actor(), at=clock.now())
    except NotFound:
        return quiet()
    form = DeclineForm(data={ASKED: str(page.request.id)})
    return _page(render_template("confirming/decline.html", page=page, form=form))


@blueprint.post("/confirm/not-for-me")
def decline_submitted() -> Response:
    """Decline; whoever asked is told."""
    actor, form = asked_actor(), DeclineForm()
    if mixed := mixed_up(form.asked.data):
        return _mixed_page(mixed)
    try:
        page = reading.see_asked(actor, at=clock.now())
        if form.validate():
            answering.decline_by_link(
                actor, reason=form.reason.data or "", at=clock.now(), key=form.key.data
            )
            return _done(page.request, page.enrolment, is_declined=True)
    except NotFound:
        return _repeated(actor)
    except RuleBroken as problem:
        form.refuse_all(problem)
    return _page(render_template("confirming/decline.html", page=page, form=form), 422)


@blueprint.get("/confirm/files/<uuid:upload_id>")
def file(upload_id: uuid.UUID) -> Response:
    """A picture or a PDF of the item to look at; anything else of it as a download."""
    try:
        found = reading.see_asked_file(asked_actor(), upload_id, at=clock.now())
    except NotFound:
        return quiet()
    return look_at(found)


@blueprint.get("/confirm/files/<uuid:upload_id>/original")
def original(upload_id: uuid.UUID) -> Response:
    """A file of the item that browsers don't show, as a download."""
    try:
        found = reading.see_asked_file(asked_actor(), upload_id, at=clock.now())
    except NotFound:
        return quiet()
    return download(found)


def quiet(typed: Typed | None = None) -> Response:
    """The same page, byte for byte, for every link that does not work, whatever the reason.

    It tells nothing but what whoever sent a form wrote themselves (`typed`).
    """
    response = _page(render_template("confirming/quiet.html", typed=typed), 404)
    response.headers["Content-Security-Policy"] = QUIET_POLICY
    return response


def _form(page: AskedPage) -> AnswerForm:
    """As sent on a POST; else with what was typed before, if anything."""
    kind = LinkConfirmationForm
    given = {
        ASKED: str(page.request.id),
        "version": str(page.version.number),
        "job_role": page.request.job_role,
    }
    typed = kept_typed()
    formdata = {"formdata": typed} if typed and request.method != "POST" else {}
    if page.request.what is Asked.CONFIRMATION:
        return kind(data=given, **formdata)
    return LinkStatementForm(data={**given, "contact": page.request.email}, **formdata)


def _sign(actor: Actor, form: AnswerForm) -> None:
    is_declared, key = bool(form.is_declared.data), form.key.data
    if isinstance(form, LinkConfirmationForm):
        answering.confirm_by_link(
            actor, text=form.text, is_declared=is_declared, at=clock.now(), key=key
        )
    else:
        answering.state_by_link(
            actor, text=form.text, is_declared=is_declared, at=clock.now(), key=key
        )


def _done(row: RequestRow, enrolment: EnrolmentRow, *, is_declined: bool = False) -> Response:
    session.pop(TYPED, None)
    session[SIGNED] = {
        "what": "declined" if is_declined else row.what.value,
        "apprentice": enrolment.apprentice,
        "asker": row.asker,
        "email": row.email,
    }
    return redirect(url_for("by_link.show"), 303)


def _repeated(actor: Actor) -> Response:
    """The first result for the very same form; for all else there is nothing but their words.

    Without a session of a link somebody else's page may have sent it: it is not shown.
    """
    try:
        row, enrolment = reading.see_answered(actor, DeclineForm().key.data)
    except NotFound:
        return quiet(what_was_typed(without=SIGNATURE) if ASKED in session else None)
    return _done(row, enrolment, is_declined=row.ended == "declined")


def _mixed_page(mixed: Mixed) -> Response:
    """Nothing is signed: which piece the page was about, and which is open now."""
    typed = what_was_typed(without=SIGNATURE)
    return _page(render_template("confirming/other-link.html", mixed=mixed, typed=typed), 409)


def _answer_page(page: AskedPage, form: AnswerForm, status: int = 200) -> Response:
    is_confirmation = page.request.what is Asked.CONFIRMATION
    return _page(
        render_template(
            "confirming/by-link.html",
            page=page,
            form=form,
            is_confirmation=is_confirmation,
            claims=[(page.standard.ksb(claim.code), claim) for claim in page.version.text.claims],
            files=[_shown(view) for view in file_views(page.version.files)],
            declaration_text=DECLARATIONS[page.request.what],
            most=MOST_STATEMENT_CHARACTERS,
        ),
        status,
    )


def _shown(view: FileView) -> FileView:
    """At an address that this session may open; of what is shown, the original is not offered."""
    if view.href == view.original_href:
        href = url_for("by_link.original", upload_id=view.id)
    else:
        href = url_for("by_link.file", upload_id=view.id)
    return replace(view, href=href, original_href=href)


def _page(html: str, status: int = 200) -> Response:
    return Response(html, status, mimetype="text/html")
