"""Taking back: withdrawing what was not decided yet, and throwing a draft away."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kbstrack import clock
from kbstrack.assessment.service import withdraw_evidence
from kbstrack.assessment.turns import check_withdrawable
from kbstrack.assessment.working import Work, see_work
from kbstrack.errors import Conflict, NotFound, RuleBroken
from kbstrack.evidence.rules import MOST_REASON_CHARACTERS
from kbstrack.evidence.service import check_running, discard_draft
from kbstrack.web.evidence.routes import Page, blueprint, submitted_work
from kbstrack.web.forms.evidence import DiscardForm, WithdrawForm
from kbstrack.web.kept import form_of
from kbstrack.web.sending import refusal
from kbstrack.web.session import current_actor


@blueprint.get("/evidence/<uuid:evidence_id>/withdraw")
def withdraw(evidence_id: uuid.UUID) -> Response | str:
    """What withdrawing means, and why it is done."""
    work = submitted_work(evidence_id)
    try:
        check_running(work.page.enrolment)
        check_withdrawable(work.page.state)
    except (RuleBroken, Conflict) as reason:
        flash(str(reason))
        return redirect(url_for("evidence.show", evidence_id=evidence_id), 303)
    latest = work.page.evidence.latest
    assert latest is not None
    return _withdraw_page(form_of(WithdrawForm, data={"revision": latest.number}), work)


@blueprint.post("/evidence/<uuid:evidence_id>/withdraw")
def withdraw_submitted(evidence_id: uuid.UUID) -> Response | Page:
    """Take the latest version back."""
    form, before = form_of(WithdrawForm), submitted_work(evidence_id).counts_again
    status: int | None = 422
    if form.validate():
        status = refusal(
            form,
            lambda: withdraw_evidence(
                current_actor(),
                evidence_id,
                version_number=form.revision.data,
                reason=form.reason.data or "",
                at=clock.now(),
            ),
        )
    if status is None:
        flash(
            f"You took the change back: version {before} counts as before."
            if before
            else "You took this piece back. You can change it and submit it again.",
            "success",
        )
        return redirect(url_for("evidence.show", evidence_id=evidence_id), 303)
    return _withdraw_page(form, submitted_work(evidence_id)), status


@blueprint.get("/evidence/<uuid:evidence_id>/discard")
def discard(evidence_id: uuid.UUID) -> str:
    """What would be gone."""
    work = _drafted(evidence_id)
    return _discard_page(form_of(DiscardForm, data=work.made_on), work)


@blueprint.post("/evidence/<uuid:evidence_id>/discard")
def discard_submitted(evidence_id: uuid.UUID) -> Response | Page:
    """Throw the draft away; what was submitted stays."""
    work = _drafted(evidence_id)
    form = form_of(DiscardForm)
    status: int | None = 422
    if form.validate():
        status = refusal(
            form,
            lambda: discard_draft(
                current_actor(),
                evidence_id,
                revision=form.revision.data,
                version=form.version.data,
                at=clock.now(),
            ),
        )
    if status is None:
        flash("The draft is deleted.", "success")
        return redirect(_after_discard(work), 303)
    if status == 409:
        form.revision.data, form.version.data = work.revision, work.version
    return _discard_page(form, work), status


def _drafted(evidence_id: uuid.UUID) -> Work:
    work = see_work(current_actor(), evidence_id)
    if work.page.evidence.draft is None:
        raise NotFound("There is no draft of this piece any more.")
    return work


def _after_discard(work: Work) -> str:
    if work.page.evidence.latest is not None:
        return url_for("evidence.show", evidence_id=work.page.evidence.id)
    return url_for("evidence.index", enrolment_id=work.page.enrolment.id)


def _withdraw_page(form: WithdrawForm, work: Work) -> str:
    return render_template(
        "evidence/withdraw.html", form=form, work=work, most=MOST_REASON_CHARACTERS
    )


def _discard_page(form: DiscardForm, work: Work) -> str:
    return render_template("evidence/discard.html", form=form, work=work)
