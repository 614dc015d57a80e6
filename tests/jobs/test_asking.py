"""A job is asked for in the transaction of what wants it, and the same twice is one."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from kbstrack.db import db, transaction
from kbstrack.errors import NotFound, RuleBroken
from kbstrack.jobs import queries, rules, service
from kbstrack.jobs.models import Job
from kbstrack.jobs.rules import JobState
from tests.builders import MONDAY, TUESDAY


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Job)) or 0


def add_beside(name: str) -> None:
    """A row that no use case wrote."""
    with transaction():
        db.session.add(Job(kind="count", same_as=name, created_at=MONDAY, next_attempt_at=MONDAY))


def test_the_same_asked_twice_is_one_job_while_the_first_waits_or_runs(ask):
    first = ask("one")

    assert ask("one") == first
    service.take(MONDAY, limit=1)
    assert ask("one") == first
    assert ask("another") != first


def test_what_is_finished_can_be_asked_for_again(ask):
    first = ask("one")
    taken = service.take(MONDAY, limit=1)
    service.finish(first, taken.lease, {}, MONDAY)

    assert ask("one") != first
    assert count() == 2


def test_a_button_pressed_ten_times_at_once_makes_one_job(app, ask):
    start = threading.Barrier(10)

    def press(_number):
        with app.app_context():
            start.wait(timeout=30)
            return ask("one")

    db.session.rollback()
    with ThreadPoolExecutor(10) as pool:
        ids = set(pool.map(press, range(10)))

    assert len(ids) == 1
    assert count() == 1


def test_the_database_itself_refuses_a_second_unfinished_job_of_one_name(ask):
    ask("one")

    with pytest.raises(IntegrityError):
        add_beside("one")


def test_a_job_goes_the_way_of_what_it_was_asked_with(app, ask):
    def fail_after_asking() -> None:
        with transaction():
            service.ask(
                "count", about=None, provider_id=None, asked_by=None, same_as="one", at=MONDAY
            )
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_asking()

    assert count() == 0
    assert not queries.is_any_free(MONDAY)


def test_a_failed_job_is_begun_anew_under_its_old_id(ask):
    job_id = ask("one")
    taken = service.take(MONDAY, limit=1)
    service.fail(job_id, taken.lease, "No.", MONDAY, is_final=True)

    service.retry(job_id, at=TUESDAY)

    row = queries.job(job_id)
    assert row.state(TUESDAY) is JobState.WAITING
    assert (row.problem, row.attempts) == (None, 0)
    assert service.take(TUESDAY, limit=1).job.id == job_id


def test_what_is_done_running_or_asked_for_anew_is_not_begun_again(ask):
    done, failed = ask("done"), ask("failed", at=MONDAY + timedelta(seconds=1))
    for job_id in (done, failed):
        taken = service.take(TUESDAY, limit=1)
        with pytest.raises(RuleBroken, match="is running"):
            service.retry(taken.job.id, at=TUESDAY)
        if taken.job.id == done:
            service.finish(job_id, taken.lease, {}, MONDAY)
        else:
            service.fail(job_id, taken.lease, "No.", MONDAY, is_final=True)
    newer = ask("failed")

    with pytest.raises(RuleBroken, match="is done"):
        service.retry(done, at=TUESDAY)
    with pytest.raises(RuleBroken, match=f"that is job {newer}"):
        service.retry(failed, at=TUESDAY)
    with pytest.raises(NotFound):
        service.retry(uuid.UUID(int=7), at=TUESDAY)


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 30), (2, 300), (3, None)])
def test_pauses_grow_until_a_job_is_given_up(attempts, seconds):
    pause = rules.pause_after(attempts)

    assert (pause and pause.total_seconds()) == seconds


def test_what_a_job_is_to_know_beside_comes_back_with_it(ask):
    wished = queries.job(ask("one", wish={"enrolments": ["a", "b"], "kind": "interim"}))

    assert wished.wish == {"enrolments": ["a", "b"], "kind": "interim"}
    assert queries.job(ask("another")).wish == {}
