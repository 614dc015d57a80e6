"""Taking a decision back: views of the assessment's blueprint."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kbstrack import clock
from kbstrack.assessment import redeciding
from kbstrack.assessment.redeciding import DecisionPage
from kbstrack.web.forms.signing import TakeBackForm
from kbstrack.web.kept import form_of
from kbstrack.web.sending import refusal
from kbstrack.web.session import current_actor

Page = tuple[str, int]


def take_back(decision_id: uuid.UUID) -> Response | Page:
    """What taking a decision back means, and the reason for it."""
    found = redeciding.see_decision(current_actor(), decision_id)
    form = form_of(TakeBackForm)
    if found.closed and not form.reason.data:
        flash(found.closed)
        return redirect(url_for("assessment.review", evidence_id=found.page.evidence.id), 303)
    return _page(found, form)


def take_back_submitted(decision_id: uuid.UUID) -> Response | Page:
    """Take the decision back, and go on to decide again."""
    actor = current_actor()
    found = redeciding.see_decision(actor, decision_id)
    form = form_of(TakeBackForm)
    if not form.validate():
        return _page(found, form, 422)
    status = refusal(
        form,
        lambda: redeciding.reopen_decision(
            actor,
            decision_id,
            reason=form.reason.data or "",
            at=clock.now(),
            key=form.key.data,
        ),
    )
    if status is not None:
        return _page(redeciding.see_decision(actor, decision_id), form, status)
    code = found.decision.code
    flash(
        f"The decision on {code} is taken back. It stays in the history: decide again.", "success"
    )
    return redirect(url_for("assessment.review", evidence_id=found.page.evidence.id), 303)


TAKE_BACK = "/decisions/<uuid:decision_id>/take-back"

ROUTES = (
    (TAKE_BACK, "take_back", take_back, "GET"),
    (TAKE_BACK, "take_back_submitted", take_back_submitted, "POST"),
)
"""Path, endpoint, view and method."""


def _page(found: DecisionPage, form: TakeBackForm, status: int = 200) -> Page:
    return render_template("assessment/take-back.html", found=found, form=form), status
