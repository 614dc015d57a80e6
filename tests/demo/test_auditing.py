"""The demo's auditor: a link that works, and what was read by it."""

from __future__ import annotations

from flask import Flask

from kbstrack.auditing import queries
from kbstrack.clock import day_of, now
from kbstrack.demo import auditing, cohort
from kbstrack.ids import seeded


def test_an_auditor_reads_two_records_for_a_month(app: Flask) -> None:
    at = now()
    with seeded("test"):
        made = cohort.make_cohort("$argon2id$not-a-real-hash")
        auditing.audit(made, now=at)

    (link,) = queries.links(made.provider_id)
    assert link.is_open(day_of(at))
    assert (link.enrolment_count, link.view_count) == (2, len(auditing.READ))
    assert queries.count_views(made.enrolments["amara"]) == len(auditing.READ)
