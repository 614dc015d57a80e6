"""What was found in somebody's PDF, as plain values that can be written down and read again."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

MOST_PAGES = 200
# More than this nobody listens to in one go; the attached original has all of it.
MOST_TEXT = 1_500


@dataclass(frozen=True, slots=True)
class ForeignPage:
    """One page that can be shown.

    `number` counts from 1 as in the original. `width` and `height` are what a reader sees, in
    points, upright. `text` is the page's own text in one line, at most `MOST_TEXT` characters.
    A page `is_drawing` when its letters and lines are carried over, else it is a picture of it.
    """

    number: int
    width: float
    height: float
    text: str
    is_drawing: bool


@dataclass(frozen=True, slots=True)
class ForeignFile:
    """The pages that can be shown, and a sentence for each thing that cannot.

    `page_count` is the original's, 0 where it could not be counted.
    """

    page_count: int
    pages: tuple[ForeignPage, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """What looking at one file may cost.

    Of a file that `is_beginning` one page more than `most_pages` only says that more would follow.
    """

    most_pages: int = MOST_PAGES
    is_beginning: bool = False
    memory_bytes: int = 1_200_000_000
    cpu_seconds_a_page: int = 20
    most_wall_seconds: float = 600


def as_json(file: ForeignFile) -> dict[str, Any]:
    """The same as values that JSON knows."""
    return asdict(file)


def from_json(value: dict[str, Any]) -> ForeignFile:
    """The opposite of `as_json`. Raises ValueError when it is not what `as_json` gives."""
    try:
        return ForeignFile(
            page_count=int(value["page_count"]),
            pages=tuple(_page(page) for page in value["pages"]),
            problems=tuple(str(problem) for problem in value["problems"]),
        )
    except (KeyError, TypeError, AttributeError, OverflowError) as problem:
        raise ValueError("not the pages of a file") from problem


def _page(value: dict[str, Any]) -> ForeignPage:
    width, height = float(value["width"]), float(value["height"])
    if not (0 < width < math.inf and 0 < height < math.inf):
        raise ValueError("a page without a size")
    return ForeignPage(
        number=int(value["number"]),
        width=width,
        height=height,
        text=str(value["text"])[: MOST_TEXT + 1],
        is_drawing=value["is_drawing"] is True,
    )


def shorten(text: str, most: int = MOST_TEXT) -> str:
    """The text in one line, with single spaces, cut at a word and marked with "…" if too long."""
    folded = " ".join(text.split())
    if len(folded) <= most:
        return folded
    kept = folded[:most]
    if not folded[most].isspace() and " " in kept:
        kept = kept[: kept.rindex(" ")]
    return kept.rstrip(" ,;:") + "…"
