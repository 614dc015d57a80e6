"""One table from what the core refuses to the page that says so."""

from __future__ import annotations

import json
import logging
import secrets
import traceback

from flask import Flask, Response, g, make_response, render_template, request
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, TimeoutError
from werkzeug.exceptions import HTTPException

from kbstrack.db import DatabaseNotReady, db, is_out_of_room
from kbstrack.errors import Conflict, KbstrackError, NotAllowed, NotFound, RuleBroken
from kbstrack.storage.stored import NO_ROOM, NoRoom
from kbstrack.web.kept import is_own_form
from kbstrack.web.typed import what_was_typed

NO_LONGER = (
    "This is no longer there for you: since you opened the page, it was given to somebody else or "
    "taken away."
)
"""To whoever wrote on a page that was theirs; others get no word of it."""

log = logging.getLogger("kbstrack.web")

STATUS: dict[type[KbstrackError], int] = {
    NotFound: 404,
    NotAllowed: 403,
    RuleBroken: 422,
    Conflict: 409,
    NoRoom: 507,
}
"""What each refusal of the core answers. Any other of its errors is a fault of ours."""

PAGES = frozenset({400, 403, 404, 405, 409, 413, 422, 429, 500, 503, 507})
"""The statuses that have a page of their own; others are said with the page for 400 or 500."""


def init_errors(app: Flask) -> None:
    """Answer every error with a page in plain words."""
    for kind, status in STATUS.items():
        app.register_error_handler(kind, _refused(status))
    app.register_error_handler(HTTPException, _http_error)
    for unreachable in (OperationalError, InterfaceError, TimeoutError, DatabaseNotReady):
        app.register_error_handler(unreachable, _unavailable)
    app.register_error_handler(OSError, _system_error)
    app.register_error_handler(Exception, _unexpected)


def error_page(status: int, message: str | None = None, error_id: str | None = None) -> Response:
    """The page for a status; `message` is a sentence of the core, to be shown as it is."""
    page = status if status in PAGES else 500 if status >= 500 else 400
    typed = what_was_typed() if page >= 500 or page in (409, 422) else None
    html = render_template(f"errors/{page}.html", message=message, error_id=error_id, typed=typed)
    return make_response(html, status)


def _refused(status: int):  # type: ignore[no-untyped-def]
    def answer(error: KbstrackError) -> Response:
        db.session.rollback()
        if status in (403, 404) and is_own_form():
            return error_page(409, NO_LONGER)
        return error_page(status, " ".join(error.sentences))

    return answer


def _http_error(error: HTTPException) -> Response:
    found = error.get_response()
    status = error.code or 500
    if status < 400:
        return make_response(found)
    if request.routing_exception is error and status == 400:
        # An untrusted host: there is no address to build a page's links from.
        return Response("This address is not served here.\n", 400, mimetype="text/plain")
    message = error.description if getattr(error, "is_for_people", False) else None
    answer = error_page(status, message)
    for header in ("Allow", "Retry-After"):
        if header in found.headers:
            answer.headers[header] = found.headers[header]
    return answer


def _unavailable(error: DBAPIError | DatabaseNotReady) -> Response:
    if is_out_of_room(error):
        return _out_of_room(error)
    error_id = _log(error, "database unavailable")
    _give_up()
    answer = error_page(503, error_id=error_id)
    answer.headers["Retry-After"] = "30"
    return answer


def _system_error(error: OSError) -> Response:
    return _out_of_room(error) if error.errno in NO_ROOM else _unexpected(error)


def _out_of_room(error: Exception) -> Response:
    error_id = _log(error, "no room left on the disk")
    _give_up()
    return error_page(507, error_id=error_id)


def _unexpected(error: Exception) -> Response:
    error_id = _log(error, "unexpected error")
    _give_up()
    return error_page(500, error_id=error_id)


def _give_up() -> None:
    """Leave nothing half done, and show the page without asking the database for anything."""
    g.is_failing = True
    try:
        db.session.rollback()
    except Exception:
        db.session.remove()


def _code(error: Exception) -> str | None:
    """What the database calls its error, which names nothing of anybody's."""
    original = getattr(error, "orig", None)
    return getattr(original, "sqlite_errorname", None) or getattr(original, "sqlstate", None)


def _log(error: Exception, event: str) -> str:
    """One line of JSON with an id that the page shows.

    Where it happened, but not what the error says: that can hold what somebody typed.
    """
    error_id = secrets.token_hex(4)
    person = g.get("actor")
    log.error(
        json.dumps(
            {
                "event": event,
                "id": error_id,
                "error": type(error).__name__,
                "code": _code(error),
                "endpoint": request.endpoint,
                "method": request.method,
                "person": str(person.person_id) if person is not None else None,
                "at": [
                    f"{frame.filename}:{frame.lineno} {frame.name}"
                    for frame in traceback.extract_tb(error.__traceback__)
                ],
            }
        )
    )
    return error_id
