"""`kbstrack worker` and `kbstrack jobs`: done by hand, seen, and begun again."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from kbstrack import clock, current
from kbstrack.cli import main
from kbstrack.db import db
from kbstrack.jobs import made, queries, service
from kbstrack.portfolio.asking import ask_pdf
from tests.builders import MONDAY, make_evidence


@pytest.fixture
def run(app, monkeypatch):
    """Run a command on the instance of `app`; it must end with `exit_code`."""
    settings = app.extensions[current.SETTINGS]
    monkeypatch.setenv("KBSTRACK_HOME", str(settings.home))
    monkeypatch.setenv("KBSTRACK_DATABASE", settings.database_url)
    monkeypatch.setenv("KBSTRACK_STANDARDS", str(settings.standards_directories[0]))

    def running(*arguments, exit_code=0):
        db.session.rollback()
        result = CliRunner().invoke(main, [str(argument) for argument in arguments])
        assert result.exit_code == exit_code, result.output
        return result.stdout if exit_code == 0 else result.stderr

    return running


@pytest.fixture
def job_id(world):
    """A portfolio that the apprentice asked for."""
    make_evidence(world)
    return ask_pdf(world.apprentice, world.enrolment_id, at=MONDAY)


def fail(job_id):
    taken = service.take(clock.now(), limit=9)
    service.fail(job_id, taken.lease, "A picture is damaged.", clock.now(), is_final=True)


def test_a_worker_does_once_what_waits(run, job_id):
    assert run("worker", "--once") == "Did 1 job.\n"

    assert made.path_of(job_id).read_bytes().startswith(b"%PDF")
    assert run("worker", "--once") == "Did 0 jobs.\n"


def test_jobs_are_listed_with_what_went_wrong_and_without_names(run, job_id):
    assert run("jobs", "list").startswith("1 job: 1 waiting, 0 running, 0 failed.\n")
    fail(job_id)

    said = run("jobs", "list")

    assert f"{job_id}  portfolio, asked for 2026-03-02 09:30 UTC, failed" in said
    assert "1 attempt; 0 of 0 done. A picture is damaged." in said
    assert "Apprentice" not in said
    [listed] = json.loads(run("jobs", "list", "--json"))
    assert (listed["id"], listed["state"]) == (str(job_id), "failed")


def test_a_failed_job_is_begun_anew(run, job_id):
    fail(job_id)

    assert f"The job {job_id} is tried again" in run("jobs", "retry", job_id)
    run("worker", "--once")

    assert queries.job(job_id).problem is None
    assert "is done: there is nothing to try again" in run("jobs", "retry", job_id, exit_code=1)


def test_a_sweep_says_how_many_portfolios_it_removes(run, job_id):
    run("worker", "--once")
    made.path_of(job_id).rename(made.folder() / "00000000-0000-0000-0000-000000000009.pdf")

    assert "Would remove 1 drawn portfolio." in run("storage", "sweep", "--dry-run")
    assert "Removed 1 drawn portfolio." in run("storage", "sweep")
    assert list(made.folder().iterdir()) == []
