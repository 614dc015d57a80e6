"""How a page looks, and what it says: pdfium draws it and reads its text."""

from __future__ import annotations

import ctypes
import io
from pathlib import Path
from types import TracebackType
from typing import Self

import pypdfium2
from pikepdf import Dictionary, Name, Pdf, Stream
from PIL import Image, ImageChops
from pypdfium2 import raw

from kbstrack.pdf.fonts import DIRECTORIES

DOTS_PER_POINT = 200 / 72
MOST_PIXELS = 8_000_000
# No printed page shows more from side to side, and many readers stop at this.
_MOST_SIDE = 10_000
# Large enough that a lost line of text darkens a block, small enough to cost little.
_GLANCE = 600
_BLOCK = 8
_MOST_DIFFERENCE = 24
_JPEG_QUALITY = 85
_PNG_HEAD = 8
# What pdfium writes for a hyphen that only broke a line.
_BROKEN_HYPHENS = dict.fromkeys(map(ord, "\x02\ufffe\u00ad"))


def use_bundled_fonts() -> None:
    """Draw letters whose font is not in a file with our own, so that every machine draws the same.

    For this process, before anything is opened.
    """
    folders = [str(folder).encode() for folder in DIRECTORIES]
    _font_paths.value = (ctypes.c_char_p * (len(folders) + 1))(*folders, None)
    paths = ctypes.cast(_font_paths.value, ctypes.POINTER(ctypes.POINTER(ctypes.c_char)))
    raw.FPDF_DestroyLibrary()
    raw.FPDF_InitLibraryWithConfig(raw.FPDF_LIBRARY_CONFIG(version=2, m_pUserFontPaths=paths))


class _FontPaths:
    # The library keeps no copy of what it is given.
    value: object = None


_font_paths = _FontPaths()


class Looks:
    """One open PDF. `with Looks(path) as looks:` closes it and all its pages in the end."""

    def __init__(self, source: Path | bytes) -> None:
        """Open it. Raises pypdfium2.PdfiumError for what pdfium cannot read."""
        self._pdf = pypdfium2.PdfDocument(source)
        self._pdf.init_forms()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._pdf.close()

    def glance(self, place: int, width: float, height: float) -> Image.Image:
        """The page, from 0, so small that drawing it is quick; the sides are in any one unit."""
        scale = _GLANCE / max(width, height)
        return self._draw(place, width * scale, height * scale)

    def picture(self, place: int, width: float, height: float) -> Image.Image:
        """The page, from 0, as sharp as it is printed; its sides are given in points."""
        scale = min(
            DOTS_PER_POINT,
            (MOST_PIXELS / (width * height)) ** 0.5,
            _MOST_SIDE / max(width, height),
        )
        return self._draw(place, width * scale, height * scale)

    def text(self, place: int) -> str:
        """All text of the page, from 0, and of filled fields, as far as it is on the visible part.

        The fields become a part of the page, so this comes after drawing it.
        """
        page = self._pdf[place]
        if raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY) == raw.FLATTEN_SUCCESS:
            page.close()
            page = self._pdf[place]
        words = page.get_textpage()
        try:
            found: str = words.get_text_bounded()
            return found.translate(_BROKEN_HYPHENS).replace("\x00", "")
        finally:
            words.close()
            page.close()

    def has_only_readable_letters(self, place: int) -> bool:
        """Whether every letter on the page, from 0, says which character it is."""
        page = self._pdf[place]
        words = page.get_textpage()
        try:
            return not any(
                raw.FPDFText_HasUnicodeMapError(words, number) == 1
                for number in range(words.count_chars())
            )
        finally:
            words.close()
            page.close()

    def _draw(self, place: int, width: float, height: float) -> Image.Image:
        across, down = max(1, round(width)), max(1, round(height))
        page = self._pdf[place]
        bitmap = pypdfium2.PdfBitmap.new_native(across, down, raw.FPDFBitmap_BGR)
        try:
            bitmap.fill_rect((255, 255, 255, 255), 0, 0, across, down)
            area = (bitmap, page, 0, 0, across, down, 0, raw.FPDF_ANNOT)
            raw.FPDF_RenderPageBitmap(*area)
            if self._pdf.formenv:
                raw.FPDF_FFLDraw(self._pdf.formenv, *area)
            drawn: Image.Image = bitmap.to_pil()
            return drawn.convert("RGB")
        finally:
            bitmap.close()
            page.close()


def is_white(image: Image.Image) -> bool:
    """Whether nothing at all can be seen on it."""
    return ImageChops.invert(image).getbbox() is None


def is_alike(one: Image.Image, other: Image.Image) -> bool:
    """Whether two glances show the same page: no part of it is missing, added or elsewhere."""
    difference = ImageChops.difference(one, other).convert("L")
    blocks = (max(1, one.width // _BLOCK), max(1, one.height // _BLOCK))
    return max(difference.resize(blocks, Image.Resampling.BOX).tobytes()) <= _MOST_DIFFERENCE


def as_image(pdf: Pdf, image: Image.Image) -> Stream:
    """The picture as an image in the PDF, packed as whichever of JPEG and PNG is smaller."""
    red, green, blue = image.split()
    is_grey = not any(ImageChops.difference(red, other).getbbox() for other in (green, blue))
    shown = red if is_grey else image
    exact, lossy = io.BytesIO(), io.BytesIO()
    shown.save(exact, "PNG", compress_level=9)
    shown.save(lossy, "JPEG", quality=_JPEG_QUALITY, subsampling=0)
    packed = _pixels_of(exact.getvalue())
    entries = {
        "/Type": Name.XObject,
        "/Subtype": Name.Image,
        "/Width": shown.width,
        "/Height": shown.height,
        "/BitsPerComponent": 8,
        "/ColorSpace": Name.DeviceGray if is_grey else Name.DeviceRGB,
    }
    if lossy.tell() < len(packed):
        return pdf.make_stream(lossy.getvalue(), {**entries, "/Filter": Name.DCTDecode})
    rows = Dictionary(Predictor=15, Colors=1 if is_grey else 3, Columns=shown.width)
    more = {"/Filter": Name.FlateDecode, "/DecodeParms": rows}
    return pdf.make_stream(packed, {**entries, **more})


def _pixels_of(png: bytes) -> bytes:
    """The packed rows of a PNG, which PDF packs in the same way."""
    place, rows = _PNG_HEAD, []
    while place < len(png):
        size = int.from_bytes(png[place : place + 4], "big")
        if png[place + 4 : place + 8] == b"IDAT":
            rows.append(png[place + 8 : place + 8 + size])
        place += size + 12
    return b"".join(rows)
