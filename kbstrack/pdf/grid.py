"""The matrix at a glance: which piece claims which KSB and how that stands, in pages of columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kbstrack.portfolio.marks import Mark, claims_of, mark_among
from kbstrack.portfolio.rules import Portfolio, PortfolioClaim, PortfolioKsb, PortfolioPiece

# Both fill the same width: broad columns with level labels, or slender ones with upright labels.
MOST_BROAD, BROAD_MM = 18, 4.8
MOST_SLENDER, SLENDER_MM = 28, 3.2
MARK_MM = 2.8


@dataclass(frozen=True, slots=True)
class Placed:
    """A mark in a row: `left_mm` from where the first column begins."""

    label: str
    mark: Mark
    left_mm: float


@dataclass(frozen=True, slots=True)
class Row:
    """A KSB with a mark for each piece of its page that claims it."""

    ksb: PortfolioKsb
    marks: tuple[Placed, ...]

    @property
    def words(self) -> str:
        """What the marks say: `E1 met, E7 not yet met`."""
        return ", ".join(f"{placed.label} {placed.mark.word}" for placed in self.marks)


@dataclass(frozen=True, slots=True)
class GridPage:
    """Some pieces as columns, and every KSB as a row: a group for each kind."""

    pieces: tuple[PortfolioPiece, ...]
    groups: tuple[tuple[Row, ...], ...]
    width_mm: float


@dataclass(frozen=True, slots=True)
class Grid:
    """All pages of columns; one page, without a column, when there are no pieces."""

    pages: tuple[GridPage, ...]
    is_slender: bool
    column_mm: float


def grid(portfolio: Portfolio) -> Grid:
    """The grid of a portfolio; its pages have about the same number of columns each."""
    is_slender = len(portfolio.pieces) > MOST_BROAD
    column_mm = SLENDER_MM if is_slender else BROAD_MM
    pages = tuple(_page(portfolio, part, column_mm) for part in _parts(portfolio.pieces))
    return Grid(pages, is_slender, column_mm)


def _parts(pieces: tuple[PortfolioPiece, ...]) -> Iterable[tuple[PortfolioPiece, ...]]:
    count = max(-(-len(pieces) // MOST_SLENDER), 1)
    bounds = [len(pieces) * number // count for number in range(count + 1)]
    return [pieces[bounds[number] : bounds[number + 1]] for number in range(count)]


def _page(portfolio: Portfolio, pieces: tuple[PortfolioPiece, ...], column_mm: float) -> GridPage:
    columns = [(piece, claims_of(piece)) for piece in pieces]
    groups = tuple(
        tuple(_row(ksb, columns, column_mm) for ksb in portfolio.ksbs if ksb.kind == summary.kind)
        for summary in portfolio.summaries
    )
    width_mm = round(len(pieces) * column_mm, 1)
    return GridPage(pieces, tuple(group for group in groups if group), width_mm)


def _row(
    ksb: PortfolioKsb,
    columns: Iterable[tuple[PortfolioPiece, Mapping[str, PortfolioClaim]]],
    column_mm: float,
) -> Row:
    marks = []
    for place, (piece, claims) in enumerate(columns):
        mark = mark_among(ksb, piece.number, claims)
        if mark is not None:
            left_mm = round(place * column_mm + (column_mm - MARK_MM) / 2, 2)
            marks.append(Placed(piece.label, mark, left_mm))
    return Row(ksb, tuple(marks))
