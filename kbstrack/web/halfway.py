"""Signed in, but not all the way: the second step is still to come, or still to be set up."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import flash, redirect, request, session, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from kbstrack import clock
from kbstrack.access import Actor
from kbstrack.db import db
from kbstrack.people import factor_queries
from kbstrack.people.models import Person
from kbstrack.web import kept

SESSION_KEY = "halfway"
"""Where the session holds who is halfway in, and since when; it has no other rights."""

PLACE_KEY = "wanted_place"
"""Where the session holds the page that was asked for before a second step was set up."""

HOLDS_FORM_KEY = "wanted_place_holds_form"
"""Whether a form that was sent is kept for that page."""

STILL_THERE = (
    "What you wrote is kept, but it is not sent yet. Set up a second step, then go on with it."
)

LONGEST = timedelta(minutes=15)

FOR_SETTING_UP = frozenset(
    {
        "account.sign_out",
        "factors.index",
        "factors.add_app",
        "factors.add_app_submitted",
        "factors.add_passkey",
        "factors.add_passkey_submitted",
    }
)
"""All that works for somebody whose role needs a second step, until they have set one up."""


def note(person: Person) -> None:
    """Remember in a session that was emptied who gave the right password."""
    session[SESSION_KEY] = [person.fs_uniquifier, clock.now().isoformat()]


def person() -> Person | None:
    """Who is halfway in; None after a while, and once their password is another."""
    try:
        uniquifier, since = session[SESSION_KEY]
        if not timedelta(0) <= clock.now() - datetime.fromisoformat(since) <= LONGEST:
            return None
    except (KeyError, ValueError, TypeError):
        return None
    return db.session.scalar(
        select(Person).where(Person.fs_uniquifier == uniquifier, Person.active)
    )


def must_set_up(actor: Actor) -> bool:
    """Whether this request has to wait until they have set up what their role needs."""
    return request.endpoint not in FOR_SETTING_UP and factor_queries.lacks_required(actor)


def forget_place() -> None:
    """They were shown the way back to the page that they wanted."""
    session.pop(PLACE_KEY, None)
    session.pop(HOLDS_FORM_KEY, None)


def send_to_set_up() -> Response:
    """To the page for it, after which one goes on; a form that was sent meanwhile is kept."""
    if request.method not in {"GET", "HEAD"}:
        place = kept.keep_form(why="You set up a second step before this was sent.")
        if place is not None:
            session[PLACE_KEY], session[HOLDS_FORM_KEY] = place, True
            flash(STILL_THERE)
    elif HOLDS_FORM_KEY not in session:
        # What was written matters more than what was merely looked at after it.
        session[PLACE_KEY] = kept.page_path()
    return redirect(url_for("factors.index"), 303)
