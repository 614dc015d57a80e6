"""What nobody waits for: it begins after all else, gives way in the middle, and leaves no trace."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from kbstrack.db import db
from kbstrack.jobs import made, queries, rules, running, service
from kbstrack.jobs.models import Job
from kbstrack.jobs.rules import DRAW_AHEAD, JobState
from kbstrack.jobs.worker import Hand
from tests.builders import MONDAY

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def take(at=MONDAY, limit=10):
    return service.take(at, limit=limit)


def finish(taken, at=MONDAY):
    service.finish(taken.job.id, taken.lease, {}, at)


@pytest.fixture
def ask_ahead(ask):
    """Ask for a job that nobody waits for."""

    def asking(name="ahead", **given):
        return ask(name, kind=DRAW_AHEAD, **given)

    return asking


def test_a_job_asked_for_later_by_somebody_who_waits_is_first(ask, ask_ahead):
    ahead, later = ask_ahead(at=MONDAY), ask("later", at=MONDAY + SECOND)

    first = take(MONDAY + SECOND)
    assert first.job.id == later
    finish(first)

    assert take(MONDAY + SECOND).job.id == ahead


def test_it_begins_only_when_nothing_runs_and_so_never_twice_at_once(ask, ask_ahead):
    running_one = (ask("one"), take())[1]
    ask_ahead()
    ask_ahead("another")

    assert take() is None
    finish(running_one)
    assert take() is not None
    assert take() is None


def test_it_leaves_room_for_a_job_that_somebody_waits_for(ask, ask_ahead):
    ask_ahead()
    take(limit=2)
    waited_for = ask("one")

    assert take(limit=2).job.id == waited_for


def test_it_gives_way_in_the_middle_and_goes_on_later(ask, ask_ahead, let_run):
    ahead, asked = ask_ahead(), []

    def draw(_job, report):
        report(1, 2)
        if not asked:
            asked.append(ask("one", at=MONDAY))
        report(2, 2)
        return {}

    let_run(draw, DRAW_AHEAD)
    let_run(lambda job, report: {})

    assert running.run_next(lambda: MONDAY)
    given_back = queries.job(ahead)
    assert (given_back.state(MONDAY), given_back.attempts) == (JobState.WAITING, 0)
    assert given_back.problem is None

    assert running.run_next(lambda: MONDAY)
    assert queries.job(asked[0]).state(MONDAY) is JobState.DONE
    assert running.run_next(lambda: MONDAY)
    assert queries.job(ahead).state(MONDAY) is JobState.DONE


def test_it_gives_way_while_another_job_runs_that_somebody_waits_for(ask, ask_ahead, let_run):
    ahead, held = ask_ahead(), []

    def draw(_job, report):
        held.append((ask("one"), take())[1])
        report(1, 2)
        return {}

    let_run(draw, DRAW_AHEAD)
    running.run_next(lambda: MONDAY)

    assert held[0] is not None
    assert queries.job(ahead).state(MONDAY) is JobState.WAITING
    assert not running.run_next(lambda: MONDAY)


def test_a_job_that_somebody_waits_for_gives_way_to_nothing(ask, let_run):
    ask("other", at=MONDAY)

    def work(job, report):
        report(1, 2)
        return {"done": True}

    let_run(work)
    job_id = ask("one", at=MONDAY - SECOND)
    running.run_next(lambda: MONDAY)

    assert queries.job(job_id).result == {"done": True}


def test_it_is_not_begun_before_its_pause_is_over(ask, ask_ahead):
    pause = timedelta(seconds=45)
    first = ask_ahead(pause=pause)

    assert ask_ahead(pause=pause, at=MONDAY + 30 * SECOND) == first
    assert take(MONDAY + pause - SECOND) is None
    assert take(MONDAY + pause).job.id == first


def test_nobody_is_woken_for_a_job_that_cannot_begin_yet(app, ask_ahead, settings):
    ask_ahead(pause=SECOND)

    assert not (settings.home / "queue.sqlite").exists()


def test_rows_of_finished_jobs_go_long_after_their_files(app, ask, ask_ahead):
    done, ahead = ask("done"), ask_ahead()
    for _ in range(2):
        finish(take())
    waiting = ask("waiting")

    def left(at):
        Hand(lambda: app, lambda: at)._sweep(is_due=True)
        return set(db.session.scalars(select(Job.id)))

    assert left(MONDAY + DAY) == {done, ahead, waiting}
    assert left(MONDAY + DAY + SECOND) == {done, waiting}
    assert left(MONDAY + rules.KEPT) == {done, waiting}
    assert left(MONDAY + rules.KEPT + SECOND) == {waiting}
    assert rules.KEPT > made.KEPT_FOR
