"""Workers: woken by the queue, and looking into the table by themselves every few seconds.

huey brings the loops, the threads and the processes; what is to do, and who does it, says the
table alone.
"""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from types import FrameType
from typing import Any

from flask import Flask
from huey.consumer import Consumer, Scheduler, Worker

from kbstrack.config import Settings
from kbstrack.jobs import made, running, service
from kbstrack.jobs.queue import open_queue, prepare, waking

LOOK_SECONDS = 10.0
# The queue in a file has no bell: how often an idle worker looks into it at most.
LISTEN_SECONDS = 1.0
SWEEP_EVERY = timedelta(hours=1)

BESIDE_THE_SERVER_SECONDS = 5
ALONE_SECONDS = 20
"""How long a job that runs may go on when its process is asked to stop."""

log = logging.getLogger(__name__)


class Hand:
    """What a worker does when it is woken or looks: everything that can be taken, then sweep."""

    def __init__(self, open_app: Callable[[], Flask], now: Callable[[], datetime]) -> None:
        self._open_app = open_app
        self._app: Flask | None = None
        self._now = now
        self._swept_at: datetime | None = None
        self.is_stopping: Callable[[], bool] = lambda: False

    def work(self) -> None:
        """One round, in the process that opens the application; after a bad one comes another."""
        try:
            if self._app is None:
                self._app = self._open_app()
            with self._app.app_context():
                has_worked = False
                while not self.is_stopping() and running.run_next(self._now):
                    has_worked = True
                self._sweep(is_due=has_worked)
        except Exception as error:
            log.warning("jobs were not done this time: %s", type(error).__name__)

    def give_all_back(self) -> None:
        """Let go of the jobs that this process works on."""
        if self._app is not None:
            with self._app.app_context():
                running.give_all_back()

    def _sweep(self, *, is_due: bool) -> None:
        """What was just made replaces what was there before, and old rows go."""
        at = self._now()
        if is_due or self._swept_at is None or at - self._swept_at >= SWEEP_EVERY:
            self._swept_at = at
            made.sweep(at)
            service.forget_outdated(at)


class Looking(Worker):  # type: ignore[misc]
    """huey's worker, that also looks when nobody wakes it: a lost message loses no job."""

    look_at = 0.0
    is_prepared = False

    def initialize(self) -> None:
        """In a process of its own it may be interrupted only while it works on a job."""
        super().initialize()
        if self.huey.parent is not None:
            signal.signal(signal.SIGINT, _interrupt)

    def loop(self, now: Any = None) -> None:
        """Look if it is time to, then listen to the queue."""
        _end_with_the_parent(self.huey)
        if time.monotonic() >= self.look_at:
            self.look_at = time.monotonic() + LOOK_SECONDS
            self.huey.hand.work()
        try:
            self._listen()
        except Exception as error:
            log.warning("the queue does not answer: %s", type(error).__name__)
            self.stop_flag.wait(LOOK_SECONDS)

    def _listen(self) -> None:
        if not self.is_prepared:
            prepare(self.huey)
            self.is_prepared = True
        task = self.huey.dequeue()
        if task is not None:
            self.huey.execute(task)
        elif not self.huey.storage.blocking:
            self.sleep()


class Idle(Scheduler):  # type: ignore[misc]
    """Nothing here is scheduled in the queue: the table says when a job is tried again."""

    def loop(self, now: Any = None) -> None:
        """Wait to be stopped."""
        _end_with_the_parent(self.huey)
        self.stop_flag.wait(LISTEN_SECONDS)


class Workers(Consumer):  # type: ignore[misc]
    """huey's consumer with workers that look."""

    worker_class = Looking
    scheduler_class = Idle


class WorkersBesideTheServer(Workers):
    """In threads of the server's process, which handles the signals itself."""

    def _set_signal_handlers(self) -> None:
        pass

    def stop(self, graceful: bool = True) -> None:
        """End after the jobs that run, or give them back if they take too long."""
        super().stop(graceful=graceful)
        self.huey.hand.give_all_back()


def beside_the_server(
    app: Flask, settings: Settings, now: Callable[[], datetime]
) -> WorkersBesideTheServer:
    """Workers for `start()` and `stop()`, as many as jobs may run at once."""
    hand = Hand(lambda: app, now)
    workers = WorkersBesideTheServer(
        _huey(settings, hand),
        workers=settings.jobs_at_once,
        worker_type="thread",
        shutdown_timeout=BESIDE_THE_SERVER_SECONDS,
        **_HABITS,
    )
    hand.is_stopping = workers.stop_flag.is_set
    return workers


def alone(
    open_app: Callable[[], Flask],
    settings: Settings,
    now: Callable[[], datetime],
    *,
    processes: int,
) -> Workers:
    """Workers for `run()`, each a process that opens the application for itself.

    SIGTERM lets the jobs that run go on for a while, Ctrl-C gives them back at once.
    """
    hand = Hand(open_app, now)
    huey = _huey(settings, hand)
    huey.parent = os.getpid()
    workers = Workers(
        huey,
        workers=processes,
        worker_type="process",
        graceful_signal="TERM",
        shutdown_timeout=ALONE_SECONDS,
        **_HABITS,
    )
    hand.is_stopping = workers.stop_flag.is_set
    return workers


_HABITS: dict[str, Any] = {
    "periodic": False,
    "max_delay": LISTEN_SECONDS,
}


def _huey(settings: Settings, hand: Hand) -> Any:
    huey = open_queue(settings)
    waking(huey, lambda _job_id: hand.work())
    huey.hand, huey.parent = hand, None
    return huey


def _end_with_the_parent(huey: Any) -> None:
    """A process of its own ends when the one that would stop it was killed."""
    if huey.parent not in {None, os.getppid()}:
        raise KeyboardInterrupt


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    if running.is_busy():
        raise KeyboardInterrupt
