"""The one form in which a bundle's ZIP is written, so that no byte of it is free.

A ZIP says the same thing twice, and readers differ in which of both they believe; between its
files there may lie anything. So it is not asked whether what is there can be read: it is said what
must be there, down to the byte, and compared. The form is that of Python's zipfile on a stream that
cannot be wound back: sizes and checksum stand behind each file's bytes (APPNOTE 4.3.7 to 4.3.16).
Files are stored and not deflated: deflated bytes can be changed and still unpack to the same.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from kbstrack.clock import LONDON
from kbstrack.errors import RuleBroken

MOST_FILES = 200_000
MOST_NAME_BYTES = MOST_DAY = 0xFFFF
_LARGE = 0x7FFFFFFF
_MOST_COUNTED = 0xFFFF
_OPEN_END, _UTF8 = 0x08, 0x800
_UNIX, _MODE = 3, 0o100644
_PLAIN, _WITH_64 = 20, 45
_IN_64 = 0xFFFFFFFF

_WRONG = "Between or around the files of the ZIP there are bytes that do not belong there."


class BadForm(RuleBroken):
    """The ZIP is not written as we write them."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A file of the ZIP as it must be: its bytes lie there as they are, and have this checksum."""

    path: str
    crc: int
    size_bytes: int
    header_at: int
    moment: tuple[int, int]

    @property
    def name(self) -> bytes:
        """Its path as it is written."""
        return self.path.encode()

    @property
    def is_large(self) -> bool:
        """Whether its sizes need more than 32 bits, as far as that was known beforehand."""
        return self.size_bytes * 1.05 > _LARGE

    @property
    def data_at(self) -> int:
        """Where its bytes begin."""
        return self.header_at + len(local_header(self))

    @property
    def end_at(self) -> int:
        """Where the next file begins."""
        return self.data_at + self.size_bytes + len(descriptor(self))


def dos_moment(at: datetime) -> tuple[int, int]:
    """Day and time as a ZIP has them, in London, to two seconds."""
    local = at.astimezone(LONDON)
    day = (local.year - 1980) << 9 | local.month << 5 | local.day
    return day, local.hour << 11 | local.minute << 5 | local.second // 2


def local_header(file: Packed) -> bytes:
    """What stands before a file's bytes."""
    more = struct.pack("<HHQQ", 1, 16, 0, 0) if file.is_large else b""
    size = _IN_64 if file.is_large else 0
    day, time = file.moment
    return (
        struct.pack(
            "<4s5H3L2H",
            b"PK\x03\x04",
            _WITH_64 if file.is_large else _PLAIN,
            _flags(file),
            0,
            time,
            day,
            0,
            size,
            size,
            len(file.name),
            len(more),
        )
        + file.name
        + more
    )


def descriptor(file: Packed) -> bytes:
    """What stands behind a file's bytes."""
    sizes = "<4sLQQ" if file.is_large else "<4sLLL"
    return struct.pack(sizes, b"PK\x07\x08", file.crc, file.size_bytes, file.size_bytes)


def central_header(file: Packed) -> bytes:
    """What the list of contents at the end says of a file."""
    size, place = file.size_bytes, file.header_at
    numbers = []
    if size > _LARGE:
        numbers += [size, size]
        size = _IN_64
    if place > _LARGE:
        numbers.append(place)
        place = _IN_64
    count = len(numbers)
    more = struct.pack(f"<HH{count}Q", 1, 8 * count, *numbers) if numbers else b""
    version = _WITH_64 if numbers or file.is_large else _PLAIN
    day, time = file.moment
    return (
        struct.pack(
            "<4s4B4H3L5H2L",
            b"PK\x01\x02",
            version,
            _UNIX,
            version,
            0,
            _flags(file),
            0,
            time,
            day,
            file.crc,
            size,
            size,
            len(file.name),
            len(more),
            0,
            0,
            0,
            _MODE << 16,
            place,
        )
        + file.name
        + more
    )


def end_of_zip(count: int, listing_bytes: int, listing_at: int) -> bytes:
    """What the ZIP ends with."""
    found = b""
    if count > _MOST_COUNTED or max(listing_at, listing_bytes) > _LARGE:
        found += struct.pack(
            "<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, listing_bytes, listing_at
        )
        found += struct.pack("<4sLQL", b"PK\x06\x07", 0, listing_at + listing_bytes, 1)
        count = min(count, _MOST_COUNTED)
        listing_bytes, listing_at = min(listing_bytes, _IN_64), min(listing_at, _IN_64)
    return found + struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, listing_bytes, listing_at, 0
    )


def check_form(file: BinaryIO, files: Sequence[Packed]) -> None:
    """Compare every byte that is no file's with what must be there. Raises BadForm.

    `files` are in the order of the list of contents, which must be that of the files.
    """
    place = 0
    for packed in files:
        if packed.header_at != place:
            raise BadForm(_WRONG)
        _expect(file, place, local_header(packed))
        _expect(file, packed.data_at + packed.size_bytes, descriptor(packed))
        place = packed.end_at
    listing_at = place
    for packed in files:
        listed = central_header(packed)
        _expect(file, place, listed)
        place += len(listed)
    end = end_of_zip(len(files), place - listing_at, listing_at)
    _expect(file, place, end)
    if file.seek(0, 2) != place + len(end):
        raise BadForm(_WRONG)


def _flags(file: Packed) -> int:
    return _OPEN_END if file.path.isascii() else _OPEN_END | _UTF8


def _expect(file: BinaryIO, place: int, wanted: bytes) -> None:
    file.seek(place)
    if file.read(len(wanted)) != wanted:
        raise BadForm(_WRONG)
