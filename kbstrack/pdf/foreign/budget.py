"""What a page may unpack to and draw in all, counted before anything draws it.

This is a first look that answers quickly for pages made to grow. Whatever it does not foresee
meets the limits on the process (`worker.py`).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator

from pikepdf import Array, Dictionary, Name, Object, PdfError, Stream

from kbstrack.pdf.foreign.boxes import inherited

MOST_CONTENT_BYTES = 16_000_000
# A form that is drawn ten times counts ten times, and what it draws with it.
MOST_DRAWN_BYTES = 64_000_000
MOST_PIXELS = 100_000_000
_MOST_OBJECTS = 20_000
_MOST_DEPTH = 24
# The other filters cannot be stopped midway, so they get little to start from.
_MOST_PACKED = 64_000
FLATE = frozenset({"/FlateDecode", "/Fl"})
_UNPACKING = FLATE | {"/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"}
_DRAWN = re.compile(rb"/([^\s/<>\[\](){}%]+)\s+Do\b")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")


class TooMuch(Exception):
    """The page would take more than a page may."""


def bounded_bytes(stream: Stream, most: int = MOST_CONTENT_BYTES) -> bytes:
    """A stream's bytes, unpacked. Raises TooMuch before it holds more than `most` by much."""
    raw = stream.read_raw_bytes()
    if len(raw) > most:
        raise TooMuch
    filters = filters_of(stream)
    if not filters:
        return raw
    if filters[0] in FLATE and len(filters) == 1:
        _count_flate(raw, most)
    elif len(raw) > _MOST_PACKED or sum(name in _UNPACKING for name in filters) > 1:
        raise TooMuch
    content = stream.read_bytes()
    if len(content) > most:
        raise TooMuch
    return content


def filters_of(stream: Stream) -> list[str]:
    """The names of the filters a stream is packed with, the outermost first."""
    found = stream.get(Name.Filter)
    if isinstance(found, Array):
        return [str(name) for name in found]
    return [] if found is None else [str(found)]


def content_bytes(page: Dictionary) -> bytes:
    """All of a page's drawing instructions. Raises TooMuch."""
    contents = page.get(Name.Contents)
    parts = list(contents) if isinstance(contents, Array) else [contents]
    joined = b"\n".join(bounded_bytes(part) for part in parts if isinstance(part, Stream))
    if len(joined) > MOST_CONTENT_BYTES:
        raise TooMuch
    return joined


def check_page(page: Dictionary) -> None:
    """Raise TooMuch for a page that unpacks, nests or repeats more than a page may."""
    count = _Count()
    resources = inherited(page, Name.Resources)
    drawn = count.drawn(_readable(lambda: content_bytes(page)), resources, 0)
    for annotation in _dictionaries(page.get(Name.Annots)):
        appearance = annotation.get(Name.AP)
        if isinstance(appearance, Dictionary):
            drawn += sum(count.stream(item, resources, 1) for item in _streams(appearance))
    if drawn > MOST_DRAWN_BYTES:
        raise TooMuch


class _Count:
    def __init__(self) -> None:
        self._costs: dict[tuple[int, int], int] = {}
        self._pixels = 0

    def stream(self, stream: Stream, resources: object, depth: int) -> int:
        """The bytes that drawing this stream once goes through."""
        if depth > _MOST_DEPTH or len(self._costs) > _MOST_OBJECTS:
            raise TooMuch
        key = stream.objgen
        if key not in self._costs:
            # Readers do not follow a form into itself, so there it costs nothing.
            self._costs[key] = 0
            if stream.get(Name.Subtype) == Name.Image:
                self._costs[key] = self._image(stream)
            else:
                own = stream.get(Name.Resources, resources)
                self._costs[key] = self.drawn(_readable(lambda: bounded_bytes(stream)), own, depth)
        return self._costs[key]

    def drawn(self, content: bytes, resources: object, depth: int) -> int:
        """The bytes that these instructions go through, with all that they draw."""
        total = len(content)
        if not isinstance(resources, Dictionary):
            return total
        objects = resources.get(Name.XObject)
        for name in _DRAWN.findall(content):
            drawn = _item(objects, name)
            if isinstance(drawn, Stream):
                total += self.stream(drawn, resources, depth + 1)
            if total > MOST_DRAWN_BYTES:
                raise TooMuch
        return total + self._beside(resources, depth)

    def _beside(self, resources: Dictionary, depth: int) -> int:
        """What patterns, letters that are drawings, and masks add, each counted once."""
        streams = list(_streams(resources.get(Name.Pattern)))
        for font in _dictionaries(resources.get(Name.Font)):
            streams += _streams(font.get(Name.CharProcs))
        for state in _dictionaries(resources.get(Name.ExtGState)):
            mask = state.get(Name.SMask)
            streams += _streams(mask if isinstance(mask, Dictionary) else None)
        fresh = [item for item in streams if item.objgen not in self._costs]
        return sum(self.stream(item, resources, depth + 1) for item in fresh)

    def _image(self, image: Stream) -> int:
        width: object = image.get(Name.Width)
        height: object = image.get(Name.Height)
        if not isinstance(width, int) or not isinstance(height, int):
            return 0
        self._pixels += max(width, 0) * max(height, 0)
        for name in (Name.SMask, Name.Mask):
            mask = image.get(name)
            if isinstance(mask, Stream) and mask.objgen not in self._costs:
                self._costs[mask.objgen] = 0
                self._image(mask)
        if self._pixels > MOST_PIXELS:
            raise TooMuch
        return 0


def _readable(read: Callable[[], bytes]) -> bytes:
    """What can be read. What can't be unpacked draws nothing, or only a part of what it should."""
    try:
        return read()
    except PdfError:
        return b""


def _item(objects: object, name: bytes) -> object:
    if not isinstance(objects, Dictionary):
        return None
    plain = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), name)
    return objects.get("/" + plain.decode("utf-8", "replace"))


def _streams(holder: object) -> Iterator[Stream]:
    """The streams that are values of a dictionary, or one dictionary further down."""
    if not isinstance(holder, Dictionary):
        return
    for _key, value in holder.items():
        if isinstance(value, Stream):
            yield value
        elif isinstance(value, Dictionary):
            yield from (item for _name, item in value.items() if isinstance(item, Stream))


def _dictionaries(holder: object) -> Iterator[Dictionary]:
    values: list[object] = []
    if isinstance(holder, Array):
        values = list(holder)
    elif isinstance(holder, Dictionary):
        values = [value for _key, value in holder.items()]
    for value in values:
        if isinstance(value, Object) and isinstance(value, Dictionary):
            yield value


def _count_flate(raw: bytes, most: int) -> None:
    # Deflate cannot make more than 1032 bytes of one.
    if len(raw) * 1032 <= most:
        return
    unpacker = zlib.decompressobj()
    total = 0
    try:
        while raw and not unpacker.eof:
            piece = unpacker.decompress(raw, 1 << 20)
            raw = unpacker.unconsumed_tail
            total += len(piece)
            if total > most:
                raise TooMuch
            if not piece:
                return
    except zlib.error:
        # Damaged data unpacks to less than the limit; a reader shows what there is.
        return
