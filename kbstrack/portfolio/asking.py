"""Having the portfolio's PDF made: asked for, followed and fetched by the same person."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kbstrack import access
from kbstrack.access import NOT_HERE, Action, Actor
from kbstrack.db import transaction
from kbstrack.errors import NotFound
from kbstrack.jobs import made, queries
from kbstrack.jobs import service as jobs
from kbstrack.jobs.queries import JobRow
from kbstrack.people import enrolment_queries
from kbstrack.people.enrolment_queries import EnrolmentRow

KIND = "portfolio"
"""The kind of job that draws one enrolment's portfolio."""


@dataclass(frozen=True, slots=True)
class AskedPdf:
    """A PDF that was asked for; `path` is its file while there is one.

    `previous` is the PDF that the same person had made before and can still fetch.
    """

    job: JobRow
    enrolment: EnrolmentRow
    path: Path | None
    previous: JobRow | None


def ask_pdf(actor: Actor, enrolment_id: uuid.UUID, *, at: datetime) -> uuid.UUID:
    """Have the portfolio drawn as this person may see it; gives the job's id.

    While one that they asked for waits or runs, it is that one. Raises NotFound, NotAllowed.
    """
    with transaction():
        enrolment = _enrolment(actor, enrolment_id)
        asked_by = _asker(actor)
        return jobs.ask(
            KIND,
            about=enrolment.id,
            provider_id=enrolment.provider_id,
            asked_by=asked_by,
            same_as=f"{KIND} {enrolment.id} {asked_by}",
            at=at,
        )


def see_asked_pdf(actor: Actor, enrolment_id: uuid.UUID, job_id: uuid.UUID) -> AskedPdf:
    """How far the PDF is that this person asked for. Raises NotFound for anybody else's."""
    enrolment = _enrolment(actor, enrolment_id)
    try:
        job = queries.job(job_id)
    except NotFound:
        raise NotFound(NOT_HERE) from None
    if (job.kind, job.about, job.asked_by) != (KIND, enrolment.id, _asker(actor)):
        raise NotFound(NOT_HERE)
    path = made.path_of(job.id)
    is_made = job.finished_at is not None and job.problem is None and path.is_file()
    return AskedPdf(job, enrolment, path if is_made else None, _last(actor, enrolment, job.id))


def see_last_pdf(actor: Actor, enrolment_id: uuid.UUID) -> JobRow | None:
    """The job of the latest PDF that this person can fetch. Raises NotFound, NotAllowed."""
    return _last(actor, _enrolment(actor, enrolment_id), None)


def _last(actor: Actor, enrolment: EnrolmentRow, but: uuid.UUID | None) -> JobRow | None:
    found = queries.done(KIND, enrolment.id, _asker(actor))
    return next((row for row in found if row.id != but and made.path_of(row.id).is_file()), None)


def _enrolment(actor: Actor, enrolment_id: uuid.UUID) -> EnrolmentRow:
    enrolment = enrolment_queries.enrolment(enrolment_id)
    access.require(actor, Action.PORTFOLIO_SEE, enrolment.scope)
    return enrolment


def _asker(actor: Actor) -> uuid.UUID | None:
    return None if actor.is_operator else actor.person_id
