"""The queue carries the id of a job and nothing else, and nobody waits for it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest

from kbstrack import current
from kbstrack.app import create_app
from kbstrack.config import Settings, load_settings
from kbstrack.errors import RuleBroken
from kbstrack.jobs import queries
from kbstrack.jobs.queue import Queue, open_queue, prepare, waking
from tests.builders import MONDAY
from tests.conftest import running
from tests.jobs.conftest import ask_for
from tests.jobs.queues import postgresql_database, redis_server


@pytest.fixture(params=["file", "redis", "postgresql"])
def queue_settings(request: pytest.FixtureRequest, tmp_path) -> Iterator[Settings]:
    """Settings with each kind of queue."""
    settings = Settings(home=tmp_path / "home", database_url="")
    with ExitStack() as stack:
        if request.param == "redis":
            settings = replace(settings, queue=stack.enter_context(redis_server()))
        if request.param == "postgresql":
            server = request.getfixturevalue("postgresql_server")
            settings = replace(settings, queue=stack.enter_context(postgresql_database(server)))
        yield settings


def test_a_worker_is_told_the_ids_of_jobs_in_their_order(queue_settings, caplog):
    ids, told = [uuid.uuid4() for _ in range(3)], []
    queue = Queue(queue_settings)
    for job_id in ids:
        queue.wake(job_id)

    huey = open_queue(queue_settings)
    prepare(huey)
    waking(huey, told.append)
    while (task := huey.dequeue()) is not None:
        huey.execute(task)
    huey.storage.close()

    assert told == [str(job_id) for job_id in ids]
    assert caplog.messages == []


def test_a_message_is_text_that_names_the_job_and_nothing_of_anybody(tmp_path):
    settings = Settings(home=tmp_path / "home", database_url="")
    job_id = uuid.uuid4()
    Queue(settings).wake(job_id)

    huey = open_queue(settings)
    [message] = huey.storage.enqueued_items()
    huey.storage.close()

    given = [value for value in json.loads(bytes(message)) if value]
    assert given[1:] == ["kbstrack.jobs.queue.wake", [str(job_id)]]
    assert (settings.home / "queue.sqlite").stat().st_mode & 0o777 == 0o600


def test_a_queue_that_is_down_keeps_nobody_from_asking(settings, catalogue, caplog):
    down = replace(settings, queue="redis://127.0.0.1:1/0")
    with running(create_app(down, catalogue=catalogue)):
        job_id = ask_for()

        assert queries.is_any_free(MONDAY)

    assert caplog.messages == [f"no worker was woken for job {job_id}: ConnectionError"]


def test_a_queue_whose_client_is_not_installed_is_said_in_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr("huey.storage.Redis", None)
    settings = Settings(home=tmp_path, database_url="", queue="redis://127.0.0.1:1/0")

    with pytest.raises(RuleBroken, match="redis or postgresql extra"):
        open_queue(settings)


def test_an_address_that_is_no_queue_is_refused_without_repeating_it():
    with pytest.raises(RuleBroken, match="KBSTRACK_QUEUE") as refused:
        load_settings({"KBSTRACK_QUEUE": "amqp://somebody:secret@host"})

    assert "secret" not in str(refused.value)


def test_the_address_of_the_queue_is_not_shown(app):
    shown = repr(replace(app.extensions[current.SETTINGS], queue="redis://:secret@host/0"))

    assert "secret" not in shown
