"""Freezes the portfolio of the demo's apprentice who has finished."""

from __future__ import annotations

from kbstrack.demo.cohort import Cohort
from kbstrack.demo.script import TODAY, moment
from kbstrack.issues.rules import IssueKind
from kbstrack.issuing.asking import ask_issue
from kbstrack.issuing.preflight import see_preflight
from kbstrack.jobs import queries
from kbstrack.jobs.running import run_next

FINISHED, ASSESSOR = "amara", "ruth"
REASON = (
    "The line manager signs the statement at the end for the whole portfolio; single pieces were "
    "not confirmed one by one."
)


def freeze(cohort: Cohort) -> None:
    """Have the issue for gateway made, as a worker would."""
    at = moment(TODAY, 17, 1, "freezing")
    actor, enrolment_id = cohort.actor(ASSESSOR), cohort.enrolments[FINISHED]
    found = see_preflight(actor, enrolment_id, at=at)
    job_id = ask_issue(
        actor,
        enrolment_id,
        kind=IssueKind.GATEWAY,
        reason=REASON if found.warnings else "",
        seen=found.seen,
        at=at,
    )
    run_next(lambda: at)
    problem = queries.job(job_id).problem
    assert problem is None, problem
