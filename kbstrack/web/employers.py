"""The administrator's pages about employers."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kbstrack import clock
from kbstrack.access import Role
from kbstrack.errors import RuleBroken
from kbstrack.people import reading, service
from kbstrack.people.queries import EmployerRow
from kbstrack.web.administering import PAGE_LENGTH, Desk, desk, paging_of
from kbstrack.web.forms.people import ButtonForm, ChangeEmployerForm, EmployerForm
from kbstrack.web.kept import form_of
from kbstrack.web.posting import flash_linked
from kbstrack.web.sending import refusal
from kbstrack.web.session import current_actor

blueprint = Blueprint("employers", __name__)

Page = str | tuple[str, int]


@blueprint.get("/employers")
def index() -> str:
    """The provider's employers; those that ended on request."""
    return _index_page(desk(), ButtonForm())


@blueprint.get("/employers/new")
def new() -> str:
    """The form for another employer."""
    return render_template("people/employer-new.html", desk=desk(), form=form_of(EmployerForm))


@blueprint.post("/employers/new")
def new_submitted() -> Response | Page:
    """Add an employer."""
    at = desk()
    form = form_of(EmployerForm)
    if form.validate():
        try:
            row = service.create_employer(
                current_actor(),
                at.provider.id,
                name=form.name.data,
                at=clock.now(),
                key=form.key.data,
            )
        except RuleBroken as error:
            form.refuse_all(error)
        else:
            flash_linked(
                f"{row.name} is added.",
                href=at.url("people.new", role=Role.EMPLOYER.value, employer=row.id),
                link="Now invite a line manager there",
            )
            return redirect(at.url("employers.index"), 303)
    return render_template("people/employer-new.html", desk=at, form=form), 422


@blueprint.get("/employers/<uuid:employer_id>/change")
def change(employer_id: uuid.UUID) -> str:
    """The form with the name as it is."""
    row = reading.see_employer(current_actor(), employer_id)
    given = {"name": row.name, "revision": row.revision}
    return _change_page(row, form_of(ChangeEmployerForm, data=given))


@blueprint.post("/employers/<uuid:employer_id>/change")
def change_submitted(employer_id: uuid.UUID) -> Response | Page:
    """Save the name."""
    row = reading.see_employer(current_actor(), employer_id)
    form = form_of(ChangeEmployerForm)
    if not form.validate():
        return _change_page(row, form), 422
    status = refusal(
        form,
        lambda: service.change_employer(
            current_actor(), employer_id, name=form.name.data, revision=form.revision.data
        ),
    )
    if status == 409:
        row = reading.see_employer(current_actor(), employer_id)
        form.revision.data = row.revision
    if status is not None:
        return _change_page(row, form, has_conflict=status == 409), status
    flash("The name is saved.", "success")
    return redirect(url_for("employers.index", provider=row.provider_id), 303)


@blueprint.get("/employers/<uuid:employer_id>/end")
def end(employer_id: uuid.UUID) -> str:
    """What ending an employer means, before it is done."""
    return _end_page(employer_id, form_of(ButtonForm))


@blueprint.post("/employers/<uuid:employer_id>/end")
def end_submitted(employer_id: uuid.UUID) -> Response | Page:
    """No longer offer the employer."""
    row = reading.see_employer(current_actor(), employer_id)
    form = form_of(ButtonForm)
    if form.validate():
        service.end_employer(current_actor(), employer_id, at=clock.now())
        flash(f"{row.name} has ended: it is no longer offered for enrolments.", "success")
        return redirect(url_for("employers.index", provider=row.provider_id), 303)
    return _end_page(employer_id, form), 422


@blueprint.post("/employers/<uuid:employer_id>/bring-back")
def bring_back_submitted(employer_id: uuid.UUID) -> Response | Page:
    """Offer the employer again."""
    row = reading.see_employer(current_actor(), employer_id)
    form = form_of(ButtonForm)
    if form.validate():
        service.end_employer(current_actor(), employer_id, at=clock.now(), is_ended=False)
        flash(f"{row.name} is back: it is offered for enrolments again.", "success")
        return redirect(url_for("employers.index", provider=row.provider_id), 303)
    return _index_page(desk(), form), 422


def _index_page(at: Desk, form: ButtonForm) -> str:
    with_ended = "ended" in request.args
    found = reading.see_employers(current_actor(), at.provider.id, with_ended=True)
    rows = [row for row in found if with_ended or row.ended_at is None]
    paging = paging_of(len(rows))

    def href(number: int) -> str:
        return at.url("employers.index", page=number, ended="yes" if with_ended else None)

    return render_template(
        "people/employers.html",
        desk=at,
        form=form,
        rows=rows[paging.skip : paging.skip + PAGE_LENGTH],
        paging=paging,
        href=href,
        with_ended=with_ended,
        has_any=bool(found),
    )


def _change_page(row: EmployerRow, form: ChangeEmployerForm, *, has_conflict: bool = False) -> str:
    return render_template(
        "people/employer-change.html", row=row, form=form, has_conflict=has_conflict
    )


def _end_page(employer_id: uuid.UUID, form: ButtonForm) -> str:
    row = reading.see_employer(current_actor(), employer_id)
    return render_template("people/employer-end.html", row=row, form=form)
