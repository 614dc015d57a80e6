"""For whoever watches the machine: is the process alive, and can it do its work?"""

from __future__ import annotations

import os
import tempfile

from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy.exc import SQLAlchemyError

from kbstrack import current, migrations
from kbstrack.db import DatabaseNotReady, db

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def health() -> Response:
    """200 while the process answers, whatever else is down."""
    return jsonify(status="ok")


@blueprint.get("/ready")
def ready() -> tuple[Response, int]:
    """200 when people can work, else 503 with the names of the parts that cannot."""
    parts = {"database": _database_is_ready(), "files": _files_are_writable()}
    body = {
        "status": "ok" if all(parts.values()) else "not ready",
        "parts": {name: "ok" if is_ready else "not ready" for name, is_ready in parts.items()},
    }
    return jsonify(body), 200 if all(parts.values()) else 503


def _database_is_ready() -> bool:
    try:
        migrations.check_ready(db.engine)
    except (SQLAlchemyError, DatabaseNotReady, OSError) as error:
        current_app.logger.warning("not ready: database: %s", type(error).__name__)
        return False
    return True


def _files_are_writable() -> bool:
    directory = current.settings().home / "files"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory) as file:
            file.write(b"ready")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        current_app.logger.warning("not ready: files: %s", type(error).__name__)
        return False
    return True
