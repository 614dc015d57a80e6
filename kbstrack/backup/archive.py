"""The file a backup is: an uncompressed tar that can be written in one way only.

Headings, padding and the end are compared with what this module would have written, so that no
byte of the file can be changed, added or taken away without being found. The manifest comes last;
behind it stand its hash and its length, which is how it is found from the end.
"""

from __future__ import annotations

import hashlib
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from kbstrack.backup.progress import SILENT, Progress
from kbstrack.errors import RuleBroken

MARK = "kbstrack-backup"
DATABASE = "database.sqlite"
SECRET_KEY = "secret-key"  # noqa: S105 - a name
MANIFEST = "manifest.json"
SEAL = "manifest.sha256"

BLOCK_BYTES = 512
CHUNK_BYTES = 1 << 20
MOST_MANIFEST_BYTES = 1 << 28

# Nothing else can be in a backup: no path that leads out of a folder, no link, no device.
_NAME = re.compile(
    rf"{MARK}|{DATABASE}|{SECRET_KEY}|{MANIFEST}|{SEAL}"
    r"|(keys|standards)/[A-Za-z0-9_][A-Za-z0-9._-]{0,79}|files/[0-9a-f]{64}"
)
_SEAL = re.compile(rb"([0-9a-f]{64}) ([0-9]{20})\n")
_SEAL_BYTES = 86
_TAIL_BYTES = 4 * BLOCK_BYTES


class BadArchive(RuleBroken):
    """The file is not a backup, or not a whole one."""


@dataclass(frozen=True, slots=True)
class Member:
    """One part of a backup."""

    name: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Part:
    """What stands at a place of the file: a part's name and size, or None where no heading is."""

    name: str | None
    size_bytes: int
    offset: int

    @property
    def next_offset(self) -> int:
        """Where the part after it begins."""
        return self.offset + BLOCK_BYTES + padded(self.size_bytes)


def is_name(name: str) -> bool:
    """Whether a part of a backup may be called so."""
    return _NAME.fullmatch(name) is not None


def padded(size_bytes: int) -> int:
    """The size in whole blocks, which is what a part takes up."""
    return -(-size_bytes // BLOCK_BYTES) * BLOCK_BYTES


def heading(name: str, size_bytes: int) -> bytes:
    """The one heading that a part of this name and size can have."""
    info = tarfile.TarInfo(name)
    info.size, info.mode = size_bytes, 0o600
    return info.tobuf(tarfile.GNU_FORMAT, "ascii")


class Writer:
    """Writes parts one after the other, then the manifest and its hash. Constant memory."""

    def __init__(self, file: BinaryIO, progress: Progress = SILENT) -> None:
        self._file = file
        self._progress = progress
        self._start = 0

    def add(self, name: str, stream: BinaryIO, size_bytes: int) -> Member:
        """Add what `stream` holds. Raises BadArchive when it is unreadable or of another size."""
        assert is_name(name), name
        self._start = self._file.tell()
        self._file.write(heading(name, size_bytes))
        digest, left = hashlib.sha256(), size_bytes
        while chunk := _read(stream, min(CHUNK_BYTES, left + 1), name):
            left -= len(chunk)
            if left < 0:
                break
            digest.update(chunk)
            self._file.write(chunk)
            self._progress.add(len(chunk))
        if left:
            raise BadArchive(f"{name} does not have the size it should have.")
        self._file.write(bytes(padded(size_bytes) - size_bytes))
        return Member(name, size_bytes, digest.hexdigest())

    def take_back(self) -> None:
        """Undo the last `add`."""
        self._file.seek(self._start)
        self._file.truncate()

    def finish(self, manifest: bytes) -> str:
        """Write manifest, seal and end; the manifest's SHA-256."""
        sha256 = hashlib.sha256(manifest).hexdigest()
        self._file.write(heading(MANIFEST, len(manifest)) + manifest)
        self._file.write(bytes(padded(len(manifest)) - len(manifest)))
        self._file.write(_tail(sha256, len(manifest)))
        return sha256


def read_manifest(file: BinaryIO) -> tuple[bytes, str, int]:
    """The manifest, its SHA-256, and where it begins.

    Raises BadArchive where the end of the file is not that of a whole backup.
    """
    end = file.seek(0, 2)
    if end < _TAIL_BYTES + 3 * BLOCK_BYTES:
        raise BadArchive(f"It ends after {end:,} bytes: it was cut, or it is no backup.")
    tail = _read_at(file, end - _TAIL_BYTES, _TAIL_BYTES)
    seal = _SEAL.fullmatch(tail[BLOCK_BYTES : BLOCK_BYTES + _SEAL_BYTES])
    if seal is None or tail != _tail(seal[1].decode(), int(seal[2])):
        raise BadArchive(_say_end(file, end))
    size_bytes = int(seal[2])
    start = end - _TAIL_BYTES - padded(size_bytes) - BLOCK_BYTES
    if size_bytes > MOST_MANIFEST_BYTES or start < 0:
        raise BadArchive("The length of its manifest is not possible: the end was changed.")
    block = _read_at(file, start, BLOCK_BYTES + padded(size_bytes))
    manifest = block[BLOCK_BYTES : BLOCK_BYTES + size_bytes]
    is_plain = block.startswith(heading(MANIFEST, size_bytes)) and not any(
        block[BLOCK_BYTES + size_bytes :]
    )
    if not is_plain or hashlib.sha256(manifest).hexdigest() != seal[1].decode():
        raise BadArchive("Its manifest was changed: it does not have the hash that stands behind.")
    return manifest, seal[1].decode(), start


def check_mark(file: BinaryIO) -> int:
    """The number of the format. Raises BadArchive for a file that is no backup of kbstrack."""
    start = _read_at(file, 0, 2 * BLOCK_BYTES)
    part = part_at(start[:BLOCK_BYTES], 0)
    text = start[BLOCK_BYTES : BLOCK_BYTES + part.size_bytes]
    if part.name != MARK or not text.isdigit() or len(text) > 9:
        raise BadArchive("It does not begin as a backup that kbstrack made.")
    return int(text)


def part_at(block: bytes, offset: int) -> Part:
    """What the heading in this block says; without a name where it is none of ours."""
    try:
        info = tarfile.TarInfo.frombuf(block, "ascii", "strict")
    except (tarfile.HeaderError, UnicodeDecodeError, ValueError):
        return Part(None, 0, offset)
    is_ours = is_name(info.name) and info.size >= 0 and block == heading(info.name, info.size)
    return Part(info.name, info.size, offset) if is_ours else Part(None, 0, offset)


def read_part(file: BinaryIO, part: Part) -> Iterator[bytes]:
    """The bytes of a part, in chunks. Raises BadArchive when they end early or are not padded."""
    file.seek(part.offset + BLOCK_BYTES)
    left = part.size_bytes
    while left:
        chunk = file.read(min(CHUNK_BYTES, left))
        if not chunk:
            raise BadArchive("It ends early.")
        left -= len(chunk)
        yield chunk
    padding = padded(part.size_bytes) - part.size_bytes
    if file.read(padding) != bytes(padding):
        raise BadArchive("The bytes that fill it up were changed.")


def _read(stream: BinaryIO, most_bytes: int, name: str) -> bytes:
    try:
        return stream.read(most_bytes)
    except OSError as error:
        raise BadArchive(f"{name} cannot be read.") from error


def _tail(sha256: str, size_bytes: int) -> bytes:
    seal = f"{sha256} {size_bytes:020d}\n".encode()
    return heading(SEAL, len(seal)) + seal.ljust(BLOCK_BYTES, b"\0") + bytes(2 * BLOCK_BYTES)


def _read_at(file: BinaryIO, offset: int, size_bytes: int) -> bytes:
    file.seek(offset)
    return file.read(size_bytes)


def _say_end(file: BinaryIO, end: int) -> str:
    """Which part the file ends in, for whoever has a backup that was cut."""
    offset, last = 0, "its beginning"
    while offset < end:
        part = part_at(_read_at(file, offset, BLOCK_BYTES), offset)
        if part.name is None:
            break
        last, offset = part.name, part.next_offset
    return f"Its end is missing or was changed; the last part that could be found is {last}."
