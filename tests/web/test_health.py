"""What a monitor is told: alive, ready, and which part is not."""

from __future__ import annotations

import shutil
from pathlib import Path

from kbstrack.config import Settings
from kbstrack.standards.catalogue import Catalogue
from kbstrack.web import create_web_app
from tests.builders import World
from tests.conftest import CountStatements, running
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


def test_whether_it_is_alive_is_said_without_the_database(
    pages: Pages, world: World, count_statements: CountStatements
):
    pages.sign_in(world.people["apprentice"].person_id)

    with count_statements() as statements:
        pages.client.get("/health")

    assert not statements


def test_without_a_place_for_files_it_says_so(pages: Pages, settings: Settings):
    shutil.rmtree(settings.home / "files", ignore_errors=True)
    (settings.home / "files").write_text("in the way")

    ready = pages.get("/ready", status=503).response

    assert ready.json is not None
    assert ready.json["parts"] == {"database": "ok", "files": "not ready"}
