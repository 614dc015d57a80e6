"""The background job that draws the portfolios of several enrolments, one in each of its turns."""

from __future__ import annotations

import uuid
import zlib
from datetime import datetime
from typing import Any

from kbstrack.errors import KbstrackError
from kbstrack.jobs import made
from kbstrack.jobs.kinds import Kind, ReportProgress, Unfinished
from kbstrack.jobs.queries import JobRow
from kbstrack.jobs.rules import ATTEMPTS, KILLED
from kbstrack.mail.service import queue
from kbstrack.pdf.making import addressee, asker_of, drawn
from kbstrack.portfolio import letters
from kbstrack.portfolio.class_asking import KIND, check_may_print, ids_of
from kbstrack.portfolio.class_files import part_name
from kbstrack.portfolio.class_parts import ClassParts, MadePart, as_result, parts_of
from kbstrack.portfolio.service import build_portfolio


def draw_class(job: JobRow, report_progress: ReportProgress) -> dict[str, Any] | Unfinished:
    """Draw the next portfolio, as the record stands now, and keep it in the job's folder.

    One that cannot be made stops none of the others: it is left out with its reason. Raises
    NotFound or NotAllowed when whoever asked may not have it any more.
    """
    parts = _still_there(job)
    missing = parts.missing(ids_of(job))
    if missing:
        check_may_print(asker_of(job), missing[0])
        parts = _with_next(job, parts, missing[0], report_progress)
    return as_result(parts) if len(missing) <= 1 else Unfinished(as_result(parts))


def tell_asker(job: JobRow, at: datetime) -> None:
    """Queue a message that they are ready, or were not made."""
    told, parts = addressee(job), parts_of(job.result)
    if told is None:
        return
    if job.problem is None and parts.made:
        counts = {"made": len(parts.made), "failed": len(parts.failed)}
        letter = letters.class_is_ready(told.name, job.id, **counts)
    else:
        letter = letters.class_was_not_made(told.name, job.id)
    queue(told.email, *letter, at)


CLASS = Kind(KIND, draw_class, tell_asker)
"""As `app.py` registers it."""


def _with_next(
    job: JobRow, parts: ClassParts, enrolment_id: uuid.UUID, report_progress: ReportProgress
) -> ClassParts:
    if job.attempts >= ATTEMPTS:
        # It brought down whoever tried: the others are not to wait for it any longer.
        return parts.with_failed(enrolment_id, job.problem or KILLED)
    try:
        return parts.with_made(enrolment_id, _made(job, enrolment_id, report_progress))
    except KbstrackError as refusal:
        return parts.with_failed(enrolment_id, " ".join(refusal.sentences))


def _made(job: JobRow, enrolment_id: uuid.UUID, report_progress: ReportProgress) -> MadePart:
    assert job.started_at is not None
    portfolio = build_portfolio(asker_of(job), enrolment_id, at=job.started_at)
    drawing = drawn(portfolio, report_progress, at=job.started_at)
    # Refused when another worker has the job by now: its file is not to be replaced.
    report_progress(1, 1)
    made.keep_one_of_several(job.id, part_name(enrolment_id), drawing.pdf)
    return MadePart(
        size_bytes=len(drawing.pdf),
        crc32=zlib.crc32(drawing.pdf),
        pages=drawing.pages,
        met_count=sum(summary.met_count for summary in portfolio.summaries),
        ksb_count=sum(summary.total_count for summary in portfolio.summaries),
        issued_on=portfolio.issued_on,
        not_shown=drawing.not_shown,
    )


def _still_there(job: JobRow) -> ClassParts:
    """What it has so far; a file that is gone is drawn again."""
    parts, folder = parts_of(job.result), made.folder_of(job.id)
    there = {id_: part for id_, part in parts.made.items() if (folder / part_name(id_)).is_file()}
    return ClassParts(there, parts.failed)
