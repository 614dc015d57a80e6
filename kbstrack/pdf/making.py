"""The background job that draws one enrolment's portfolio, as whoever asked may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kbstrack import current
from kbstrack.access import OPERATOR, Actor
from kbstrack.auditing import service as auditing
from kbstrack.db import db
from kbstrack.jobs import made
from kbstrack.jobs.kinds import Kind, ReportProgress
from kbstrack.jobs.queries import JobRow
from kbstrack.mail.service import queue
from kbstrack.people import queries as people
from kbstrack.people.models import Person
from kbstrack.portfolio import letters
from kbstrack.portfolio.asking import KIND
from kbstrack.portfolio.rules import Portfolio
from kbstrack.portfolio.service import build_portfolio

if TYPE_CHECKING:
    from kbstrack.pdf.as_pdf import Drawing
    from kbstrack.pdf.enclosing import Enclose


def draw_portfolio(job: JobRow, report_progress: ReportProgress) -> dict[str, Any]:
    """Draw the record as it stands when the job begins, and keep the file under the job's id.

    Permission is asked again: it may have ended since. Raises KbstrackError when it has, or when
    the document cannot be made whole. The result has the size in bytes, and a line for everything
    in people's files that is not printed.
    """
    assert job.about is not None
    assert job.started_at is not None
    portfolio = build_portfolio(asker_of(job), job.about, at=job.started_at)
    drawing = drawn(portfolio, report_progress, at=job.started_at)
    # Refused when another worker has the job by now: its file is not to be replaced.
    report_progress(1, 1)
    made.keep(job.id, drawing.pdf)
    return {"size_bytes": len(drawing.pdf), "not_shown": list(drawing.not_shown)}


def tell_asker(job: JobRow, at: datetime) -> None:
    """Queue a message that the PDF is ready, or was not made; auditors have no account to tell."""
    told = addressee(job)
    if told is None or job.about is None:
        return
    write = letters.pdf_is_ready if job.problem is None else letters.pdf_was_not_made
    queue(told.email, *write(told.name, job.about, job.id), at)


def drawn(
    portfolio: Portfolio,
    report_progress: ReportProgress,
    *,
    at: datetime,
    enclose: Enclose | None = None,
) -> Drawing:
    """The document as this instance is set to make it now; whatever was read before is let go of.

    With `enclose` it is one that will be signed.
    """
    # Drawing needs libraries that most commands do not.
    from kbstrack.pdf.as_pdf import draw
    from kbstrack.pdf.wished import wishes_of

    # Everything is read: others need the connection while the document is drawn.
    db.session.remove()
    return draw(
        portfolio,
        current.store().read,
        wishes=wishes_of(current.settings(), at, enclose=enclose),
        store=current.derived(),
        progress=report_progress,
    )


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whoever is told about a job."""

    name: str
    email: str


def addressee(job: JobRow) -> Addressee | None:
    """Whoever asked for it; None for who has no account, or none any more that opens anything."""
    person = db.session.get(Person, job.asked_by) if job.asked_by is not None else None
    if person is None or job.provider_id is None or not people.roles_of(person.id):
        return None
    return Addressee(people.names(job.provider_id, [person.id])[person.id], person.email)


def asker_of(job: JobRow) -> Actor:
    """Whoever asked, with what they may do now; an auditor only while their link works."""
    if job.asked_by is None:
        return OPERATOR
    assert job.started_at is not None
    auditor = auditing.auditor_of(job.asked_by, at=job.started_at)
    return auditor if auditor is not None else people.actor_of(job.asked_by)


PORTFOLIO = Kind(KIND, draw_portfolio, tell_asker)
"""As `app.py` registers it."""
