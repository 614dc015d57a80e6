"""A clock for tests in which time must pass."""

from __future__ import annotations

from datetime import datetime, timedelta

SECOND = timedelta(seconds=1)


class Clock:
    """A clock that a test moves; it goes on by a second whenever it is read."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        """The next second."""
        self.at += SECOND
        return self.at
