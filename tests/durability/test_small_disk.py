"""A disk that really runs full, at every point of saving; only where the tests may mount one."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from kbstrack.config import Settings
from kbstrack.current import store
from kbstrack.db import db
from kbstrack.evidence.file_queries import known_hashes, stored_hashes
from kbstrack.storage.check import check_store
from tests.builders import World
from tests.conftest import STANDARDS
from tests.durability.sending import BEGIN, UPLOAD
from tests.pages import Page, Pages

LARGE_KB = 64 * 1024
NOTES_KB = 40
NOTES = b"Read the brief.\nRing the client back.\n".ljust(64, b".") * (NOTES_KB * 16)
DESCRIPTION = "I rang the client and wrote down what was said. " * 150


class Disk:
    """A small disk of its own; `leave` says how much is free on it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def leave(self, free_kb: int) -> None:
        """Let so much be free, whatever lies on it."""
        found = os.statvfs(self.path)
        used_kb = (found.f_blocks - found.f_bfree) * found.f_frsize // 1024
        self._mount(f"remount,size={used_kb + free_kb}k")

    def begin(self) -> bool:
        """Mount it, empty and large; whether that can be done here."""
        self.path.mkdir()
        return self._mount(f"size={LARGE_KB}k")

    def end(self) -> None:
        """Take it away with everything on it."""
        subprocess.run(["umount", "--lazy", str(self.path)], check=True)

    def _mount(self, options: str) -> bool:
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(self.path)]
        try:
            return subprocess.run(command, capture_output=True, check=False).returncode == 0
        except FileNotFoundError:
            return False


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    disk = Disk(tmp_path / "disk")
    if not disk.begin():
        pytest.skip("no disk can be mounted here")
    yield disk
    disk.end()


@pytest.fixture
def settings(disk: Disk, migrated_file: Path) -> Settings:
    """Database, files and sessions on the small disk."""
    database = disk.path / "kbstrack.sqlite"
    shutil.copyfile(migrated_file, database)
    return Settings(
        home=disk.path / "home",
        database_url=f"sqlite:///{database}",
        standards_directories=(STANDARDS,),
    )


class AnyStatus(Pages):
    """Looks every page over, whatever its status."""

    def _checked(self, response: TestResponse, status: int) -> Page:
        return super()._checked(response, response.status_code)


@pytest.fixture
def pages(app: Flask) -> Pages:
    """Somebody whose forms may be taken or not."""
    return AnyStatus(app)


@pytest.mark.parametrize("free_kb", [0, 4, 8, 20, 44, 48, 60, 84, 100, 150, 1000])
def test_wherever_an_upload_runs_out_of_room_nothing_is_half(
    disk: Disk, pages: Pages, world: World, now, free_kb: int
):
    form = replace(UPLOAD, fields={"files": ("notes.txt", NOTES)})
    page = form.open(pages, world)
    disk.leave(free_kb)

    answer = form.send(pages, page)

    disk.leave(LARGE_KB)
    assert answer.status in {303, 507}
    assert form.count() == (answer.status == 303)
    assert check_store(store(), stored_hashes(), known_hashes).is_whole
    form.send(pages, page)
    assert form.count() == 1


@pytest.mark.parametrize("free_kb", [0, 4, 8, 12, 16, 24, 36, 48, 1000])
def test_wherever_a_text_runs_out_of_room_it_is_saved_or_given_back(
    disk: Disk, pages: Pages, world: World, now, free_kb: int
):
    form = replace(BEGIN, fields=BEGIN.fields | {"description": DESCRIPTION})
    page = form.open(pages, world)
    disk.leave(free_kb)

    answer = form.send(pages, page)

    disk.leave(LARGE_KB)
    assert answer.status in {303, 507}
    assert form.count() == (answer.status == 303)
    if answer.status != 303:
        assert DESCRIPTION.strip() in answer.text
        pages.submit(answer, button="Send it again", follow=False)
    assert form.count() == 1
    assert db.session.scalar(text("PRAGMA integrity_check")) == "ok"
