"""The assessor's queue, and deciding on a piece of evidence."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kbstrack import clock
from kbstrack.assessment import countersign_queries, reading, reviewing, service
from kbstrack.assessment.rules import MOST_FEEDBACK_CHARACTERS, SIGN_OFF_DECLARATIONS
from kbstrack.clock import day_of
from kbstrack.errors import Conflict, RuleBroken
from kbstrack.evidence.rules import EvidenceState
from kbstrack.formats import join_words
from kbstrack.web import redeciding, signing
from kbstrack.web.evidence.routes import file_views
from kbstrack.web.forms.assessment import ReviewForm, review_form
from kbstrack.web.kept import form_of
from kbstrack.web.proving import prove
from kbstrack.web.session import current_actor

blueprint = Blueprint("assessment", __name__)

QUEUE_PAGE = 25
ADD_ACTION = "add_action"
"""The name of the buttons that ask for another row; its value is the KSB."""

Page = tuple[str, int]

for _path, _name, _view, _method in (*signing.ROUTES, *redeciding.ROUTES):
    blueprint.add_url_rule(_path, _name, _view, methods=[_method])


@blueprint.get("/queue")
def queue() -> str:
    """What waits for this assessor, oldest first."""
    rows, today = reading.see_queue(current_actor()), day_of(clock.now())
    pages = max(1, -(-len(rows) // QUEUE_PAGE))
    number = min(max(request.args.get("page", 1, type=int), 1), pages)
    shown = rows[(number - 1) * QUEUE_PAGE : number * QUEUE_PAGE]
    return render_template(
        "assessment/queue.html",
        rows=[(row, (today - day_of(row.waits_since)).days) for row in shown],
        total=len(rows),
        apprentice_count=len({row.enrolment_id for row in rows}),
        number=number,
        pages=pages,
        href=lambda page: url_for("assessment.queue", page=page),
        caseload_url=url_for("progress.caseload"),
        returned=reading.see_returned(current_actor()),
        changed=reading.see_changed(current_actor()),
        countersigning_count=len(countersign_queries.waiting(current_actor())),
    )


@blueprint.get("/evidence/<uuid:evidence_id>/review")
def review(evidence_id: uuid.UUID) -> str | Page:
    """The evidence beside its claims; once decided, what was decided."""
    found = reviewing.see_review(current_actor(), evidence_id)
    latest = found.version.number
    form = form_of(
        review_form(found.codes(latest, found.turn)),
        data={"version": str(latest), "turn": str(found.turn)},
    )
    if found.is_now(form.version_number, form.turn_number):
        return _form_page(found, form)
    if form.is_begun:
        return _meanwhile_page(found, form)
    return render_template("assessment/decided.html", review=found, **_shown(found))


@blueprint.post("/evidence/<uuid:evidence_id>/review")
def review_submitted(evidence_id: uuid.UUID) -> Response | Page:
    """Decide on every claim, and sign off what was chosen: all or nothing."""
    actor = current_actor()
    found = reviewing.see_review(actor, evidence_id)
    asked = request.form.get("version", found.version.number, type=int)
    turn = request.form.get("turn", -1, type=int)
    form = form_of(review_form(found.codes(asked, turn)))
    if ADD_ACTION in request.form:
        form.add_action(request.form[ADD_ACTION])
        return _again(found, form, 200)
    is_complete = _is_complete(found, form)
    proof = prove(form) if form.sign_offs else None
    if not is_complete or (form.sign_offs and proof is None):
        return _again(found, form, 422)
    try:
        state = service.decide(
            actor,
            evidence_id,
            version_number=form.version_number,
            decisions=form.decisions,
            turn=form.turn_number,
            sign_offs=form.sign_offs,
            is_declared=form["is_declared"].data,
            proof=proof,
            at=clock.now(),
            key=form.key.data,
        )
    except RuleBroken as error:
        form.refuse_all(error)
        return _again(found, form, 422)
    except Conflict as error:
        form.refuse(str(error))
        return _again(reviewing.see_review(actor, evidence_id), form, 409)
    flash(_what_happened(found, form, state), "success")
    return redirect(url_for("assessment.review", evidence_id=evidence_id), 303)


def _is_complete(found: reviewing.ReviewPage, form: ReviewForm) -> bool:
    """Whether the answer can be carried out; everything that is wrong with it is in the form."""
    form.validate()
    for problem in reviewing.problems(
        found,
        form.decisions,
        sign_offs=form.sign_offs,
        is_declared=form["is_declared"].data,
        at=clock.now(),
    ):
        form.refuse(problem.sentence, field=problem.field)
    return not form.errors


def _again(found: reviewing.ReviewPage, form: ReviewForm, status: int) -> Page:
    """The form with everything in it, unless there is nothing left to decide on it."""
    if found.is_now(form.version_number, form.turn_number):
        return _form_page(found, form, status)
    return _meanwhile_page(found, form)


def _form_page(found: reviewing.ReviewPage, form: ReviewForm, status: int = 200) -> Page:
    html = render_template(
        "assessment/review.html",
        review=found,
        form=form,
        declaration_text=SIGN_OFF_DECLARATIONS["assessor"],
        add_action=ADD_ACTION,
        most_feedback=MOST_FEEDBACK_CHARACTERS,
        # What was taken back waits anew, not since it was submitted.
        days_waiting=0
        if found.turn
        else (day_of(clock.now()) - day_of(found.version.submitted_at)).days,
        **_shown(found),
    )
    return html, status


def _meanwhile_page(found: reviewing.ReviewPage, form: ReviewForm) -> Page:
    """What was decided, and beside it what this person typed, to read and to copy."""
    html = render_template(
        "assessment/meanwhile.html",
        review=found,
        typed=form,
        message=reviewing.why_closed(found, asked=form.version_number, turn=form.turn_number),
        **_shown(found),
    )
    return html, 409


def _shown(found: reviewing.ReviewPage) -> dict[str, Any]:
    """What all three pages show of the piece."""
    return {
        "page": found.page,
        "version": found.version,
        "decisions": found.page.decisions.get(found.version.number, {}),
        "files": file_views(found.version.files),
    }


def _what_happened(found: reviewing.ReviewPage, form: ReviewForm, state: EvidenceState) -> str:
    """`Decided on E3: action required. 2 met, 1 not yet met. K1 signed off.`"""
    outcomes = [decision.is_met for decision in form.decisions]
    counts = [f"{outcomes.count(True)} met"] if any(outcomes) else []
    counts += [f"{outcomes.count(False)} not yet met"] if not all(outcomes) else []
    # What waits for a countersignature is not accepted yet.
    is_final = not (found.countersigner and state is EvidenceState.ACCEPTED)
    becomes = f"{state}. " if is_final else ""
    sentence = f"Decided on E{found.page.evidence.number}: {becomes}{', '.join(counts)}."
    if form.sign_offs:
        sentence += f" {join_words(form.sign_offs)} signed off."
    if found.countersigner:
        sentence += f" It counts once {found.countersigner} has countersigned it."
    return sentence
