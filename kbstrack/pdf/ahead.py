"""The background job that draws what is new in a portfolio before anybody wants the portfolio."""

from __future__ import annotations

import logging
import uuid
from datetime import datetime
from typing import Any

from kbstrack import current
from kbstrack.access import OPERATOR
from kbstrack.db import db
from kbstrack.errors import KbstrackError
from kbstrack.jobs.kinds import Kind, ReportProgress
from kbstrack.jobs.queries import JobRow
from kbstrack.jobs.rules import DRAW_AHEAD
from kbstrack.ledger import queries as ledger
from kbstrack.portfolio.service import settled_portfolio

SECONDS = 1800.0
"""It draws with one process, on one of the processors, so it may take longer."""

_ROUNDS = 5
_log = logging.getLogger(__name__)


def draw_ahead(job: JobRow, report_progress: ReportProgress) -> dict[str, Any]:
    """Draw and keep every piece that is not kept yet, and read people's PDFs; no file is made.

    What was entered meanwhile is drawn, too: while this job runs, nobody can ask for the next one.
    What can't be drawn is logged and no more: whoever makes the PDF will be told.
    """
    assert job.about is not None
    assert job.started_at is not None
    try:
        for _ in range(_ROUNDS):
            head = _draw(job.about, job.started_at, report_progress)
            if head == ledger.head(job.about):
                break
    except KbstrackError as refusal:
        # Not what it says: that can hold what somebody typed.
        _log.warning("enrolment %s not drawn ahead: %s", job.about, type(refusal).__name__)
    return {}


AHEAD = Kind(DRAW_AHEAD, draw_ahead)
"""As `app.py` registers it."""


def _draw(
    enrolment_id: uuid.UUID, at: datetime, report_progress: ReportProgress
) -> tuple[int, str]:
    """Draw the record as it stands; gives the head of its ledger."""
    # Drawing needs libraries that most commands do not.
    from kbstrack.pdf.as_pdf import Limits, keep_sections
    from kbstrack.pdf.wished import wishes_of

    portfolio = settled_portfolio(OPERATOR, enrolment_id, at=at)
    # Everything is read: others need the connection while it is drawn.
    db.session.remove()
    read_stored = current.store().read

    def read(sha256: str) -> bytes:
        # Looking into a file takes as long as drawing: a moment to give way, too.
        report_progress(0, 1)
        return read_stored(sha256)

    keep_sections(
        portfolio,
        read,
        Limits(seconds=SECONDS, processes=1),
        wishes=wishes_of(current.settings(), at),
        store=current.derived(),
        progress=report_progress,
    )
    return portfolio.ledger_sequence, portfolio.ledger_hash
