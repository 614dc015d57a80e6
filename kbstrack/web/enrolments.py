"""The administrator's pages about enrolments: the list, enrolling, one enrolment and its facts."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kbstrack import clock
from kbstrack.access import Role
from kbstrack.current import catalogue
from kbstrack.errors import RuleBroken
from kbstrack.people import enrolling, reading
from kbstrack.people.beside import Beside
from kbstrack.people.enrolment_queries import EnrolmentRow
from kbstrack.people.pinned import standard_of
from kbstrack.people.queries import MemberRow
from kbstrack.web.administering import PAGE_LENGTH, Desk, desk, paging_of, told_apart, wanted_page
from kbstrack.web.forms.enrolments import ChangeEnrolmentForm, EnrolForm
from kbstrack.web.forms.people import ButtonForm
from kbstrack.web.kept import form_of
from kbstrack.web.narrowing import asked_filters
from kbstrack.web.sending import refusal
from kbstrack.web.session import current_actor

blueprint = Blueprint("enrolments", __name__)

Page = str | tuple[str, int]


@blueprint.get("/enrolments")
def index() -> str:
    """The provider's enrolments, searched and narrowed."""
    at = desk()
    filters = asked_filters(at)
    skip = (wanted_page() - 1) * PAGE_LENGTH
    rows, count = reading.see_enrolments(
        current_actor(), at.provider.id, narrowed=filters.narrowed, most=PAGE_LENGTH, skip=skip
    )

    def href(number: int) -> str:
        return at.url("enrolments.index", page=number, **filters.query)

    return render_template(
        "people/enrolments.html",
        desk=at,
        rows=rows,
        count=count,
        paging=paging_of(count),
        href=href,
        filters=filters,
    )


@blueprint.get("/enrolments/new")
def new() -> str:
    """The form to enrol an apprentice; `?apprentice=` chooses one."""
    given = {"apprentice_id": request.args.get("apprentice", "")}
    return _new_page(desk(), form_of(EnrolForm, data=given))


@blueprint.post("/enrolments/new")
def new_submitted() -> Response | Page:
    """Enrol an apprentice."""
    at = desk()
    form = form_of(EnrolForm)
    managers = _offer(form, at)
    if not form.validate():
        return _new_page(at, form), 422
    reference, _, version = form.standard.data.partition(" ")
    manager = next(row for row in managers if str(row.person_id) == form.line_manager_id.data)
    assert manager.employer_id is not None, "a line manager has an employer"
    try:
        row = enrolling.enrol(
            current_actor(),
            at.provider.id,
            apprentice_id=uuid.UUID(form.apprentice_id.data),
            uln=form.uln.data,
            standard_reference=reference,
            standard_version=version,
            start_on=form.start_on.day,
            planned_end_on=form.planned_end_on.day,
            beside=Beside(
                assessor_id=uuid.UUID(form.assessor_id.data),
                employer_id=manager.employer_id,
                line_manager_id=manager.person_id,
            ),
            at=clock.now(),
            key=form.key.data,
        )
    except RuleBroken as error:
        form.refuse_all(error)
        return _new_page(at, form), 422
    flash(f"{row.apprentice} is enrolled on {row.standard_reference}.", "success")
    return redirect(url_for("enrolments.details", enrolment_id=row.id), 303)


@blueprint.get("/enrolments/<uuid:enrolment_id>/details")
def details(enrolment_id: uuid.UUID) -> str:
    """One enrolment: its facts, and who stood and stands beside it."""
    return _details_page(enrolment_id, ButtonForm())


@blueprint.post("/enrolments/<uuid:enrolment_id>/details/resume")
def resume_submitted(enrolment_id: uuid.UUID) -> Response | Page:
    """Take back the end of an enrolment."""
    form = form_of(ButtonForm)
    if form.validate():
        try:
            enrolling.resume_enrolment(current_actor(), enrolment_id, at=clock.now())
        except RuleBroken as error:
            form.refuse(str(error))
        else:
            flash("The enrolment is running again.", "success")
            return redirect(url_for("enrolments.details", enrolment_id=enrolment_id), 303)
    return _details_page(enrolment_id, form), 422


@blueprint.get("/enrolments/<uuid:enrolment_id>/details/change")
def change(enrolment_id: uuid.UUID) -> str:
    """The form with ULN and dates as they are."""
    row = reading.see_managed_enrolment(current_actor(), enrolment_id)
    given = {
        "uln": row.uln,
        "start_on": row.start_on,
        "planned_end_on": row.planned_end_on,
        "revision": row.revision,
    }
    return _change_page(row, form_of(ChangeEnrolmentForm, data=given))


@blueprint.post("/enrolments/<uuid:enrolment_id>/details/change")
def change_submitted(enrolment_id: uuid.UUID) -> Response | Page:
    """Save ULN and dates."""
    row = reading.see_managed_enrolment(current_actor(), enrolment_id)
    form = form_of(ChangeEnrolmentForm)
    if not form.validate():
        return _change_page(row, form), 422
    status = refusal(
        form,
        lambda: enrolling.change_enrolment(
            current_actor(),
            enrolment_id,
            uln=form.uln.data,
            start_on=form.start_on.day,
            planned_end_on=form.planned_end_on.day,
            revision=form.revision.data,
            at=clock.now(),
        ),
    )
    if status == 409:
        row = reading.see_managed_enrolment(current_actor(), enrolment_id)
        form.revision.data = row.revision
    if status is not None:
        return _change_page(row, form, has_conflict=status == 409), status
    flash("The changes are saved.", "success")
    return redirect(url_for("enrolments.details", enrolment_id=enrolment_id), 303)


def manager_choices(rows: list[MemberRow]) -> list[tuple[str, str]]:
    """(Person's id, "Employer: name") for a select, by employer."""
    names = dict(told_apart(rows))
    return [(str(row.person_id), f"{row.employer}: {names[str(row.person_id)]}") for row in rows]


def _offer(form: EnrolForm, at: Desk) -> list[MemberRow]:
    """Fill the selects; the line managers that can be chosen."""
    actor, provider_id = current_actor(), at.provider.id
    managers = reading.see_offered_managers(actor, provider_id)
    form.offer(
        apprentices=told_apart(reading.see_people(actor, provider_id, role=Role.APPRENTICE)),
        standards=[
            (
                f"{item.reference} {item.version}",
                f"{item.reference} {item.title}, version {item.version}",
            )
            for item in catalogue().all()
        ],
        assessors=told_apart(reading.see_people(actor, provider_id, role=Role.ASSESSOR)),
        managers=manager_choices(managers),
    )
    return managers


def _new_page(at: Desk, form: EnrolForm) -> str:
    _offer(form, at)
    missing = [
        (text, role)
        for field, text, role in (
            (form.apprentice_id, "an apprentice", Role.APPRENTICE),
            (form.assessor_id, "an assessor", Role.ASSESSOR),
            (form.line_manager_id, "a line manager at an employer", Role.EMPLOYER),
        )
        if len(field.choices) == 1
    ]
    return render_template("people/enrol.html", desk=at, form=form, missing=missing)


def _details_page(enrolment_id: uuid.UUID, form: ButtonForm) -> str:
    row = reading.see_managed_enrolment(current_actor(), enrolment_id)
    return render_template(
        "people/enrolment.html",
        row=row,
        form=form,
        standard=standard_of(row),
        assignments=reading.see_assignments(current_actor(), enrolment_id),
    )


def _change_page(
    row: EnrolmentRow, form: ChangeEnrolmentForm, *, has_conflict: bool = False
) -> str:
    return render_template(
        "people/enrolment-change.html", row=row, form=form, has_conflict=has_conflict
    )
