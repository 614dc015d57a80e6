"""What quality assurance says to an assessor, and the assessor's answer."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kbstrack import clock
from kbstrack.quality import reading, service
from kbstrack.quality.outcomes import MOST_CHARACTERS
from kbstrack.quality.reading import SamplePage
from kbstrack.web.administering import PAGE_LENGTH, paging_of
from kbstrack.web.forms.quality import ReplyForm
from kbstrack.web.kept import form_of
from kbstrack.web.quality.routes import Page, blueprint
from kbstrack.web.sending import refusal
from kbstrack.web.session import current_actor


@blueprint.get("/quality/actions")
def actions() -> str:
    """What quality assurance said of this assessor's apprentices' decisions."""
    rows = reading.see_actions(current_actor())
    paging = paging_of(len(rows))
    return render_template(
        "quality/actions.html",
        rows=rows[paging.skip : paging.skip + PAGE_LENGTH],
        open_count=sum(1 for row in rows if row.state.is_open_action),
        is_overdue=lambda row: reading.is_overdue(row, clock.now()),
        paging=paging,
        href=lambda number: url_for("quality.actions", page=number),
    )


@blueprint.get("/quality/actions/<uuid:sample_id>")
def action(sample_id: uuid.UUID) -> Page:
    """One outcome, and how to answer it."""
    return _page(reading.see_action(current_actor(), sample_id), form_of(ReplyForm))


@blueprint.post("/quality/actions/<uuid:sample_id>")
def action_submitted(sample_id: uuid.UUID) -> Response | Page:
    """Answer in words."""
    actor = current_actor()
    found = reading.see_action(actor, sample_id)
    form = form_of(ReplyForm)
    if not form.validate():
        return _page(found, form, 422)
    status = refusal(
        form,
        lambda: service.reply(
            actor, sample_id, text=form.text.data, at=clock.now(), key=form.key.data
        ),
    )
    if status is not None:
        return _page(reading.see_action(actor, sample_id), form, status)
    flash("Your answer is sent. Quality assurance looks at it and closes the action.", "success")
    return redirect(url_for("quality.action", sample_id=sample_id), 303)


def _page(found: SamplePage, form: ReplyForm, status: int = 200) -> Page:
    is_overdue = reading.is_overdue(found.sample, clock.now())
    html = render_template(
        "quality/action.html", found=found, form=form, is_overdue=is_overdue, most=MOST_CHARACTERS
    )
    return html, status
