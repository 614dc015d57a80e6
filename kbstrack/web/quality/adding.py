"""Adding decisions to a plan by hand."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kbstrack import clock
from kbstrack.errors import Conflict, RuleBroken
from kbstrack.quality import adding, planning
from kbstrack.web.administering import PAGE_LENGTH, chosen_id, paging_of, wanted_page
from kbstrack.web.forms.quality import AddSampleForm
from kbstrack.web.kept import form_of
from kbstrack.web.quality.routes import Page, blueprint
from kbstrack.web.session import current_actor


@blueprint.get("/quality/plans/<uuid:plan_id>/add")
def add(plan_id: uuid.UUID) -> str:
    """The decisions that the plan has not got, to choose from."""
    enrolment_id = chosen_id(request.args.get("enrolment"))
    code = request.args.get("ksb", "")
    found = adding.see_candidates(
        current_actor(),
        plan_id,
        enrolment_id=enrolment_id,
        code=code,
        most=PAGE_LENGTH,
        skip=(wanted_page() - 1) * PAGE_LENGTH,
    )
    return render_template(
        "quality/add.html",
        found=found,
        enrolment=str(enrolment_id or ""),
        code=code,
        code_choices=[(each, each) for each in found.codes],
        paging=paging_of(found.count),
        href=lambda number: url_for(
            "quality.add", plan_id=plan_id, page=number, enrolment=enrolment_id, ksb=code or None
        ),
    )


@blueprint.get("/quality/plans/<uuid:plan_id>/add/<uuid:decision_id>")
def add_decision(plan_id: uuid.UUID, decision_id: uuid.UUID) -> Page:
    """The reason for looking at one decision again."""
    return _page(plan_id, decision_id, form_of(AddSampleForm))


@blueprint.post("/quality/plans/<uuid:plan_id>/add/<uuid:decision_id>")
def add_decision_submitted(plan_id: uuid.UUID, decision_id: uuid.UUID) -> Response | Page:
    """Add it to the plan."""
    form = form_of(AddSampleForm)
    adding.see_candidate(current_actor(), plan_id, decision_id)
    if not form.validate():
        return _page(plan_id, decision_id, form, 422)
    try:
        sample_id = planning.add_sample(
            current_actor(),
            plan_id,
            decision_id,
            reason=form.reason.data,
            at=clock.now(),
            key=form.key.data,
        )
    except RuleBroken as error:
        form.refuse_all(error)
        return _page(plan_id, decision_id, form, 422)
    except Conflict as error:
        form.refuse(str(error))
        return _page(plan_id, decision_id, form, 409)
    flash("The decision is in the plan now.", "success")
    return redirect(url_for("quality.sample", sample_id=sample_id), 303)


def _page(
    plan_id: uuid.UUID, decision_id: uuid.UUID, form: AddSampleForm, status: int = 200
) -> Page:
    plan, row = adding.see_candidate(current_actor(), plan_id, decision_id)
    return render_template("quality/add-decision.html", plan=plan, row=row, form=form), status
