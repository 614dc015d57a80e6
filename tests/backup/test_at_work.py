"""A backup while people work: consistent, whole, and nobody has to wait."""

from __future__ import annotations

import io
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask

from kbstrack import current
from kbstrack.backup import making, snapshot
from kbstrack.backup.making import make_backup
from kbstrack.backup.restoring import restore_backup
from kbstrack.backup.verifying import verify_backup
from kbstrack.config import Settings
from kbstrack.db import db
from kbstrack.evidence import service
from tests.backup.contents import parts_of, rows_at
from tests.builders import FRIDAY, MONDAY, World, make_draft, make_evidence

ROUNDS = 6


@contextmanager
def somebody_working(app: Flask, world: World) -> Iterator[list[uuid.UUID]]:
    """Another thread that submits pieces and hands in files until the block ends."""
    is_over, done, problems = threading.Event(), [], []

    def work() -> None:
        with app.app_context():
            try:
                while not is_over.is_set():
                    content = f"Notes number {len(done)}.\n".encode()
                    file = service.add_upload(
                        world.apprentice,
                        world.enrolment_id,
                        stream=io.BytesIO(content),
                        name="notes.txt",
                        at=MONDAY,
                    )
                    done.append(make_evidence(world, upload_ids=[file.upload_id]))
            except Exception as problem:
                problems.append(problem)
            finally:
                db.session.remove()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield done
    finally:
        is_over.set()
        thread.join()
        assert problems == []


def test_a_backup_made_while_somebody_writes_is_consistent(
    app, world: World, settings: Settings, tmp_path: Path
):
    sizes = []
    with somebody_working(app, world) as done:
        for number in range(ROUNDS):
            before = len(done)
            target = tmp_path / f"{number}.backup"
            make_backup(settings, target, at=FRIDAY)
            assert verify_backup(target).findings == ()
            home = tmp_path / str(number)
            restore_backup(target, home, at=FRIDAY)
            rows = rows_at(f"sqlite:///{home / 'kbstrack.sqlite'}")
            submitted = {row["id"] for row in rows["evidence"]}
            # What was saved before it began is in it, and whole: a version and a file each.
            assert set(done[:before]) <= submitted
            assert len(rows["version_file"]) == len(rows["evidence_version"]) - 1
            sizes.append(len(submitted))

    assert sizes == sorted(sizes)
    assert sizes[-1] > sizes[0]


def test_what_is_saved_after_the_snapshot_is_not_in_the_backup(
    app, world: World, settings: Settings, tmp_path: Path, monkeypatch
):
    take = snapshot.take_snapshot

    def take_and_go_on(*arguments):
        take(*arguments)
        make_draft(world, title="After the snapshot")
        add_file_after(world)

    def add_file_after(world: World) -> None:
        service.add_upload(
            world.apprentice, world.enrolment_id, stream=io.BytesIO(b"Too late.\n"),
            name="late.txt", at=MONDAY,
        )  # fmt: skip

    monkeypatch.setattr(making.snapshot, "take_snapshot", take_and_go_on)

    make_backup(settings, tmp_path / "one.backup", at=FRIDAY)

    parts = parts_of(tmp_path / "one.backup")
    assert b"Too late.\n" not in parts.values()
    assert b"After the snapshot" not in parts["database.sqlite"]
    assert verify_backup(tmp_path / "one.backup").is_whole


def test_nobody_waits_for_a_backup(app, world: World, settings: Settings, tmp_path, monkeypatch):
    """Somebody saves while the database is being read, and it is over before that is."""
    saved = []

    class Watching:
        def start(self, what: str, total_bytes: int) -> None:
            saved.append(make_draft(world))

        def add(self, done_bytes: int) -> None:
            """Nothing to show."""

    make_backup(settings, tmp_path / "one.backup", at=FRIDAY, progress=Watching())

    assert len(saved) == 1


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_backup_goes_on_while_somebody_holds_the_write_lock(
    app, world: World, settings: Settings, tmp_path: Path
):
    from kbstrack.db import writing

    with writing(db.engine.connect()) as connection, connection.begin():
        connection.exec_driver_sql("UPDATE provider SET name = 'Not committed'")
        make_backup(settings, tmp_path / "one.backup", at=FRIDAY)

    assert b"Not committed" not in parts_of(tmp_path / "one.backup")["database.sqlite"]


def test_a_file_that_is_swept_afterwards_is_in_no_backup_that_needs_it(
    world: World, settings: Settings, tmp_path: Path
):
    """A sweep takes only what no row speaks of, so it cannot take what a backup is to hold."""
    from datetime import timedelta

    from kbstrack.evidence.file_queries import known_hashes

    swept = current.store().sweep(known_hashes, timedelta(0), FRIDAY.replace(year=2100), True)

    make_backup(settings, tmp_path / "one.backup", at=FRIDAY)

    assert swept == []
    assert verify_backup(tmp_path / "one.backup").is_whole
