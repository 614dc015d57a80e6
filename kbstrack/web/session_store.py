"""Where sessions live: one small file each, named by a hash, gone at sign-out."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask, Request, Response
from flask_session.base import ServerSideSession, ServerSideSessionInterface

from kbstrack import clock
from kbstrack.storage.stored import NO_ROOM
from kbstrack.web.errors import error_page

_WITHOUT = frozenset({"/health", "/ready"})
_SWEEP_EVERY = timedelta(hours=1)


def session_config(*, is_https: bool, idle: timedelta) -> dict[str, Any]:
    """What Flask and Flask-Security are told about cookies, tokens and hashes."""
    return {
        "SESSION_COOKIE_NAME": "__Host-kbstrack" if is_https else "kbstrack",
        "SESSION_COOKIE_SECURE": is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": idle,
        # The token lives as long as its session: whoever writes for two hours can still save.
        "WTF_CSRF_TIME_LIMIT": None,
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_DEPRECATED_PASSWORD_SCHEMES": [],
        "SECURITY_PASSWORD_SINGLE_HASH": {"argon2"},
        "SECURITY_PASSWORD_NORMALIZE_FORM": "NFKC",
        "SECURITY_CLI_USERS_NAME": None,
        "SECURITY_CLI_ROLES_NAME": None,
    }


class FileSession(ServerSideSession):  # type: ignore[misc]
    """A session that knows whether it came from the store or is new."""

    def __init__(
        self,
        initial: dict[str, Any] | None = None,
        sid: str | None = None,
        permanent: bool | None = None,
    ) -> None:
        super().__init__(initial, sid, permanent)
        self.is_stored = initial is not None


class FileSessions(ServerSideSessionInterface):  # type: ignore[misc]
    """Flask-Session's handling of cookies and ids over a store of our own.

    Its own file store reads pickles, throws living sessions away above a threshold, and brings
    a session back to life when a request that began before the sign-out ends after it
    (decision 0004).
    """

    session_class = FileSession

    def __init__(self, app: Flask, directory: Path) -> None:
        super().__init__(app, key_prefix="", permanent=True)
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._directory = directory
        self._swept_at: datetime | None = None

    def open_session(self, app: Flask, request: Request) -> FileSession:
        """The session of this request: stored, or new and empty. Static files have none."""
        # The address is not matched to an endpoint yet.
        if request.path.startswith(f"{app.static_url_path}/") or request.path in _WITHOUT:
            return FileSession(sid=self._generate_sid(self.sid_length))
        session: FileSession = super().open_session(app, request)
        return session

    def save_session(self, app: Flask, session: FileSession, response: Response) -> None:
        """Keep it. Where there is no room left for that, what it was before stays.

        A new one has no "before": whoever signs in then is told why that does not work.
        """
        try:
            super().save_session(app, session, response)
        except OSError as problem:
            if problem.errno not in NO_ROOM:
                raise
            app.logger.error("no room left for sessions")
            if not session.is_stored:
                page = error_page(507)
                response.set_data(page.get_data())
                response.status_code = page.status_code
                response.headers.pop("Location", None)

    def regenerate(self, session: FileSession) -> None:
        """Go on under a new id; the old one is dead."""
        self._delete_session(self._get_store_id(session.sid))
        session.sid = self._generate_sid(self.sid_length)
        session.is_stored = False
        session.modified = True

    def _path(self, store_id: str) -> Path:
        return self._directory / hashlib.sha256(store_id.encode("utf-8", "replace")).hexdigest()

    def _retrieve_session_data(self, store_id: str) -> dict[str, Any] | None:
        try:
            record = json.loads(self._path(store_id).read_bytes())
            if record["ends_at"] <= clock.now().timestamp():
                return None
            data: dict[str, Any] = record["data"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return data

    def _delete_session(self, store_id: str) -> None:
        self._path(store_id).unlink(missing_ok=True)

    def _upsert_session(
        self, session_lifetime: timedelta, session: FileSession, store_id: str
    ) -> None:
        path = self._path(store_id)
        if session.is_stored and not path.exists():
            # Signed out in another request meanwhile: it stays dead.
            return
        at = clock.now()
        record = {"ends_at": (at + session_lifetime).timestamp(), "data": dict(session)}
        handle, name = tempfile.mkstemp(dir=self._directory, prefix=".new-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(record, file)
            os.replace(name, path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(name)
            raise
        if not session.is_stored:
            self._sweep(at)

    def _sweep(self, at: datetime) -> None:
        """Remove what has ended, at most once an hour in each process."""
        if self._swept_at is not None and at - self._swept_at < _SWEEP_EVERY:
            return
        self._swept_at = at
        for path in self._directory.iterdir():
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                if path.name.startswith(".new-"):
                    ended = path.stat().st_mtime + 3600
                else:
                    ended = json.loads(path.read_bytes())["ends_at"]
                if ended <= at.timestamp():
                    path.unlink()
