"""Sampling plans: the list, making one, one of them with its samples, and drawing it again."""

from __future__ import annotations

import secrets
import uuid
from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kbstrack import clock
from kbstrack.errors import RuleBroken
from kbstrack.quality import planning, reading
from kbstrack.quality.risks import Risk
from kbstrack.quality.rules import Drawing, SamplingRule, counts, in_words, place
from kbstrack.web.administering import Desk
from kbstrack.web.forms.quality import PlanForm, plan_defaults
from kbstrack.web.kept import form_of
from kbstrack.web.quality.routes import Page, blueprint, quality_desk
from kbstrack.web.session import current_actor
from kbstrack.web.spreadsheet import csv_answer

PERIOD = timedelta(days=92)
"""How far back a new plan looks unless told otherwise."""


@blueprint.get("/quality")
def index() -> str:
    """The provider's plans, the latest first, and what waits for this person."""
    desk = quality_desk()
    lines, may_plan = reading.see_plans(current_actor(), desk.provider.id)
    return render_template("quality/index.html", desk=desk, lines=lines, may_plan=may_plan)


@blueprint.get("/quality/plans/new")
def new() -> str:
    """The form for a plan, with the usual weights and a seed made by chance."""
    desk = quality_desk()
    today = clock.day_of(clock.now())
    given = plan_defaults(SamplingRule()) | {
        "from_on": today - PERIOD,
        "until_on": today,
        "phase": "interim",
        "seed": secrets.token_hex(6),
    }
    return _form_page(desk, form_of(PlanForm, data=given))


@blueprint.post("/quality/plans/new")
def new_submitted() -> Response | Page:
    """Show what would be drawn, or draw the plan and keep it."""
    desk, actor, at = quality_desk(), current_actor(), clock.now()
    form = form_of(PlanForm)
    if not form.validate():
        return _form_page(desk, form), 422
    text = form.plan_text
    try:
        if "preview" in request.form:
            drawing = planning.preview_plan(actor, desk.provider.id, text=text, at=at)
            return _form_page(desk, form, drawing), 200
        plan_id = planning.make_plan(actor, desk.provider.id, text=text, at=at, key=form.key.data)
    except RuleBroken as error:
        form.refuse_all(error)
        return _form_page(desk, form), 422
    flash("The plan is drawn. Its rule, its seed and its samples stay as they are now.", "success")
    return redirect(url_for("quality.plan", plan_id=plan_id), 303)


@blueprint.get("/quality/plans/<uuid:plan_id>")
def plan(plan_id: uuid.UUID) -> str:
    """A plan: the rule and the seed in words, and its samples with their state."""
    page = reading.see_plan(current_actor(), plan_id)
    return render_template(
        "quality/plan.html",
        page=page,
        words=in_words(page.plan.text),
        risks=list(Risk),
        actor_id=current_actor().person_id,
    )


@blueprint.get("/quality/plans/<uuid:plan_id>/again")
def again(plan_id: uuid.UUID) -> str:
    """The plan drawn once more, and whether it is the same."""
    repetition = planning.repeat_plan(current_actor(), plan_id)
    return render_template("quality/again.html", repetition=repetition)


@blueprint.get("/quality/plans/<uuid:plan_id>/decisions.csv")
def decisions(plan_id: uuid.UUID) -> Response:
    """All that the plan was drawn from: enough to repeat the drawing with other tools."""
    page = reading.see_plan(current_actor(), plan_id)
    drawn = planning.repeat_plan(current_actor(), plan_id).drawn
    rows = [
        (
            item.decision_id,
            ", ".join(risk.label for risk in item.risks),
            item.score,
            item.band.label,
            place(page.plan.text.seed, item.decision_id),
            "yes" if item.decision_id in drawn else "no",
        )
        for item in page.considered
    ]
    rows.sort(key=lambda row: (-row[2], row[4]))
    head = ("Decision", "Risks", "Score", "Band", "SHA-256 of seed and decision", "Drawn")
    return csv_answer(head, rows, "sampling-plan.csv")


def _form_page(desk: Desk, form: PlanForm, drawing: Drawing | None = None) -> str:  # type: ignore[valid-type]
    bands = []
    if drawing is not None:
        drawn = counts(drawing.drawn)
        bands = [(band.label, n, drawn[band]) for band, n in counts(drawing.considered).items()]
    return render_template(
        "quality/plan-new.html",
        desk=desk,
        form=form,
        bands=bands,
        drawing=drawing,
        meanings={risk.value: risk.meaning for risk in Risk},
    )
