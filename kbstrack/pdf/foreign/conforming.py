"""Whether a form may stand in the portfolio: asked of a document of one page that draws it."""

from __future__ import annotations

import io

from pikepdf import Dictionary, Object, Pdf, Stream, pdfa

from kbstrack.pdf.foreign.boxes import number
from kbstrack.pdf.foreign.letters import all_say_what_they_mean
from kbstrack.pdf.foreign.placing import FORM

# Level A and PDF/UA also want the meaning of every letter; `letters.py` sees to that.
_FLAVOUR = "3b"
# PDF/A allows pages from 3 to 14,400 points.
_LEAST_SIDE, _MOST_SIDE = 3.0, 14_400.0


def add_page(pdf: Pdf, form: Object, width: float, height: float) -> None:
    """Add a page that shows only this, as large as PDF/A allows at most."""
    scale = min(1.0, _MOST_SIDE / max(width, height))
    across, up = (max(_LEAST_SIDE, side * scale) for side in (width, height))
    page = pdf.add_blank_page(page_size=(across, up))
    page.Resources = Dictionary(XObject=Dictionary({str(FORM): form}))
    page.Contents = pdf.make_stream(
        f"q {number(across)} 0 0 {number(up)} 0 0 cm {FORM} Do Q".encode()
    )


def alone(form: Stream, width: float, height: float) -> Pdf:
    """A new document of one page that shows only this."""
    pdf = Pdf.new()
    add_page(pdf, pdf.copy_foreign(form), width, height)
    return pdf


def is_conforming(pdf: Pdf) -> bool:
    """Whether everything on the pages is known to be allowed in PDF/A-3a.

    The check knows only what conforms: what it does not know counts as not allowed.
    """
    pdfa.prepare(pdf, _FLAVOUR)
    return all_say_what_they_mean(pdf) and pdfa.check(pdf, _FLAVOUR).passed


def saved(pdf: Pdf) -> bytes:
    """The document's bytes, for a reader of another kind."""
    target = io.BytesIO()
    pdf.save(target, deterministic_id=True)
    return target.getvalue()
