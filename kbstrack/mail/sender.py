"""The thread beside the server that sends messages as soon as they are committed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from kbstrack.mail.delivery import deliver_due
from kbstrack.mail.service import news

ROUND_SECONDS = 5.0
WRITE_EVERY = timedelta(minutes=10)

log = logging.getLogger(__name__)


class Sender(threading.Thread):
    """Sends what is due every few seconds, sooner when this process queued something.

    `writers` queue what follows from time alone, such as reminders; they are asked every few
    minutes, with the moment.
    """

    def __init__(
        self,
        context: Callable[[], AbstractContextManager[object]],
        now: Callable[[], datetime],
        writers: Sequence[Callable[[datetime], object]] = (),
    ) -> None:
        super().__init__(name="mail", daemon=True)
        self._context = context
        self._now = now
        self._writers = writers
        self._wrote_at: datetime | None = None
        self._is_stopping = threading.Event()

    def run(self) -> None:
        """Until `stop`; whatever goes wrong in one round, the next one comes."""
        while not self._is_stopping.is_set():
            self._write()
            try:
                with self._context():
                    if deliver_due(self._now()).is_full:
                        continue
            except Exception as error:
                log.warning("messages were not sent this time: %s", type(error).__name__)
            news.wait(ROUND_SECONDS)
            news.clear()

    def _write(self) -> None:
        """Whatever goes wrong with one writer, the others and the sending go on."""
        at = self._now()
        if self._wrote_at is not None and at - self._wrote_at < WRITE_EVERY:
            return
        self._wrote_at = at
        for write in self._writers:
            try:
                with self._context():
                    write(at)
            except Exception as error:
                log.warning("reminders were not written this time: %s", type(error).__name__)

    def stop(self, *, within_seconds: float = 5.0) -> None:
        """End after the message that is being sent; it waits no longer than that."""
        self._is_stopping.set()
        news.set()
        self.join(within_seconds)
