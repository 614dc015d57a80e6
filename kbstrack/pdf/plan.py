"""What the joining child is told: which files in which order, the bookmarks, the description."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from kbstrack import formats
from kbstrack.pdf.printable import printable
from kbstrack.pdf.sections import entries
from kbstrack.portfolio.rules import Portfolio

LANGUAGE = "en-GB"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A section that was drawn: its file without the ending, and its number of pages."""

    name: str
    file: str
    pages: int


def make(portfolio: Portfolio, furniture: Drawn, drawn: Sequence[Drawn]) -> dict[str, Any]:
    """The plan as JSON values: the sections in order, and what the whole document has."""
    first_pages = accumulate((section.pages for section in drawn), initial=1)
    return {
        "furniture": furniture.file,
        "pages": sum(section.pages for section in drawn),
        "sections": [{"name": section.name, "file": section.file} for section in drawn],
        "first_pages": dict(zip((section.name for section in drawn), first_pages, strict=False)),
        "bookmarks": _bookmarks(portfolio),
        "about": {
            "title": title_of(portfolio),
            "author": printable(portfolio.apprentice),
            "subject": printable(
                f"On-programme portfolio and record of decisions, ULN {portfolio.uln}, "
                f"issued {formats.say_date(portfolio.issued_on)} by {portfolio.provider}"
            ),
            "language": LANGUAGE,
            "day": portfolio.issued_on.isoformat(),
        },
    }


def title_of(portfolio: Portfolio) -> str:
    """What a reader's window shows: whose portfolio it is, and for what."""
    standard = portfolio.standard
    return printable(
        f"Portfolio of {portfolio.apprentice}: {standard.title} "
        f"({standard.reference} version {standard.version})"
    )


def _bookmarks(portfolio: Portfolio) -> list[dict[str, Any]]:
    front = [("Cover", "cover"), ("Contents", "contents")]
    return [
        *({"title": title, "anchor": anchor, "level": 1} for title, anchor in front),
        *(
            {
                "title": printable(f"{entry.label} {entry.title}".strip()),
                "anchor": entry.anchor,
                "level": 2 if entry.label else 1,
            }
            for entry in entries(portfolio)
        ),
    ]
