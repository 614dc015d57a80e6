"""How long to wait after wrong tries: longer after each, never for ever."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(hours=24)
"""Failures older than this are forgotten."""

FIRST_PAUSE = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Pace:
    """After `free` failures the first pause, doubled by each further one, at most `longest`."""

    free: int
    longest: timedelta


ACCOUNT_AND_NETWORK = Pace(free=5, longest=timedelta(minutes=15))
NETWORK = Pace(free=30, longest=timedelta(minutes=15))
# Short: guesses from elsewhere slow the account's owner down too, and must not lock them out.
ACCOUNT = Pace(free=20, longest=timedelta(minutes=1))
# Codes are short, and whoever guesses at them has the password already: from wherever they come.
CODES = Pace(free=5, longest=timedelta(minutes=15))


def wait_seconds(failed_at: Iterable[datetime], pace: Pace, at: datetime) -> int:
    """Whole seconds until the next try is allowed; 0 for now."""
    recent = [moment for moment in failed_at if at - moment < WINDOW]
    over = len(recent) - pace.free
    if over < 0:
        return 0
    # Twenty doublings are past every pace; more would only make a huge number.
    pause = min(FIRST_PAUSE * 2 ** min(over, 20), pace.longest)
    left = (max(recent) + pause - at).total_seconds()
    return max(0, -int(-left // 1))


def say_wait(seconds: int) -> str:
    """`40 seconds`, `1 second`, `3 minutes`: minutes are rounded up."""
    if seconds < 90:
        return "1 second" if seconds == 1 else f"{seconds} seconds"
    return f"{-(-seconds // 60)} minutes"
