"""A picture that several sections draw is in the document once."""

from __future__ import annotations

import hashlib

from pikepdf import Name, Object

from kbstrack.pdf.joining.writer import Writer


class Pictures:
    """The pictures met so far, by what they show."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._numbers: dict[bytes, int] = {}

    def number_of(self, item: Object) -> int | None:
        """The number of an equal picture that was met before; None for a new one or another thing.

        A new one is remembered under the number that it will get: the next one.
        """
        if item._type_name != "stream" or item.get("/Subtype") != Name.Image:
            return None
        digest = _digest(item)
        if digest in self._numbers:
            return self._numbers[digest]
        self._numbers[digest] = self._writer.next_number
        return None


def _digest(picture: Object) -> bytes:
    digest = hashlib.sha256(picture.read_raw_bytes())
    for key in sorted(picture.keys()):
        value = picture[key]
        # A mask is a picture of its own, whose number says nothing.
        is_picture = value._type_name == "stream" if isinstance(value, Object) else False
        digest.update(key.encode())
        digest.update(_digest(value) if is_picture else repr(value).encode())
    return digest.digest()
