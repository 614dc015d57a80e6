"""The administrator's pages about second steps: who needs one, and removing a lost one."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kbstrack import clock
from kbstrack.access import Role
from kbstrack.errors import RuleBroken
from kbstrack.people import reading, requiring
from kbstrack.web.administering import ROLE_NAMES
from kbstrack.web.forms.factors import RequireForm, ResetFactorsForm
from kbstrack.web.kept import form_of
from kbstrack.web.session import current_actor

blueprint = Blueprint("requiring", __name__)

Page = tuple[str, int]


@blueprint.get("/providers/<uuid:provider_id>/second-step")
def require(provider_id: uuid.UUID) -> Page:
    """Which roles need a second step now."""
    held = requiring.see_required_roles(current_actor(), provider_id)
    form = form_of(RequireForm, data={"roles": [role.value for role in held]})
    return _require_page(provider_id, form)


@blueprint.post("/providers/<uuid:provider_id>/second-step")
def require_submitted(provider_id: uuid.UUID) -> Response | Page:
    """Want it from exactly the roles that are ticked."""
    form = form_of(RequireForm)
    form.offer(ROLE_NAMES)
    requiring.see_required_roles(current_actor(), provider_id)
    if not form.validate():
        return _require_page(provider_id, form, 422)
    roles = [Role(value) for value in form.roles.data or ()]
    requiring.require_second_step(current_actor(), provider_id, roles=roles, at=clock.now())
    flash("The roles that need a second step to sign in are saved.", "success")
    return redirect(url_for("providers.index"), 303)


@blueprint.get("/people/<uuid:member_id>/second-step")
def reset(member_id: uuid.UUID) -> Page:
    """What removing somebody's second step means, and the reason for it."""
    return _reset_page(member_id, form_of(ResetFactorsForm))


@blueprint.post("/people/<uuid:member_id>/second-step")
def reset_submitted(member_id: uuid.UUID) -> Response | Page:
    """Remove it, and write to the person."""
    row = reading.see_member(current_actor(), member_id)
    form = form_of(ResetFactorsForm)
    if not form.validate():
        return _reset_page(member_id, form, 422)
    try:
        requiring.reset_factors(current_actor(), member_id, reason=form.reason.data, at=clock.now())
    except RuleBroken as error:
        form.refuse_all(error)
        return _reset_page(member_id, form, 422)
    flash(f"{row.name} now signs in with the password alone, and is told so.", "success")
    return redirect(url_for("people.show", member_id=member_id), 303)


def _require_page(provider_id: uuid.UUID, form: RequireForm, status: int = 200) -> Page:
    form.offer(ROLE_NAMES)
    row = reading.see_provider(current_actor(), provider_id)
    return render_template("people/second-step-rule.html", row=row, form=form), status


def _reset_page(member_id: uuid.UUID, form: ResetFactorsForm, status: int = 200) -> Page:
    row = reading.see_member(current_actor(), member_id)
    html = render_template(
        "people/person-second-step.html",
        row=row,
        form=form,
        most_characters=requiring.MOST_REASON_CHARACTERS,
    )
    return html, status
