"""What a draft gets after its files: KSBs, and a reason for each KSB."""

from __future__ import annotations

import uuid

from flask import render_template, request
from werkzeug.wrappers import Response

from kbstrack.assessment.working import Work, see_work
from kbstrack.web.evidence.routes import Page, asked_for, blueprint
from kbstrack.web.evidence.writing import keep, next_step, turned_away
from kbstrack.web.forms.evidence import KsbsForm, ReasonsForm, reasons_data, reasons_form
from kbstrack.web.forms.fields import select_choices
from kbstrack.web.kept import form_of
from kbstrack.web.session import current_actor


@blueprint.get("/evidence/<uuid:evidence_id>/ksbs")
def ksbs(evidence_id: uuid.UUID) -> Response | str:
    """The standard's KSBs, to choose from."""
    work = see_work(current_actor(), evidence_id)
    if closed := turned_away(work):
        return closed
    chosen = [claim.code for claim in work.text.claims]
    return _ksbs_page(form_of(KsbsForm, data={"claims": chosen, **work.made_on}), work)


@blueprint.post("/evidence/<uuid:evidence_id>/ksbs")
def ksbs_submitted(evidence_id: uuid.UUID) -> Response | Page:
    """Keep the choice, and go on to the reasons if anything was chosen."""
    work = see_work(current_actor(), evidence_id)
    form = form_of(KsbsForm)
    _offer_ksbs(form, work)
    status = 0 if form.validate() else 422
    status = status or keep(form, work, text=form.text(work.text))
    if status:
        return _ksbs_page(form, work), status
    return next_step(
        form, evidence_id, "evidence.reasons" if form.claims.data else "evidence.check"
    )


@blueprint.get("/evidence/<uuid:evidence_id>/reasons")
def reasons(evidence_id: uuid.UUID) -> Response | str:
    """A reason and a place for each chosen KSB."""
    work = see_work(current_actor(), evidence_id)
    if closed := turned_away(work):
        return closed
    data = reasons_data(work.text, work.made_on)
    return _reasons_page(form_of(_reasons_kind(work), data=data), work)


@blueprint.post("/evidence/<uuid:evidence_id>/reasons")
def reasons_submitted(evidence_id: uuid.UUID) -> Response | Page:
    """Keep the reasons, and go on to the check."""
    work = see_work(current_actor(), evidence_id)
    form = form_of(_reasons_kind(work))
    status = 0 if form.validate() else 422
    status = status or keep(form, work, text=form.text(work.text))
    if status:
        return _reasons_page(form, work), status
    return next_step(form, evidence_id, "evidence.check")


def _ksbs_page(form: KsbsForm, work: Work) -> str:
    _offer_ksbs(form, work)
    return render_template("evidence/ksbs.html", form=form, work=work, standard=work.page.standard)


def _offer_ksbs(form: KsbsForm, work: Work) -> None:
    form.claims.choices = select_choices([(code, code) for code in work.page.standard.codes])


def _reasons_page(form: ReasonsForm, work: Work) -> str:
    chosen = [
        (ksb, form[f"claim-{ksb.code}"], form[f"where-{ksb.code}"])
        for ksb in work.page.standard.ksbs
        if f"claim-{ksb.code}" in form
    ]
    return render_template(
        "evidence/reasons.html", form=form, work=work, chosen=chosen, asked=asked_for(work.page)
    )


def _reasons_kind(work: Work) -> type[ReasonsForm]:
    """The form for what is claimed; also for what was sent, when the claims changed meanwhile."""
    claimed = {claim.code for claim in work.text.claims}
    return reasons_form(
        [
            code
            for code in work.page.standard.codes
            if code in claimed or f"claim-{code}" in request.form
        ]
    )
