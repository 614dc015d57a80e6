"""A sampled decision with its whole trail, its outcome, and the closing of an action."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kbstrack import clock
from kbstrack.quality import reading, service
from kbstrack.quality.outcomes import DECLARATION, MOST_CHARACTERS, IqaResult
from kbstrack.quality.reading import SamplePage
from kbstrack.web.evidence.routes import file_views
from kbstrack.web.forms.quality import CloseForm, OutcomeForm
from kbstrack.web.kept import form_of
from kbstrack.web.quality.routes import Page, blueprint
from kbstrack.web.sending import refusal, signing_refusal
from kbstrack.web.session import current_actor


@blueprint.get("/quality/samples/<uuid:sample_id>")
def sample(sample_id: uuid.UUID) -> Page:
    """The decision, all it rests on, and the form for the outcome where it is due."""
    return _page(reading.see_sample(current_actor(), sample_id), form_of(OutcomeForm))


@blueprint.post("/quality/samples/<uuid:sample_id>")
def sample_submitted(sample_id: uuid.UUID) -> Response | Page:
    """Record the outcome, signed."""
    actor = current_actor()
    found = reading.see_sample(actor, sample_id)
    form = form_of(OutcomeForm)
    status = signing_refusal(
        form,
        lambda proof: service.judge(
            actor,
            sample_id,
            result=form.iqa_result,
            feedback=form.feedback.data or "",
            due_on=form.due_on.data,
            is_declared=form.is_declared.data,
            proof=proof,
            at=clock.now(),
            key=form.key.data,
        ),
    )
    if status is not None:
        return _page(reading.see_sample(actor, sample_id), form, status)
    if form.iqa_result is IqaResult.AGREED:
        flash("The outcome is recorded: agreed.", "success")
    else:
        flash("The outcome is recorded, and the assessor is told what to do.", "success")
    return redirect(url_for("quality.plan", plan_id=found.sample.plan_id), 303)


@blueprint.get("/quality/samples/<uuid:sample_id>/close")
def close(sample_id: uuid.UUID) -> Page:
    """What was asked and answered, before the action is closed."""
    return _close_page(reading.see_sample(current_actor(), sample_id), form_of(CloseForm))


@blueprint.post("/quality/samples/<uuid:sample_id>/close")
def close_submitted(sample_id: uuid.UUID) -> Response | Page:
    """Close the action."""
    actor = current_actor()
    found = reading.see_sample(actor, sample_id)
    form = form_of(CloseForm)
    if not form.validate():
        return _close_page(found, form, 422)
    status = refusal(
        form,
        lambda: service.close(
            actor, sample_id, note=form.note.data or "", at=clock.now(), key=form.key.data
        ),
    )
    if status is not None:
        return _close_page(reading.see_sample(actor, sample_id), form, status)
    flash("The action is closed.", "success")
    return redirect(url_for("quality.sample", sample_id=sample_id), 303)


def _page(found: SamplePage, form: OutcomeForm, status: int = 200) -> Page:
    html = render_template(
        "quality/sample.html",
        found=found,
        form=form,
        files=file_views(found.version.files),
        claim=next(c for c in found.version.text.claims if c.code == found.sample.code),
        declaration_text=DECLARATION,
        most=MOST_CHARACTERS,
    )
    return html, status


def _close_page(found: SamplePage, form: CloseForm, status: int = 200) -> Page:
    html = render_template("quality/close.html", found=found, form=form, most=MOST_CHARACTERS)
    return html, status
