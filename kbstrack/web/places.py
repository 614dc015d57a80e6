"""Sessions of links: at their own addresses, under their own cookie, apart from the account's."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from flask import Flask, Request, Response

from kbstrack.web.session_store import FileSession, FileSessions

PLACES: Mapping[str, str] = {"/confirm": "confirm"}
"""Where a link has a session of its own: by the beginning of the address, what to call it."""


class PlaceSession(FileSession):
    """A session that counts below one address only."""

    place = ""


class _OnePlace(FileSessions):
    """The same store with another cookie; an id of one place is none of another."""

    def __init__(self, app: Flask, directory: Path, place: str) -> None:
        super().__init__(app, directory)
        self.key_prefix = f"{place} "
        self._place = place

    def get_cookie_name(self, app: Flask) -> str:
        """`kbstrack-confirm`, with the prefix that the account's cookie has."""
        return f"{app.config['SESSION_COOKIE_NAME']}-{self._place}"

    def open_session(self, app: Flask, request: Request) -> FileSession:
        """The session that the cookie of this place names, or a new and empty one."""
        sid = request.cookies.get(self.get_cookie_name(app))
        data = self._retrieve_session_data(self._get_store_id(sid)) if sid else None
        if data is None:
            session = PlaceSession(sid=self._generate_sid(self.sid_length), permanent=True)
        else:
            session = PlaceSession(data, sid=sid)
        session.place = self._place
        return session


class SessionsByPlace(FileSessions):
    """The account's session everywhere but at the addresses of links.

    There the account's cookie is not even read: whoever is signed in and follows a link is
    nobody on its pages, and the link opens nothing anywhere else.
    """

    def __init__(self, app: Flask, directory: Path) -> None:
        super().__init__(app, directory)
        self._places = {
            place: _OnePlace(app, directory, place) for place in dict.fromkeys(PLACES.values())
        }

    def open_session(self, app: Flask, request: Request) -> FileSession:
        """The one that this address asks for."""
        for start, place in PLACES.items():
            if request.path == start or request.path.startswith(f"{start}/"):
                return self._places[place].open_session(app, request)
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: FileSession, response: Response) -> None:
        """Where it came from."""
        if isinstance(session, PlaceSession):
            self._places[session.place].save_session(app, session, response)
        else:
            super().save_session(app, session, response)

    def regenerate(self, session: FileSession) -> None:
        """Go on under a new id; the old one is dead."""
        if isinstance(session, PlaceSession):
            self._places[session.place].regenerate(session)
        else:
            super().regenerate(session)
