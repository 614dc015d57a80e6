"""Workers in the server's threads and in processes of their own, started and stopped for real."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from dataclasses import replace

import pytest

from kbstrack import clock, current
from kbstrack.app import create_app
from kbstrack.db import db
from kbstrack.jobs import kinds, made, queries, service, worker
from kbstrack.jobs.kinds import Kind
from kbstrack.jobs.queue import open_queue, prepare
from kbstrack.jobs.rules import LEASE, JobState
from tests.builders import MONDAY, TUESDAY
from tests.conftest import STANDARDS, running
from tests.jobs.conftest import ask_for

WITHIN_SECONDS = 60

HOLDING = """
import sys
from kbstrack import clock
from kbstrack.app import instance
from kbstrack.jobs import kinds, running

def hold(job, report):
    print(job.id, flush=True)
    sys.stdin.read()

with instance() as app:
    kinds.register(app, kinds.Kind("count", hold))
    running.run_next(clock.now)
"""


@pytest.fixture
def quick(monkeypatch):
    """Workers that look and listen all the time."""
    monkeypatch.setattr(worker, "LOOK_SECONDS", 0.01)


@contextmanager
def workers(app):
    """Workers in threads of this process."""
    started = worker.beside_the_server(app, app.extensions[current.SETTINGS], clock.now)
    started.start()
    try:
        yield started
    finally:
        started.stop()
        started.huey.storage.close()


def environment(settings) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if "KBSTRACK_" not in name}
    return kept | {
        "KBSTRACK_HOME": str(settings.home),
        "KBSTRACK_DATABASE": settings.database_url,
        "KBSTRACK_STANDARDS": str(STANDARDS),
    }


def test_a_worker_beside_the_server_does_what_is_asked_for(app, ask, let_run):
    done = threading.Event()
    let_run(lambda job, report: done.set() or {})

    with workers(app):
        job_id = ask()
        assert done.wait(WITHIN_SECONDS)

    assert queries.job(job_id).state(MONDAY) is JobState.DONE


def test_a_job_whose_message_was_lost_is_done_all_the_same(app, ask, let_run, quick):
    first, second = threading.Event(), threading.Event()
    let_run(lambda job, report: (second if first.is_set() else first).set() or {})
    queue = open_queue(app.extensions[current.SETTINGS])
    prepare(queue)

    ask("before it starts")
    queue.storage.flush_all()
    with workers(app):
        assert first.wait(WITHIN_SECONDS)
        ask("while it listens")
        queue.storage.flush_all()
        assert second.wait(WITHIN_SECONDS)
    queue.storage.close()


@pytest.mark.parametrize("scheme", ["redis", "postgresql"])
def test_jobs_are_done_while_the_queue_is_down(settings, catalogue, quick, scheme):
    down, done = replace(settings, queue=f"{scheme}://127.0.0.1:1/0"), threading.Event()
    with running(create_app(down, catalogue=catalogue)) as app, workers(app):
        kinds.register(app, Kind("count", lambda job, report: done.set() or {}))
        ask_for()

        assert done.wait(WITHIN_SECONDS)


def test_a_worker_sweeps_what_jobs_made(app, ask, let_run):
    job_id = ask()
    taken = service.take(MONDAY, limit=1)
    made.keep(job_id, b"%PDF")
    service.finish(job_id, taken.lease, {}, MONDAY)

    worker.Hand(lambda: app, lambda: TUESDAY.replace(month=4)).work()

    assert not made.path_of(job_id).exists()


def test_the_job_of_a_stopping_server_is_given_back(app, ask, let_run, monkeypatch):
    monkeypatch.setattr(worker, "BESIDE_THE_SERVER_SECONDS", 0)
    is_held, may_end = threading.Event(), threading.Event()

    def hold(_job, _report):
        is_held.set()
        may_end.wait(WITHIN_SECONDS)
        return {}

    let_run(hold)
    with workers(app) as started:
        job_id = ask()
        assert is_held.wait(WITHIN_SECONDS)

    row = queries.job(job_id)
    assert (row.state(MONDAY), row.attempts) == (JobState.WAITING, 0)
    may_end.set()
    for _, thread in started.worker_threads:
        thread.join(WITHIN_SECONDS)
    assert queries.job(job_id).state(MONDAY) is JobState.WAITING


def test_the_job_of_a_killed_worker_is_taken_again(app, settings, ask):
    job_id = ask()
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING],
        env=environment(settings),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline().strip() == str(job_id)
        process.send_signal(signal.SIGKILL)
        process.wait()
    killed = queries.job(job_id)

    assert killed.state(clock.now()) is JobState.RUNNING
    assert service.take(clock.now(), limit=9) is None
    again = service.take(killed.leased_until + LEASE, limit=9)

    assert again.job.id == job_id
    assert again.job.attempts == 2


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_processes_of_their_own_do_jobs_until_they_are_stopped(app, settings, ask, how):
    jobs = [ask(f"{number}") for number in range(3)]
    with subprocess.Popen(
        [sys.executable, "-m", "kbstrack", "worker", "--processes", "2"],
        env=environment(settings),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            assert "in 2 processes" in process.stdout.readline()
            wait_until_finished(process, jobs)
            os.killpg(process.pid, how)
            said, _ = process.communicate(timeout=WITHIN_SECONDS)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)

    assert process.returncode == 0
    assert "The worker has stopped." in said
    assert {queries.job(job_id).problem for job_id in jobs} == {
        "This version of kbstrack has no jobs of the kind count."
    }


@pytest.mark.slow
def test_no_process_is_left_when_the_first_of_them_is_killed(app, settings):
    with subprocess.Popen(
        [sys.executable, "-m", "kbstrack", "worker", "--processes", "2"],
        env=environment(settings),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        process.stdout.readline()
        process.kill()

        # It ends when nobody is left who could write.
        assert process.stdout.read() == ""


def wait_until_finished(process, jobs) -> None:
    for _ in range(10 * WITHIN_SECONDS):
        db.session.rollback()
        if all(queries.job(job_id).finished_at for job_id in jobs):
            return
        with suppress(subprocess.TimeoutExpired):
            pytest.fail(f"the worker ended with {process.wait(timeout=0.1)}")
    pytest.fail("the jobs were not done")
