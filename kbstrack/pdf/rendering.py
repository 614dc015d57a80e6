"""One section: HTML to pages, in the child process."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kbstrack.pdf.fetcher import LockedFetcher
from kbstrack.pdf.finishing import finish
from kbstrack.pdf.slots import slots_in

if TYPE_CHECKING:
    from weasyprint import CSS


def draw(directory: Path, order: dict[str, Any]) -> dict[str, Any]:
    """Draw `FILE.html` into `FILE.pdf`; the answer has the number of pages, or the problem.

    The order names the file, the section, whether it is tagged, its pictures' media types by
    SHA-256, and how many pictures it draws.
    """
    from weasyprint.urls import FatalURLFetchingError

    html = (directory / f"{order['file']}.html").read_text(encoding="utf-8")
    try:
        content = _pages(directory, html, order)
    except FatalURLFetchingError as problem:
        return {"problem": str(problem)}
    target = directory / f"{order['file']}.pdf"
    finished = finish(content, target, section=order["section"], slots=slots_in(html))
    if finished.images != order["image_count"]:
        return {"problem": f"{finished.images} of {order['image_count']} pictures are in it"}
    return {"problem": None, "pages": finished.pages}


def _pages(directory: Path, text: str, order: dict[str, Any]) -> bytes:
    from weasyprint import HTML

    from kbstrack.pdf.faces import name_faces

    pictures = {name: (directory / "images" / name, kind) for name, kind in order["images"].items()}
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
