"""One section: HTML to pages, in the child process."""

from __future__ import annotations

import io
from contextlib import ExitStack
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pikepdf
from pikepdf import Object, Pdf

from kbstrack.pdf.fetcher import LockedFetcher
from kbstrack.pdf.finishing import finish
from kbstrack.pdf.foreign.placing import as_unit_form, placeholder
from kbstrack.pdf.slots import slots_in

if TYPE_CHECKING:
    from weasyprint import CSS


def draw(directory: Path, order: dict[str, Any]) -> dict[str, Any]:
    """Draw `FILE.html` into `FILE.pdf`; the answer has the number of pages, or the problem.

    The order names the file, the section, whether it is tagged, its pictures' media types by
    their keys, how many pictures it draws, and the pages of people's PDFs that are put in the place
    of some of them: the file and the place in it, by key.
    """
    from weasyprint.urls import FatalURLFetchingError

    html = (directory / f"{order['file']}.html").read_text(encoding="utf-8")
    try:
        content = _pages(directory, html, order)
    except FatalURLFetchingError as problem:
        return {"problem": str(problem)}
    target = directory / f"{order['file']}.pdf"
    with ExitStack() as files:
        pages = _Pages(directory, files)
        finished = finish(
            content,
            target,
            section=order["section"],
            slots=slots_in(html),
            pages={key: partial(pages.get, *where) for key, where in order["pages"].items()},
        )
    if finished.images != order["image_count"]:
        return {"problem": f"{finished.images} of {order['image_count']} pictures are in it"}
    return {"problem": None, "pages": finished.pages}


class _Pages:
    """Pages of people's PDFs; each file is open once, until all of its pages are written."""

    def __init__(self, directory: Path, files: ExitStack) -> None:
        self._directory = directory
        self._files = files
        self._open: dict[str, Pdf] = {}

    def get(self, file: str, place: int, pdf: Pdf) -> Object:
        """The page at this place of a file, as an object of `pdf`."""
        if file not in self._open:
            opened = pikepdf.open(self._directory / f"{file}.pdf")
            self._open[file] = self._files.enter_context(opened)
        return as_unit_form(pdf, self._open[file], place)


def _pages(directory: Path, text: str, order: dict[str, Any]) -> bytes:
    from weasyprint import HTML

    from kbstrack.pdf.faces import name_faces

    pictures = {name: (directory / "images" / name, kind) for name, kind in order["images"].items()}
    for key in order["pages"]:
        pictures[key] = (directory / "images" / key, "image/png")
        pictures[key][0].write_bytes(placeholder(key))
    html = HTML(
        string=text,
        url_fetcher=LockedFetcher(pictures),
    )
    content = io.BytesIO()
    html.write_pdf(
        content,
        stylesheets=[_style(directory)],
        finisher=name_faces,
        pdf_variant="pdf/ua-1" if order["is_tagged"] else None,
    )
    return content.getvalue()


@cache
def _style(directory: Path) -> CSS:
    """The style of all sections, read once."""
    from weasyprint import CSS

    return CSS(
        string=(directory / "style.css").read_text(encoding="utf-8"), url_fetcher=LockedFetcher({})
    )
