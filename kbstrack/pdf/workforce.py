"""The child processes that draw, as many at once as are wanted, each started when it is needed."""

from __future__ import annotations

import contextlib
import json
import logging
import math
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from types import TracebackType
from typing import Any

import kbstrack
from kbstrack.errors import KbstrackError

_log = logging.getLogger(__name__)
# What finds Python's and Pango's libraries; secrets and settings stay outside.
_PASSED_ON = (
    "PATH",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "DYLD_FALLBACK_LIBRARY_PATH",
    "SYSTEMROOT",
)

# Starting a process takes as long as drawing some sections: fewer are drawn by those there are.
_WORTH_A_PROCESS = 8

Answer = dict[str, Any]


class Workforce:
    """Up to `most` child processes over one directory; use it as a context manager."""

    def __init__(self, directory: Path, *, most: int, seconds: float) -> None:
        self._directory = directory
        self._most = most
        self._seconds = seconds
        self._until = time.monotonic() + seconds
        self._hands: list[_Hand] = []
        self._idle: queue.LifoQueue[_Hand] = queue.LifoQueue()
        self._lock = threading.Lock()
        self.answers: list[Answer] = []

    def __enter__(self) -> Workforce:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for hand in self._hands:
            hand.end()

    def ask(self, order: Answer) -> Answer:
        """What one child answers to an order.

        Raises KbstrackError when it took too long, or ended before it answered.
        """
        hand = self._free_hand()
        try:
            answer = hand.ask(order, max(self._until - time.monotonic(), 0.001))
        finally:
            # Also when it has ended: whoever waits for a hand must not wait for ever.
            self._idle.put(hand)
        if answer is None:
            raise KbstrackError(self._say_end(hand))
        self.answers.append(answer)
        return answer

    def ask_all(self, orders: Sequence[Answer], done: Callable[[int, Answer], None]) -> None:
        """Hand these orders out; `done` hears each place in the list with its answer, as it comes.

        Raises KbstrackError as `ask` does, when all that had begun has ended.
        """
        wanted = math.ceil(len(orders) / _WORTH_A_PROCESS)
        with ThreadPoolExecutor(max_workers=max(1, min(self._most, wanted))) as pool:
            places = {pool.submit(self.ask, order): at for at, order in enumerate(orders)}
            try:
                for future in as_completed(places):
                    done(places[future], future.result())
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise

    def _free_hand(self) -> _Hand:
        with self._lock:
            with contextlib.suppress(queue.Empty):
                return self._idle.get_nowait()
            if len(self._hands) < self._most:
                self._hands.append(_Hand(self._directory, len(self._hands)))
                return self._hands[-1]
        return self._idle.get()

    def _say_end(self, hand: _Hand) -> str:
        if hand.was_late:
            return (
                f"The portfolio took longer than {self._seconds} seconds to draw. Try again when "
                "the server is less busy; if it happens again, tell whoever runs it."
            )
        _log.error("Drawing a portfolio ended with %s: %s", hand.code, " / ".join(hand.said[-3:]))
        return (
            "The portfolio could not be drawn: drawing stopped before it was done. Try again; if "
            "it happens again, tell whoever runs this server to look at its log."
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the libraries complained about, and every line on the children's error channels."""
        return (
            *(line for answer in self.answers for line in answer["warnings"]),
            *(line for hand in self._hands for line in hand.said),
        )


class _Hand:
    """One child process."""

    def __init__(self, directory: Path, number: int) -> None:
        self._said = (directory / f"said-{number}").open("w+b")
        self.was_late = False
        self._process = subprocess.Popen(  # noqa: S603  (our own module, no shell)
            [sys.executable, "-m", "kbstrack.pdf.child", str(directory)],
            cwd=directory,
            env=child_environment(directory),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
        )

    @property
    def code(self) -> int | None:
        """How it ended."""
        return self._process.wait()

    @property
    def said(self) -> list[str]:
        """The lines on its error channel."""
        self._said.seek(0)
        return self._said.read().decode("utf-8", "replace").splitlines()

    def ask(self, order: Answer, seconds: float) -> Answer | None:
        """Its answer; None when it ended, or was ended because it took longer than this."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        alarm = threading.Timer(seconds, self._end_late)
        alarm.start()
        try:
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except OSError:
            return None
        finally:
            alarm.cancel()
        return json.loads(line) if line.endswith(b"\n") else None

    def _end_late(self) -> None:
        self.was_late = True
        self._process.kill()

    def end(self) -> None:
        """It has nothing left to do; whatever it does is of no use to anybody."""
        self._process.kill()
        with contextlib.suppress(OSError):
            self._process.communicate()
        self._said.close()


def child_environment(directory: Path) -> dict[str, str]:
    """Everything that could make two machines draw differently is fixed here."""
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return passed_on | {
        "PYTHONPATH": str(Path(kbstrack.__file__).parent.parent),
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "HOME": str(directory),
        "TMPDIR": str(directory),
        "FONTCONFIG_FILE": str(directory / "fonts.conf"),
    }
