"""What can be computed again: there as it was put, or not there at all."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kbstrack.errors import NotFound
from kbstrack.storage.derived import DerivedStore

KEY, OTHER = "a" * 64, "b" * 64
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> DerivedStore:
    """Nothing is kept yet."""
    return DerivedStore(tmp_path / "derived")


def put_at(store: DerivedStore, key: str, at: datetime) -> None:
    """Keep something that was taken last at this moment."""
    store.keep(key, b"drawn")
    [path] = [path for path in store.root.rglob(key) if path.is_file()]
    os.utime(path, (at.timestamp(), at.timestamp()))


def test_what_was_kept_is_taken_as_it_was(store: DerivedStore) -> None:
    store.keep(KEY, b"drawn")

    assert store.take(KEY) == b"drawn"
    assert store.take(OTHER) is None


@pytest.mark.parametrize("spoilt", [b"", b"short", b"x" * 40])
def test_what_was_damaged_is_not_there(store: DerivedStore, spoilt: bytes) -> None:
    store.keep(KEY, b"drawn")
    [path] = [path for path in store.root.rglob(KEY) if path.is_file()]
    path.write_bytes(spoilt)

    assert store.take(KEY) is None
    store.keep(KEY, b"drawn anew")
    assert store.take(KEY) == b"drawn anew"


def test_nobody_else_on_the_machine_can_look_into_it(store: DerivedStore) -> None:
    store.keep(KEY, b"drawn")

    assert store.root.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in store.root.rglob("*"))


def test_a_sweep_takes_what_nobody_wanted_for_long(store: DerivedStore) -> None:
    put_at(store, KEY, NOON - timedelta(days=61))
    put_at(store, OTHER, NOON - timedelta(days=59))
    week = timedelta(days=60)

    assert store.sweep(unused_for=week, at=NOON, delete=False) == 37
    assert store.take(OTHER) is not None
    assert store.sweep(unused_for=week, at=NOON, delete=True) == 37
    assert store.take(KEY) is None


def test_taking_it_counts_as_wanting_it(store: DerivedStore) -> None:
    put_at(store, KEY, NOON - timedelta(days=400))

    store.take(KEY)

    assert store.sweep(unused_for=timedelta(days=60), at=NOON, delete=True) == 0


def test_where_there_is_no_room_nothing_is_kept_and_nobody_minds(tmp_path: Path) -> None:
    (tmp_path / "derived").write_bytes(b"a file where the folder should be")
    store = DerivedStore(tmp_path / "derived")

    store.keep(KEY, b"drawn")

    assert store.take(KEY) is None


def test_a_key_is_a_hash_and_never_a_path(store: DerivedStore) -> None:
    with pytest.raises(NotFound):
        store.keep("../../etc/passwd", b"x")
