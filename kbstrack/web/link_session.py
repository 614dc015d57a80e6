"""What the session of a link remembers: its request, what was typed, and links opened before it."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask import current_app, request, session
from werkzeug.datastructures import MultiDict

from kbstrack.access import Actor
from kbstrack.confirmation import links
from kbstrack.confirmation.reading import AskedPage
from kbstrack.web.places import SessionsByPlace
from kbstrack.web.typed import OURS

ASKED = "asked"
PIECE = "piece"
TYPED = "typed"
OTHERS = "others"
MOST_OTHERS = 5
MOST_KEPT_CHARACTERS = 60_000

SIGNATURE = frozenset({"is_declared", "name"})
"""What makes words a signature: given for one piece, and never carried to a later page."""

_NEVER_KEPT = OURS | {ASKED}


@dataclass(frozen=True, slots=True)
class Mixed:
    """A form of one link that came in while the session belongs to another.

    `sent` and `open` say the pieces, such as `“Shortlist” by Amara Okafor`; `sent` is empty when
    that link was not opened in this session. `is_kept` when its words come back with its link.
    """

    sent: str
    open: str
    is_kept: bool


def begin(page: AskedPage) -> None:
    """The session belongs to this link from now on; another one's is over but for its words."""
    asked = str(page.request.id)
    if session.get(ASKED) == asked:
        return
    others = _with_the_open_one(session.get(OTHERS, {}))
    typed = others.pop(asked, {}).get(TYPED)
    session.clear()
    session[ASKED], session[OTHERS] = asked, others
    session[PIECE] = f"“{page.version.text.title}” by {page.enrolment.apprentice}"
    if typed:
        session[TYPED] = typed
    interface = current_app.session_interface
    assert isinstance(interface, SessionsByPlace)
    interface.regenerate(session._get_current_object())  # type: ignore[attr-defined]


def asked_actor() -> Actor:
    """Whoever this session of a link belongs to; somebody who may do nothing without one."""
    try:
        return links.actor_for(uuid.UUID(session.get(ASKED, "")))
    except ValueError:
        return Actor(person_id=uuid.UUID(int=0))


def mixed_up(asked: str | None) -> Mixed | None:
    """What was mixed up when a page is not about the request that the session belongs to.

    `asked` is the request that the page names. None when it is the right one, or when there is
    no session at all. Words that were sent come back once their own link is opened again.
    """
    if ASKED not in session or asked == session[ASKED]:
        return None
    if asked is None and not request.form:
        # A form that broke on its way comes in empty: it signs nothing, and is only shown again.
        return None
    other = session[OTHERS].get(asked)
    typed = _typed(without=SIGNATURE)
    if other is not None and typed:
        session[OTHERS] = {**session[OTHERS], asked: {**other, TYPED: typed}}
    return Mixed(
        sent=other[PIECE] if other else "",
        open=session[PIECE],
        is_kept=other is not None and bool(typed),
    )


def keep_typed() -> None:
    """What is typed outlives an error and opening the page again, for as long as the session."""
    if typed := _typed():
        session[TYPED] = typed


def kept_typed() -> MultiDict[str, str]:
    """What was typed before, if anything."""
    return MultiDict([(name, value) for name, value in session.get(TYPED, ())])


def _typed(without: Collection[str] = ()) -> list[list[str]]:
    """The fields that came in, unless they are too long to keep."""
    typed = [
        [name, value]
        for name, value in request.form.items(multi=True)
        if name not in _NEVER_KEPT and name not in without
    ]
    size = sum(len(name) + len(value) for name, value in typed)
    return typed if size <= MOST_KEPT_CHARACTERS else []


def _with_the_open_one(others: dict[str, Any]) -> dict[str, Any]:
    """The links opened before, the newest last, with the one that is open now."""
    if ASKED not in session:
        return dict(others)
    typed = [field for field in session.get(TYPED, ()) if field[0] not in SIGNATURE]
    now = {session[ASKED]: {PIECE: session[PIECE], TYPED: typed}}
    return dict([*others.items(), *now.items()][-MOST_OTHERS:])
