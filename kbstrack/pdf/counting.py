"""What a finished document holds, counted in its bytes and compared with what was asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pikepdf import Name, Object, Page, Pdf

_DRAW = re.compile(rb"/([^\s/<>\[\]()]+)\s+Do\b")


@dataclass(frozen=True, slots=True)
class Held:
    """The numbers of the pieces that can be reached by a link, and how often pictures are drawn."""

    pieces: frozenset[int]
    images: int
    pages: int


def count(pdf: Pdf) -> Held:
    """Read pieces, pictures and pages back."""
    names = [name for name in _destinations(pdf) if name.startswith("piece-")]
    return Held(
        pieces=frozenset(int(name.removeprefix("piece-")) for name in names),
        images=sum(_images_on(page) for page in pdf.pages),
        pages=len(pdf.pages),
    )


def say_missing(held: Held, pieces: Iterable[int], images: int) -> str | None:
    """What is not there although it was asked for, or None."""
    missing = sorted(set(pieces) - held.pieces)
    if missing:
        return f"evidence {', '.join(f'E{number}' for number in missing)} is not in it"
    if held.images != images:
        return f"{held.images} of {images} pictures are in it"
    return None


def _destinations(pdf: Pdf) -> list[str]:
    names = pdf.Root.get("/Names")
    tree = names.get("/Dests") if names is not None else None
    return [str(name) for name in tree.Names[::2]] if tree is not None else []


def _images_on(page: Page) -> int:
    objects = page.resources.get("/XObject")
    if objects is None:
        return 0
    content = b"\n".join(part.read_bytes() for part in _parts(page.Contents))
    drawn = [Name("/" + name.decode("ascii")) for name in _DRAW.findall(content)]
    return sum(name in objects and objects[name].get("/Subtype") == Name.Image for name in drawn)


def _parts(contents: Object) -> list[Object]:
    # Pages have one stream or an array of them.
    return [contents] if contents._type_name == "stream" else list(contents.as_list())
