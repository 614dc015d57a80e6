"""What a drawn page holds, counted in its bytes: nothing that was asked for may be left out."""

from __future__ import annotations

import re

from pikepdf import Dictionary, Name, Object, Page

_DRAW = re.compile(rb"/([^\s/<>\[\]()]+)\s+Do\b")


def count_images(page: Page) -> int:
    """How often pictures are drawn on a page; not what is drawn in lines."""
    objects = page.resources.get("/XObject")
    if objects is None:
        return 0
    content = b"\n".join(part.read_bytes() for part in parts_of(page.Contents))
    drawn = [Name("/" + name.decode("ascii")) for name in _DRAW.findall(content)]
    return sum(objects.get(name, Dictionary()).get("/Subtype") == Name.Image for name in drawn)


def parts_of(contents: Object) -> list[Object]:
    """The streams of a page: it has one, or an array of them."""
    return [contents] if contents._type_name == "stream" else list(contents.as_list())
