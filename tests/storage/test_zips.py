"""A ZIP that is never written reads like one that was: for programs, from anywhere, and at once."""

from __future__ import annotations

import io
import shutil
import subprocess
import tracemalloc
import zipfile
import zlib
from datetime import UTC, datetime

import pytest
from waitress.buffers import ReadOnlyFileBasedBuffer

from kbstrack.storage.zips import Entry, Zip, entry_of

AT = datetime(2026, 7, 3, 9, 30, 6, tzinfo=UTC)
GIB = 1 << 30


@pytest.fixture
def entries(tmp_path):
    """A file, a text with a name that is not ASCII, and an empty one."""
    path = tmp_path / "one"
    path.write_bytes(bytes(range(256)) * 1000)
    return [
        entry_of("index.csv", b"who,what\r\n"),
        Entry("Zoë – 张.pdf", 256_000, zlib.crc32(path.read_bytes()), path),
        entry_of("empty.txt", b""),
    ]


def test_python_reads_every_entry_whole(entries):
    content = Zip(entries, AT)

    with zipfile.ZipFile(content) as found:
        assert found.testzip() is None
        assert found.namelist() == ["index.csv", "Zoë – 张.pdf", "empty.txt"]
        assert found.read("index.csv") == b"who,what\r\n"
        assert found.read("Zoë – 张.pdf") == bytes(range(256)) * 1000
        # In London it was summer.
        assert found.infolist()[0].date_time == (2026, 7, 3, 10, 30, 6)


def test_unzip_finds_nothing_wrong_with_it(entries, tmp_path):
    if shutil.which("unzip") is None:
        pytest.skip("There is no unzip.")
    path = tmp_path / "all.zip"
    path.write_bytes(Zip(entries, AT).read())

    tested = subprocess.run(["unzip", "-t", path], capture_output=True, text=True, check=False)

    assert "No errors detected" in tested.stdout
    assert tested.returncode == 0, tested.stderr


def test_its_length_is_known_and_any_part_of_it_is_read_by_itself(entries):
    whole = Zip(entries, AT).read()
    content = Zip(entries, AT)

    assert content.size_bytes == len(whole)
    assert content.seek(0, io.SEEK_END) == len(whole)
    for start, size in ((0, 5), (30, 50), (100, 255_000), (len(whole) - 7, 100)):
        content.seek(start)
        assert content.read(size) == whole[start : start + size], start
    assert content.read(1) == b""


def test_the_server_sends_it_without_keeping_a_thread(entries):
    """waitress does that with whatever it can seek in and knows the length of."""
    whole = Zip(entries, AT).read()
    sent, buffer = b"", ReadOnlyFileBasedBuffer(Zip(entries, AT))

    assert buffer.prepare() == len(whole)
    while piece := buffer.get(10_000):
        # A slow line takes half of what is offered.
        taken = max(1, len(piece) // 2)
        sent += piece[:taken]
        buffer.skip(taken)

    assert sent == whole


def test_equal_entries_are_equal_bytes(entries):
    assert Zip(entries, AT).read() == Zip(list(entries), AT).read()


def test_an_empty_one_is_one():
    with zipfile.ZipFile(Zip([], AT)) as found:
        assert found.namelist() == []


def test_it_takes_no_more_memory_than_is_read_at_once(tmp_path):
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    content = Zip([Entry(f"{number}.pdf", 200_000_000, 0, path) for number in range(3)], AT)

    tracemalloc.start()
    try:
        while content.read(65_536):
            pass
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()
    assert content.tell() > 600_000_000


def test_beyond_four_gigabytes_everything_is_still_found(tmp_path):
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(3 * GIB)
    large = Entry("large.pdf", 3 * GIB, 0, path)
    content = Zip([large, Entry("too.pdf", 3 * GIB, 0, path), entry_of("last", b"here")], AT)

    with zipfile.ZipFile(content) as found:
        assert found.read("last") == b"here"
        assert found.getinfo("last").header_offset > 6 * GIB


def test_more_than_65535_entries_are_all_found():
    content = Zip([entry_of(f"{number}", b"") for number in range(70_000)], AT)

    with zipfile.ZipFile(content) as found:
        assert len(found.namelist()) == 70_000


def test_a_file_that_is_gone_or_was_cut_ends_the_reading(entries):
    path = entries[1].content
    content = Zip(entries, AT)
    path.write_bytes(b"short")
    with pytest.raises(OSError, match="shorter"):
        content.read()

    path.unlink()
    with pytest.raises(FileNotFoundError):
        Zip(entries, AT).read()
