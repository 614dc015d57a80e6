"""The administrator's pages about people: inviting, changing, ending, bringing back."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kbstrack import clock
from kbstrack.access import Role
from kbstrack.assessment import qualifying
from kbstrack.errors import RuleBroken
from kbstrack.formats import join_words
from kbstrack.people import reading, service
from kbstrack.people.queries import MemberRow
from kbstrack.web.administering import (
    PAGE_LENGTH,
    ROLE_NAMES,
    Desk,
    desk,
    paging_of,
    role_words,
)
from kbstrack.web.forms.people import ButtonForm, ChangePersonForm, PersonForm
from kbstrack.web.forms.qualifying import NewPersonForm
from kbstrack.web.kept import form_of
from kbstrack.web.posting import flash_posted
from kbstrack.web.sending import refusal
from kbstrack.web.session import current_actor

blueprint = Blueprint("people", __name__)

Page = str | tuple[str, int]

FILTER_CHOICES = [("", "Every role"), *((role.value, name) for role, name in ROLE_NAMES.items())]


@blueprint.get("/people")
def index() -> str:
    """The provider's people, searched and filtered."""
    at = desk()
    text, chosen = request.args.get("text", ""), request.args.get("role", "")
    role = Role(chosen) if chosen in set(Role) else None
    with_ended = "ended" in request.args
    rows = reading.see_people(
        current_actor(), at.provider.id, text=text, role=role, with_ended=with_ended
    )
    paging = paging_of(len(rows))

    def href(number: int) -> str:
        kept = {"text": text or None, "role": role, "ended": "yes" if with_ended else None}
        return at.url("people.index", page=number, **kept)

    return render_template(
        "people/people.html",
        desk=at,
        rows=rows[paging.skip : paging.skip + PAGE_LENGTH],
        count=len(rows),
        paging=paging,
        href=href,
        text=text,
        role=role or "",
        with_ended=with_ended,
        is_filtered=bool(text or role or with_ended),
        role_choices=FILTER_CHOICES,
        role_words=role_words,
    )


@blueprint.get("/people/new")
def new() -> str:
    """The form to invite somebody; `?role=` ticks a role, `?employer=` chooses an employer."""
    at = desk()
    role = request.args.get("role", "")
    ticked = [role] if role in set(Role) else []
    given = {"roles": ticked, "employer_id": request.args.get("employer", "")}
    return _new_page(at, form_of(NewPersonForm, data=given))


@blueprint.post("/people/new")
def new_submitted() -> Response | Page:
    """Invite somebody."""
    at = desk()
    form = form_of(NewPersonForm)
    _offer_new(form, at.provider.id)
    if form.validate():
        try:
            row = service.invite_person(
                current_actor(),
                at.provider.id,
                name=form.name.data,
                email=form.email.data,
                roles=form.chosen_roles,
                countersigner_id=form.countersigner_id.person_id,
                at=clock.now(),
                key=form.key.data,
            )
        except RuleBroken as error:
            form.refuse_all(error)
        else:
            flash_posted(
                sent=f"{row.name} is invited: a message is on its way to {row.email}.",
                written=f"{row.name} is invited, and there is a message to {row.email}.",
            )
            return redirect(url_for("people.show", member_id=row.id), 303)
    return _new_page(at, form), 422


@blueprint.get("/people/<uuid:member_id>")
def show(member_id: uuid.UUID) -> Page:
    """One person, and the enrolments they have a part in."""
    return _show_page(member_id, ButtonForm())


@blueprint.post("/people/<uuid:member_id>/invite")
def invite_submitted(member_id: uuid.UUID) -> Response | Page:
    """Send the invitation once more."""
    form = form_of(ButtonForm)
    if form.validate():
        try:
            service.invite_again(current_actor(), member_id, at=clock.now())
        except RuleBroken as error:
            form.refuse_all(error)
        else:
            flash_posted(
                sent="A new invitation is on its way.", written="There is a new invitation."
            )
            return redirect(url_for("people.show", member_id=member_id), 303)
    return _show_page(member_id, form), 422


@blueprint.get("/people/<uuid:member_id>/change")
def change(member_id: uuid.UUID) -> str:
    """The form with what is known."""
    row = reading.see_member(current_actor(), member_id)
    given = {
        "name": row.name,
        "email": row.email,
        "roles": [role.value for role in row.roles],
        "employer_id": str(row.employer_id or ""),
        "revision": row.revision,
    }
    return _change_page(row, _change_form(row, given))


@blueprint.post("/people/<uuid:member_id>/change")
def change_submitted(member_id: uuid.UUID) -> Response | Page:
    """Save name, roles, and the address as long as they have not joined."""
    row = reading.see_member(current_actor(), member_id)
    form = _change_form(row)
    if not form.validate():
        return _change_page(row, form), 422
    status = refusal(
        form,
        lambda: service.change_member(
            current_actor(),
            member_id,
            name=form.name.data,
            email=form.email.data if form.email else row.email,
            roles=form.chosen_roles,
            revision=form.revision.data,
            at=clock.now(),
        ),
    )
    if status == 409:
        row = reading.see_member(current_actor(), member_id)
        form.revision.data = row.revision
    if status is not None:
        return _change_page(row, form, has_conflict=status == 409), status
    flash("The changes are saved.", "success")
    return redirect(url_for("people.show", member_id=member_id), 303)


@blueprint.get("/people/<uuid:member_id>/end")
def end(member_id: uuid.UUID) -> str:
    """What ending somebody's access means, before it is done."""
    return _end_page(member_id, form_of(ButtonForm))


@blueprint.post("/people/<uuid:member_id>/end")
def end_submitted(member_id: uuid.UUID) -> Response | Page:
    """End somebody's access at this provider."""
    form = form_of(ButtonForm)
    if form.validate():
        try:
            service.end_member(current_actor(), member_id, at=clock.now())
        except RuleBroken as error:
            form.refuse(str(error))
        else:
            row = reading.see_member(current_actor(), member_id)
            flash(
                f"{row.name} has no access any more. What they wrote and signed stays.", "success"
            )
            return redirect(url_for("people.index", provider=row.provider_id), 303)
    return _end_page(member_id, form), 422


@blueprint.post("/people/<uuid:member_id>/bring-back")
def bring_back_submitted(member_id: uuid.UUID) -> Response | Page:
    """Give the access back, with the roles that they had."""
    form = form_of(ButtonForm)
    if form.validate():
        service.end_member(current_actor(), member_id, at=clock.now(), is_ended=False)
        flash("They are back, with the roles they had.", "success")
        return redirect(url_for("people.show", member_id=member_id), 303)
    return _show_page(member_id, form), 422


def _offer(form: PersonForm, provider_id: uuid.UUID) -> None:
    form.offer(reading.see_employers(current_actor(), provider_id))


def _offer_new(form: NewPersonForm, provider_id: uuid.UUID) -> None:
    _offer(form, provider_id)
    form.countersigner_id.offer(
        qualifying.offer_countersigners(current_actor(), provider_id),
        nobody="Nobody: they are qualified, or no assessor",
    )


def _new_page(at: Desk, form: NewPersonForm) -> str:
    _offer_new(form, at.provider.id)
    return render_template("people/person-new.html", desk=at, form=form)


def _change_form(row: MemberRow, given: dict[str, object] | None = None) -> ChangePersonForm:
    form = form_of(ChangePersonForm, data=given)
    if row.joined_at is not None:
        del form.email  # theirs alone by now
    _offer(form, row.provider_id)
    return form


def _show_page(member_id: uuid.UUID, form: ButtonForm) -> str:
    row = reading.see_member(current_actor(), member_id)
    return render_template(
        "people/person.html",
        row=row,
        form=form,
        roles=role_words(row),
        qualification=qualifying.see_qualification(current_actor(), member_id).present,
        is_apprentice=Role.APPRENTICE in row.roles,
        enrolments=reading.see_enrolments_of(current_actor(), row),
    )


def _change_page(row: MemberRow, form: ChangePersonForm, *, has_conflict: bool = False) -> str:
    return render_template(
        "people/person-change.html",
        row=row,
        form=form,
        has_conflict=has_conflict,
        roles=join_words(role_words(row)),
    )


def _end_page(member_id: uuid.UUID, form: ButtonForm) -> str:
    row = reading.see_member(current_actor(), member_id)
    running = [
        item
        for item in reading.see_enrolments_of(current_actor(), row)
        if item.ended_on is None and item.apprentice_id != row.person_id
    ]
    return render_template(
        "people/person-end.html",
        row=row,
        form=form,
        running=running,
        is_self=row.person_id == current_actor().person_id,
    )
