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
_MARGIN = 20 * _POINTS_PER_MM
_BASELINE, _COVER_BASELINE = 15.45 * _POINTS_PER_MM, 12.45 * _POINTS_PER_MM
_SIZE = 7.8
_DRAWN, _WIDE = Name.KbstrackFurniture, Name.KbstrackWideFurniture
_NUMBER = Name.KbstrackNumber


class Furniture:
    """Draws head, foot and number on pages; `forms` are the drawn heads and feet, for sheets that
    stand and for those that lie."""

    def __init__(self, forms: tuple[int, int], fonts: Fonts, *, total: int) -> None:
        self._forms = forms
        self._total = total
        self._setting = Setting(fonts, REGULAR, "Page of 0123456789")

    def lay_under(self, pdf: Pdf, source: Source, first: int, *, is_cover: bool = False) -> None:
        """Add head, foot and `Page 3 of 12` to a section's pages, the first of which is `first`.

        The cover has only the number.
        """
        font = source.stands_for(self._setting.font)
        forms = [source.stands_for(form) for form in self._forms]
        for number, page in enumerate(pdf.pages, first):
            width, height = (float(page.mediabox[at]) for at in (2, 3))
            resources = page.obj.Resources
            _part(resources, Name.Font)[_NUMBER] = font
            parts = []
            if not is_cover:
                drawn = _WIDE if width > height else _DRAWN
                _part(resources, Name.XObject)[drawn] = forms[width > height]
                parts.append(f"/Artifact <</Type /Pagination /Subtype /Header>> BDC {drawn} Do EMC")
            y = _COVER_BASELINE if is_cover else _BASELINE
            parts.append(self._said_number(number, width - _MARGIN, y))
            content = f"q {' '.join(parts)} Q\n".encode("ascii")
            page.obj.Contents = Array([pdf.make_stream(content), *parts_of(page.obj.Contents)])

    def _said_number(self, number: int, right: float, y: float) -> str:
        text = f"Page {number} of {self._total}"
        x = right - self._setting.width(text, _SIZE)
        shown = self._setting.shown(text, _SIZE, x, y, str(_NUMBER))
        return f"/Artifact <</Type /Pagination /Subtype /Footer>> BDC {shown} EMC"


def drawn_once(pdf: Pdf, source: Source) -> tuple[int, int]:
    """The two pages of head and foot as forms that other pages can draw; returns their numbers."""
    upright, wide = (pdf.make_indirect(page.as_form_xobject()) for page in pdf.pages)
    return source.carry_over(upright), source.carry_over(wide)


def _part(resources: Object, name: Name) -> Object:
    if name not in resources:
        resources[name] = Dictionary()
    return resources[name]
