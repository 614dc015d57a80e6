"""The administrator's pages that replace who stands beside an enrolment, and that end it."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kbstrack import clock
from kbstrack.access import Role
from kbstrack.errors import RuleBroken
from kbstrack.people import enrolling, reading, replacing
from kbstrack.people.queries import MemberRow
from kbstrack.web.administering import told_apart
from kbstrack.web.enrolments import manager_choices
from kbstrack.web.forms.enrolments import (
    EndEnrolmentForm,
    ReplaceAssessorForm,
    ReplaceEmployerForm,
)
from kbstrack.web.kept import form_of
from kbstrack.web.session import current_actor

blueprint = Blueprint("standing_beside", __name__)

Page = str | tuple[str, int]


@blueprint.get("/enrolments/<uuid:enrolment_id>/details/assessor")
def assessor(enrolment_id: uuid.UUID) -> str:
    """The form for another assessor, from today unless told otherwise."""
    given = {"from_on": clock.day_of(clock.now())}
    return _assessor_page(enrolment_id, form_of(ReplaceAssessorForm, data=given))


@blueprint.post("/enrolments/<uuid:enrolment_id>/details/assessor")
def assessor_submitted(enrolment_id: uuid.UUID) -> Response | Page:
    """Replace the assessor."""
    form = form_of(ReplaceAssessorForm)
    _offer_assessors(form, enrolment_id)
    if not form.validate():
        return _assessor_page(enrolment_id, form), 422
    try:
        replacing.replace_assessor(
            current_actor(),
            enrolment_id,
            assessor_id=uuid.UUID(form.assessor_id.data),
            from_on=form.from_on.day,
            at=clock.now(),
        )
    except RuleBroken as error:
        form.refuse_all(error)
        return _assessor_page(enrolment_id, form), 422
    flash("The assessor is replaced.", "success")
    return redirect(url_for("enrolments.details", enrolment_id=enrolment_id), 303)


@blueprint.get("/enrolments/<uuid:enrolment_id>/details/employer")
def employer(enrolment_id: uuid.UUID) -> str:
    """The form for another employer or line manager, from today unless told otherwise."""
    given = {"from_on": clock.day_of(clock.now())}
    return _employer_page(enrolment_id, form_of(ReplaceEmployerForm, data=given))


@blueprint.post("/enrolments/<uuid:enrolment_id>/details/employer")
def employer_submitted(enrolment_id: uuid.UUID) -> Response | Page:
    """Replace the employer and the line manager, or only the latter."""
    form = form_of(ReplaceEmployerForm)
    managers = _offer_managers(form, enrolment_id)
    if not form.validate():
        return _employer_page(enrolment_id, form), 422
    chosen = next(row for row in managers if str(row.person_id) == form.line_manager_id.data)
    assert chosen.employer_id is not None, "a line manager has an employer"
    try:
        replacing.replace_employer(
            current_actor(),
            enrolment_id,
            employer_id=chosen.employer_id,
            line_manager_id=chosen.person_id,
            from_on=form.from_on.day,
            at=clock.now(),
        )
    except RuleBroken as error:
        form.refuse_all(error)
        return _employer_page(enrolment_id, form), 422
    flash("The employer and line manager are replaced.", "success")
    return redirect(url_for("enrolments.details", enrolment_id=enrolment_id), 303)


@blueprint.get("/enrolments/<uuid:enrolment_id>/details/end")
def end(enrolment_id: uuid.UUID) -> str:
    """The form for day and reason, with what ending means."""
    given = {"ended_on": clock.day_of(clock.now())}
    return _end_page(enrolment_id, form_of(EndEnrolmentForm, data=given))


@blueprint.post("/enrolments/<uuid:enrolment_id>/details/end")
def end_submitted(enrolment_id: uuid.UUID) -> Response | Page:
    """End the enrolment."""
    form = form_of(EndEnrolmentForm)
    if not form.validate():
        return _end_page(enrolment_id, form), 422
    try:
        enrolling.end_enrolment(
            current_actor(),
            enrolment_id,
            ended_on=form.ended_on.day,
            reason=form.reason.data,
            at=clock.now(),
        )
    except RuleBroken as error:
        form.refuse_all(error)
        return _end_page(enrolment_id, form), 422
    flash("The enrolment has ended. Its record stays readable.", "success")
    return redirect(url_for("enrolments.details", enrolment_id=enrolment_id), 303)


def _offer_assessors(form: ReplaceAssessorForm, enrolment_id: uuid.UUID) -> None:
    actor = current_actor()
    row = reading.see_managed_enrolment(actor, enrolment_id)
    rows = reading.see_people(actor, row.provider_id, role=Role.ASSESSOR)
    form.offer(told_apart([item for item in rows if item.person_id != row.assessor_id]))


def _offer_managers(form: ReplaceEmployerForm, enrolment_id: uuid.UUID) -> list[MemberRow]:
    actor = current_actor()
    row = reading.see_managed_enrolment(actor, enrolment_id)
    present = (row.employer_id, row.line_manager_id)
    rows = [
        item
        for item in reading.see_offered_managers(actor, row.provider_id)
        if (item.employer_id, item.person_id) != present
    ]
    form.offer(manager_choices(rows))
    return rows


def _assessor_page(enrolment_id: uuid.UUID, form: ReplaceAssessorForm) -> str:
    row = reading.see_managed_enrolment(current_actor(), enrolment_id)
    _offer_assessors(form, enrolment_id)
    return render_template("people/assessor-replace.html", row=row, form=form)


def _employer_page(enrolment_id: uuid.UUID, form: ReplaceEmployerForm) -> str:
    row = reading.see_managed_enrolment(current_actor(), enrolment_id)
    _offer_managers(form, enrolment_id)
    return render_template("people/employer-replace.html", row=row, form=form)


def _end_page(enrolment_id: uuid.UUID, form: EndEnrolmentForm) -> str:
    row = reading.see_managed_enrolment(current_actor(), enrolment_id)
    return render_template("people/enrolment-end.html", row=row, form=form)
