"""Whose turn it is, who holds a job, and what a worker that lost it can still write: nothing."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from kbstrack.db import db
from kbstrack.jobs import queries, service
from kbstrack.jobs.rules import KILLED, LEASE, JobState
from kbstrack.jobs.service import LostLease
from tests.builders import MONDAY, make_world

SECOND = timedelta(seconds=1)


def take(at=MONDAY, limit=10):
    return service.take(at, limit=limit)


def race(app, times, call):
    """What each of so many callers at the same moment got."""
    start = threading.Barrier(times)

    def run(_number):
        with app.app_context():
            start.wait(timeout=30)
            return call()

    db.session.rollback()
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


def test_of_two_workers_at_one_job_one_gets_it(app, ask):
    job_id = ask()

    got = race(app, 2, take)

    assert sorted(taken is None for taken in got) == [False, True]
    assert queries.job(job_id).state(MONDAY) is JobState.RUNNING


def test_no_more_jobs_run_than_the_limit_however_many_workers_ask_at_once(app, ask):
    for number in range(6):
        ask(f"{number}")

    got = race(app, 6, lambda: take(limit=2))

    assert sum(taken is not None for taken in got) == 2
    assert queries.count_running(MONDAY) == 2
    assert take(limit=2) is None


def test_the_oldest_is_first(ask):
    later = ask("later", at=MONDAY + SECOND)
    first = ask("first", at=MONDAY)

    assert [take(MONDAY + SECOND).job.id for _ in range(2)] == [first, later]


def test_a_provider_that_asks_for_many_does_not_keep_the_others_waiting(ask, world):
    other = make_world(ukprn="10000002", uln="9000000024", mark="b")
    many = [ask(f"many {number}", at=MONDAY + number * SECOND) for number in range(3)]
    one = ask("one", provider_id=other.provider_id, at=MONDAY + 4 * SECOND)

    order = [take(MONDAY + 4 * SECOND).job.id for _ in range(4)]

    assert order == [many[0], one, many[1], many[2]]


def test_a_job_of_the_machine_itself_has_its_turn_too(ask):
    first, machine = ask("first"), ask("machine", provider_id=None, at=MONDAY + SECOND)

    assert {take(MONDAY + SECOND).job.id for _ in range(2)} == {first, machine}


def test_a_job_whose_worker_fell_silent_is_taken_again(ask):
    job_id = ask()
    take()

    assert take(MONDAY + LEASE - SECOND) is None
    again = take(MONDAY + LEASE)

    assert again.job.id == job_id
    assert again.job.attempts == 2


def test_a_worker_that_says_something_keeps_its_job(ask):
    taken, later = (ask(), take())[1], MONDAY + LEASE - SECOND
    service.progress(taken.job.id, taken.lease, 3, 40, later)

    assert take(MONDAY + LEASE) is None
    service.extend(taken.job.id, taken.lease, later + LEASE - SECOND)

    row = queries.job(taken.job.id)
    assert (row.progress_done, row.progress_total) == (3, 40)
    assert take(later + LEASE) is None


@pytest.mark.parametrize(
    "write",
    [
        lambda job_id, lease: service.progress(job_id, lease, 9, 9, MONDAY),
        lambda job_id, lease: service.extend(job_id, lease, MONDAY),
        lambda job_id, lease: service.finish(job_id, lease, {"by": "the dead"}, MONDAY),
        lambda job_id, lease: service.fail(job_id, lease, "No.", MONDAY, is_final=True),
        lambda job_id, lease: service.put_off(job_id, lease, {"by": "the dead"}, MONDAY),
    ],
    ids=["progress", "extend", "finish", "fail", "put off"],
)
def test_a_worker_that_lost_its_job_writes_nothing(ask, write):
    job_id = ask()
    lost = take()
    held = take(MONDAY + LEASE)
    before = queries.job(job_id)

    with pytest.raises(LostLease):
        write(job_id, lost.lease)

    assert queries.job(job_id) == before
    service.finish(job_id, held.lease, {"by": "the living"}, MONDAY + LEASE)
    assert queries.job(job_id).result == {"by": "the living"}


def test_giving_back_what_another_holds_changes_nothing(ask):
    job_id, lost = ask(), take()
    take(MONDAY + LEASE)

    service.give_back(job_id, lost.lease)

    assert queries.job(job_id).state(MONDAY + LEASE) is JobState.RUNNING


def test_what_was_given_back_is_taken_at_once_and_the_try_did_not_count(ask):
    job_id, taken = ask(), take()

    service.give_back(job_id, taken.lease)

    assert take().job.attempts == 1


def test_a_job_that_kills_its_workers_is_given_up(ask):
    job_id = ask()
    for number in range(3):
        assert take(MONDAY + number * LEASE) is not None

    assert take(MONDAY + 3 * LEASE) is None

    row = queries.job(job_id)
    assert row.state(MONDAY + 3 * LEASE) is JobState.FAILED
    assert row.problem == KILLED
