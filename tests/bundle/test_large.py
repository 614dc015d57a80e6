"""Recordings of any size go through in constant memory, and past two gigabytes ZIPs stay whole."""

from __future__ import annotations

import hashlib
import io
import tracemalloc
import zipfile
from dataclasses import dataclass
from typing import BinaryIO

import pytest

from kbstrack.bundle.issued import Layout
from kbstrack.bundle.making import plan_bundle, stream_part
from kbstrack.portfolio.rules import PortfolioFile
from kbstrack.record import keys
from kbstrack.storage.local import Store
from tests.bundle.bundles import FROZEN_AT, piece_with, portfolio_with

MB = 1_000_000
ZEROS = bytes(1 << 20)


class Film(io.RawIOBase):
    """A recording of so many bytes, none of which lies anywhere."""

    def __init__(self, size_bytes: int) -> None:
        self._left = size_bytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        count = min(len(buffer), self._left)
        buffer[:count] = ZEROS[:count]
        self._left -= count
        return count


@dataclass(frozen=True)
class Library:
    """A store in which films lie, too."""

    store: Store
    films: dict[str, int]

    def open(self, sha256: str) -> BinaryIO:
        size_bytes = self.films.get(sha256)
        if size_bytes is None:
            return self.store.open(sha256)
        return io.BufferedReader(Film(size_bytes))

    def size(self, sha256: str) -> int:
        return self.films.get(sha256) or self.store.size(sha256)


def film(size_bytes: int) -> PortfolioFile:
    digest = hashlib.sha256()
    for start in range(0, size_bytes, len(ZEROS)):
        digest.update(ZEROS[: size_bytes - start])
    return PortfolioFile(
        "film.mp4", "video", "video/mp4", size_bytes, digest.hexdigest(), None, None
    )


def planned(shelf, *films: PortfolioFile):
    """The plan with one piece for each film, and where they lie."""
    pieces = [piece_with(number, found) for number, found in enumerate(films, start=1)]
    library = Library(shelf.store, {found.sha256: found.size_bytes for found in films})
    (part,) = plan_bundle(
        shelf.freeze(portfolio_with(*pieces)),
        Layout.PLAIN,
        most_bytes=10_000 * MB,
        originals=library,
        key=keys.ensure_key(shelf.home, FROZEN_AT).keys[-1],
        sign=lambda said: keys.sign(shelf.home, said),
    )
    return part, library


def peak_of(part, library) -> tuple[int, int]:
    """How much memory streaming needs at most, and how many bytes come out."""
    tracemalloc.start()
    try:
        sent = sum(len(chunk) for chunk in stream_part(part, library))
        return tracemalloc.get_traced_memory()[1], sent
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "sizes",
    [
        pytest.param((30 * MB,), id="30 MB"),
        pytest.param((700 * MB, 600 * MB, 800 * MB), id="2.1 GB", marks=pytest.mark.slow),
    ],
)
def test_memory_does_not_grow_with_what_is_sent(shelf, sizes):
    part, library = planned(shelf, *(film(size) for size in sizes))

    peak, sent = peak_of(part, library)

    assert sent == part.size_bytes > sum(sizes)
    assert peak < 3 * MB


@pytest.mark.slow
def test_a_file_over_two_gigabytes_and_what_stands_behind_it_are_read_again(shelf, tmp_path):
    large, small = film(2_200 * MB), film(5 * MB)
    part, library = planned(shelf, large, small)

    with (tmp_path / "bundle.zip").open("wb") as out:
        for chunk in stream_part(part, library):
            # Zeros need no room on the disk.
            if chunk.count(0) == len(chunk):
                out.seek(len(chunk), io.SEEK_CUR)
            else:
                out.write(chunk)
        assert out.tell() == part.size_bytes

    with zipfile.ZipFile(tmp_path / "bundle.zip") as archive:
        assert archive.testzip() is None
        sizes = sorted(info.file_size for info in archive.infolist())[-2:]
    assert sizes == [small.size_bytes, large.size_bytes]
