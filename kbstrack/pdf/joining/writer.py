"""A PDF file written from front to back: nothing but the places of its objects is kept in memory.

A library that holds a whole document in memory needs half a gigabyte for a thousand pieces. Here an
object is forgotten once it is written (ISO 32000-1: 7.5.7 object streams, 7.5.8 reference streams).
"""

from __future__ import annotations

import hashlib
import zlib
from pathlib import Path
from typing import BinaryIO

_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
# Twice as many objects together are packed smaller at this level than half as many at the highest,
# in half the time.
_OBJECTS_IN_A_STREAM = 400
_OBJECTS_LEVEL = 7
_LEVEL = 9
_CHUNK_BYTES = 1 << 20
_FREE, _IN_FILE, _IN_STREAM = 0, 1, 2


class Writer:
    """Writes objects into `file` as they come; `finish` makes it a document."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self._written = 0
        # For each object by its number: its kind, then offset and 0, or its stream and place there.
        self._places: list[tuple[int, int, int]] = [(_FREE, 0, 65535)]
        self._waiting: list[tuple[int, bytes]] = []
        self._write(_HEADER)

    def reserve(self) -> int:
        """The number of an object that will be written."""
        self._places.append((_FREE, 0, 0))
        return len(self._places) - 1

    @property
    def next_number(self) -> int:
        """The number that `reserve` will give next."""
        return len(self._places)

    def put(self, number: int, value: bytes) -> None:
        """Write an object that is no stream, as PDF text."""
        self._waiting.append((number, value))
        if len(self._waiting) == _OBJECTS_IN_A_STREAM:
            self._write_waiting()

    def add(self, value: bytes) -> int:
        """Write an object that is no stream; returns its number."""
        number = self.reserve()
        self.put(number, value)
        return number

    def put_stream(self, number: int, entries: bytes, data: bytes) -> None:
        """Write a stream: what its dictionary says beside its length, and its bytes as they are."""
        self._places[number] = (_IN_FILE, self._written, 0)
        self._write(b"%d 0 obj\n<< %s /Length %d >>\nstream\n" % (number, entries, len(data)))
        self._write(data)
        self._write(b"\nendstream\nendobj\n")

    def put_file(self, number: int, entries: bytes, path: Path) -> None:
        """Write a stream that has a file's bytes, in little memory."""
        self._places[number] = (_IN_FILE, self._written, 0)
        length = path.stat().st_size
        self._write(b"%d 0 obj\n<< %s /Length %d >>\nstream\n" % (number, entries, length))
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                self._write(chunk)
        self._write(b"\nendstream\nendobj\n")

    def add_stream(self, entries: bytes, data: bytes, *, compressed: bool = True) -> int:
        """Write a stream of our own making; returns its number."""
        number = self.reserve()
        if compressed:
            data = zlib.compress(data, _LEVEL)
            entries += b" /Filter /FlateDecode"
        self.put_stream(number, entries, data)
        return number

    def finish(self, *, root: int, info: int) -> None:
        """Write where everything is. The file's identifier is made from its content."""
        self._write_waiting()
        number = self.reserve()
        start = self._written
        self._places[number] = (_IN_FILE, start, 0)
        width = max(3, (start.bit_length() + 7) // 8)
        table = b"".join(
            bytes([kind]) + first.to_bytes(width, "big") + second.to_bytes(2, "big")
            for kind, first, second in self._places
        )
        identifier = self._digest.hexdigest()[:32].encode()
        entries = (
            b"/Type /XRef /Size %d /W [1 %d 2] /Root %d 0 R /Info %d 0 R /ID [<%s> <%s>]"
            b" /Filter /FlateDecode"
            % (len(self._places), width, root, info, identifier, identifier)
        )
        self.put_stream(number, entries, zlib.compress(table, _LEVEL))
        self._write(b"startxref\n%d\n%%%%EOF\n" % start)

    def _write_waiting(self) -> None:
        if not self._waiting:
            return
        stream = self.reserve()
        heads, bodies, offset = [], [], 0
        for place, (number, value) in enumerate(self._waiting):
            self._places[number] = (_IN_STREAM, stream, place)
            heads.append(b"%d %d" % (number, offset))
            bodies.append(value)
            offset += len(value) + 1
        self._waiting.clear()
        head = b" ".join(heads) + b"\n"
        data = zlib.compress(head + b"\n".join(bodies), _OBJECTS_LEVEL)
        entries = b"/Type /ObjStm /N %d /First %d /Filter /FlateDecode" % (len(bodies), len(head))
        self.put_stream(stream, entries, data)

    def _write(self, data: bytes) -> None:
        self._file.write(data)
        self._digest.update(data)
        self._written += len(data)
