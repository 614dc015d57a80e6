"""The administrator's page that says whether an assessor is qualified and who countersigns."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kbstrack.assessment import qualifying
from kbstrack.assessment.qualifying import QualificationPage
from kbstrack.errors import NotFound
from kbstrack.web.forms.qualifying import NOT_YET, QUALIFIED, QualificationForm
from kbstrack.web.kept import form_of
from kbstrack.web.sending import refusal
from kbstrack.web.session import current_actor

blueprint = Blueprint("qualifying", __name__)

Page = tuple[str, int]


@blueprint.get("/people/<uuid:member_id>/qualification")
def change(member_id: uuid.UUID) -> Page:
    """The form with what is known."""
    found = _found(member_id)
    assert found.present is not None
    given = {
        "standing": QUALIFIED if found.present.is_qualified else NOT_YET,
        "countersigner_id": str(found.present.countersigner_id or ""),
        "revision": found.member.revision,
    }
    return _page(found, form_of(QualificationForm, data=given))


@blueprint.post("/people/<uuid:member_id>/qualification")
def change_submitted(member_id: uuid.UUID) -> Response | Page:
    """Save whether they are qualified, and who countersigns."""
    found = _found(member_id)
    form = form_of(QualificationForm)
    _offer(found, form)
    if not form.validate():
        return _page(found, form, 422)
    status = refusal(
        form,
        lambda: qualifying.set_qualification(
            current_actor(),
            member_id,
            is_qualified=form.is_qualified,
            countersigner_id=form.countersigner_id.person_id,
            revision=form.revision.data,
        ),
    )
    if status == 409:
        found = _found(member_id)
        form.revision.data = found.member.revision
    if status is not None:
        return _page(found, form, status)
    flash(_what_holds(_found(member_id)), "success")
    return redirect(url_for("people.show", member_id=member_id), 303)


def _found(member_id: uuid.UUID) -> QualificationPage:
    found = qualifying.see_qualification(current_actor(), member_id)
    if found.present is None:
        raise NotFound("This person is no assessor here.")
    return found


def _offer(found: QualificationPage, form: QualificationForm) -> None:
    form.countersigner_id.offer(found.offered, nobody="Nobody")


def _page(found: QualificationPage, form: QualificationForm, status: int = 200) -> Page:
    _offer(found, form)
    if found.is_waiting:
        # Somebody has to be named; nobody is chosen for them.
        named = form.countersigner_id.data in {str(row.person_id) for row in found.offered}
        form.countersigner_id.offer(found.offered, nobody=None if named else "Select somebody")
    return render_template("people/qualification.html", found=found, form=form), status


def _what_holds(found: QualificationPage) -> str:
    present = found.present
    assert present is not None
    if not present.is_qualified:
        return (
            f"{present.name} is marked as not yet qualified: {present.countersigner} "
            "countersigns what they decide."
        )
    if present.countersigner is None:
        return f"{present.name} is qualified: what they decide counts at once."
    return (
        f"{present.name} is qualified: what they decide from now on counts at once. "
        f"{present.countersigner} countersigns what still waits."
    )
