"""One job seen through: done, refused, tried again, or given back."""

from __future__ import annotations

import json
import logging
import threading
from datetime import timedelta

import pytest

from kbstrack.db import db
from kbstrack.errors import RuleBroken
from kbstrack.jobs import queries, rules, running, service
from kbstrack.jobs.rules import JobState
from tests.builders import MONDAY

SECOND = timedelta(seconds=1)


class Clock:
    """A clock that a test moves."""

    def __init__(self):
        self.at = MONDAY

    def __call__(self):
        return self.at


@pytest.fixture
def clock():
    return Clock()


def refuse(_job, _report):
    raise RuleBroken("The picture is damaged.")


def break_down(_job, _report):
    raise OSError("Ann Example's file")


def test_a_job_is_done_once_and_its_result_kept(ask, let_run, clock):
    let_run(lambda job, report: {"attempt": job.attempts})
    job_id = ask()

    assert running.run_next(clock)
    assert not running.run_next(clock)

    row = queries.job(job_id)
    assert row.state(MONDAY) is JobState.DONE
    assert row.result == {"attempt": 1}


def test_no_connection_is_held_while_the_work_is_done(ask, let_run, clock):
    seen = []
    let_run(lambda job, report: seen.append(db.engine.pool.checkedout()) or {})
    ask()

    running.run_next(clock)

    assert seen == [0]


def test_progress_is_read_by_others_while_the_work_goes_on(ask, let_run, clock):
    seen = []

    def work(job, report):
        for done in range(3):
            clock.at += SECOND
            report(done, 2)
            row = queries.job(job.id)
            seen.append((row.progress_done, row.progress_total, row.state(clock.at)))
            db.session.remove()
        return {}

    let_run(work)
    ask()
    running.run_next(clock)

    assert seen == [(done, 2, JobState.RUNNING) for done in range(3)]


def test_progress_is_written_once_a_second_and_at_the_end_from_any_thread(
    ask, let_run, clock, count_statements
):
    def work(_job, report):
        thread = threading.Thread(target=lambda: [report(done, 50) for done in range(51)])
        thread.start()
        thread.join()
        return {}

    let_run(work)
    job_id = ask()
    with count_statements() as statements:
        running.run_next(clock)

    written = [text for text in statements if text.startswith("UPDATE job SET leased_until")]
    assert len(written) == 2
    assert queries.job(job_id).progress_done == 50


def test_what_the_record_does_not_allow_is_final_and_says_why(ask, let_run, clock):
    let_run(refuse)
    job_id = ask()

    running.run_next(clock)

    row = queries.job(job_id)
    assert row.state(MONDAY) is JobState.FAILED
    assert row.problem == "The picture is damaged."


def test_a_fault_of_the_machine_is_tried_again_with_growing_pauses(ask, let_run, clock, caplog):
    let_run(break_down)
    job_id = ask()

    for pause in (timedelta(0), *rules.PAUSES):
        clock.at += pause - SECOND if pause else pause
        assert running.run_next(clock) is (not pause)
        clock.at += SECOND if pause else pause
        assert running.run_next(clock) is bool(pause)

    row = queries.job(job_id)
    assert row.state(clock.at) is JobState.FAILED
    assert (row.attempts, row.problem) == (3, rules.FAULT)
    logged = [json.loads(r.message) for r in caplog.records if r.levelno == logging.ERROR]
    assert [entry["attempt"] for entry in logged] == [1, 2, 3]
    assert "Ann Example" not in caplog.text


def test_a_second_attempt_that_works_leaves_no_problem_behind(ask, let_run, clock):
    let_run(break_down)
    job_id = ask()
    running.run_next(clock)
    assert queries.job(job_id).problem == rules.FAULT

    let_run(lambda job, report: {})
    clock.at += rules.PAUSES[0]
    running.run_next(clock)

    assert queries.job(job_id).problem is None
    assert queries.job(job_id).state(clock.at) is JobState.DONE


def test_a_kind_that_nobody_registered_is_said_to_be_unknown(ask, clock):
    job_id = ask()

    running.run_next(clock)

    assert "no jobs of the kind count" in queries.job(job_id).problem


def test_a_worker_that_is_stopped_gives_its_job_back(ask, let_run, clock):
    def stop(_job, _report):
        raise KeyboardInterrupt

    let_run(stop)
    job_id = ask()

    with pytest.raises(KeyboardInterrupt):
        running.run_next(clock)

    row = queries.job(job_id)
    assert (row.state(MONDAY), row.attempts) == (JobState.WAITING, 0)
    assert not running.is_busy()


def test_what_a_stopping_process_gave_back_is_not_written_any_more(ask, let_run, clock):
    def work(_job, _report):
        assert running.is_busy()
        running.give_all_back()
        return {"late": True}

    let_run(work)
    job_id = ask()

    assert running.run_next(clock)

    row = queries.job(job_id)
    assert (row.state(MONDAY), row.result) == (JobState.WAITING, {})


def test_a_lease_is_extended_while_the_work_says_nothing(ask, app, clock):
    job_id = ask()
    taken = service.take(MONDAY, limit=1)
    beats = iter([MONDAY, *(MONDAY + 60 * SECOND for _ in range(1_000_000))])
    extended = threading.Event()

    def now():
        moment = next(beats)
        if moment > MONDAY and leased_until_of(app, job_id) > MONDAY + rules.LEASE:
            extended.set()
        return moment

    with running.kept(taken, now, every_seconds=0.001):
        assert extended.wait(timeout=30)


def leased_until_of(app, job_id):
    with app.app_context():
        return queries.job(job_id).leased_until


def test_whoever_waited_a_minute_is_told_and_nobody_else(ask, let_run, clock):
    def work(_job, _report):
        clock.at += 40 * SECOND
        return {}

    told = let_run(work)
    short, long = ask("short"), ask("long")
    running.run_next(clock)
    running.run_next(clock)

    done = {queries.job(job_id).finished_at: job_id for job_id in (short, long)}
    assert [job.id for job in told] == [done[max(done)]]


def test_whoever_waited_long_is_told_of_a_refusal_but_not_of_an_attempt(ask, let_run, clock):
    told = let_run(break_down)
    job_id = ask()
    clock.at += rules.LONG + SECOND
    running.run_next(clock)
    assert told == []

    told = let_run(refuse)
    clock.at += rules.PAUSES[0]
    running.run_next(clock)

    assert [job.id for job in told] == [job_id]
