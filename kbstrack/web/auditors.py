"""The administrator's pages about auditors: making a link, what was looked at, revoking."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kbstrack import clock
from kbstrack.auditing import service
from kbstrack.auditing.letters import link_address
from kbstrack.auditing.service import NewLink, Wanted
from kbstrack.errors import RuleBroken
from kbstrack.people import reading
from kbstrack.people.narrowing import Narrowing
from kbstrack.web.administering import PAGE_LENGTH, Desk, desk, paging_of, wanted_page
from kbstrack.web.forms.auditing import AuditorForm
from kbstrack.web.forms.people import ButtonForm
from kbstrack.web.kept import form_of
from kbstrack.web.session import current_actor

blueprint = Blueprint("auditors", __name__)

OFFERED = 200
"""How many apprentices can be ticked; others are given by ULN."""

Page = str | tuple[str, int]


@blueprint.get("/auditors")
def index() -> str:
    """The provider's links for auditors, the newest first."""
    at = desk()
    return render_template(
        "auditing/index.html",
        desk=at,
        rows=service.see_links(current_actor(), at.provider.id),
        today=clock.day_of(clock.now()),
    )


@blueprint.get("/auditors/new")
def new() -> str:
    """The form."""
    return _new_page(desk(), form_of(AuditorForm))


@blueprint.post("/auditors/new")
def new_submitted() -> Response | Page:
    """Make the link and show its secret, once."""
    at, form = desk(), form_of(AuditorForm)
    _offer(form, at)
    if not form.validate():
        return _new_page(at, form), 422
    try:
        wanted = Wanted(
            name=form.name.data or "",
            organisation=form.organisation.data or "",
            email=form.email.data or "",
            ends_on=form.ends_on.data,
            enrolment_ids=tuple(sorted([*form.chosen, *_by_uln(at, form.uln_list)])),
            with_passcode=bool(form.with_passcode.data),
        )
        made = service.make_link(
            current_actor(), at.provider.id, wanted=wanted, at=clock.now(), key=form.key.data
        )
    except RuleBroken as error:
        form.refuse_all(error)
        return _new_page(at, form), 422
    return _made_page(at, made, wanted)


@blueprint.get("/auditors/<uuid:link_id>")
def show(link_id: uuid.UUID) -> str:
    """One link with every look that was taken through it."""
    skip = (wanted_page() - 1) * PAGE_LENGTH
    row, views = service.see_link(current_actor(), link_id, most=PAGE_LENGTH, skip=skip)
    return render_template(
        "auditing/show.html",
        row=row,
        views=views,
        paging=paging_of(row.view_count),
        href=lambda number: url_for("auditors.show", link_id=link_id, page=number),
        is_open=row.is_open(clock.day_of(clock.now())),
    )


@blueprint.get("/auditors/<uuid:link_id>/revoke")
def revoke(link_id: uuid.UUID) -> Response | str:
    """What closing the link means, before it is done."""
    row, _ = service.see_link(current_actor(), link_id, most=1)
    if not row.is_open(clock.day_of(clock.now())):
        return redirect(url_for("auditors.show", link_id=link_id), 303)
    return _revoke_page(link_id, form_of(ButtonForm))


@blueprint.post("/auditors/<uuid:link_id>/revoke")
def revoke_submitted(link_id: uuid.UUID) -> Response | Page:
    """Close the link at once."""
    service.see_link(current_actor(), link_id, most=1)
    form = form_of(ButtonForm)
    if not form.validate():
        return _revoke_page(link_id, form), 422
    service.revoke_link(current_actor(), link_id, at=clock.now())
    flash("The link is closed. Nobody can open anything with it any more.", "success")
    return redirect(url_for("auditors.show", link_id=link_id), 303)


def _revoke_page(link_id: uuid.UUID, form: ButtonForm) -> str:
    row, _ = service.see_link(current_actor(), link_id, most=1)
    return render_template("auditing/close.html", row=row, form=form)


def _new_page(at: Desk, form: AuditorForm) -> str:
    count = _offer(form, at)
    return render_template(
        "auditing/new.html",
        desk=at,
        form=form,
        count=count,
        offered=OFFERED,
    )


def _made_page(at: Desk, made: NewLink, wanted: Wanted) -> str:
    return render_template(
        "auditing/made.html",
        desk=at,
        made=made,
        wanted=wanted,
        address=link_address(made.token) if made.token else None,
    )


def _offer(form: AuditorForm, at: Desk) -> int:
    rows, count = reading.see_enrolments(current_actor(), at.provider.id, most=OFFERED, skip=0)
    form.offer(rows)
    return count


def _by_uln(at: Desk, ulns: list[str]) -> list[uuid.UUID]:
    """The enrolments of these ULNs. Raises RuleBroken naming those that are not here."""
    found: list[uuid.UUID] = []
    unknown = []
    for uln in ulns:
        rows, _ = reading.see_enrolments(
            current_actor(), at.provider.id, narrowed=Narrowing(text=uln), most=PAGE_LENGTH
        )
        same = [row.id for row in rows if row.uln == uln]
        found += same
        unknown += [] if same else [uln]
    if unknown:
        raise RuleBroken(
            f"Nobody here has this ULN: {', '.join(unknown[:10])}. Check or remove it.",
            field="ulns",
        )
    return found
