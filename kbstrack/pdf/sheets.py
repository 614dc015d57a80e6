"""Pages of people's PDFs on sheets of the portfolio: one each, how large, and in what words."""

from __future__ import annotations

from dataclasses import dataclass

from kbstrack.pdf.foreign.pages import MOST_PAGES, ForeignFile, ForeignPage
from kbstrack.pdf.pictures import SCHEME

# A4 without its margins and the lines above the page (`sheets.css`).
UPRIGHT_MM = (166.0, 229.0)
WIDE_MM = (253.0, 142.0)
# A sheet lies on its side when the page on it becomes this much larger: a landscape letter or a
# film-shaped slide, not a square or the old slides of 4 by 3, which read well enough upright.
WORTH_TURNING = 1.4
# Pages are never blown up, except ones too small to be seen for what they are.
LEAST_MM = 40.0
_MM = 25.4 / 72


@dataclass(frozen=True, slots=True)
class Frame:
    """How large a page is drawn, in millimetres, and whether its sheet lies on its side."""

    width_mm: float
    height_mm: float
    is_wide: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of a file of a piece of evidence, as it is printed."""

    label: str
    file_number: int
    file_name: str
    file_sha256: str
    page_count: int
    page: ForeignPage
    # Among the pages that can be shown, from 0.
    place_in_file: int
    # Where links to this file lead; on its first sheet only.
    anchor: str | None
    # What the apprentice says the file is, or empty.
    caption: str = ""
    # What made the page of an office document; empty for a page of a PDF.
    maker: str = ""

    @property
    def place(self) -> str:
        """Where we are: "E12 · file 1 · page 2 of 3"."""
        return f"{self.label} · file {self.file_number} · {self._page}"

    @property
    def key(self) -> str:
        """What tells this page from all others: the file's hash and the page's number."""
        return f"{self.file_sha256}-{self.page.number}"

    @property
    def url(self) -> str:
        """The address of the picture that keeps its place until the page is put there."""
        return f"{SCHEME}:{self.key}"

    @property
    def alternative(self) -> str:
        """What a screen reader says for the page: which it is of what, and its own text."""
        made = f", made by {self.maker}" if self.maker else ""
        said = f"{self._page} of {self.file_name}{made}. "
        said = f"{self.caption.rstrip('.')}: {said}" if self.caption else f"P{said[1:]}"
        if self.page.text:
            return f"{said}Text on this page: {self.page.text}"
        return f"{said}No text on this page can be read out: it may be a picture or a scan."

    @property
    def frame(self) -> Frame:
        """How large the page is drawn."""
        return frame(self.page.width, self.page.height)

    @property
    def _page(self) -> str:
        # Of an office document no more is made than shows that it goes on.
        goes_on = self.maker and self.page_count > MOST_PAGES
        count = f"more than {MOST_PAGES}" if goes_on else self.page_count
        return f"page {self.page.number} of {count}"


def sheets(
    label: str,
    file_number: int,
    file_name: str,
    file_sha256: str,
    file: ForeignFile,
    *,
    caption: str = "",
    maker: str = "",
) -> tuple[Sheet, ...]:
    """The sheets of one file: `label` is the piece's, `file_number` counts its files from 1, and
    `maker` made the pages of an office document."""
    anchor = f"{label}-file-{file_number}"
    return tuple(
        Sheet(
            label=label,
            file_number=file_number,
            file_name=file_name,
            file_sha256=file_sha256,
            page_count=file.page_count,
            page=page,
            place_in_file=place,
            anchor=None if place else anchor,
            caption=caption,
            maker=maker,
        )
        for place, page in enumerate(file.pages)
    )


def frame(width: float, height: float) -> Frame:
    """The frame of a page whose sides are given in points."""
    upright, wide = _fitted(width, height, UPRIGHT_MM), _fitted(width, height, WIDE_MM)
    gain = (wide[0] * wide[1]) / (upright[0] * upright[1])
    is_wide = gain > WORTH_TURNING
    across, down = wide if is_wide else upright
    return Frame(round(across, 2), round(down, 2), is_wide)


def _fitted(width: float, height: float, room: tuple[float, float]) -> tuple[float, float]:
    across, down = width * _MM, height * _MM
    largest = max(1.0, LEAST_MM / max(across, down))
    scale = min(room[0] / across, room[1] / down, largest)
    # A hair's breadth is still there.
    return max(across * scale, 0.1), max(down * scale, 0.1)
