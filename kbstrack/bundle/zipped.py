"""Files as a ZIP that is written while it is read: constant memory, a size known beforehand.

Python's zipfile writes it to a stream that cannot be wound back, so what it writes of a file's
size and checksum stands behind the file. Fields for more than 2 GB (ZIP64) are there only where
something needs them: some programs that unpack files stumble over them.

Nothing is packed smaller: most of it was already, a size is known without reading, and equal files
give equal bytes on every machine. Packed bytes could also be changed and still unpack to the same.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol
from zipfile import ZIP64_LIMIT, ZIP_FILECOUNT_LIMIT, ZIP_STORED, ZipFile, ZipInfo

from kbstrack.clock import LONDON
from kbstrack.errors import RuleBroken

CHUNK_BYTES = 1 << 18
_MODE = 0o100644
_UNIX = 3

_LOCAL, _CENTRAL, _END = 30, 46, 22
_LOCAL_64, _END_64 = 20, 76
_BEHIND, _BEHIND_64 = 16, 24


class Originals(Protocol):
    """Where bytes lie under their SHA-256: any of the file stores."""

    def open(self, sha256: str) -> BinaryIO: ...

    def size(self, sha256: str) -> int: ...


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the ZIP. Its bytes are `content`, or lie in the store where that is None.

    `label` is how a message calls it.
    """

    path: str
    sha256: str
    size_bytes: int
    label: str
    content: bytes | None = None

    def open(self, originals: Originals) -> BinaryIO:
        """Its bytes, to read. Raises NotFound."""
        return originals.open(self.sha256) if self.content is None else io.BytesIO(self.content)


def document(path: str, content: bytes) -> Entry:
    """A file made for the bundle, which is held in memory."""
    sha256 = hashlib.sha256(content).hexdigest()
    return Entry(path, sha256, len(content), path, content)


def most_bytes_of(entry: Entry) -> int:
    """No fewer bytes than a file of this name takes up in a ZIP, wherever it stands in it."""
    frame = _LOCAL + _LOCAL_64 + _BEHIND_64 + _CENTRAL + 28
    return entry.size_bytes + frame + 2 * len(entry.path.encode())


MOST_FRAME_BYTES = _END + _END_64
"""No fewer bytes than a ZIP takes up besides its files."""


def zip_size(entries: Sequence[Entry]) -> int:
    """How many bytes `zip_stream` will write."""
    offset, listing = 0, 0
    for entry in entries:
        name_bytes = len(entry.path.encode())
        sizes = 16 if entry.size_bytes > ZIP64_LIMIT else 0
        place = 8 if offset > ZIP64_LIMIT else 0
        extra = sizes + place + 4 if sizes + place else 0
        listing += _CENTRAL + name_bytes + extra
        is_large = _needs_64(entry)
        offset += _LOCAL + name_bytes + entry.size_bytes
        offset += _LOCAL_64 + _BEHIND_64 if is_large else _BEHIND
    has_64 = len(entries) > ZIP_FILECOUNT_LIMIT or offset > ZIP64_LIMIT
    return offset + listing + _END + (_END_64 if has_64 else 0)


def zip_stream(entries: Iterable[Entry], originals: Originals, at: datetime) -> Iterator[bytes]:
    """The ZIP in chunks; `at` is the time that all of its files carry.

    Raises NotFound, or RuleBroken when bytes in the store are not those that they should be: then
    the ZIP stays without its end.
    """
    sink = _Sink()
    archive = ZipFile(sink, "w")
    for entry in entries:
        info = _info(entry, at)
        with (
            entry.open(originals) as source,
            archive.open(info, "w", force_zip64=_needs_64(entry)) as target,
        ):
            for chunk in _checked(entry, source):
                target.write(chunk)
                yield sink.take()
        yield sink.take()
    archive.close()
    yield sink.take()


def _needs_64(entry: Entry) -> bool:
    # As zipfile decides by itself; said here because the size depends on it.
    return entry.size_bytes * 1.05 > ZIP64_LIMIT


def _info(entry: Entry, at: datetime) -> ZipInfo:
    local = at.astimezone(LONDON)
    moment = (local.year, local.month, local.day, local.hour, local.minute, local.second)
    info = ZipInfo(entry.path, moment)
    info.create_system = _UNIX
    info.external_attr = _MODE << 16
    info.compress_type = ZIP_STORED
    info.file_size = entry.size_bytes
    return info


def _checked(entry: Entry, source: BinaryIO) -> Iterator[bytes]:
    digest, size_bytes = hashlib.sha256(), 0
    while chunk := source.read(CHUNK_BYTES):
        digest.update(chunk)
        size_bytes += len(chunk)
        if size_bytes > entry.size_bytes:
            break
        yield chunk
    if size_bytes != entry.size_bytes or digest.hexdigest() != entry.sha256:
        raise RuleBroken(damaged(entry))


def damaged(entry: Entry) -> str:
    """What is said of a file whose bytes are not those that were handed in."""
    return (
        f"{entry.label} is damaged in the store of files: it does not have the bytes that were "
        "handed in. `kbstrack fsck` names all such files; put them back from a backup."
    )


class _Sink:
    """Takes what zipfile writes until somebody fetches it; it cannot be wound back."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []

    def write(self, chunk: bytes | bytearray | memoryview, /) -> int:
        self._chunks.append(bytes(chunk))
        return len(chunk)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is open."""

    def take(self) -> bytes:
        found = b"".join(self._chunks)
        self._chunks.clear()
        return found
