"""Having a portfolio drawn before anybody wants it: asked for by whatever changes a piece."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from kbstrack.current import settings
from kbstrack.jobs import service
from kbstrack.jobs.rules import DRAW_AHEAD

PAUSE = timedelta(seconds=45)
"""Whoever decides on one piece often decides on the next: a run of decisions is drawn once."""


def ask(enrolment_id: uuid.UUID, provider_id: uuid.UUID, *, at: datetime) -> None:
    """Have what is new in this portfolio drawn in a while, once the transaction commits.

    Nobody waits for it, so it comes after everything else. Does nothing where that is turned off.
    """
    if settings().draw_ahead:
        service.ask(
            DRAW_AHEAD,
            about=enrolment_id,
            provider_id=provider_id,
            asked_by=None,
            same_as=f"{DRAW_AHEAD} {enrolment_id}",
            at=at,
            pause=PAUSE,
        )
