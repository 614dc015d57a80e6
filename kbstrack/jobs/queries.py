"""Reading jobs: ids and moments in, frozen rows out."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlalchemy.orm import aliased

from kbstrack.db import db
from kbstrack.errors import NotFound
from kbstrack.jobs import rules
from kbstrack.jobs.models import Job
from kbstrack.jobs.rules import JobState


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job as it stood when it was read: `wish` is what its kind was asked for beside, `result`
    what it made of it, or has so far."""

    id: uuid.UUID
    kind: str
    about: uuid.UUID | None
    provider_id: uuid.UUID | None
    asked_by: uuid.UUID | None
    wish: Mapping[str, Any]
    created_at: datetime
    next_attempt_at: datetime
    leased_until: datetime | None
    attempts: int
    started_at: datetime | None
    progress_done: int
    progress_total: int
    finished_at: datetime | None
    result: Mapping[str, Any]
    problem: str | None

    def state(self, at: datetime) -> JobState:
        """How far it has come at this moment."""
        return rules.state_of(
            leased_until=self.leased_until,
            finished_at=self.finished_at,
            problem=self.problem,
            at=at,
        )


def row_of(job: Job) -> JobRow:
    """The frozen copy of a row."""
    return JobRow(
        id=job.id,
        kind=job.kind,
        about=job.about,
        provider_id=job.provider_id,
        asked_by=job.asked_by,
        wish=json.loads(job.wish),
        created_at=job.created_at,
        next_attempt_at=job.next_attempt_at,
        leased_until=job.leased_until,
        attempts=job.attempts,
        started_at=job.started_at,
        progress_done=job.progress_done,
        progress_total=job.progress_total,
        finished_at=job.finished_at,
        result=json.loads(job.result) if job.result is not None else {},
        problem=job.problem,
    )


def job(job_id: uuid.UUID) -> JobRow:
    """Raises NotFound."""
    found = db.session.get(Job, job_id, populate_existing=True)
    if found is None:
        raise NotFound(f"There is no job {job_id}.")
    return row_of(found)


def unfinished_like(same_as: str) -> uuid.UUID | None:
    """The job of this name that waits or runs."""
    return db.session.scalar(
        select(Job.id).where(Job.same_as == same_as, Job.finished_at.is_(None))
    )


def is_running(at: datetime) -> ColumnElement[bool]:
    """Not finished, and in the hands of a worker that is alive."""
    return and_(Job.finished_at.is_(None), Job.leased_until > at)


def is_free(at: datetime) -> ColumnElement[bool]:
    """Not finished, in nobody's hands, and its time has come."""
    return and_(
        Job.finished_at.is_(None),
        or_(Job.leased_until.is_(None), Job.leased_until <= at),
        Job.next_attempt_at <= at,
    )


def is_any_free(at: datetime) -> bool:
    """Whether it is worth trying to take one."""
    return db.session.scalar(select(Job.id).where(is_free(at)).limit(1)) is not None


def count_running(at: datetime) -> int:
    """How many jobs run on this instance, in whatever process."""
    return db.session.scalar(select(func.count()).select_from(Job).where(is_running(at))) or 0


def is_anybody_waiting(at: datetime) -> bool:
    """Whether a job that somebody waits for is free or runs."""
    is_attended = Job.kind.not_in(rules.UNATTENDED)
    found = select(Job.id).where(is_attended, or_(is_free(at), is_running(at))).limit(1)
    return db.session.scalar(found) is not None


def next_free(at: datetime, *, is_idle: bool) -> uuid.UUID | None:
    """The free job whose turn it is: of the provider with the fewest running, what waits longest.

    A job that was put off waits from then on, and so lets everything go first that came meanwhile.
    What nobody waits for has its turn when nothing else is free and nothing runs (`is_idle`).
    """
    is_unattended = Job.kind.in_(rules.UNATTENDED)
    running = (
        select(Job.provider_id, func.count().label("count"))
        .where(is_running(at))
        .group_by(Job.provider_id)
        .subquery()
    )
    return db.session.scalar(
        select(Job.id)
        .outerjoin(running, running.c.provider_id == Job.provider_id)
        .where(is_free(at), or_(literal(is_idle), ~is_unattended))
        .order_by(
            is_unattended,
            func.coalesce(running.c.count, 0),
            Job.next_attempt_at,
            Job.created_at,
            Job.id,
        )
        .limit(1)
    )


def unfinished_or_failed() -> list[JobRow]:
    """What waits, runs or was given up, oldest first."""
    found = db.session.scalars(
        select(Job)
        .where(or_(Job.finished_at.is_(None), Job.problem.is_not(None)))
        .order_by(Job.created_at, Job.id)
    )
    return [row_of(job) for job in found]


def is_outdated(at: datetime) -> ColumnElement[bool]:
    """Finished so long ago that its row says nothing to anybody any more."""
    is_unattended = Job.kind.in_(rules.UNATTENDED)
    return or_(
        Job.finished_at < at - rules.KEPT,
        and_(is_unattended, Job.finished_at < at - rules.KEPT_UNATTENDED),
    )


def done(kind: str, about: uuid.UUID, asked_by: uuid.UUID | None) -> list[JobRow]:
    """What this person had done of this kind about this, the latest first."""
    found = db.session.scalars(
        select(Job)
        .where(
            Job.kind == kind,
            Job.about == about,
            Job.asked_by.is_not_distinct_from(asked_by),
            Job.finished_at.is_not(None),
            Job.problem.is_(None),
        )
        .order_by(Job.finished_at.desc(), Job.id)
    )
    return [row_of(job) for job in found]


def asked(kind: str, about: uuid.UUID, asked_by: uuid.UUID | None, *, most: int) -> list[JobRow]:
    """What this person asked for of this kind about this and was not given up, the latest first."""
    found = db.session.scalars(
        select(Job)
        .where(
            Job.kind == kind,
            Job.about == about,
            Job.asked_by.is_not_distinct_from(asked_by),
            or_(Job.finished_at.is_(None), Job.problem.is_(None)),
        )
        .order_by(Job.created_at.desc(), Job.id)
        .limit(most)
    )
    return [row_of(job) for job in found]


def with_lasting_results(job_ids: Collection[uuid.UUID], *, since: datetime) -> set[uuid.UUID]:
    """Those of the jobs whose made file is still of use.

    They are not finished, or finished well after `since` and no newer one of the same name, about
    the same, for the same person is.
    """
    newer = aliased(Job)
    is_replaced = (
        select(newer.id)
        .where(
            newer.kind == Job.kind,
            newer.about.is_not_distinct_from(Job.about),
            newer.asked_by.is_not_distinct_from(Job.asked_by),
            newer.same_as == Job.same_as,
            newer.problem.is_(None),
            newer.finished_at > Job.finished_at,
        )
        .exists()
    )
    is_good = and_(Job.problem.is_(None), Job.finished_at > since, ~is_replaced)
    return set(
        db.session.scalars(
            select(Job.id).where(Job.id.in_(job_ids), or_(Job.finished_at.is_(None), is_good))
        )
    )
