"""Signed in, but not all the way: the second step is still to come, or still to be set up."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import redirect, request, session, url_for
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


def send_to_set_up() -> Response:
    """To the page for it, after which one goes on; a form that was sent meanwhile is kept."""
    is_read = request.method in {"GET", "HEAD"}
    session[PLACE_KEY] = kept.page_path() if is_read else kept.keep_form()
    return redirect(url_for("factors.index"), 303)
