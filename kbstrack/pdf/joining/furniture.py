"""The head and foot of every page, and its number: laid under what the section drew there.

They are artifacts (ISO 32000-1, 14.8.2.2): a screen reader passes over them, since they repeat what
is known and cut sentences that go over a page.
"""

from __future__ import annotations

from pikepdf import Array, Dictionary, Name, Object, Pdf

from kbstrack.pdf.counting import parts_of
from kbstrack.pdf.joining.fonts import Fonts
from kbstrack.pdf.joining.numbers import REGULAR, Setting
from kbstrack.pdf.joining.source import Source

_POINTS_PER_MM = 72 / 25.4
_RIGHT = (210 - 20) * _POINTS_PER_MM
_BASELINE = (297 - 281.55) * _POINTS_PER_MM
_COVER_BASELINE = (297 - 284.55) * _POINTS_PER_MM
_SIZE = 7.8
_DRAWN, _NUMBER = Name.KbstrackFurniture, Name.KbstrackNumber


class Furniture:
    """Draws head, foot and number on pages; `form` is the number of the drawn head and foot."""

    def __init__(self, form: int, fonts: Fonts, *, total: int) -> None:
        self._form = form
        self._total = total
        self._setting = Setting(fonts, REGULAR, "Page of 0123456789")

    def lay_under(self, pdf: Pdf, source: Source, first: int, *, is_cover: bool = False) -> None:
        """Add head, foot and `Page 3 of 12` to a section's pages, the first of which is `first`.

        The cover has only the number.
        """
        form, font = source.stands_for(self._form), source.stands_for(self._setting.font)
        for number, page in enumerate(pdf.pages, first):
            resources = page.obj.Resources
            _part(resources, Name.Font)[_NUMBER] = font
            parts = []
            if not is_cover:
                _part(resources, Name.XObject)[_DRAWN] = form
                parts.append(
                    f"/Artifact <</Type /Pagination /Subtype /Header>> BDC {_DRAWN} Do EMC"
                )
            parts.append(self._said_number(number, is_cover=is_cover))
            content = f"q {' '.join(parts)} Q\n".encode("ascii")
            page.obj.Contents = Array([pdf.make_stream(content), *parts_of(page.obj.Contents)])

    def _said_number(self, number: int, *, is_cover: bool) -> str:
        text = f"Page {number} of {self._total}"
        x = _RIGHT - self._setting.width(text, _SIZE)
        y = _COVER_BASELINE if is_cover else _BASELINE
        shown = self._setting.shown(text, _SIZE, x, y, str(_NUMBER))
        return f"/Artifact <</Type /Pagination /Subtype /Footer>> BDC {shown} EMC"


def drawn_once(pdf: Pdf, source: Source) -> int:
    """The one page of head and foot as a form that other pages can draw; returns its number."""
    form = pdf.make_indirect(pdf.pages[0].as_form_xobject())
    return source.carry_over(form)


def _part(resources: Object, name: Name) -> Object:
    if name not in resources:
        resources[name] = Dictionary()
    return resources[name]
