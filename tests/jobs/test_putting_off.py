"""A long job in many parts: after each it lets others go first, and loses no part that is done."""

from __future__ import annotations

import pytest

from kbstrack.jobs import queries, rules, running, service
from kbstrack.jobs.kinds import Unfinished
from kbstrack.jobs.rules import LEASE, LONG, JobState
from tests.builders import MONDAY, make_world
from tests.clocks import SECOND, Clock


@pytest.fixture
def clock():
    return Clock(MONDAY)


def part_of(total, done):
    """What a job of so many parts does; `done` notes which job did one."""

    def run(job, report):
        report(1, 1)
        count = job.result.get("count", 0) + 1
        done.append(job.id)
        return {"count": count} if count == total else Unfinished({"count": count})

    return run


def test_a_long_job_is_done_part_by_part_and_what_it_has_comes_back_to_it(ask, let_run, clock):
    done = []
    let_run(part_of(3, done))
    job_id = ask()

    for count in (1, 2):
        assert running.run_next(clock)
        row = queries.job(job_id)
        assert (row.result, row.finished_at) == ({"count": count}, None)
        assert row.state(clock.at) is JobState.WAITING
    assert running.run_next(clock)
    assert not running.run_next(clock)

    row = queries.job(job_id)
    assert row.state(clock.at) is JobState.DONE
    assert row.result == {"count": 3}


def test_between_two_parts_whatever_came_meanwhile_has_its_turn(ask, let_run, clock, world):
    """Even where one job runs at a time, and even of the same provider."""
    done = []
    let_run(part_of(3, done))
    other = make_world(ukprn="10000002", uln="9000000024", mark="b")
    long = ask("long")
    running.run_next(clock)
    same, elsewhere = (
        ask("same", at=clock.at - SECOND, wish={}),
        ask("elsewhere", provider_id=other.provider_id, at=clock.at - SECOND),
    )

    for _ in range(3):
        running.run_next(clock)

    assert set(done[1:3]) == {same, elsewhere}
    assert (done[0], done[3]) == (long, long)


def test_two_long_jobs_go_on_by_turns(ask, let_run, clock):
    done = []
    let_run(part_of(3, done))
    first, second = ask("first"), ask("second", at=MONDAY + SECOND)

    while running.run_next(clock):
        pass

    assert done == [first, second] * 3


def test_a_killed_worker_costs_the_part_it_was_at_and_no_other(ask, let_run, clock):
    done = []
    let_run(part_of(3, done))
    job_id = ask()
    running.run_next(clock)
    assert service.take(clock(), limit=1).job.attempts == 1
    clock.at += LEASE

    while running.run_next(clock):
        pass

    assert done == [job_id] * 3
    assert queries.job(job_id).result == {"count": 3}


def test_the_tries_of_one_part_do_not_count_for_the_next(ask, let_run, clock):
    tries = []

    def run(job, _report):
        tries.append(job.attempts)
        if job.attempts < rules.ATTEMPTS:
            raise OSError
        count = job.result.get("count", 0) + 1
        return {"count": count} if count == 2 else Unfinished({"count": count})

    let_run(run)
    job_id = ask()
    for _ in range(6):
        running.run_next(clock)
        clock.at += rules.PAUSES[-1]

    assert tries == [1, 2, 3] * 2
    row = queries.job(job_id)
    assert (row.state(clock.at), row.problem) == (JobState.DONE, None)


def test_whoever_asked_is_told_once_at_the_end(ask, let_run, clock):
    told = let_run(part_of(3, []))
    job_id = ask()
    clock.at += LONG

    for expected in ([], [], [job_id]):
        running.run_next(clock)
        assert [job.id for job in told] == expected
