"""Frozen issues of a portfolio: looking it through, freezing it, and fetching what was frozen."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from kbstrack import access, clock, current
from kbstrack.access import NOT_HERE
from kbstrack.bundle.issued import Layout
from kbstrack.clock import day_of
from kbstrack.errors import Conflict, NotFound, RuleBroken
from kbstrack.issues.queries import IssueRow
from kbstrack.issuing import asking, bundling, reading
from kbstrack.issuing.preflight import Preflight, see_preflight
from kbstrack.jobs.rules import JobState
from kbstrack.people.enrolment_queries import EnrolmentRow
from kbstrack.people.pinned import standard_of
from kbstrack.portfolio.naming import file_name
from kbstrack.portfolio.preflight import MOST_REASON, Mend, Remark
from kbstrack.storage.names import content_disposition
from kbstrack.web.forms.issuing import FreezeForm
from kbstrack.web.kept import form_of
from kbstrack.web.portfolio import NEXT_LOOK_SECONDS, POLICY
from kbstrack.web.session import current_actor

blueprint = Blueprint("issuing", __name__)

Page = str | tuple[str, int]

TITLES = {
    JobState.WAITING: "The issue is waiting for its turn",
    JobState.RUNNING: "The issue is being made",
    JobState.DONE: "The issue is made",
    JobState.FAILED: "The portfolio was not frozen",
}


@blueprint.get("/enrolments/<uuid:enrolment_id>/portfolio/issues/new")
def new(enrolment_id: uuid.UUID) -> Page:
    """What is missing or odd, and the form that freezes the portfolio."""
    found = see_preflight(current_actor(), enrolment_id, at=clock.now())
    return _new_page(found, form_of(FreezeForm))


@blueprint.post("/enrolments/<uuid:enrolment_id>/portfolio/issues/new")
def new_submitted(enrolment_id: uuid.UUID) -> AnyResponse | Page:
    """Have it frozen; pressed twice, it is one issue."""
    actor, form, at = current_actor(), form_of(FreezeForm), clock.now()
    if form.validate():
        try:
            job_id = asking.ask_issue(
                actor,
                enrolment_id,
                kind=form.issue_kind,
                reason=form.reason.data or "",
                seen=form.seen.data or "",
                at=at,
            )
        except RuleBroken as error:
            form.refuse_all(error)
        except Conflict as error:
            form.refuse(str(error))
        else:
            return redirect(
                url_for("issuing.asked", enrolment_id=enrolment_id, freezing_id=job_id), 303
            )
    return _new_page(see_preflight(actor, enrolment_id, at=at), form, 422)


@blueprint.get("/enrolments/<uuid:enrolment_id>/portfolio/issues/jobs/<uuid:freezing_id>")
def asked(enrolment_id: uuid.UUID, freezing_id: uuid.UUID) -> AnyResponse | str:
    """How far the freezing is; when it is done, the issue."""
    found = asking.see_asked_issue(current_actor(), enrolment_id, freezing_id)
    if found.issue is not None:
        number = found.issue.number
        return redirect(url_for("issuing.show", enrolment_id=enrolment_id, number=number), 303)
    state = found.job.state(clock.now())
    return render_template(
        "issuing/asked.html",
        asked=found,
        standard=standard_of(found.enrolment),
        state=state.value,
        title=TITLES[state],
        seconds=NEXT_LOOK_SECONDS,
    )


@blueprint.get("/enrolments/<uuid:enrolment_id>/portfolio/issues/<int:number>")
def show(enrolment_id: uuid.UUID, number: int) -> str:
    """One issue: what it is, how to fetch it, and how others can check it."""
    found = reading.see_issue(current_actor(), enrolment_id, number)
    return render_template(
        "issuing/show.html",
        page=found,
        issue=found.issue,
        standard=standard_of(found.enrolment),
    )


@blueprint.get("/enrolments/<uuid:enrolment_id>/portfolio/issues/<int:number>.pdf")
def download(enrolment_id: uuid.UUID, number: int) -> Response:
    """The signed PDF, byte for byte as it was frozen."""
    found = reading.see_issue(current_actor(), enrolment_id, number)
    answer = send_file(reading.issue_pdf(found.issue), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = content_disposition(
        name_of(found.enrolment, found.issue), inline=False, media_type="application/pdf"
    )
    answer.headers["Content-Security-Policy"] = POLICY
    return answer


@blueprint.get("/enrolments/<uuid:enrolment_id>/portfolio/issues/<int:number>/bundle")
def bundle(enrolment_id: uuid.UUID, number: int) -> Page:
    """The ZIPs of the bundle in both layouts, with their sizes."""
    actor = current_actor()
    page = reading.see_issue(actor, enrolment_id, number)
    problems: tuple[str, ...] = ()
    bundles = []
    try:
        for layout in Layout:
            found = bundling.see_bundle(actor, enrolment_id, number, layout, at=clock.now())
            bundles.append((layout, found.parts))
    except RuleBroken as error:
        problems = error.sentences
    html = render_template(
        "issuing/bundle.html",
        page=page,
        issue=page.issue,
        standard=standard_of(page.enrolment),
        bundles=bundles,
        problems=problems,
        most=current.settings().receiver_most_bytes,
    )
    return html, 409 if problems else 200


@blueprint.get(
    "/enrolments/<uuid:enrolment_id>/portfolio/issues/<int:number>/bundle/<layout>/<int:part>.zip"
)
def bundle_part(enrolment_id: uuid.UUID, number: int, layout: str, part: int) -> Response:
    """One ZIP, made while it is sent."""
    reading.see_issue(current_actor(), enrolment_id, number)
    if layout not in set(Layout):
        raise NotFound(NOT_HERE)
    found = bundling.see_bundle(
        current_actor(), enrolment_id, number, Layout(layout), at=clock.now()
    )
    if not 1 <= part <= len(found.parts):
        raise NotFound(NOT_HERE)
    wanted = found.parts[part - 1]
    answer = Response(bundling.bytes_of(wanted), mimetype="application/zip")
    answer.content_length = wanted.size_bytes
    answer.headers["Content-Disposition"] = content_disposition(
        wanted.name, inline=False, media_type="application/zip"
    )
    answer.headers["Content-Security-Policy"] = POLICY
    return answer


def name_of(enrolment: EnrolmentRow, issue: IssueRow) -> str:
    """`Portfolio-Amara-Nwosu-Bell-ST0321-2026-11-22-issue-2.pdf`."""
    name = file_name(enrolment.apprentice, enrolment.standard_reference, day_of(issue.frozen_at))
    return f"{name.removesuffix('.pdf')}-issue-{issue.number}.pdf"


def _new_page(found: Preflight, form: FreezeForm, status: int = 200) -> Page:
    form.seen.data = found.seen
    html = render_template(
        "issuing/new.html",
        found=found,
        form=form,
        standard=standard_of(found.enrolment),
        links_of=lambda remark: _links_of(found, remark),
        most=MOST_REASON,
        is_here_only=current.settings().is_here_only,
        check_url=f"{current.settings().public_url}{url_for('checking.ask')}",
    )
    return html, status


def _links_of(found: Preflight, remark: Remark) -> list[tuple[str, str]]:
    """Where a remark can be mended: what to call each place, and its address, if it has one."""
    enrolment_id = found.enrolment.id
    if remark.mend is Mend.KSB:
        return [
            (code, url_for("progress.ksb", enrolment_id=enrolment_id, code=code))
            for code in remark.about
        ]
    if remark.mend is Mend.PIECE:
        return [
            (label, url_for("evidence.show", evidence_id=found.evidence_ids[label]))
            for label in remark.about
            if label in found.evidence_ids
        ]
    if remark.mend is Mend.QUALITY:
        is_assessor = access.is_assessor(current_actor(), found.enrolment.scope)
        page = "quality.action" if is_assessor else "quality.sample"
        return [
            (f"Action {number}", url_for(page, sample_id=sample_id))
            for number, sample_id in enumerate(found.open_actions, 1)
        ]
    if remark.mend is Mend.EVIDENCE:
        return [("All evidence", url_for("evidence.index", enrolment_id=enrolment_id))]
    return []
