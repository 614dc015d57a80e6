"""Asking others about a piece, and confirming it as the employer: for people with an account."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kbstrack import clock
from kbstrack.confirmation import as_employer, reading, rules, service
from kbstrack.confirmation.reading import KsbConfirmations, ToSign
from kbstrack.confirmation.rules import DECLARATIONS, Asked
from kbstrack.errors import Conflict, RuleBroken
from kbstrack.people.proofs import Proof
from kbstrack.web.evidence.routes import caption_of, file_views
from kbstrack.web.forms.confirming import AskForm, ConfirmationForm, RequestForm, StatementForm
from kbstrack.web.kept import form_of
from kbstrack.web.posting import flash_posted
from kbstrack.web.sending import signing_refusal
from kbstrack.web.session import current_actor

blueprint = Blueprint("confirming", __name__)

Page = tuple[str, int]


@blueprint.get("/evidence/<uuid:evidence_id>/ask")
def ask(evidence_id: uuid.UUID) -> Page:
    """Whom to ask, and what that person will see."""
    found = reading.see_to_ask(current_actor(), evidence_id)
    return _ask_page(found, form_of(AskForm, data={"version": str(found.version.number)}))


@blueprint.post("/evidence/<uuid:evidence_id>/ask")
def ask_submitted(evidence_id: uuid.UUID) -> Response | Page:
    """Send the link."""
    actor, form, status = current_actor(), form_of(AskForm), 422
    found = reading.see_to_ask(actor, evidence_id)
    is_valid = form.validate()
    if is_valid:
        try:
            if form.asked is None:
                form.refuse("Select what you ask for", field="what")
                service.clean_request(form.text)
                return _ask_page(found, form, status)
            service.ask(
                actor,
                evidence_id,
                version_number=form.version_number,
                what=form.asked,
                text=form.text,
                at=clock.now(),
                key=form.key.data,
            )
        except RuleBroken as problem:
            form.refuse_all(problem)
        except Conflict as problem:
            form.refuse(str(problem))
            form.version.data, status = str(found.version.number), 409
        else:
            _say_sent(form.text.name)
            return _back(evidence_id)
    return _ask_page(found, form, status)


@blueprint.post("/requests/<uuid:request_id>/take-back")
def take_back_submitted(request_id: uuid.UUID) -> Response:
    """End a request; its link is dead."""
    row = reading.see_request(current_actor(), request_id)
    if RequestForm().validate():
        service.revoke(current_actor(), request_id, at=clock.now())
        flash(f"The request to {row.name} is taken back. Their link no longer works.", "success")
    return _back(row.evidence_id)


@blueprint.post("/requests/<uuid:request_id>/ask-again")
def ask_again_submitted(request_id: uuid.UUID) -> Response:
    """Send a new link; the old one is dead."""
    row, form = reading.see_request(current_actor(), request_id), RequestForm()
    if form.validate():
        try:
            service.ask_again(current_actor(), request_id, at=clock.now(), key=form.key.data)
        except RuleBroken as problem:
            flash(str(problem))
        else:
            _say_sent(row.name)
    return _back(row.evidence_id)


@blueprint.get("/evidence/<uuid:evidence_id>/confirm")
def confirm(evidence_id: uuid.UUID) -> Page:
    """The piece to read, and the declaration."""
    found = reading.see_to_sign(current_actor(), evidence_id)
    form = form_of(ConfirmationForm, data={"version": str(found.version.number)})
    return _sign_page(found, form, Asked.CONFIRMATION)


@blueprint.post("/evidence/<uuid:evidence_id>/confirm")
def confirm_submitted(evidence_id: uuid.UUID) -> Response | Page:
    """Confirm it as the employer."""
    return _signed(evidence_id, form_of(ConfirmationForm), Asked.CONFIRMATION)


@blueprint.get("/evidence/<uuid:evidence_id>/statement")
def state(evidence_id: uuid.UUID) -> Page:
    """The piece to read, and what to say about it."""
    found = reading.see_to_sign(current_actor(), evidence_id)
    form = form_of(StatementForm, data={"version": str(found.version.number)})
    return _sign_page(found, form, Asked.WITNESS_STATEMENT)


@blueprint.post("/evidence/<uuid:evidence_id>/statement")
def state_submitted(evidence_id: uuid.UUID) -> Response | Page:
    """Say as the employer what was seen."""
    return _signed(evidence_id, form_of(StatementForm), Asked.WITNESS_STATEMENT)


@blueprint.get("/enrolments/<uuid:enrolment_id>/ksbs/<code>/seen-at-work")
def confirm_ksb(enrolment_id: uuid.UUID, code: str) -> Response | Page:
    """What confirming one KSB says."""
    found = reading.see_ksb_to_confirm(current_actor(), enrolment_id, code)
    form = form_of(ConfirmationForm)
    if not found.may_confirm and not form.name.data:
        flash(f"There is nothing for you to confirm for {code}.")
        return _back_to_ksb(enrolment_id, code)
    return _ksb_page(found, form)


@blueprint.post("/enrolments/<uuid:enrolment_id>/ksbs/<code>/seen-at-work")
def confirm_ksb_submitted(enrolment_id: uuid.UUID, code: str) -> Response | Page:
    """Confirm one KSB as the employer."""
    found, form = (
        reading.see_ksb_to_confirm(current_actor(), enrolment_id, code),
        form_of(ConfirmationForm),
    )
    status = signing_refusal(
        form,
        lambda proof: as_employer.confirm_ksb(
            current_actor(),
            enrolment_id,
            code,
            text=form.text,
            is_declared=bool(form.is_declared.data),
            proof=proof,
            at=clock.now(),
            key=form.key.data,
        ),
    )
    if status is not None:
        return _ksb_page(found, form, status)
    flash(f"You confirmed {code}. A receipt goes to your address.", "success")
    return _back_to_ksb(enrolment_id, code)


def _ksb_page(found: KsbConfirmations, form: ConfirmationForm, status: int = 200) -> Page:
    html = render_template(
        "confirming/ksb.html",
        found=found,
        form=form,
        caption=caption_of(found.enrolment),
        declaration_text=rules.KSB_DECLARATION,
    )
    return html, status


def _back_to_ksb(enrolment_id: uuid.UUID, code: str) -> Response:
    return redirect(url_for("progress.ksb", enrolment_id=enrolment_id, code=code), 303)


def _signed(
    evidence_id: uuid.UUID, form: ConfirmationForm | StatementForm, what: Asked
) -> Response | Page:
    found = reading.see_to_sign(current_actor(), evidence_id)
    given: dict[str, Any] = {
        "version_number": form.version_number,
        "is_declared": bool(form.is_declared.data),
        "at": clock.now(),
        "key": form.key.data,
    }

    def sign(proof: Proof | None) -> None:
        given["proof"] = proof
        if isinstance(form, ConfirmationForm):
            as_employer.confirm(current_actor(), evidence_id, text=form.text, **given)
        else:
            as_employer.give_statement(current_actor(), evidence_id, text=form.text, **given)

    status = signing_refusal(form, sign)
    if status == 409:
        form.version.data = str(found.version.number)
    if status is not None:
        return _sign_page(found, form, what, status)
    flash("It is signed and in the record. A receipt goes to your address.", "success")
    return _back(evidence_id)


def _ask_page(found: ToSign, form: AskForm, status: int = 200) -> Page:
    html = render_template(
        "confirming/ask.html",
        found=found,
        form=form,
        caption=caption_of(found.page.enrolment),
        most=rules.MOST_MESSAGE_CHARACTERS,
    )
    return html, status


def _sign_page(
    found: ToSign, form: ConfirmationForm | StatementForm, what: Asked, status: int = 200
) -> Page:
    standard = found.page.standard
    html = render_template(
        "confirming/as-employer.html",
        found=found,
        form=form,
        is_confirmation=what is Asked.CONFIRMATION,
        caption=caption_of(found.page.enrolment),
        claims=[(standard.ksb(claim.code), claim) for claim in found.version.text.claims],
        files=file_views(found.version.files),
        declaration_text=DECLARATIONS[what],
        most=rules.MOST_STATEMENT_CHARACTERS,
    )
    return html, status


def _say_sent(name: str) -> None:
    flash_posted(
        sent=f"We sent {name} a link. It works for 14 days.",
        written=f"There is a message to {name} with a link that works for 14 days.",
    )


def _back(evidence_id: uuid.UUID) -> Response:
    place = url_for("evidence.show", evidence_id=evidence_id, _anchor="confirmations")
    return redirect(place, 303)
