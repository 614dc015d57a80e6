"""Rows and bytes compared: what `kbstrack fsck` finds."""

import io

import pytest

from kbstrack.storage.check import check_store
from kbstrack.storage.local import Store


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "files")


def put(store, data):
    stored = store.put(io.BytesIO(data), most_bytes=100)
    return stored.sha256, stored.size_bytes


def check(store, rows):
    names = {sha256 for sha256, _ in rows}
    return check_store(store, rows, names.intersection)


def test_a_store_that_holds_what_the_rows_say_is_whole(store):
    first, second = put(store, b"one"), put(store, b"three")

    report = check(store, [first, second, first])

    assert report.is_whole
    assert (report.checked, report.checked_bytes, report.without_row) == (2, 8, [])


def test_a_row_without_bytes_is_missing(store):
    row = ("0" * 64, 5)

    report = check(store, [row])

    assert not report.is_whole
    assert report.missing == [row[0]]


@pytest.mark.parametrize("spoilt", [b"onf", b"on", b""])
def test_bytes_that_changed_are_damaged(store, spoilt):
    row = put(store, b"one")
    store.path(row[0]).write_bytes(spoilt)

    report = check(store, [row])

    assert not report.is_whole
    assert report.damaged == [row[0]]


def test_a_row_with_another_size_is_damaged(store):
    sha256, size_bytes = put(store, b"one")

    assert check(store, [(sha256, size_bytes + 1)]).damaged == [sha256]


def test_bytes_without_a_row_are_named_but_no_fault(store):
    row, orphan = put(store, b"one"), put(store, b"two")

    report = check(store, [row])

    assert report.is_whole
    assert report.without_row == [orphan[0]]


def test_an_empty_store_without_rows_is_whole(store):
    assert check(store, []).is_whole
