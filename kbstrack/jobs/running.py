"""Seeing one job through: taken, kept while it is worked on, and then ended or put off."""

from __future__ import annotations

import json
import logging
import threading
import traceback
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from flask import Flask, current_app

from kbstrack.current import settings
from kbstrack.db import db
from kbstrack.errors import KbstrackError
from kbstrack.jobs import kinds, queries, rules, service
from kbstrack.jobs.kinds import Unfinished
from kbstrack.jobs.service import LostLease, Taken

Now = Callable[[], datetime]

BEAT_SECONDS = 20.0
WRITE_EVERY = timedelta(seconds=1)
"""Progress is written no more often: each time waits for the disk."""

log = logging.getLogger(__name__)

_in_hand: dict[uuid.UUID, uuid.UUID] = {}
"""The jobs this process works on, by their leases."""


class GiveWay(Exception):
    """Somebody waits for another job: stop, and go on later with what is left."""


def run_next(now: Now) -> bool:
    """Take the job whose turn it is and see it through; False when there was none to take.

    Holds no connection while the work is done. Raises only what the database raises.
    """
    if not queries.is_any_free(now()):
        return False
    taken = service.take(now(), limit=settings().jobs_at_once)
    db.session.remove()
    if taken is None:
        return False
    _in_hand[taken.lease] = taken.job.id
    try:
        _see_through(taken, now)
    except LostLease:
        log.warning("job %s went to another worker", taken.job.id)
    finally:
        del _in_hand[taken.lease]
    return True


def is_busy() -> bool:
    """Whether this process works on a job."""
    return bool(_in_hand)


def give_all_back() -> None:
    """Let go of every job this process works on; what it still does to them is not written."""
    for lease, job_id in tuple(_in_hand.items()):
        service.give_back(job_id, lease)


def _see_through(taken: Taken, now: Now) -> None:
    job, lease = taken.job, taken.lease
    tell = None
    try:
        kind = kinds.kind_of(job.kind)
        tell = kind.tell
        with kept(taken, now):
            result = kind.run(job, Reporter(taken, now))
    except LostLease:
        raise
    except GiveWay:
        db.session.remove()
        service.give_back(job.id, lease)
    except KbstrackError as refusal:
        db.session.remove()
        said = " ".join(refusal.sentences)
        service.fail(job.id, lease, said, now(), is_final=True, tell=tell)
    except Exception as error:
        _log(taken, error)
        db.session.remove()
        service.fail(job.id, lease, rules.FAULT, now(), is_final=False, tell=tell)
    except BaseException:
        # The process was asked to stop: somebody else begins anew, at once.
        db.session.remove()
        service.give_back(job.id, lease)
        raise
    else:
        db.session.remove()
        if isinstance(result, Unfinished):
            service.put_off(job.id, lease, result.so_far, now())
        else:
            service.finish(job.id, lease, result, now(), tell=tell)


class Reporter:
    """`reporter(done, total)` writes progress, at most once a second.

    Raises LostLease, and GiveWay where nobody waits for this job but somebody for another.
    """

    def __init__(self, taken: Taken, now: Now) -> None:
        self._taken = taken
        self._is_unattended = taken.job.kind in rules.UNATTENDED
        self._now = now
        self._app = _app()
        self._lock = threading.Lock()
        self._written_at: datetime | None = None

    def __call__(self, done: int, total: int) -> None:
        """So much of so much is done."""
        with self._lock:
            at = self._now()
            is_soon = self._written_at is not None and at - self._written_at < WRITE_EVERY
            if is_soon and done < total:
                return
            self._written_at = at
            # A context, and so a session, of its own: this may be any thread.
            with self._app.app_context():
                service.progress(self._taken.job.id, self._taken.lease, done, total, at)
                if self._is_unattended and queries.is_anybody_waiting(at):
                    raise GiveWay


@contextmanager
def kept(taken: Taken, now: Now, *, every_seconds: float = BEAT_SECONDS) -> Iterator[None]:
    """Inside, the lease is extended now and then, by a thread that needs nothing of the work."""
    is_done = threading.Event()
    until = now() + rules.LONGEST
    app = _app()

    def beat() -> None:
        while not is_done.wait(every_seconds) and now() < until:
            try:
                with app.app_context():
                    service.extend(taken.job.id, taken.lease, now())
            except LostLease:
                return
            except Exception as error:
                log.warning("job %s was not kept this time: %s", taken.job.id, type(error).__name__)

    thread = threading.Thread(target=beat, name="job-lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_done.set()
        thread.join()


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app


def _log(taken: Taken, error: Exception) -> None:
    """Where it happened, but not what the error says: that can hold what somebody typed."""
    log.error(
        json.dumps(
            {
                "event": "a job went wrong",
                "job": str(taken.job.id),
                "kind": taken.job.kind,
                "attempt": taken.job.attempts,
                "error": type(error).__name__,
                "at": [
                    f"{frame.filename}:{frame.lineno} {frame.name}"
                    for frame in traceback.extract_tb(error.__traceback__)
                ],
            }
        )
    )
