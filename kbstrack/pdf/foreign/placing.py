"""Putting people's pages where WeasyPrint has drawn a picture that kept their place.

The picture's own pixels say whose place it keeps, so nothing hangs on names or their order.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping

from pikepdf import Dictionary, Name, Object, Pdf, Stream
from PIL import Image

FORM = Name("/Page")
_MARK = b"page"


def placeholder(key: str) -> bytes:
    """A PNG to draw in place of the page that goes by this key; the page's size is set in CSS."""
    pixels = _pixels(key)
    target = io.BytesIO()
    Image.frombytes("L", (len(pixels), 1), pixels).save(target, "PNG")
    return target.getvalue()


def as_unit_form(pdf: Pdf, pages: Pdf, place: int) -> Object:
    """A page made by `read_pages`, from 0, as an object of `pdf` that fills the unit square.

    It is a form or an image; `w 0 0 h x y cm /Name Do` draws either upright. Keep `pages` open
    until `pdf` is saved, and open it only once: what its pages share is then there once.
    """
    form: Object = pages.pages[place].Resources.XObject[FORM]
    return pdf.copy_foreign(form)


def put_pages(pdf: Pdf, forms: Mapping[str, Callable[[], Object]]) -> int:
    """Replace the placeholder of each key by what its function gives. Returns how many were."""
    by_pixels = {_pixels(key): make for key, make in forms.items()}
    size = len(_pixels(""))
    replaced = 0
    made: dict[bytes, Object] = {}
    for page in pdf.pages:
        objects = page.resources.get(Name.XObject)
        if not isinstance(objects, Dictionary):
            continue
        for name in sorted(objects.keys()):
            pixels = _kept_by(objects[name], size)
            if pixels in by_pixels:
                objects[name] = made.setdefault(pixels, by_pixels[pixels]())
                replaced += 1
    return replaced


def _kept_by(item: Object, size: int) -> bytes:
    if not isinstance(item, Stream) or item.get(Name.Subtype) != Name.Image:
        return b""
    is_one = item.get(Name.Width) == size and item.get(Name.Height) == 1
    return item.read_bytes() if is_one else b""


def _pixels(key: str) -> bytes:
    return _MARK + hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
