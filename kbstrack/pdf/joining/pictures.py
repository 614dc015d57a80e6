"""A picture that several sections draw is in the document once."""

from __future__ import annotations

import hashlib
import re

from pikepdf import Name, Object

from kbstrack.pdf.joining.writer import Writer

_REFERENCE = re.compile(rb"\b\d+ \d+ R\b")


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
        if digest is None:
            return None
        if digest in self._numbers:
            return self._numbers[digest]
        self._numbers[digest] = self._writer.next_number
        return None


def _digest(picture: Object) -> bytes | None:
    """What the picture shows as one hash; None when that hangs on objects elsewhere.

    Its mask is a picture of its own; a palette or a profile in another object may be any.
    """
    digest = hashlib.sha256(picture.read_raw_bytes())
    for key in sorted(picture.keys()):
        if key == "/SMask":
            mask = _digest(picture.SMask)
            if mask is None:
                return None
            digest.update(mask)
        else:
            said = picture.stream_dict[key]
            text = said.unparse() if isinstance(said, Object) else repr(said).encode()
            if _REFERENCE.search(text):
                return None
            digest.update(key.encode() + text)
    return digest.digest()
