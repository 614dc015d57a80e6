"""Printing a whole class: an administrator picks apprentices, and fetches one ZIP of portfolios."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import IO, cast

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse
from werkzeug.wsgi import wrap_file

from kbstrack import clock
from kbstrack.errors import RuleBroken
from kbstrack.jobs.rules import JobState
from kbstrack.people import reading
from kbstrack.people.enrolment_queries import EnrolmentRow
from kbstrack.portfolio import class_asking
from kbstrack.portfolio.class_asking import AskedClass
from kbstrack.portfolio.class_parts import MOST, check_how_many
from kbstrack.storage.names import content_disposition
from kbstrack.web.administering import PAGE_LENGTH, Desk, desk, paging_of, wanted_page
from kbstrack.web.forms.account import PlainForm
from kbstrack.web.forms.classes import PickForm
from kbstrack.web.kept import form_of
from kbstrack.web.narrowing import Filters, asked_filters
from kbstrack.web.portfolio import NEXT_LOOK_SECONDS, POLICY
from kbstrack.web.session import current_actor

blueprint = Blueprint("classes", __name__)

Page = str | tuple[str, int]

TITLES = {
    "waiting": "Your portfolios are waiting for their turn",
    "running": "Your portfolios are being made",
    "done": "Your portfolios are ready",
    "none": "No portfolio could be made",
    "gone": "Your portfolios were removed",
    "failed": "The portfolios could not be made",
}
TOO_OLD = "Nothing is being made yet, because the page was too old. Press again."


@blueprint.get("/enrolments/portfolios")
def pick() -> str:
    """Whose portfolios can be made, and which were made before."""
    at = desk()
    return _pick_page(at, asked_filters(at), form_of(PickForm))


@blueprint.post("/enrolments/portfolios")
def pick_submitted() -> AnyResponse | Page:
    """Have the portfolios made of all that are found, or of those that are ticked."""
    at = desk()
    filters, form = asked_filters(at), form_of(PickForm)
    if not form.validate():
        return _pick_page(at, filters, form), 422
    try:
        ids = _all_found(at, filters) if "all" in request.form else form.enrolments.ids
        class_id = class_asking.ask_class(
            current_actor(), at.provider.id, enrolment_ids=ids, at=clock.now()
        )
    except RuleBroken as error:
        form.refuse_all(error)
        return _pick_page(at, filters, form), 422
    return redirect(url_for("classes.asked", class_id=class_id), 303)


@blueprint.get("/enrolments/portfolios/<uuid:class_id>")
def asked(class_id: uuid.UUID) -> str:
    """How many are ready, and the button that downloads them when all are."""
    found = class_asking.see_class(current_actor(), class_id)
    at = clock.now()
    state = state_of(found, at)
    return render_template(
        "portfolio/class.html",
        asked=found,
        state=state,
        is_drawing=found.job.state(at) is JobState.RUNNING and found.job.progress_total > 0,
        title=TITLES[state],
        seconds=NEXT_LOOK_SECONDS,
    )


@blueprint.post("/enrolments/portfolios/<uuid:class_id>/again")
def again_submitted(class_id: uuid.UUID) -> AnyResponse:
    """Have the same made once more."""
    if PlainForm().validate():
        class_id = class_asking.ask_class_again(current_actor(), class_id, at=clock.now())
    else:
        class_asking.see_class(current_actor(), class_id)
        flash(TOO_OLD)
    return redirect(url_for("classes.asked", class_id=class_id), 303)


@blueprint.get("/enrolments/portfolios/<uuid:class_id>.zip")
def download(class_id: uuid.UUID) -> Response:
    """All that were made, an index, and what could not be made."""
    found = class_asking.see_class_zip(current_actor(), class_id)
    answer = Response(
        wrap_file(request.environ, cast(IO[bytes], found.content)),
        mimetype="application/zip",
        direct_passthrough=True,
    )
    answer.content_length = found.content.size_bytes
    # Names and the index are of now: what was cut off must not go on in another ZIP.
    answer.set_etag(found.content.mark)
    answer.headers["Content-Disposition"] = content_disposition(
        found.name, inline=False, media_type="application/zip"
    )
    answer.headers["Content-Security-Policy"] = POLICY
    # A download that was cut off goes on where it ended.
    answer.make_conditional(request, accept_ranges=True, complete_length=found.content.size_bytes)
    return answer


def state_of(found: AskedClass, at: datetime) -> str:
    """How far it is; between two portfolios it runs, too, though another job may have its turn."""
    state = found.job.state(at)
    if state is JobState.FAILED:
        return "failed"
    if state is JobState.DONE:
        return "none" if not found.parts.made else "done" if found.is_there else "gone"
    has_begun = state is JobState.RUNNING or found.parts.made or found.parts.failed
    return "running" if has_begun else "waiting"


def _all_found(at: Desk, filters: Filters) -> list[uuid.UUID]:
    """Raises RuleBroken when they are none, or too many."""
    rows, count = reading.see_enrolments(
        current_actor(), at.provider.id, narrowed=filters.narrowed, most=MOST
    )
    check_how_many(count)
    return [row.id for row in rows]


def _pick_page(at: Desk, filters: Filters, form: PickForm) -> str:
    rows, count = reading.see_enrolments(
        current_actor(),
        at.provider.id,
        narrowed=filters.narrowed,
        most=PAGE_LENGTH,
        skip=(wanted_page() - 1) * PAGE_LENGTH,
    )
    form.offer(rows)
    paging = paging_of(count)
    before = class_asking.see_classes(current_actor(), at.provider.id)

    def href(number: int) -> str:
        return at.url("classes.pick", page=number, **filters.query)

    return render_template(
        "portfolio/class-pick.html",
        desk=at,
        filters=filters,
        form=form,
        count=count,
        most=MOST,
        hints=_hints(rows),
        paging=paging,
        href=href,
        action=at.url("classes.pick_submitted", page=paging.number, **filters.query),
        before=[(found, state_of(found, clock.now())) for found in before],
    )


def _hints(rows: Sequence[EnrolmentRow]) -> dict[str, str]:
    """What tells apprentices apart below their names."""
    return {
        str(row.id): ", ".join(
            (
                f"ULN {row.uln}",
                f"{row.standard_reference} version {row.standard_version}",
                row.employer or "no employer",
                f"assessed by {row.assessor}" if row.assessor else "no assessor",
                "ended" if row.ended_on else "running",
            )
        )
        for row in rows
    }
