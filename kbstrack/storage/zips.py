"""ZIPs that are never written: made of files on the disk at the moment in which they are read.

Sizes and checksums are known, and nothing is compressed. So a ZIP has its length, and any part of
it can be read by itself: a download shows how far it is, goes on where it was cut off, and keeps no
thread of the server waiting, however slow the line is.
"""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from pathlib import Path
from typing import Any, BinaryIO

from kbstrack.clock import LONDON

_LOCAL = struct.Struct("<4sHHHHHLLLHH")
_CENTRAL = struct.Struct("<4sHHHHHHLLLHHHHHLL")
_END_64 = struct.Struct("<4sQHHLLQQQQ")
_PLACE_64 = struct.Struct("<4sLQL")
_END = struct.Struct("<4sHHHHLLH")
_OFFSET_64 = struct.Struct("<HHQ")
_MOST_32, _MOST_16 = 0xFFFFFFFF, 0xFFFF
_PLAIN, _LARGE = 20, 45  # the version of the format that a reader must know
_UNIX = 3 << 8
_NAMES_ARE_UTF8 = 0x800
_READABLE_FILE = 0o100644 << 16


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a ZIP: its name in there, and its bytes or where they lie."""

    name: str
    size_bytes: int
    crc32: int
    content: Path | bytes


def entry_of(name: str, content: bytes) -> Entry:
    """A small file that was made for the ZIP."""
    return Entry(name, len(content), zlib.crc32(content), content)


class Zip(io.RawIOBase):
    """A ZIP of these entries, to be read from anywhere, with constant memory.

    A file that is gone or was cut meanwhile raises OSError: a download ends, and is not whole.
    """

    def __init__(self, entries: Sequence[Entry], at: datetime) -> None:
        super().__init__()
        self._parts = list(_laid_out(entries, at))
        sizes = (size_bytes for _, size_bytes in self._parts)
        self._starts = list(accumulate(sizes, initial=0))
        self._position = 0
        self._opened: tuple[Path, BinaryIO] | None = None

    @property
    def size_bytes(self) -> int:
        """All of it."""
        return self._starts[-1]

    @property
    def mark(self) -> str:
        """The same for equal bytes, and another one for others: every file's checksum is in it."""
        digest = hashlib.sha256()
        for content, _ in self._parts:
            if isinstance(content, bytes):
                digest.update(content)
        return digest.hexdigest()

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def tell(self) -> int:
        """Where reading goes on."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go on reading there."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size_bytes}[whence]
        self._position = max(0, start + offset)
        return self._position

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer with what comes next: less than it holds at the end only."""
        view = memoryview(buffer).cast("B")
        done = 0
        while done < len(view) and self._position < self.size_bytes:
            number = bisect_right(self._starts, self._position) - 1
            content, size_bytes = self._parts[number]
            start = self._position - self._starts[number]
            piece = self._piece(content, start, min(len(view) - done, size_bytes - start))
            view[done : done + len(piece)] = piece
            done += len(piece)
            self._position += len(piece)
        return done

    def close(self) -> None:
        """Let go of the file that is being read."""
        if self._opened is not None:
            self._opened[1].close()
            self._opened = None
        super().close()

    def _piece(self, content: Path | bytes, start: int, size_bytes: int) -> bytes:
        if isinstance(content, bytes):
            return content[start : start + size_bytes]
        if self._opened is None or self._opened[0] != content:
            if self._opened is not None:
                self._opened[1].close()
            self._opened = (content, content.open("rb"))
        file = self._opened[1]
        file.seek(start)
        piece = file.read(size_bytes)
        if not piece:
            raise OSError(f"{content.name} is shorter than it was")
        return piece


def _laid_out(entries: Sequence[Entry], at: datetime) -> Iterable[tuple[Path | bytes, int]]:
    """The parts of a ZIP one after another with their sizes, none of them empty."""
    day, time = _dos(at)
    offset = 0
    directory = []
    for entry in entries:
        assert entry.size_bytes < _MOST_32
        name = entry.name.encode()
        facts = (_NAMES_ARE_UTF8, 0, time, day, entry.crc32, entry.size_bytes, entry.size_bytes)
        local = _LOCAL.pack(b"PK\3\4", _PLAIN, *facts, len(name), 0) + name
        directory.append(_listed(name, facts, offset))
        yield local, len(local)
        if entry.size_bytes:
            yield entry.content, entry.size_bytes
        offset += len(local) + entry.size_bytes
    end = b"".join(directory)
    end += _ended(len(entries), len(end), offset)
    yield end, len(end)


def _listed(name: bytes, facts: tuple[int, ...], offset: int) -> bytes:
    """An entry's line in the directory at the end."""
    is_far = offset >= _MOST_32
    extra = _OFFSET_64.pack(1, 8, offset) if is_far else b""
    version = _LARGE if is_far else _PLAIN
    return (
        _CENTRAL.pack(
            b"PK\1\2",
            _UNIX | version,
            version,
            *facts,
            len(name),
            len(extra),
            0,
            0,
            0,
            _READABLE_FILE,
            _MOST_32 if is_far else offset,
        )
        + name
        + extra
    )


def _ended(count: int, directory_bytes: int, offset: int) -> bytes:
    """What says where the directory is, in the large form where the small one has no room."""
    end = _END.pack(
        b"PK\5\6",
        0,
        0,
        min(count, _MOST_16),
        min(count, _MOST_16),
        min(directory_bytes, _MOST_32),
        min(offset, _MOST_32),
        0,
    )
    if count < _MOST_16 and directory_bytes < _MOST_32 and offset < _MOST_32:
        return end
    counts = (count, count, directory_bytes, offset)
    large = _END_64.pack(b"PK\6\6", _END_64.size - 12, _UNIX | _LARGE, _LARGE, 0, 0, *counts)
    return large + _PLACE_64.pack(b"PK\6\7", 0, offset + directory_bytes, 1) + end


def _dos(at: datetime) -> tuple[int, int]:
    """Day and time in London as ZIPs have them, to two seconds."""
    local = at.astimezone(LONDON)
    day = (local.year - 1980) << 9 | local.month << 5 | local.day
    return day, local.hour << 11 | local.minute << 5 | local.second // 2
