"""How a piece stands for a KSB, in one word: the same in the PDF's grid and in spreadsheets."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from kbstrack.portfolio.rules import PortfolioClaim, PortfolioKsb, PortfolioPiece


class Mark(StrEnum):
    """How a piece stands for a KSB; the value is the name of the PDF's drawing of it."""

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


def mark_of(ksb: PortfolioKsb, piece: PortfolioPiece) -> Mark | None:
    """How a piece stands for a KSB: by its latest version, as the detailed matrix lists it."""
    return mark_among(ksb, piece.number, claims_of(piece))


def claims_of(piece: PortfolioPiece) -> Mapping[str, PortfolioClaim]:
    """What the piece's latest version claims, by code."""
    return {claim.code: claim for claim in piece.latest.claims}


def mark_among(ksb: PortfolioKsb, number: int, claims: Mapping[str, PortfolioClaim]) -> Mark | None:
    """As `mark_of`, for the piece of this number when its claims are at hand."""
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
