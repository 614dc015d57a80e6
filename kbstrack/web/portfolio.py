"""The portfolio: what it will contain, and the PDF from being asked for to being fetched."""

from __future__ import annotations

import uuid
from datetime import datetime

from flask import Blueprint, Response, flash, redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from kbstrack import clock, current
from kbstrack.clock import day_of
from kbstrack.errors import NotFound
from kbstrack.formats import say_count
from kbstrack.issuing.reading import see_issues
from kbstrack.jobs.rules import JobState
from kbstrack.people.enrolment_queries import NOT_HERE
from kbstrack.people.pinned import standard_of
from kbstrack.portfolio.asking import AskedPdf, ask_pdf, see_asked_pdf, see_last_pdf
from kbstrack.portfolio.contents import see_contents
from kbstrack.portfolio.naming import file_name
from kbstrack.storage.names import content_disposition
from kbstrack.web.forms.account import PlainForm
from kbstrack.web.session import current_actor

blueprint = Blueprint("portfolio", __name__)

POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
NEXT_LOOK_SECONDS = 4
"""How often a browser without script asks how far the PDF is."""

TITLES = {
    JobState.WAITING: "Your PDF is waiting for its turn",
    JobState.RUNNING: "Your PDF is being made",
    JobState.DONE: "Your PDF is ready",
    JobState.FAILED: "The PDF could not be made",
}
REMOVED = "Your PDF was removed"


@blueprint.get("/enrolments/<uuid:enrolment_id>/portfolio")
def show(enrolment_id: uuid.UUID) -> str:
    """What the portfolio contains now, what it does not, and how long it takes."""
    contents = see_contents(current_actor(), enrolment_id, at=clock.now())
    return render_template(
        "portfolio/portfolio.html",
        contents=contents,
        duration=say_duration(contents.piece_count),
        prints_office=bool(current.settings().office),
        last=see_last_pdf(current_actor(), enrolment_id),
        frozen=see_issues(current_actor(), enrolment_id),
    )


@blueprint.post("/enrolments/<uuid:enrolment_id>/portfolio/jobs")
def ask_submitted(enrolment_id: uuid.UUID) -> AnyResponse:
    """Have the PDF made; pressed twice, it is one."""
    if not PlainForm().validate():
        see_last_pdf(current_actor(), enrolment_id)
        flash("The PDF is not being made yet, because the page was too old. Press again.")
        return redirect(url_for("portfolio.show", enrolment_id=enrolment_id), 303)
    job_id = ask_pdf(current_actor(), enrolment_id, at=clock.now())
    return redirect(url_for("portfolio.asked", enrolment_id=enrolment_id, job_id=job_id), 303)


@blueprint.get("/enrolments/<uuid:enrolment_id>/portfolio/jobs/<uuid:job_id>")
def asked(enrolment_id: uuid.UUID, job_id: uuid.UUID) -> str:
    """How far the PDF is, and the button that downloads it when it is ready."""
    found, at = see_asked_pdf(current_actor(), enrolment_id, job_id), clock.now()
    state = found.job.state(at)
    is_gone = state is JobState.DONE and found.path is None
    return render_template(
        "portfolio/asked.html",
        asked=found,
        frozen=see_issues(current_actor(), enrolment_id),
        standard=standard_of(found.enrolment),
        state="gone" if is_gone else state.value,
        title=REMOVED if is_gone else TITLES[state],
        seconds=NEXT_LOOK_SECONDS,
    )


@blueprint.get("/enrolments/<uuid:enrolment_id>/portfolio/jobs/<uuid:job_id>.pdf")
def download(enrolment_id: uuid.UUID, job_id: uuid.UUID) -> Response:
    """The PDF, for whoever asked for it."""
    found = see_asked_pdf(current_actor(), enrolment_id, job_id)
    if found.path is None:
        raise NotFound(NOT_HERE)
    answer = send_file(found.path, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = content_disposition(
        name_of(found), inline=False, media_type="application/pdf"
    )
    answer.headers["Content-Security-Policy"] = POLICY
    return answer


def name_of(found: AskedPdf) -> str:
    """What the downloaded file is called: the day is the one that the PDF shows."""
    begun_at: datetime = found.job.started_at or found.job.created_at
    enrolment = found.enrolment
    return file_name(enrolment.apprentice, enrolment.standard_reference, day_of(begun_at))


def say_duration(piece_count: int) -> str:
    """About how long drawing takes, rounded up: `10 seconds`, `2 minutes`."""
    seconds = 10 * -(-(2 + piece_count // 2) // 10)
    return f"{seconds} seconds" if seconds < 60 else say_count(-(-seconds // 60), "minute")
