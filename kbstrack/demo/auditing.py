"""Plays an auditor who was given a link and has begun to read."""

from __future__ import annotations

from datetime import datetime, timedelta

from kbstrack.auditing import service
from kbstrack.auditing.service import Wanted
from kbstrack.clock import day_of
from kbstrack.demo.cohort import Cohort

READ = ("overview", "KSB matrix", "KSB K1", "evidence E1", "history", "portfolio PDF")
"""What was opened, a few minutes apart."""


def audit(cohort: Cohort, *, now: datetime) -> None:
    """A link to two records, made yesterday, and what was read by it."""
    made_at = now - timedelta(days=1)
    administrator = cohort.actor("nadia")
    wanted = Wanted(
        name="Oriel Stannard",
        organisation="Fenmoor Assurance",
        enrolment_ids=(cohort.enrolments["amara"], cohort.enrolments["megan"]),
        ends_on=day_of(now) + timedelta(days=30),
    )
    made = service.make_link(administrator, cohort.provider_id, wanted=wanted, at=made_at)
    reader = service.auditor_of(made.id, at=made_at)
    assert reader is not None, "the link works for a month"
    for number, what in enumerate(READ):
        at = made_at + timedelta(minutes=4 * number)
        service.note_view(reader, cohort.enrolments["amara"], what=what, at=at)
