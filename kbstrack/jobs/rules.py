"""When a job is tried again, when it is given up, and what state its moments make."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

LEASE = timedelta(seconds=90)
"""How long a worker that says nothing is believed to be alive."""

LONGEST = timedelta(hours=1)
"""A worker that holds one job for longer than this is stuck, however alive it seems."""

ATTEMPTS = 3
PAUSES = (timedelta(seconds=30), timedelta(minutes=5))
"""Before the second and the third attempt."""

LONG = timedelta(seconds=60)
"""Who waited longer than this has turned to something else, and is told by email."""

DRAW_AHEAD = "draw ahead"
UNATTENDED = frozenset({DRAW_AHEAD})
"""The kinds that nobody waits for: they begin when nothing else is to be done, and give way."""

KEPT, KEPT_UNATTENDED = timedelta(days=30), timedelta(days=1)
"""How long the row of a finished job stays; the file it made is gone long before."""

FAULT = (
    "Something went wrong on the server, not with the record. Try again; if it happens again, "
    "tell whoever runs this server to look at its log."
)
KILLED = (
    "The work was cut off several times before it was done. Tell whoever runs this server: it "
    "may need more memory."
)


class JobState(StrEnum):
    """How far a job has come; computed, never stored."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


def state_of(
    *,
    leased_until: datetime | None,
    finished_at: datetime | None,
    problem: str | None,
    at: datetime,
) -> JobState:
    """The state at a moment. A job whose worker fell silent waits for the next one."""
    if finished_at is not None:
        return JobState.DONE if problem is None else JobState.FAILED
    is_held = leased_until is not None and leased_until > at
    return JobState.RUNNING if is_held else JobState.WAITING


def pause_after(attempts: int) -> timedelta | None:
    """How long to wait after that many attempts; None means: give up."""
    return PAUSES[attempts - 1] if attempts < ATTEMPTS else None


def took_long(created_at: datetime, at: datetime) -> bool:
    """Whether whoever asked has waited so long that they should be told."""
    return at - created_at > LONG
