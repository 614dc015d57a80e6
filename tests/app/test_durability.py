"""What the product asks of SQLite, so that what is said to be saved is on the disk."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import make_engine

FULL = 2


def test_a_commit_on_sqlite_waits_for_the_disk(tmp_path: Path):
    engine = make_engine(f"sqlite:///{tmp_path / 'kbstrack.sqlite'}")

    with engine.connect() as connection:
        asked = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("synchronous", "journal_mode", "foreign_keys", "recursive_triggers")
        }
    engine.dispose()

    assert asked == {
        "synchronous": FULL,
        "journal_mode": "wal",
        "foreign_keys": 1,
        "recursive_triggers": 1,
    }
