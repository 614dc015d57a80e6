"""The matrix at a glance: which piece claims which KSB and how that stands, in pages of columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kbstrack.portfolio.rules import Portfolio, PortfolioClaim, PortfolioKsb, PortfolioPiece

# Both fill the same width: broad columns with level labels, or slender ones with upright labels.
MOST_BROAD, BROAD_MM = 18, 4.8
MOST_SLENDER, SLENDER_MM = 28, 3.2
MARK_MM = 2.8


class Mark(StrEnum):
    """How a piece stands for a KSB; the value is the name of the drawing in `marks/`."""

    MET = "met"
    NOT_YET_MET = "not-yet-met"
    WAITING = "ready-for-review"
    CHANGED = "changed"

    @property
    def word(self) -> str:
        """What a screen reader says for it."""
        return "waiting" if self is Mark.WAITING else self.value.replace("-", " ")

    @property
    def meaning(self) -> str:
        """What the legend says for it."""
        return _MEANINGS.get(self, self.word.capitalize())


_MEANINGS = {
    Mark.WAITING: "Waiting for a decision or a signature",
    Mark.CHANGED: "Met, but changed since",
}


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


def mark_of(ksb: PortfolioKsb, piece: PortfolioPiece) -> Mark | None:
    """How a piece stands for a KSB: by its latest version, as the detailed matrix lists it."""
    return _mark(ksb, piece.number, _claims(piece))


def _parts(pieces: tuple[PortfolioPiece, ...]) -> Iterable[tuple[PortfolioPiece, ...]]:
    count = max(-(-len(pieces) // MOST_SLENDER), 1)
    bounds = [len(pieces) * number // count for number in range(count + 1)]
    return [pieces[bounds[number] : bounds[number + 1]] for number in range(count)]


def _page(portfolio: Portfolio, pieces: tuple[PortfolioPiece, ...], column_mm: float) -> GridPage:
    columns = [(piece, _claims(piece)) for piece in pieces]
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
        mark = _mark(ksb, piece.number, claims)
        if mark is not None:
            left_mm = round(place * column_mm + (column_mm - MARK_MM) / 2, 2)
            marks.append(Placed(piece.label, mark, left_mm))
    return Row(ksb, tuple(marks))


def _claims(piece: PortfolioPiece) -> Mapping[str, PortfolioClaim]:
    return {claim.code: claim for claim in piece.latest.claims}


def _mark(ksb: PortfolioKsb, number: int, claims: Mapping[str, PortfolioClaim]) -> Mark | None:
    if number in ksb.changed_numbers:
        return Mark.CHANGED
    claim = claims.get(ksb.code)
    if claim is None:
        # The newest version no longer claims it, but until that is decided the piece is listed.
        return Mark.WAITING if number in ksb.piece_numbers else None
    decision = claim.decision
    if decision is None or decision.reopening is not None:
        return Mark.WAITING
    if decision.second is not None and decision.second.signed_at is None:
        return Mark.WAITING
    return Mark.MET if decision.is_met else Mark.NOT_YET_MET
