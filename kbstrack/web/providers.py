"""The administrator's pages about the training provider itself."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kbstrack import clock
from kbstrack.errors import RuleBroken
from kbstrack.people import reading, requiring, service
from kbstrack.people.queries import ProviderRow
from kbstrack.web.administering import ROLE_NAMES, desk
from kbstrack.web.forms.people import ButtonForm, ChangeProviderForm, ProviderForm
from kbstrack.web.kept import form_of
from kbstrack.web.sending import refusal
from kbstrack.web.session import current_actor

blueprint = Blueprint("providers", __name__)

Page = str | tuple[str, int]


@blueprint.get("/provider")
def index() -> str:
    """The training provider, or every one that the administrator looks after."""
    at = desk()
    return render_template(
        "people/provider.html",
        desk=at,
        second_step={
            row.id: [
                ROLE_NAMES[role]
                for role in ROLE_NAMES
                if role in requiring.see_required_roles(current_actor(), row.id)
            ]
            for row in at.providers
        },
    )


@blueprint.get("/providers/new")
def new() -> str:
    """The form for another training provider."""
    desk()
    return render_template("people/provider-new.html", form=form_of(ProviderForm))


@blueprint.post("/providers/new")
def new_submitted() -> Response | Page:
    """Add a training provider; whoever adds it administrates it."""
    desk()
    form = form_of(ProviderForm)
    if form.validate():
        try:
            row = service.create_provider(
                current_actor(),
                name=form.name.data,
                ukprn=form.ukprn.data,
                at=clock.now(),
                key=form.key.data,
            )
        except RuleBroken as error:
            form.refuse_all(error)
        else:
            flash(f"{row.name} is added, and you administrate it.", "success")
            return redirect(url_for("providers.index", provider=row.id), 303)
    return render_template("people/provider-new.html", form=form), 422


@blueprint.get("/providers/<uuid:provider_id>/change")
def change(provider_id: uuid.UUID) -> str:
    """The form with name and UKPRN as they are."""
    row = reading.see_provider(current_actor(), provider_id)
    given = {"name": row.name, "ukprn": row.ukprn, "revision": row.revision}
    return _change_page(row, form_of(ChangeProviderForm, data=given))


@blueprint.post("/providers/<uuid:provider_id>/change")
def change_submitted(provider_id: uuid.UUID) -> Response | Page:
    """Save name and UKPRN."""
    row = reading.see_provider(current_actor(), provider_id)
    form = form_of(ChangeProviderForm)
    if not form.validate():
        return _change_page(row, form), 422
    status = refusal(
        form,
        lambda: service.change_provider(
            current_actor(),
            provider_id,
            name=form.name.data,
            ukprn=form.ukprn.data,
            revision=form.revision.data,
        ),
    )
    if status == 409:
        row = reading.see_provider(current_actor(), provider_id)
        form.revision.data = row.revision
    if status is not None:
        return _change_page(row, form, has_conflict=status == 409), status
    flash("The changes are saved.", "success")
    return redirect(url_for("providers.index", provider=provider_id), 303)


@blueprint.get("/providers/<uuid:provider_id>/end")
def end(provider_id: uuid.UUID) -> str:
    """What ending a training provider means, before it is done."""
    return _end_page(provider_id, form_of(ButtonForm))


@blueprint.post("/providers/<uuid:provider_id>/end")
def end_submitted(provider_id: uuid.UUID) -> Response | Page:
    """End the training provider; it has no running enrolments by then."""
    form = form_of(ButtonForm)
    if form.validate():
        try:
            service.end_provider(current_actor(), provider_id, at=clock.now())
        except RuleBroken as error:
            form.refuse(str(error))
        else:
            flash("The training provider has ended. Its record is kept.", "success")
            return redirect("/", 303)
    return _end_page(provider_id, form), 422


def _change_page(row: ProviderRow, form: ChangeProviderForm, *, has_conflict: bool = False) -> str:
    return render_template(
        "people/provider-change.html", row=row, form=form, has_conflict=has_conflict
    )


def _end_page(provider_id: uuid.UUID, form: ButtonForm) -> str:
    row = reading.see_provider(current_actor(), provider_id)
    return render_template("people/provider-end.html", row=row, form=form)
