"""The portfolio: what it will contain, and the PDF itself."""

from __future__ import annotations

import io
import re
import uuid
from threading import BoundedSemaphore

from flask import Blueprint, Response, render_template, send_file

from kbstrack import clock, current
from kbstrack.db import db
from kbstrack.errors import KbstrackError
from kbstrack.formats import say_count
from kbstrack.pdf.as_pdf import as_pdf
from kbstrack.portfolio.contents import see_contents
from kbstrack.portfolio.rules import Portfolio
from kbstrack.portfolio.service import build_portfolio
from kbstrack.storage.names import content_disposition
from kbstrack.web.session import current_actor

blueprint = Blueprint("portfolio", __name__)

POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"

AT_ONCE = 2
WAIT_SECONDS = 15
BUSY = (
    "Other portfolios are being made at this moment. Nothing is wrong with this one: "
    "try again in a minute."
)

# Each drawing takes a processor and some hundred megabytes, and whoever waits for one takes a
# thread: the other pages need theirs too.
_drawing = BoundedSemaphore(AT_ONCE)


@blueprint.get("/enrolments/<uuid:enrolment_id>/portfolio")
def show(enrolment_id: uuid.UUID) -> str:
    """What the portfolio contains now, what it does not, and how long it takes."""
    return _page(enrolment_id)


@blueprint.get("/enrolments/<uuid:enrolment_id>/portfolio.pdf")
def download(enrolment_id: uuid.UUID) -> Response | tuple[str, int, dict[str, str]]:
    """The PDF; when it cannot be made, the page that says why."""
    portfolio = build_portfolio(current_actor(), enrolment_id, at=clock.now())
    # Everything is read: others need the connection while the document is drawn.
    db.session.remove()
    try:
        content = _draw(portfolio)
    except KbstrackError as error:
        return _page(enrolment_id, problem=str(error)), 503, {"Retry-After": "60"}
    answer = send_file(io.BytesIO(content), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = content_disposition(
        file_name(portfolio), inline=False, media_type="application/pdf"
    )
    answer.headers["Content-Security-Policy"] = POLICY
    return answer


def file_name(portfolio: Portfolio) -> str:
    """`Portfolio-Amara-Nwosu-Bell-ST0321-2026-11-22.pdf`."""
    name = "-".join(re.split(r"[\s/\\]+", portfolio.apprentice.strip()))
    day = portfolio.issued_on.isoformat()
    return f"Portfolio-{name}-{portfolio.standard.reference}-{day}.pdf"


def say_duration(piece_count: int) -> str:
    """About how long drawing takes, rounded up: `10 seconds`, `2 minutes`."""
    seconds = 10 * -(-(2 + piece_count // 2) // 10)
    return f"{seconds} seconds" if seconds < 60 else say_count(-(-seconds // 60), "minute")


def _page(enrolment_id: uuid.UUID, problem: str = "") -> str:
    contents = see_contents(current_actor(), enrolment_id, at=clock.now())
    return render_template(
        "portfolio/portfolio.html",
        contents=contents,
        duration=say_duration(contents.piece_count),
        problem=problem,
    )


def _draw(portfolio: Portfolio) -> bytes:
    if not _drawing.acquire(timeout=WAIT_SECONDS):
        raise KbstrackError(BUSY)
    try:
        return as_pdf(portfolio, current.store().read, store=current.derived())
    finally:
        _drawing.release()
