"""Finding one's way: named places, the links to them, and bookmarks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pikepdf import Object, Pdf, String

from kbstrack.pdf.joining.source import Source
from kbstrack.pdf.joining.writer import Writer


class Places:
    """The named places of the document, and the names that links use."""

    def __init__(self) -> None:
        self._places: dict[str, bytes] = {}
        self._used: set[str] = set()

    def add(self, pdf: Pdf, source: Source) -> None:
        """A section's places, and where its links lead."""
        named = pdf.Root.KbstrackPlaces
        for at in range(0, len(named), 2):
            self._places[str(named[at])] = source.text_of(named[at + 1])
        for page in pdf.pages:
            self._used.update(_targets(page.obj))

    def get(self, name: str) -> bytes | None:
        """The destination of this name as PDF text."""
        return self._places.get(name)

    def problem(self, wanted: Iterable[str]) -> str | None:
        """What a link or a bookmark leads to although it is not in the document, or None."""
        missing = sorted({*wanted, *self._used} - self._places.keys())
        return f"{', '.join(missing)} is not in it" if missing else None

    def finish(self, writer: Writer) -> int:
        """Write the places, sorted as a name tree is (ISO 32000-1, 7.9.6); returns its number."""
        named = sorted((name.encode(), place) for name, place in self._places.items())
        return writer.add(
            b"<< /Names [%s] >>"
            % b" ".join(String(name).unparse() + b" " + place for name, place in named)
        )


def _targets(page: Object) -> Iterable[str]:
    return (str(link.Dest) for link in page.get("/Annots", ()) if "/Dest" in link)


class _Bookmark:
    def __init__(self, number: int, said: bytes) -> None:
        self.number = number
        self.said = said
        self.below: list[_Bookmark] = []

    def entries(self) -> bytes:
        if not self.below:
            return self.said
        return self.said + b" /First %d 0 R /Last %d 0 R /Count %d" % (
            self.below[0].number,
            self.below[-1].number,
            sum(1 + len(each.below) for each in self.below),
        )


def add_outline(writer: Writer, bookmarks: list[dict[str, Any]], places: Places) -> int:
    """Write the bookmarks; one of `level` 2 stands below the last one of level 1.

    Returns the outline's number. What is not in the document gets none.
    """
    root = _Bookmark(writer.reserve(), b"/Type /Outlines")
    for bookmark in bookmarks:
        place = places.get(bookmark["anchor"])
        if place is None:
            continue
        said = b"/Title %s /Dest %s" % (String(bookmark["title"]).unparse(), place)
        parent = root if bookmark["level"] == 1 else root.below[-1]
        parent.below.append(_Bookmark(writer.reserve(), said))
    writer.put(root.number, b"<< %s >>" % root.entries())
    _write_below(writer, root)
    return root.number


def _write_below(writer: Writer, parent: _Bookmark) -> None:
    for at, item in enumerate(parent.below):
        said = item.entries() + b" /Parent %d 0 R" % parent.number
        if at:
            said += b" /Prev %d 0 R" % parent.below[at - 1].number
        if at + 1 < len(parent.below):
            said += b" /Next %d 0 R" % parent.below[at + 1].number
        writer.put(item.number, b"<< %s >>" % said)
        _write_below(writer, item)
