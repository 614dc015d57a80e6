"""`kbstrack storage sweep` and `kbstrack fsck` on an instance with files."""

import io
import json
import os
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from kbstrack import current
from kbstrack.cli import main
from kbstrack.db import db
from kbstrack.evidence.models import StoredFile

NEVER_KEPT = "0" * 64


@pytest.fixture
def kbstrack(app, monkeypatch):
    """Run a command on the instance of `app`."""
    settings = app.extensions[current.SETTINGS]
    monkeypatch.setenv("KBSTRACK_HOME", str(settings.home))
    monkeypatch.setenv("KBSTRACK_DATABASE", settings.database_url)

    def run(*arguments):
        result = CliRunner().invoke(main, arguments)
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    return run


@pytest.fixture
def store(app):
    return app.extensions[current.STORE]


def put(store, data, *, with_row):
    stored = store.put(io.BytesIO(data), most_bytes=100)
    if with_row:
        add_row(stored.sha256, stored.size_bytes)
    return stored.sha256


def add_row(sha256, size_bytes):
    row = StoredFile(
        sha256=sha256,
        size_bytes=size_bytes,
        media_type="text/plain",
        family="text",
        stored_at=datetime(2026, 3, 2, tzinfo=UTC),
    )
    db.session.add(row)
    db.session.commit()


def test_fsck_of_an_instance_without_files_is_content(kbstrack):
    result = kbstrack("fsck")

    assert result.exit_code == 0
    assert "Every file is there and unharmed." in result.output


def test_fsck_names_what_is_missing_damaged_and_left_over(kbstrack, store):
    put(store, b"whole", with_row=True)
    damaged = put(store, b"damaged", with_row=True)
    store.path(damaged).write_bytes(b"dAmaged")
    left_over = put(store, b"left over", with_row=False)
    add_row(NEVER_KEPT, 5)

    said = kbstrack("fsck")
    report = json.loads(kbstrack("fsck", "--json").output)

    assert said.exit_code == 1
    assert f"missing  {NEVER_KEPT}" in said.output
    assert f"damaged  {damaged}" in said.output
    assert "from your last backup" in said.output
    places = {name: [it["place"] for it in found] for name, found in report.pop("checks").items()}
    assert {name: found for name, found in places.items() if found} == {
        "files": [NEVER_KEPT, damaged]
    }
    assert report == {
        "checked": 3,
        "checked_bytes": 12,
        "missing": [NEVER_KEPT],
        "damaged": [damaged],
        "without_row": [left_over],
        "is_whole": False,
    }


def test_a_sweep_removes_old_files_without_a_record(kbstrack, store):
    needed = put(store, b"needed", with_row=True)
    young = put(store, b"young", with_row=False)
    old = put(store, b"old", with_row=False)
    for sha256 in (needed, old):
        os.utime(store.path(sha256), (0, 0))

    trial = kbstrack("storage", "sweep", "--dry-run")
    assert trial.output == "Would remove 1 file (3 bytes).\n"
    assert store.exists(old)

    swept = json.loads(kbstrack("storage", "sweep", "--json").output)
    assert swept == {
        "removed": True,
        "sha256": [old],
        "size_bytes": 3,
        "portfolios": [],
        "drawn_bytes": 0,
    }
    assert [store.exists(s) for s in (needed, young, old)] == [True, True, False]


def test_a_sweep_removes_drawn_pages_that_nobody_asked_for_lately(app, kbstrack):
    store = app.extensions[current.DERIVED]
    old, young = "a" * 64, "b" * 64
    for key in (old, young):
        store.keep(key, b"drawn")
    os.utime(store.root / "aa" / old, (0, 0))

    trial = kbstrack("storage", "sweep", "--dry-run").output
    assert "Would remove drawn pages of portfolios (37 bytes).\n" in trial
    assert "Removed drawn pages of portfolios (37 bytes).\n" in kbstrack("storage", "sweep").output
    assert [store.take(key) for key in (old, young)] == [None, b"drawn"]


def test_a_sweep_cannot_be_told_to_take_files_of_forms_being_sent(kbstrack):
    result = kbstrack("storage", "sweep", "--older-than", "1")

    assert result.exit_code == 2
    assert "24" in result.output
