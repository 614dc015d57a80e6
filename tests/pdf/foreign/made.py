"""PDFs as people hand them in, made for the tests: a colour in each corner, and worse."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image
from weasyprint import HTML

from kbstrack.pdf.foreign.pages import ForeignFile

FONT = Path(__file__).parents[3] / "kbstrack/static/fonts"
RED, GREEN, BLUE, YELLOW = "red", "green", "blue", "yellow"
_SHADES = {RED: (1, 0, 0), GREEN: (0, 0.6, 0), BLUE: (0, 0, 1), YELLOW: (1, 0.9, 0)}
# The corners of a page that is not turned, from the top left as one reads.
UPRIGHT = (RED, GREEN, BLUE, YELLOW)


@dataclass(frozen=True)
class Read:
    """What came of a file: the answer, and the pages made of it."""

    file: ForeignFile
    path: Path

    @cached_property
    def pdf(self) -> Pdf:
        """The pages made of it."""
        return pikepdf.open(self.path)

    def form(self, place: int = 0) -> pikepdf.Object:
        """What a page, from 0, draws."""
        return self.pdf.pages[place].Resources.XObject.Page

    def look(self, place: int = 0, longest: int = 400) -> Image.Image:
        """A page, from 0, as pdfium shows it."""
        return look(self.path, place, longest)


def look(path: Path, place: int = 0, longest: int = 400) -> Image.Image:
    """A page of any PDF, from 0, as a picture."""
    with pypdfium2.PdfDocument(path) as pdf:
        page = pdf[place]
        bitmap = page.render(scale=longest / max(page.get_size()))
        image = bitmap.to_pil().convert("RGB")
        bitmap.close()
        page.close()
    return image


def corners(image: Image.Image) -> tuple[str, str, str, str]:
    """The colours close to the corners: top left, top right, bottom left, bottom right."""
    x, y = max(1, image.width // 20), max(1, image.height // 20)
    places = [(x, y), (image.width - 1 - x, y), (x, image.height - 1 - y)]
    places.append((image.width - 1 - x, image.height - 1 - y))
    first, second, third, fourth = (_shade(image.getpixel(place)) for place in places)
    return first, second, third, fourth


def colours(image: Image.Image) -> set[str]:
    """Every one of our four colours that is somewhere on the picture."""
    found = image.getcolors(image.width * image.height) or []
    return {_shade(shade) for count, shade in found if count > 4} - {"white", "other"}


def marked(box: tuple[float, float, float, float], colours: tuple[str, ...] = UPRIGHT) -> bytes:
    """Instructions that put a square into each corner of a box."""
    left, bottom, right, top = box
    wide, high = (right - left) / 4, (top - bottom) / 4
    places = [
        (left, top - high),
        (right - wide, top - high),
        (left, bottom),
        (right - wide, bottom),
    ]
    return b"\n".join(
        square(colour, x, y, wide, high) for colour, (x, y) in zip(colours, places, strict=True)
    )


def square(colour: str, x: float, y: float, wide: float, high: float) -> bytes:
    """Instructions for a filled rectangle."""
    shade = " ".join(str(part) for part in _SHADES[colour])
    return f"{shade} rg {x:.6f} {y:.6f} {wide:.6f} {high:.6f} re f".encode()


def add_page(pdf: Pdf, content: bytes, **entries: object) -> Dictionary:
    """Add a page of A6 that draws this; `entries` are its other entries, None for none."""
    pdf.add_blank_page(page_size=(298, 420))
    page = pdf.pages[-1].obj
    page.Contents = pdf.make_stream(content)
    for name, value in entries.items():
        if value is None:
            del page[f"/{name}"]
        else:
            page[f"/{name}"] = value
    return page


def make_form(
    pdf: Pdf, content: bytes, box: tuple[float, ...], **entries: object
) -> pikepdf.Stream:
    """A form that draws this."""
    more = {f"/{name}": value for name, value in entries.items()}
    return pdf.make_stream(
        content, {"/Type": Name.XObject, "/Subtype": Name.Form, "/BBox": Array(box), **more}
    )


def helvetica() -> Dictionary:
    """Resources with `/F`, a font that every reader has and no file needs to hold."""
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    return Dictionary(Font=Dictionary(F=font))


def make_written(*paragraphs: str) -> bytes:
    """A PDF with a page for each paragraph, its font embedded, as word processors write it."""
    face = f"@font-face {{ font-family: F; src: url({FONT.as_uri()}/{_REGULAR}) }}"
    pages = "".join(f"<p>{text}</p>" for text in paragraphs)
    style = f"{face} @page {{ size: A5 }} p {{ font-family: F; break-after: page }}"
    html = f"<html lang=en><title>Brief</title><style>{style}</style>{pages}</html>"
    content: bytes = HTML(string=html).write_pdf()
    return content


def add_field(pdf: Pdf, page: Dictionary, rectangle: tuple[float, ...], **entries: object) -> None:
    """Put a form field on a page, and into the form of the file."""
    given = {f"/{name}": value for name, value in entries.items()}
    field = pdf.make_indirect(
        Dictionary(
            {
                "/Type": Name.Annot,
                "/Subtype": Name.Widget,
                "/T": String("name"),
                "/Rect": Array(rectangle),
                "/F": 4,
                **given,
            }
        )
    )
    page.Annots = Array([*page.get("/Annots", []), field])
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]))


def in_bytes(pdf: Pdf, **saving: object) -> bytes:
    """The file's bytes."""
    target = io.BytesIO()
    pdf.save(target, deterministic_id="encryption" not in saving, **saving)  # type: ignore[arg-type]
    return target.getvalue()


def _shade(pixel: object) -> str:
    for name, shade in _SHADES.items():
        wanted = [round(255 * part) for part in shade]
        if isinstance(pixel, tuple) and all(
            abs(a - b) < 40 for a, b in zip(pixel, wanted, strict=True)
        ):
            return name
    return "white" if isinstance(pixel, tuple) and min(pixel) > 240 else "other"


_REGULAR = "AtkinsonHyperlegible-Regular.ttf"
