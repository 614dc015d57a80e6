"""The queue beside the table of jobs: it wakes workers, and losing all of it loses no job."""

from __future__ import annotations

import json
import logging
import threading
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from flask import current_app

from kbstrack.config import Settings
from kbstrack.errors import RuleBroken

if TYPE_CHECKING:
    from huey import Huey

QUEUE = "kbstrack_queue"
NAME = "kbstrack"

log = logging.getLogger(__name__)


class Queue:
    """This process's end of the queue; it is opened with the first job."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._wake: Any = None

    def wake(self, job_id: uuid.UUID) -> None:
        """Tell a worker that this job waits.

        Never fails: workers look into the table by themselves every few seconds.
        """
        try:
            with self._lock:
                if self._wake is None:
                    huey = open_queue(self._settings)
                    prepare(huey)
                    self._wake = waking(huey, _only_in_a_worker)
                self._wake(str(job_id))
                self._wake.huey.storage.close()
        except Exception as error:
            log.warning("no worker was woken for job %s: %s", job_id, type(error).__name__)


def current_queue() -> Queue:
    """The queue of the present application."""
    return cast(Queue, current_app.extensions[QUEUE])


def open_queue(settings: Settings) -> Huey:
    """The queue that the settings name; without one, a file in the home directory.

    Nothing is asked of it yet. Raises RuleBroken when its client is not installed.
    """
    # Importing it is a tenth of a second that most commands need not spend.
    from huey import PostgresHuey, RedisHuey, SqliteHuey
    from huey.exceptions import ConfigurationError

    given: dict[str, Any] = {"results": False, "serializer": _as_json()}
    try:
        if settings.queue.startswith("postgresql:"):
            return PostgresHuey(NAME, dsn=settings.queue, create_tables=False, **given)
        if settings.queue:
            return RedisHuey(NAME, url=settings.queue, **given)
    except ConfigurationError as error:
        raise RuleBroken(
            "KBSTRACK_QUEUE needs a Python package that is not here: install kbstrack with its "
            "redis or postgresql extra."
        ) from error
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = settings.home / "queue.sqlite"
    path.touch(mode=0o600)
    return SqliteHuey(NAME, filename=str(path), create_tables=False, **given)


def prepare(huey: Huey) -> None:
    """Make the tables of a queue in a database; the first thing asked of it, so it may fail."""
    make_tables = getattr(huey.storage, "initialize_schema", None)
    if make_tables is not None:
        make_tables()


def waking(huey: Huey, work: Callable[[str], object]) -> Any:
    """The one task there is: calling it with a job's id has `work` called in a worker."""

    def wake(job_id: str) -> None:
        work(job_id)

    return huey.task(name="wake")(wake)


def _only_in_a_worker(_job_id: str) -> None:
    raise AssertionError("pages only put jobs into the queue")


def _as_json() -> Any:
    """Messages as text: whoever can write into a shared queue must not run code in a worker."""
    from huey.registry import Message
    from huey.serializer import Serializer

    class AsJson(Serializer):  # type: ignore[misc]
        def _serialize(self, data: Any) -> bytes:
            return json.dumps(list(data)).encode()

        def _deserialize(self, data: bytes) -> Any:
            return Message(*json.loads(bytes(data)))

    return AsJson()
