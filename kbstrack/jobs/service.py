"""Asking for a job, and what a worker writes of it: only with the lease it took the job with."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, event, select, update
from sqlalchemy.orm import Session

from kbstrack.canonical import Json, canonical_json
from kbstrack.db import db, is_writing, take_turns, transaction
from kbstrack.errors import RuleBroken
from kbstrack.ids import new_id
from kbstrack.jobs import queries, queue, rules
from kbstrack.jobs.models import Job
from kbstrack.jobs.queries import JobRow

Tell = Callable[[JobRow, datetime], object]
"""Tells whoever asked how it ended, in the transaction that ends the job."""

_ASKED = "kbstrack_asked_for_jobs"


class LostLease(Exception):
    """Another worker was given the job, or it has ended: stop, and write nothing."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A job in a worker's hands, and the lease that proves it."""

    job: JobRow
    lease: uuid.UUID


def ask(
    kind: str,
    *,
    about: uuid.UUID | None,
    provider_id: uuid.UUID | None,
    asked_by: uuid.UUID | None,
    same_as: str,
    at: datetime,
    wish: Mapping[str, Json] | None = None,
    pause: timedelta = timedelta(0),
) -> uuid.UUID:
    """Have work done once the caller's transaction commits; gives the job's id.

    `wish` is what its kind needs to know beside; it is not begun before the `pause` is over. While
    a job named `same_as` waits or runs, it gives that one, whatever that one's wish was.
    """
    assert is_writing()
    take_turns(f"job {same_as}")
    found = queries.unfinished_like(same_as)
    if found is not None:
        return found
    job = Job(
        id=new_id(),
        kind=kind,
        about=about,
        provider_id=provider_id,
        asked_by=asked_by,
        same_as=same_as,
        wish=canonical_json(wish or {}).decode(),
        created_at=at,
        next_attempt_at=at + pause,
    )
    db.session.add(job)
    db.session.flush()
    if not pause:
        _wake_for(job.id)
    return job.id


def take(at: datetime, *, limit: int) -> Taken | None:
    """Take the job whose turn it is; None when none is free or `limit` run on this instance.

    A job whose worker was killed is taken again when its lease has ended, but not for ever: what
    kills its workers would otherwise kill them all.
    """
    with transaction():
        # Two that count at the same moment would both find room for one more.
        take_turns("jobs are taken")
        _give_up_what_kills(at)
        running = queries.count_running(at)
        if running >= limit:
            return None
        job_id, lease = queries.next_free(at, is_idle=not running), uuid.uuid4()
        taken = db.session.execute(
            update(Job)
            .where(Job.id == job_id, queries.is_free(at))
            .values(
                lease=lease,
                leased_until=at + rules.LEASE,
                attempts=Job.attempts + 1,
                started_at=at,
                progress_done=0,
                progress_total=0,
            )
            .returning(Job.id)
            .execution_options(synchronize_session=False)
        ).scalar_one_or_none()
        return None if taken is None else Taken(queries.job(taken), lease)


def extend(job_id: uuid.UUID, lease: uuid.UUID, at: datetime) -> None:
    """The worker is alive. Raises LostLease."""
    with transaction():
        _write(job_id, lease, leased_until=at + rules.LEASE)


def progress(job_id: uuid.UUID, lease: uuid.UUID, done: int, total: int, at: datetime) -> None:
    """So much of so much is done, and the worker is alive. Raises LostLease."""
    with transaction():
        _write(
            job_id,
            lease,
            progress_done=done,
            progress_total=total,
            leased_until=at + rules.LEASE,
        )


def finish(
    job_id: uuid.UUID,
    lease: uuid.UUID,
    result: Mapping[str, Any],
    at: datetime,
    *,
    tell: Tell | None = None,
) -> None:
    """It is done; `tell` is called when it took long. Raises LostLease."""
    with transaction():
        _write(
            job_id,
            lease,
            finished_at=at,
            result=_as_text(result),
            problem=None,
            lease=None,
            leased_until=None,
        )
        _tell(job_id, tell, at)


def put_off(job_id: uuid.UUID, lease: uuid.UUID, so_far: Mapping[str, Any], at: datetime) -> None:
    """A part of it is done: what waits goes first, then its turn comes again.

    What went wrong on the way to here is over, and its tries no longer count. Raises LostLease.
    """
    with transaction():
        _write(
            job_id,
            lease,
            result=_as_text(so_far),
            attempts=0,
            problem=None,
            progress_done=0,
            progress_total=0,
            next_attempt_at=at,
            lease=None,
            leased_until=None,
        )


def fail(
    job_id: uuid.UUID,
    lease: uuid.UUID,
    problem: str,
    at: datetime,
    *,
    is_final: bool,
    tell: Tell | None = None,
) -> None:
    """It went wrong, and `problem` says so in a sentence for people.

    Unless it `is_final`, it is tried again after a pause, a few times. Raises LostLease.
    """
    with transaction():
        _write(job_id, lease, problem=problem, lease=None, leased_until=None)
        job = db.session.get_one(Job, job_id, populate_existing=True)
        pause = None if is_final else rules.pause_after(job.attempts)
        if pause is not None:
            job.next_attempt_at = at + pause
            return
        job.finished_at = at
        db.session.flush()
        _tell(job_id, tell, at)


def give_back(job_id: uuid.UUID, lease: uuid.UUID) -> None:
    """The worker stops in an orderly way: the next one begins anew, and this try did not count.

    Without the lease nothing is changed.
    """
    with transaction():
        db.session.execute(
            update(Job)
            .where(Job.id == job_id, Job.lease == lease)
            .values(lease=None, leased_until=None, attempts=Job.attempts - 1)
            .execution_options(synchronize_session=False)
        )


def retry(job_id: uuid.UUID, *, at: datetime) -> None:
    """Begin a failed job anew, or a waiting one at once; for operators.

    Raises NotFound, or RuleBroken when it is done or runs, or when the same was asked for again.
    """
    with transaction():
        take_turns("jobs are taken")
        row = queries.job(job_id)
        job = db.session.get_one(Job, job_id, populate_existing=True)
        # Whoever asks for the same at this moment must not find it finished still.
        take_turns(f"job {job.same_as}")
        if row.state(at) in {rules.JobState.DONE, rules.JobState.RUNNING}:
            raise RuleBroken(f"The job {job_id} is {row.state(at)}: there is nothing to try again.")
        newer = queries.unfinished_like(job.same_as)
        if newer not in {None, job_id}:
            raise RuleBroken(f"The same was asked for again: that is job {newer}.")
        job.finished_at = job.problem = job.lease = job.leased_until = None
        job.attempts, job.next_attempt_at = 0, at
        _wake_for(job_id)


def forget_outdated(at: datetime) -> None:
    """Remove the rows of jobs that were finished long ago, whose files are gone already."""
    outdated = queries.is_outdated(at)
    if db.session.scalar(select(Job.id).where(outdated).limit(1)) is not None:
        with transaction():
            db.session.execute(
                delete(Job).where(outdated).execution_options(synchronize_session=False)
            )


def _write(job_id: uuid.UUID, held: uuid.UUID, **values: Any) -> None:
    """Change the row of a job that this lease still holds."""
    found = db.session.execute(
        update(Job)
        .where(Job.id == job_id, Job.lease == held, Job.finished_at.is_(None))
        .values(**values)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if found is None:
        raise LostLease


def _as_text(result: Mapping[str, Any]) -> str:
    return json.dumps(dict(result), sort_keys=True)


def _give_up_what_kills(at: datetime) -> None:
    db.session.execute(
        update(Job)
        .where(Job.attempts >= rules.ATTEMPTS, queries.is_free(at))
        .values(finished_at=at, problem=rules.KILLED, lease=None, leased_until=None)
        .execution_options(synchronize_session=False)
    )


def _tell(job_id: uuid.UUID, tell: Tell | None, at: datetime) -> None:
    job = queries.job(job_id)
    if tell is not None and rules.took_long(job.created_at, at):
        tell(job, at)


def _wake_for(job_id: uuid.UUID) -> None:
    db.session().info.setdefault(_ASKED, []).append(job_id)


@event.listens_for(Session, "after_commit")
def _wake(session: Session) -> None:
    for job_id in session.info.pop(_ASKED, ()):
        queue.current_queue().wake(job_id)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_ASKED, None)
