"""Writing a piece down: its title, what was done and when, saved before anything else."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kbstrack import clock, once
from kbstrack.assessment.working import Work, check_open, save_work, see_own_enrolment, see_work
from kbstrack.clock import day_of
from kbstrack.errors import Conflict, NotFound, RuleBroken
from kbstrack.evidence.rules import ClaimText, EvidenceText
from kbstrack.evidence.service import start_evidence
from kbstrack.people.enrolment_queries import EnrolmentRow
from kbstrack.people.pinned import standard_of
from kbstrack.standards.rules import Standard
from kbstrack.web.evidence.routes import Page, asked_for, blueprint
from kbstrack.web.forms.evidence import DraftForm, TextForm, text_data
from kbstrack.web.kept import form_of, kept_form_data
from kbstrack.web.session import current_actor

SAVED = "Draft saved. Only you can see it until you submit it."
SAVED_ALREADY = "You have saved this piece already: you can change it here."


@blueprint.get("/enrolments/<uuid:enrolment_id>/evidence/new")
def new(enrolment_id: uuid.UUID) -> Response | str:
    """An empty form; `?ksb=K1` has that KSB chosen from the start.

    Its one-time key stands in the address: whoever comes back to it after saving goes on with
    the piece they saved instead of beginning a second one.
    """
    enrolment = see_own_enrolment(current_actor(), enrolment_id)
    code, key = request.args.get("ksb", ""), _key_in_address()
    if key is None:
        fresh = url_for(
            "evidence.new", enrolment_id=enrolment_id, ksb=code or None, key=uuid.uuid4()
        )
        return redirect(fresh, 303)
    saved = _saved_with(key)
    # What they wrote there before they were signed out is shown, not passed by.
    if saved is not None and kept_form_data(TextForm.__name__) is None:
        flash(SAVED_ALREADY)
        return redirect(url_for("evidence.edit", evidence_id=saved.page.evidence.id), 303)
    known = code if code in standard_of(enrolment).codes else ""
    return _new_page(form_of(TextForm, data={"ksb": known, "key": key}), enrolment)


@blueprint.post("/enrolments/<uuid:enrolment_id>/evidence/new")
def new_submitted(enrolment_id: uuid.UUID) -> Response | Page:
    """Keep a new draft, and go on to its files."""
    actor = current_actor()
    enrolment = see_own_enrolment(actor, enrolment_id)
    codes = standard_of(enrolment).codes
    form = form_of(TextForm)
    form.offer_kinds(with_reflection=True)
    if not form.validate():
        return _new_page(form, enrolment), 422
    at = clock.now()
    chosen = (ClaimText(form.ksb.data),) if form.ksb.data in codes else ()
    text = form.text(EvidenceText(title="", claims=chosen), today=day_of(at))
    try:
        evidence_id = start_evidence(actor, enrolment_id, text=text, at=at, key=form.key.data)
    except RuleBroken as problem:
        saved = _saved_with(form.key.data) if problem.field == "key" else None
        if saved is not None and _is_open(saved):
            return _saved_already_page(form, saved), 422
        form.refuse_all(problem)
        return _new_page(form, enrolment), 422
    return next_step(form, evidence_id, "evidence.files")


@blueprint.get("/evidence/<uuid:evidence_id>/edit")
def edit(evidence_id: uuid.UUID) -> Response | str:
    """What was written last, to change."""
    work = see_work(current_actor(), evidence_id)
    if closed := turned_away(work):
        return closed
    return _edit_page(form_of(TextForm, data=text_data(work.text, work.made_on)), work)


@blueprint.post("/evidence/<uuid:evidence_id>/edit")
def edit_submitted(evidence_id: uuid.UUID) -> Response | Page:
    """Keep the changes, and go on to the files."""
    work = see_work(current_actor(), evidence_id)
    form = form_of(TextForm)
    form.offer_kinds(with_reflection=True)
    if not form.validate():
        return _edit_page(form, work), 422
    text = form.text(work.text, today=day_of(clock.now()))
    status = keep(form, work, text=text)
    if status:
        return _edit_page(form, work), status
    return next_step(form, evidence_id, "evidence.files")


def keep(form: DraftForm, work: Work, *, text: EvidenceText) -> int:
    """Save a step: 0 when saved, else the status with which its form is shown again.

    After a conflict the form carries the newer revision: sent again, it wins, because the page
    has said so.
    """
    try:
        save_work(
            current_actor(),
            work,
            text=text,
            files=[file.text for file in work.files],
            revision=form.revision.data,
            version=form.version.data,
            at=clock.now(),
        )
    except RuleBroken as problem:
        form.refuse_all(problem)
        return 422
    except Conflict as problem:
        form.refuse(str(problem))
        form.show_as_made_on(work.made_on)
        return 409
    return 0


def _key_in_address() -> uuid.UUID | None:
    try:
        return uuid.UUID(request.args.get("key", ""))
    except ValueError:
        return None


def _saved_with(key: uuid.UUID) -> Work | None:
    """The person's piece that began with this key, unless it is gone."""
    actor = current_actor()
    result = once.result_of(key, person_id=actor.person_id, action="start_evidence")
    try:
        return see_work(actor, uuid.UUID(result)) if result else None
    except NotFound:
        return None


def _is_open(work: Work) -> bool:
    try:
        check_open(work)
    except (RuleBroken, Conflict):
        return False
    return True


def _saved_already_page(form: TextForm, work: Work) -> str:
    """The piece's own form with what was typed now, to save there or as another piece."""
    form.refuse(f"{SAVED_ALREADY} What you typed now is not saved yet.", field="key")
    form.show_as_made_on(work.made_on)
    return _edit_page(form, work, is_typed_for_new=True)


def turned_away(work: Work) -> Response | None:
    """To the piece itself, with the reason, when it can't be changed now."""
    try:
        check_open(work)
    except (RuleBroken, Conflict) as reason:
        flash(str(reason))
        return redirect(url_for("evidence.show", evidence_id=work.page.evidence.id), 303)
    return None


def next_step(form: DraftForm, evidence_id: uuid.UUID, endpoint: str) -> Response:
    """Go on to the next step, or stop here when "Save draft" was pressed."""
    if form.is_draft:
        flash(SAVED, "success")
        endpoint = "evidence.show"
    return redirect(url_for(endpoint, evidence_id=evidence_id), 303)


def _new_page(form: TextForm, enrolment: EnrolmentRow) -> str:
    standard = standard_of(enrolment)
    _offer_kinds(form, standard)
    ksb = standard.ksb(form.ksb.data) if form.ksb.data in standard.codes else None
    back = url_for("evidence.index", enrolment_id=enrolment.id)
    return render_template(
        "evidence/write.html",
        form=form,
        title="Add evidence",
        work=None,
        ksb=ksb,
        asked=(),
        back_href=back,
        another_href="",
    )


def _edit_page(form: TextForm, work: Work, *, is_typed_for_new: bool = False) -> str:
    new_href = url_for("evidence.new", enrolment_id=work.page.enrolment.id)
    _offer_kinds(form, work.page.standard)
    back = url_for("evidence.show", evidence_id=work.page.evidence.id)
    return render_template(
        "evidence/write.html",
        form=form,
        title="Change your evidence" if work.page.evidence.latest else "What did you do?",
        work=work,
        ksb=None,
        asked=asked_for(work.page),
        back_href=back,
        another_href=new_href if is_typed_for_new else "",
    )


def _offer_kinds(form: TextForm, standard: Standard) -> None:
    form.offer_kinds(with_reflection=standard.portfolio_rules.reflective_accounts_allowed)
