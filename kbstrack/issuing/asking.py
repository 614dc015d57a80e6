"""Having a portfolio frozen: asked for after a look, done by a worker, followed by who asked."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from kbstrack import access
from kbstrack.access import NOT_HERE, Action, Actor
from kbstrack.db import db, transaction
from kbstrack.errors import Conflict, NotFound, RuleBroken, check_all
from kbstrack.evidence.rules import clean_text
from kbstrack.issues import queries as issues
from kbstrack.issues.queries import IssueRow
from kbstrack.issues.rules import IssueKind
from kbstrack.issuing.preflight import Preflight, see_preflight
from kbstrack.jobs import queries
from kbstrack.jobs import service as jobs
from kbstrack.jobs.queries import JobRow
from kbstrack.people import enrolment_queries
from kbstrack.people.enrolment_queries import EnrolmentRow
from kbstrack.portfolio.preflight import MOST_REASON

KIND = "freeze"
"""The kind of job that freezes one enrolment's portfolio."""

CHANGED = "This list changed since you opened the page. Read it again, then freeze the issue."

OTHER = (
    "Another issue of this portfolio is being made at this moment, for something else or with "
    "another reason. Wait until it is there, then freeze yours."
)


@dataclass(frozen=True, slots=True)
class AskedIssue:
    """A freezing that was asked for; `issue` is there once it is done."""

    job: JobRow
    enrolment: EnrolmentRow
    issue: IssueRow | None


def ask_issue(
    actor: Actor,
    enrolment_id: uuid.UUID,
    *,
    kind: IssueKind | None,
    reason: str,
    seen: str,
    at: datetime,
) -> uuid.UUID:
    """Have the portfolio frozen as it stands when the work begins; gives the job's id.

    `seen` is that of the list of remarks that the person read. While the same freezing of this
    portfolio waits or runs, it is that one. Raises NotFound, NotAllowed, RuleBroken naming the
    field, and Conflict while another one waits or runs.
    """
    found = see_preflight(actor, enrolment_id, at=at)
    reason = clean_text(reason)
    check_all(
        lambda: _check_list(found, seen),
        lambda: _check_kind(kind),
        lambda: _check_reason(found, reason),
    )
    assert kind is not None
    db.session.rollback()
    with transaction():
        access.require(actor, Action.PORTFOLIO_FREEZE, found.enrolment.scope)
        job_id = jobs.ask(
            KIND,
            about=enrolment_id,
            provider_id=found.enrolment.provider_id,
            asked_by=actor.person_id,
            same_as=f"{KIND} {enrolment_id}",
            wish={"kind": kind.value, "reason": reason, "noted": list(found.noted)},
            at=at,
        )
        wish = queries.job(job_id).wish
        if (wish["kind"], wish["reason"]) != (kind.value, reason):
            raise Conflict(OTHER)
        return job_id


def see_asked_issue(actor: Actor, enrolment_id: uuid.UUID, job_id: uuid.UUID) -> AskedIssue:
    """How far a freezing is, for everybody who may freeze. Raises NotFound, NotAllowed."""
    enrolment = enrolment_queries.enrolment(enrolment_id)
    access.require(actor, Action.PORTFOLIO_FREEZE, enrolment.scope)
    try:
        job = queries.job(job_id)
    except NotFound:
        raise NotFound(NOT_HERE) from None
    if (job.kind, job.about) != (KIND, enrolment_id):
        raise NotFound(NOT_HERE)
    return AskedIssue(job, enrolment, issues.issue_of_job(job.id))


def _check_list(found: Preflight, seen: str) -> None:
    if found.blocking:
        raise RuleBroken(found.blocking[0].sentence)
    if seen != found.seen:
        raise RuleBroken(CHANGED)


def _check_kind(kind: IssueKind | None) -> None:
    if kind is None:
        raise RuleBroken("Select what the issue is for", field="kind")


def _check_reason(found: Preflight, reason: str) -> None:
    if found.warnings and not reason:
        raise RuleBroken("Say why it is frozen although this is open", field="reason")
    if len(reason) > MOST_REASON:
        raise RuleBroken(
            f"Shorten the reason to {MOST_REASON:,} characters or fewer", field="reason"
        )
