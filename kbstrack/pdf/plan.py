"""What the joining child is told: which files in which order, the bookmarks, the description."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from kbstrack import formats
from kbstrack.pdf.attachments import Attachment
from kbstrack.pdf.enclosing import Enclosed
from kbstrack.pdf.printable import printable
from kbstrack.pdf.sections import entries
from kbstrack.portfolio.rules import Portfolio

LANGUAGE = "en-GB"
SIGNED_BY = "Signature of the training provider"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A section that was drawn: its file without the ending, and its number of pages."""

    name: str
    file: str
    pages: int


def make(
    portfolio: Portfolio,
    furniture: Drawn,
    drawn: Sequence[Drawn],
    attached: Sequence[Attachment],
    enclosed: Sequence[Enclosed] | None,
    *,
    on_new_leaf: bool,
) -> dict[str, Any]:
    """The plan as JSON values: the sections in order, and what the whole document has.

    A document with `enclosed`, be it nothing, has a field for a signature. With `on_new_leaf` every
    piece begins on a right-hand page.
    """
    leaves = {section.name: on_new_leaf and _is_piece(section.name) for section in drawn}
    first_pages, pages = _first_pages(drawn, leaves)
    return {
        "furniture": furniture.file,
        "pages": pages,
        "sections": [
            {"name": section.name, "file": section.file, "on_new_leaf": leaves[section.name]}
            for section in drawn
        ],
        "first_pages": first_pages,
        "attachments": [
            *(_file(item, f"attached-{item.sha256}", "Source") for item in attached),
            *(_file(item, f"enclosed-{item.name}", "Data") for item in enclosed or ()),
        ],
        "field": None if enclosed is None else SIGNED_BY,
        "bookmarks": _bookmarks(portfolio),
        "about": {
            "identifier": (f"kbstrack-issue:{portfolio.issue.code}" if portfolio.issue else ""),
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


def _file(item: Attachment | Enclosed, file: str, relationship: str) -> dict[str, Any]:
    return {
        "file": file,
        "name": printable(item.name),
        "description": printable(item.description),
        "media_type": item.media_type,
        "modified": f"D:{item.modified_at.astimezone(UTC):%Y%m%d%H%M%SZ}",
        "relationship": relationship,
    }


def _is_piece(name: str) -> bool:
    return name.startswith("piece-")


def _first_pages(drawn: Sequence[Drawn], leaves: Mapping[str, bool]) -> tuple[dict[str, int], int]:
    """The page, from 1, on which each section begins, and how many pages there are."""
    found, done = {}, 0
    for section in drawn:
        if leaves[section.name]:
            done += done % 2
        found[section.name] = done + 1
        done += section.pages
    return found, done


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
