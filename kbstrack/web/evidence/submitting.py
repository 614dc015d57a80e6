"""Checking a piece with its declaration, and handing it to the assessor."""

from __future__ import annotations

import uuid

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from kbstrack import clock
from kbstrack.assessment.service import submit_evidence
from kbstrack.assessment.working import Work, see_work
from kbstrack.evidence.rules import AUTHENTICITY, caption_field, missing_for_submission
from kbstrack.web.evidence.routes import Page, blueprint, file_views
from kbstrack.web.evidence.writing import turned_away
from kbstrack.web.forms.evidence import SubmitEvidenceForm
from kbstrack.web.kept import form_of
from kbstrack.web.sending import refusal
from kbstrack.web.session import current_actor

TEXT_FIELDS = frozenset({"title", "kind", "first_on", "description"})


@blueprint.get("/evidence/<uuid:evidence_id>/check")
def check(evidence_id: uuid.UUID) -> Response | str:
    """Everything that will be submitted, what is still missing, and the declaration."""
    work = see_work(current_actor(), evidence_id)
    if closed := turned_away(work):
        return closed
    return _check_page(form_of(SubmitEvidenceForm, data=work.made_on), work)


@blueprint.post("/evidence/<uuid:evidence_id>/check")
def check_submitted(evidence_id: uuid.UUID) -> Response | Page:
    """Submit the next version."""
    actor = current_actor()
    form = form_of(SubmitEvidenceForm)
    status: int | None = 422
    if form.validate():
        status = refusal(
            form,
            lambda: submit_evidence(
                actor,
                evidence_id,
                revision=form.revision.data,
                version=form.version.data,
                is_declared=form.is_declared.data,
                at=clock.now(),
                key=form.key.data,
            ),
        )
    if status is None:
        return redirect(url_for("evidence.submitted", evidence_id=evidence_id), 303)
    work = see_work(actor, evidence_id)
    if closed := turned_away(work):
        return closed
    form.revision.data, form.version.data = work.revision, work.version
    return _check_page(form, work), status


@blueprint.get("/evidence/<uuid:evidence_id>/submitted")
def submitted(evidence_id: uuid.UUID) -> str:
    """It arrived, who will see it, and what next."""
    page = see_work(current_actor(), evidence_id).page
    return render_template(
        "evidence/submitted.html",
        page=page,
        progress_href=url_for("progress.matrix", enrolment_id=page.enrolment.id),
    )


def _check_page(form: SubmitEvidenceForm, work: Work) -> str:
    missing = [
        (item.sentence, step_of(item.field, work.page.evidence.id))
        for item in missing_for_submission(work.text)
    ]
    views = file_views(work.files)
    return render_template(
        "evidence/check.html",
        form=form,
        work=work,
        files=views,
        bare=[
            step_of(caption_field(view.id), work.page.evidence.id)
            for view in views
            if view.is_picture and not view.caption
        ],
        missing=missing,
        declaration_text=AUTHENTICITY,
    )


def step_of(field: str, evidence_id: uuid.UUID) -> str:
    """The address of the field on the step that has it."""
    if field in TEXT_FIELDS:
        return url_for("evidence.edit", evidence_id=evidence_id, _anchor=field)
    if field == "claims":
        return url_for("evidence.ksbs", evidence_id=evidence_id)
    step = "evidence.files" if field.startswith("caption-") else "evidence.reasons"
    return url_for(step, evidence_id=evidence_id, _anchor=field)
