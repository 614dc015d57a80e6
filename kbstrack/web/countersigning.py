"""The countersigner's queue, and answering to the decisions on a piece or to a sign-off."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kbstrack import clock
from kbstrack.assessment import countersign_queries, countersign_rules
from kbstrack.assessment.countersign_queries import WaitingRow
from kbstrack.assessment.countersign_reading import (
    CountersignPage,
    CountersignSignOffPage,
    see_countersigning,
    see_countersigning_sign_off,
)
from kbstrack.assessment.countersign_rules import COUNTERSIGN_DECLARATIONS
from kbstrack.assessment.countersigning import countersign
from kbstrack.clock import day_of
from kbstrack.formats import join_words
from kbstrack.web.administering import PAGE_LENGTH, paging_of
from kbstrack.web.evidence.routes import file_views
from kbstrack.web.forms.countersigning import CountersignForm, countersign_form
from kbstrack.web.kept import form_of
from kbstrack.web.proving import prove
from kbstrack.web.sending import refusal
from kbstrack.web.session import current_actor

blueprint = Blueprint("countersigning", __name__)

Page = tuple[str, int]


@blueprint.get("/countersigning")
def queue() -> str:
    """What waits for this person's second signature, by apprentice, the oldest first."""
    rows, today = countersign_queries.waiting(current_actor()), day_of(clock.now())
    paging = paging_of(len(rows))
    shown = rows[paging.skip : paging.skip + PAGE_LENGTH]
    return render_template(
        "countersigning/queue.html",
        groups=[list(group) for _, group in groupby(shown, key=lambda row: row.enrolment_id)],
        days=lambda row: (today - day_of(row.since)).days,
        place=place_of,
        total=len(rows),
        paging=paging,
        href=lambda number: url_for("countersigning.queue", page=number),
    )


@blueprint.get("/evidence/<uuid:evidence_id>/countersign")
def evidence(evidence_id: uuid.UUID) -> Page:
    """The evidence beside the decisions that wait; afterwards what became of them."""
    found = see_countersigning(current_actor(), evidence_id)
    form = form_of(_form(found.waiting), data=_subjects(found))
    return _evidence_page(found, form)


@blueprint.post("/evidence/<uuid:evidence_id>/countersign")
def evidence_submitted(evidence_id: uuid.UUID) -> Response | Page:
    """Agree with the decisions or return them: all or nothing."""
    actor = current_actor()
    found = see_countersigning(actor, evidence_id)
    claimed = [claim.code for claim in found.version.text.claims]
    form = form_of(_form(_asked(claimed) or found.waiting))

    def again(status: int) -> Page:
        return _evidence_page(see_countersigning(actor, evidence_id), form, status)

    names = dict.fromkeys(row.assessor for row in found.waiting.values())
    signed_by = join_words(list(names)) or "the assessor"
    return _answered(form, found.page.enrolment.id, signed_by, again) or redirect(
        url_for("countersigning.evidence", evidence_id=evidence_id), 303
    )


@blueprint.get("/enrolments/<uuid:enrolment_id>/ksbs/<code>/countersign")
def sign_off(enrolment_id: uuid.UUID, code: str) -> Page:
    """The sign-off with what it rests on."""
    found = see_countersigning_sign_off(current_actor(), enrolment_id, code)
    subject = found.sign_off.id if found.sign_off else ""
    form = form_of(_form([found.code]), data={found.code: {"subject": str(subject)}})
    return _sign_off_page(found, form)


@blueprint.post("/enrolments/<uuid:enrolment_id>/ksbs/<code>/countersign")
def sign_off_submitted(enrolment_id: uuid.UUID, code: str) -> Response | Page:
    """Agree with the sign-off, or return it."""
    actor = current_actor()
    found = see_countersigning_sign_off(actor, enrolment_id, code)
    form = form_of(_form([found.code]))

    def again(status: int) -> Page:
        return _sign_off_page(see_countersigning_sign_off(actor, enrolment_id, code), form, status)

    signed_by = found.sign_off.name if found.sign_off else "the assessor"
    return _answered(form, enrolment_id, signed_by, again) or redirect(
        url_for("countersigning.sign_off", enrolment_id=enrolment_id, code=code), 303
    )


def place_of(row: WaitingRow) -> str:
    """Where something that waits is answered."""
    if row.evidence_id is not None:
        return url_for("countersigning.evidence", evidence_id=row.evidence_id)
    return url_for("countersigning.sign_off", enrolment_id=row.enrolment_id, code=row.codes[0])


def _form(codes: Sequence[str] | Mapping[str, object]) -> type[CountersignForm]:
    return countersign_form(tuple(codes))


def _asked(claimed: Sequence[str]) -> list[str]:
    """Of the KSBs of a version those that the page which was sent had asked about."""
    return [code for code in claimed if f"{code}-subject" in request.form]


def _subjects(found: CountersignPage) -> dict[str, dict[str, str]]:
    return {code: {"subject": str(row.id)} for code, row in found.waiting.items()}


def _were(labels: Sequence[str]) -> str:
    return f"{join_words(labels)} {'was' if len(labels) == 1 else 'were'}"


def _answered(
    form: CountersignForm, enrolment_id: uuid.UUID, signed_by: str, again: Callable[[int], Page]
) -> Page | None:
    """Carry the answer out; the page to show again when it can't be. `signed_by` signed first."""
    form.ask_about(dict.fromkeys(form.codes, ""))
    form.validate()
    is_declared = form["is_declared"].data
    for problem in countersign_rules.problems(form.answers, is_declared=is_declared):
        form.refuse(problem.sentence, field=problem.field)
    proof = prove(form) if form.agrees else None
    if form.errors or (form.agrees and proof is None):
        return again(422)
    status = refusal(
        form,
        lambda: countersign(
            current_actor(),
            enrolment_id,
            answers=form.answers,
            is_declared=is_declared,
            proof=proof,
            at=clock.now(),
            key=form.key.data,
        ),
    )
    if status is not None:
        return again(status)
    agreed = [answer.label for answer in form.answers if answer.is_agreed]
    returned = [answer.label for answer in form.answers if not answer.is_agreed]
    said = [f"{_were(agreed)} countersigned."] if agreed else []
    said += [f"{_were(returned)} sent back to {signed_by}."] if returned else []
    flash(" ".join(said), "success")
    return None


def _evidence_page(found: CountersignPage, form: CountersignForm, status: int = 200) -> Page:
    is_now = set(form.codes) == set(found.waiting) and all(
        answer.subject_id == found.waiting[answer.label].id for answer in form.answers
    )
    if is_now and form.codes:
        form.ask_about({code: f"the decision on {code}" for code in form.codes})
    html = render_template(
        "countersigning/evidence.html",
        found=found,
        page=found.page,
        version=found.version,
        decisions=found.page.decisions.get(found.version.number, {}),
        files=file_views(found.version.files),
        form=form,
        is_open=is_now and bool(form.codes),
        declaration_text=COUNTERSIGN_DECLARATIONS["decision"],
        place=place_of,
    )
    return html, status


def _sign_off_page(found: CountersignSignOffPage, form: CountersignForm, status: int = 200) -> Page:
    is_now = found.sign_off is not None and [found.sign_off.id] == [
        answer.subject_id for answer in form.answers
    ]
    form.ask_about({found.code: f"the sign-off of {found.code}"})
    html = render_template(
        "countersigning/sign-off.html",
        found=found,
        form=form,
        is_open=found.is_waiting and is_now,
        declaration_text=COUNTERSIGN_DECLARATIONS["sign_off"],
        place=place_of,
    )
    return html, status
