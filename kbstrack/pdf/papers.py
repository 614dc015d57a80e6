"""The PDFs of people's evidence whose pages are printed behind their piece, each of them once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kbstrack.pdf.foreign.pages import ForeignFile
from kbstrack.pdf.sheets import Sheet, sheets
from kbstrack.portfolio.rules import Portfolio, PortfolioFile, PortfolioPiece

Papers = Mapping[str, ForeignFile]
"""What was found in each PDF, by the SHA-256 of its checked copy."""

SHEETS_IN_A_SECTION = 20


@dataclass(frozen=True, slots=True)
class Paper:
    """A PDF of a piece: `number` counts them from 1, the newest version's first."""

    piece: PortfolioPiece
    number: int
    file: PortfolioFile
    sha256: str

    @property
    def anchor(self) -> str:
        """Where links to its pages lead."""
        return f"{self.piece.label}-file-{self.number}"

    def sheets(self, papers: Papers) -> tuple[Sheet, ...]:
        """Its pages as they are printed."""
        name, found = self.file.name, papers[self.sha256]
        return sheets(self.piece.label, self.number, name, self.sha256, found)


def papers_of(piece: PortfolioPiece) -> tuple[Paper, ...]:
    """The PDFs of all versions of a piece; one that several versions have counts once."""
    found: dict[str, PortfolioFile] = {}
    for version in reversed(piece.versions):
        for file in version.files:
            if file.paper_sha256 is not None:
                found.setdefault(file.paper_sha256, file)
    return tuple(
        Paper(piece, number, file, sha256) for number, (sha256, file) in enumerate(found.items(), 1)
    )


def all_papers(portfolio: Portfolio) -> dict[str, Paper]:
    """Every PDF of the document by its copy's SHA-256, where it stands first."""
    found: dict[str, Paper] = {}
    for piece in portfolio.pieces:
        for paper in papers_of(piece):
            found.setdefault(paper.sha256, paper)
    return found


def not_shown(portfolio: Portfolio, papers: Papers) -> tuple[str, ...]:
    """A line for everything in people's PDFs that is not printed: `E3, form.pdf: …`."""
    return tuple(
        f"{piece.label}, {paper.file.name}: {problem}"
        for piece in portfolio.pieces
        for paper in papers_of(piece)
        for problem in papers[paper.sha256].problems
    )
