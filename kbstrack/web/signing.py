"""Signing a KSB off on its own page, and reopening it: views of the assessment's blueprint."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kbstrack import clock
from kbstrack.assessment import renewing, signing
from kbstrack.assessment.changes import RENEWAL_DECLARATIONS
from kbstrack.assessment.countersign_reading import own_countersigner
from kbstrack.assessment.rules import SIGN_OFF_DECLARATIONS
from kbstrack.assessment.standing import SignOffRow, accepted
from kbstrack.progress import service as progress
from kbstrack.progress.service import KsbPage
from kbstrack.web.forms.signing import RenewForm, ReopenForm, SignOffForm
from kbstrack.web.kept import form_of
from kbstrack.web.proving import validate_and_prove
from kbstrack.web.sending import refusal, signing_refusal
from kbstrack.web.session import current_actor

Page = tuple[str, int]


def sign_off(enrolment_id: uuid.UUID, code: str) -> Response | Page:
    """What the sign-off rests on, and the declaration."""
    found = progress.see_signing(current_actor(), enrolment_id, code)
    form = form_of(SignOffForm, data={"seen": found.token})
    if found.item.sign_off is not None and not form.reason.data:
        return _back(found, f"{code} is signed off already.")
    return _sign_off_page(found, form)


def sign_off_submitted(enrolment_id: uuid.UUID, code: str) -> Response | Page:
    """Sign the KSB off."""
    actor = current_actor()
    found = progress.see_signing(actor, enrolment_id, code)
    form = form_of(SignOffForm)
    status = signing_refusal(
        form,
        lambda proof: signing.sign_off(
            actor,
            enrolment_id,
            code,
            reason=form.reason.data or "",
            is_declared=form.is_declared.data,
            proof=proof,
            at=clock.now(),
            seen=form.seen.data or "",
            key=form.key.data,
        ),
    )
    if status == 409:
        found = progress.see_signing(actor, enrolment_id, code)
        form.show_as_made_on(found.token)
    if status is not None:
        return _sign_off_page(found, form, status)
    countersigner = _countersigner(found)
    becomes = (
        f"{code} is signed off. It counts once {countersigner} has countersigned it."
        if countersigner
        else f"{code} is signed off: it is met."
    )
    return _back(found, becomes, "success")


def reopen(enrolment_id: uuid.UUID, code: str) -> Response | Page:
    """What reopening means, and the reason for it."""
    found = progress.see_signing(current_actor(), enrolment_id, code)
    signed = found.item.sign_off
    form = form_of(ReopenForm, data=_made_on(signed))
    if signed is None and not form.reason.data:
        return _back(found, f"{code} is not signed off, so there is nothing to reopen.")
    return _reopen_page(found, form)


def reopen_submitted(enrolment_id: uuid.UUID, code: str) -> Response | Page:
    """Reopen the KSB; the sign-off stays in the record."""
    actor = current_actor()
    found = progress.see_signing(actor, enrolment_id, code)
    form = form_of(ReopenForm)
    proof = validate_and_prove(form)
    if proof is None:
        return _reopen_page(found, form, 422)
    status = refusal(
        form,
        lambda: signing.reopen(
            actor,
            enrolment_id,
            code,
            round=form.round_number,
            renewals=form.renewal_count,
            reason=form.reason.data or "",
            at=clock.now(),
            key=form.key.data,
        ),
    )
    if status == 409:
        found = progress.see_signing(actor, enrolment_id, code)
        form.show_as_made_on(_made_on(found.item.sign_off))
    if status is not None:
        return _reopen_page(found, form, status)
    return _back(found, f"{code} is reopened. The sign-off stays in its history.", "success")


def renew(enrolment_id: uuid.UUID, code: str) -> Response | Page:
    """What was changed since the sign-off, what it rests on now, and the declaration."""
    found = progress.see_signing(current_actor(), enrolment_id, code)
    signed = found.item.sign_off
    form = form_of(
        RenewForm, data={"seen": found.token, "round": str(signed.round if signed else 0)}
    )
    if not found.item.changes and not form.reason.data:
        return _back(found, f"Nothing was changed since {code} was signed off.")
    return _renew_page(found, form)


def renew_submitted(enrolment_id: uuid.UUID, code: str) -> Response | Page:
    """Confirm the sign-off on what it rests on now."""
    actor = current_actor()
    found = progress.see_signing(actor, enrolment_id, code)
    form = form_of(RenewForm)
    status = signing_refusal(
        form,
        lambda proof: renewing.renew_sign_off(
            actor,
            enrolment_id,
            code,
            round=form.round_number,
            reason=form.reason.data or "",
            is_declared=form.is_declared.data,
            proof=proof,
            at=clock.now(),
            seen=form.seen.data or "",
            key=form.key.data,
        ),
    )
    if status == 409:
        found = progress.see_signing(actor, enrolment_id, code)
        form.show_as_made_on(found.token)
    if status is not None:
        return _renew_page(found, form, status)
    return _back(found, f"The sign-off of {code} is confirmed.", "success")


SIGN_OFF = "/enrolments/<uuid:enrolment_id>/ksbs/<code>/sign-off"
REOPEN = "/enrolments/<uuid:enrolment_id>/ksbs/<code>/reopen"

RENEW = "/enrolments/<uuid:enrolment_id>/ksbs/<code>/confirm"

ROUTES = (
    (RENEW, "renew", renew, "GET"),
    (RENEW, "renew_submitted", renew_submitted, "POST"),
    (SIGN_OFF, "sign_off", sign_off, "GET"),
    (SIGN_OFF, "sign_off_submitted", sign_off_submitted, "POST"),
    (REOPEN, "reopen", reopen, "GET"),
    (REOPEN, "reopen_submitted", reopen_submitted, "POST"),
)
"""Path, endpoint, view and method."""


def _sign_off_page(found: KsbPage, form: SignOffForm, status: int = 200) -> Page:
    html = render_template(
        "assessment/sign-off.html",
        found=found,
        form=form,
        pieces=accepted(found.item.pieces),
        basis=found.item.basis,
        countersigner=_countersigner(found),
        declaration_text=SIGN_OFF_DECLARATIONS[found.signer],
    )
    return html, status


def _renew_page(found: KsbPage, form: RenewForm, status: int = 200) -> Page:
    html = render_template(
        "assessment/renew.html",
        found=found,
        form=form,
        pieces=accepted(found.item.pieces),
        basis=found.item.basis,
        declaration_text=RENEWAL_DECLARATIONS[found.signer],
    )
    return html, status


def _made_on(signed: SignOffRow | None) -> dict[str, str]:
    """What the form to reopen was made on: the round, and how often it was confirmed."""
    if signed is None:
        return {"round": "0", "renewals": "0"}
    return {"round": str(signed.round), "renewals": str(len(signed.renewals))}


def _countersigner(found: KsbPage) -> str | None:
    """Who signs second when this person signs; None where one signature is enough."""
    return own_countersigner(current_actor(), found.enrolment, found.item.ksb.code)


def _reopen_page(found: KsbPage, form: ReopenForm, status: int = 200) -> Page:
    return render_template("assessment/reopen.html", found=found, form=form), status


def _back(found: KsbPage, sentence: str, category: str = "message") -> Response:
    flash(sentence, category)
    place = url_for("progress.ksb", enrolment_id=found.enrolment.id, code=found.item.ksb.code)
    return redirect(place, 303)
