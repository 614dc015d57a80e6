"""The first page: what to do now, for whatever a person is."""

from __future__ import annotations

from flask import Blueprint, render_template

from kbstrack import clock
from kbstrack.clock import day_of
from kbstrack.progress.today import see_today
from kbstrack.quality.reading import is_overdue
from kbstrack.web.caseload import with_days
from kbstrack.web.countersigning import place_of
from kbstrack.web.session import current_actor

blueprint = Blueprint("home", __name__)

SHOWN = 5
"""How many rows of a list stand on the first page; the rest is one link away."""


@blueprint.get("/")
def home() -> str:
    """A section for each role that the person holds."""
    now = clock.now()
    today = see_today(current_actor(), at=now)
    return render_template(
        "home/home.html",
        today=today,
        day=day_of(now),
        day_of=day_of,
        shown=SHOWN,
        is_overdue=lambda row: is_overdue(row, now),
        countersigning_place=place_of,
        with_days=lambda rows: with_days(rows, day_of(now)),
    )
