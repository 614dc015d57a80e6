"""A document as WeasyPrint draws it from our own template, with people's pages put into it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pikepdf
from markupsafe import Markup
from weasyprint import HTML

from kbstrack.pdf import as_html
from kbstrack.pdf.fetcher import LockedFetcher
from kbstrack.pdf.foreign.placing import as_unit_form, placeholder, put_pages
from kbstrack.pdf.sheets import Sheet, sheets
from tests.pdf.foreign.made import Read

PAGE = """{% from "foreign.html" import foreign_pages, not_shown %}
<!doctype html><html lang="en-GB"><head><title>Portfolio</title>
<style>{{ css }}</style></head><body>
<h1>Evidence</h1><p>E12</p>{{ not_shown("brief.pdf", problems) }}{{ foreign_pages(sheets) }}
</body></html>"""


def host(directory: Path, *files: Read, name: str = "brief.pdf") -> Path:
    """Draw sheets for all pages of the files, put the pages there, and save the document."""
    found = [
        (item.pdf, place, sheet)
        for number, item in enumerate(files, 1)
        for place, sheet in enumerate(sheets("E12", number, name, f"{number:064d}", item.file))
    ]
    problems = [problem for item in files for problem in item.file.problems]
    content = draw(directory, [sheet for _pdf, _place, sheet in found], problems)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        forms = {
            sheet.key: partial(as_unit_form, pdf, pages, place) for pages, place, sheet in found
        }
        assert put_pages(pdf, forms) == len(found)
        pdf.save(directory / "host.pdf", deterministic_id=True)
    return directory / "host.pdf"


def draw(directory: Path, found: Sequence[Sheet], problems: Sequence[str] = ()) -> bytes:
    """The sheets with their placeholders."""
    images = {}
    for sheet in found:
        path = directory / f"{sheet.key}.png"
        path.write_bytes(placeholder(sheet.key))
        images[sheet.key] = (path, "image/png")
    template = as_html._environment().from_string(PAGE)
    html = template.render(sheets=found, problems=problems, css=Markup(as_html.css()))
    content: bytes = HTML(string=html, url_fetcher=LockedFetcher(images)).write_pdf(
        pdf_variant="pdf/ua-1"
    )
    return content
