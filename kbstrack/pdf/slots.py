"""Places for page numbers: drawn empty, and filled when the sections are joined.

So contents and matrix need not be drawn again when a piece before them grows by a page. A slot is
drawn as a picture of its size; joining puts the number in the picture's place.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from markupsafe import Markup

_SCHEME = "kbstrack-page"
_ADDRESS = re.compile(_SCHEME + r":([a-z]+):([\w-]+)")
TEXT = "page number"
"""The text alternative of an empty slot; the number that fills it is text itself."""

EMPTY = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b"
    "550000000a49444154789c63f80f0001010100b138f6140000000049454e44ae"
    "426082"
)
"""A picture of one white dot."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How a number is set: its size in points, and the room for it in millimetres."""

    size: float
    width_mm: float
    height_mm: float
    is_bold: bool
    is_right: bool


KINDS = {
    "part": Kind(10.5, 10.0, 3.7, is_bold=True, is_right=True),
    "piece": Kind(9.2, 10.0, 3.3, is_bold=False, is_right=True),
    "inline": Kind(8.6, 5.4, 3.0, is_bold=False, is_right=False),
}
# How far below the foot of the letters the slot reaches, in parts of their size.
DESCENT = 0.22


def slot(kind: str, section: str) -> Markup:
    """The element for the number of the page on which a section begins."""
    address = f"{_SCHEME}:{kind}:{section}"
    return Markup('<img class="slot slot-{}" src="{}" alt="{}">').format(kind, address, TEXT)


def is_slot(address: str) -> bool:
    """Whether this is the address of a slot."""
    return _ADDRESS.fullmatch(address) is not None


def slots_in(html: str) -> dict[str, str]:
    """Every slot in a section: `kind:section` by the name of its picture in the drawn pages."""
    found = {}
    for kind, section in _ADDRESS.findall(html):
        address = f"{_SCHEME}:{kind}:{section}"
        # WeasyPrint's own way of naming a picture, for it cannot be told another one.
        name = hashlib.md5(address.encode(), usedforsecurity=False).hexdigest()
        for interpolated in "01":
            found[f"/i{name}{interpolated}"] = f"{kind}:{section}"
    return found


def slot_css() -> str:
    """The sizes of all kinds."""
    return "\n".join(
        f".slot-{name} {{ width: {kind.width_mm}mm; height: {kind.height_mm}mm; "
        f"vertical-align: -{DESCENT * kind.size:.2f}pt; }}"
        for name, kind in KINDS.items()
    )
