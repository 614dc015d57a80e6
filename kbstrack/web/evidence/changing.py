"""Changing a piece that was accepted: on purpose only, with what follows from it said first."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kbstrack import clock
from kbstrack.assessment.turns import check_accepted
from kbstrack.assessment.working import Work, begin_change
from kbstrack.errors import Conflict, RuleBroken
from kbstrack.evidence.service import check_running
from kbstrack.web.evidence.routes import Page, blueprint, submitted_work
from kbstrack.web.forms.evidence import ChangeForm
from kbstrack.web.kept import form_of
from kbstrack.web.sending import refusal
from kbstrack.web.session import current_actor

BEGUN = "You can change this piece now. Nothing is sent to your assessor until you submit it."


@blueprint.get("/evidence/<uuid:evidence_id>/change")
def change(evidence_id: uuid.UUID) -> Response | str:
    """What changing an accepted piece means."""
    work = submitted_work(evidence_id)
    if work.revision:
        return redirect(url_for("evidence.edit", evidence_id=evidence_id), 303)
    try:
        check_running(work.page.enrolment)
        check_accepted(work.page.state)
    except (RuleBroken, Conflict) as reason:
        flash(str(reason))
        return redirect(url_for("evidence.show", evidence_id=evidence_id), 303)
    return _change_page(form_of(ChangeForm, data={"version": work.version}), work)


@blueprint.post("/evidence/<uuid:evidence_id>/change")
def change_submitted(evidence_id: uuid.UUID) -> Response | Page:
    """Begin the next version, and go on to what was done."""
    form = form_of(ChangeForm)
    status: int | None = 422
    if form.validate():
        status = refusal(
            form,
            lambda: begin_change(
                current_actor(), evidence_id, version=form.version.data, at=clock.now()
            ),
        )
    if status is None:
        flash(BEGUN, "success")
        return redirect(url_for("evidence.edit", evidence_id=evidence_id), 303)
    work = submitted_work(evidence_id)
    form.version.data = work.version
    return _change_page(form, work), status


def _change_page(form: ChangeForm, work: Work) -> str:
    return render_template("evidence/change.html", form=form, work=work)
