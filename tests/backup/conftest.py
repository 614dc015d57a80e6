"""An instance with people, evidence and files, and the commands that back it up."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kbstrack import current
from kbstrack.backup.making import make_backup
from kbstrack.cli import main
from kbstrack.config import Settings
from kbstrack.db import db
from kbstrack.evidence import service
from tests.builders import FRIDAY, MONDAY, World, decide, make_draft, make_evidence, make_world, met

NOTES = b"Notes on the applications I read.\n"


def add_file(world: World, content: bytes = NOTES, name: str = "notes.txt") -> str:
    """A file in a draft; its SHA-256."""
    file = service.add_upload(
        world.apprentice, world.enrolment_id, stream=io.BytesIO(content), name=name, at=MONDAY
    )
    make_draft(world, upload_ids=[file.upload_id])
    return file.sha256


@pytest.fixture
def world(app) -> World:
    """One apprentice with a decided piece, a draft with a file, and a signing key beside them."""
    world = make_world()
    decide(world, make_evidence(world), met("K1"))
    add_file(world)
    keys = current.settings().home / "keys"
    keys.mkdir(mode=0o700, exist_ok=True)
    (keys / "2026.pem").write_bytes(b"a signing key")
    return world


@pytest.fixture
def backup(world, settings: Settings, tmp_path: Path) -> Path:
    """A backup of that instance."""
    db.session.rollback()
    target = tmp_path / "one.backup"
    make_backup(settings, target, at=FRIDAY)
    return target


@pytest.fixture
def kbstrack(app, monkeypatch) -> Callable[..., Result]:
    """Run a command on the instance of `app`; other variables are given by name."""
    settings = app.extensions[current.SETTINGS]

    def run(*arguments: object, **variables: str) -> Result:
        db.session.rollback()
        environment = {
            "KBSTRACK_HOME": str(settings.home),
            "KBSTRACK_DATABASE": settings.database_url,
            "KBSTRACK_STANDARDS": str(settings.standards_directories[0]),
        }
        result = CliRunner().invoke(
            main, [str(it) for it in arguments], env=environment | variables
        )
        assert result.exception is None or isinstance(result.exception, SystemExit), (
            result.exception
        )
        return result

    return run
