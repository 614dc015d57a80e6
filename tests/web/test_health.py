"""What a monitor is told: alive, ready, and which part is not."""

from __future__ import annotations

import shutil
from pathlib import Path

from flask import Flask

from kbstrack.config import Settings
from kbstrack.db import db
from kbstrack.standards.catalogue import Catalogue
from kbstrack.web import create_web_app
from tests.conftest import running
from tests.pages import Pages


def test_a_sound_instance_is_alive_and_ready(pages: Pages):
    assert pages.get("/health").response.json == {"status": "ok"}
    assert pages.get("/ready").response.json == {
        "status": "ok",
        "parts": {"database": "ok", "files": "ok"},
    }


def test_without_a_database_it_is_alive_but_not_ready(tmp_path: Path, catalogue: Catalogue):
    settings = Settings(tmp_path, f"sqlite:///{tmp_path / 'missing.sqlite'}")
    with running(create_web_app(settings, catalogue=catalogue)) as app:
        pages = Pages(app)

        assert pages.get("/health").response.json == {"status": "ok"}
        ready = pages.get("/ready", status=503).response

    assert ready.json == {
        "status": "not ready",
        "parts": {"database": "not ready", "files": "ok"},
    }
    assert str(tmp_path) not in ready.text
    assert not (tmp_path / "missing.sqlite").exists()


def test_a_database_that_answers_no_more_does_not_keep_a_signed_in_monitor_from_the_health_page(
    app: Flask, pages: Pages, world
):
    pages.sign_in(world.people["apprentice"].person_id)
    with app.app_context():
        db.drop_all()

    assert pages.get("/health").response.json == {"status": "ok"}


def test_without_a_place_for_files_it_says_so(pages: Pages, settings: Settings):
    shutil.rmtree(settings.home / "files", ignore_errors=True)
    (settings.home / "files").write_text("in the way")

    ready = pages.get("/ready", status=503).response

    assert ready.json is not None
    assert ready.json["parts"] == {"database": "ok", "files": "not ready"}
