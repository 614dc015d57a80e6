"""Page numbers as they are set: digits of a bundled font, in a slot or at the foot of a page."""

from __future__ import annotations

from collections.abc import Mapping

from pikepdf import Dictionary, Object

from kbstrack.pdf.joining.fonts import Fonts
from kbstrack.pdf.joining.writer import Writer
from kbstrack.pdf.slots import DESCENT, KINDS

_POINTS_PER_MM = 72 / 25.4
COLOUR = "0.09 0.145 0.169 rg"
REGULAR, BOLD = "AtkinsonHyperlegible-Regular", "AtkinsonHyperlegible-Bold"


class Setting:
    """Text of a few known letters in one face."""

    def __init__(self, fonts: Fonts, stem: str, letters: str) -> None:
        self.font, self._letters = fonts.letters_of(stem, letters)

    def width(self, text: str, size: float) -> float:
        """How wide the text is, in points."""
        return sum(self._letters[letter].width for letter in text) * size / 1000

    def shown(self, text: str, size: float, x: float, y: float, font: str) -> str:
        """The text as PDF operators; `font` is its name in the resources."""
        codes = "".join(f"{self._letters[letter].glyph:04x}" for letter in text)
        return f"{COLOUR} BT {font} {size} Tf {x:.3f} {y:.3f} Td <{codes}> Tj ET"


class Slots:
    """Fills the slots of all sections; equal numbers of one kind are one drawn form."""

    def __init__(self, writer: Writer, fonts: Fonts, pages: Mapping[str, int]) -> None:
        self._writer = writer
        self._pages = pages
        self._faces = {
            False: Setting(fonts, REGULAR, "0123456789"),
            True: Setting(fonts, BOLD, "0123456789"),
        }
        self._forms: dict[tuple[str, int], int] = {}

    def number_of(self, item: Object) -> int | None:
        """The form that fills a slot; None for what is none."""
        if not isinstance(item, Dictionary) or "/KbstrackSlot" not in item:
            return None
        kind, _, section = str(item.KbstrackSlot).partition(":")
        key = (kind, self._pages[section])
        if key not in self._forms:
            self._forms[key] = self._form(*key)
        return self._forms[key]

    def _form(self, name: str, page: int) -> int:
        """The number in the unit square, which is where a picture is drawn.

        A number of more digits than usual reaches out of it to the right.
        """
        kind = KINDS[name]
        face, text = self._faces[kind.is_bold], str(page)
        width, height = kind.width_mm * _POINTS_PER_MM, kind.height_mm * _POINTS_PER_MM
        x = width - face.width(text, kind.size) if kind.is_right else 0
        shown = face.shown(text, kind.size, x, DESCENT * kind.size, "/F")
        content = f"{1 / width:.6f} 0 0 {1 / height:.6f} 0 0 cm {shown}"
        return self._writer.add_stream(
            b"/Type /XObject /Subtype /Form /BBox [0 0 2 1] /Resources << /Font << /F %d 0 R >> >>"
            % face.font,
            content.encode("ascii"),
        )
