"""Pictures inside a page that were cut off: readers guess at the rest, an archive may not."""

from __future__ import annotations

import io
import zlib

from pikepdf import Name, Stream
from PIL import Image

from kbstrack.pdf.foreign.budget import FLATE, filters_of

_CHUNK = 1 << 20


def is_whole(image: Stream) -> bool:
    """Whether the picture unpacks to its end. Ways of packing we cannot follow count as whole."""
    filters = filters_of(image)
    if len(filters) != 1:
        return True
    if filters[0] in FLATE:
        return _unpacks(image.read_raw_bytes())
    if filters[0] == Name.DCTDecode:
        return _decodes(image.read_raw_bytes())
    return True


def _unpacks(raw: bytes) -> bool:
    unpacker = zlib.decompressobj()
    try:
        while raw and not unpacker.eof:
            unpacker.decompress(raw, _CHUNK)
            raw = unpacker.unconsumed_tail
    except zlib.error:
        return False
    return unpacker.eof


def _decodes(raw: bytes) -> bool:
    try:
        with Image.open(io.BytesIO(raw), formats=["JPEG"]) as image:
            image.load()
    except (OSError, ValueError, SyntaxError):
        return False
    return True
