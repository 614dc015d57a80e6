"""The PDFs and texts of people's evidence that are printed behind their piece, each once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kbstrack.pdf.characters import unprinted
from kbstrack.pdf.foreign.pages import ForeignFile
from kbstrack.pdf.sheets import Sheet, sheets
from kbstrack.pdf.texts import PrintedText
from kbstrack.portfolio.rules import Portfolio, PortfolioFile, PortfolioPiece

SHEETS_IN_A_SECTION = 20


@dataclass(frozen=True, slots=True)
class Papers:
    """What was found in files, by the SHA-256 of their checked copies."""

    pdfs: Mapping[str, ForeignFile] = field(default_factory=dict)
    texts: Mapping[str, PrintedText] = field(default_factory=dict)

    def problems(self, sha256: str | None) -> tuple[str, ...]:
        """A sentence for everything in a file that is not printed."""
        found = self.pdfs.get(sha256 or "") or self.texts.get(sha256 or "")
        return found.problems if found is not None else ()

    def is_printed(self, sha256: str) -> bool:
        """Whether there is anything of it behind its piece."""
        if sha256 in self.texts:
            return bool(self.texts[sha256].paragraphs)
        return sha256 in self.pdfs and bool(self.pdfs[sha256].pages)


@dataclass(frozen=True, slots=True)
class Paper:
    """A file of a piece that is printed; `number` counts from 1, the newest version's first."""

    piece: PortfolioPiece
    number: int
    file: PortfolioFile
    sha256: str

    @property
    def anchor(self) -> str:
        """Where links to its pages lead."""
        return f"{self.piece.label}-file-{self.number}"

    @property
    def is_text(self) -> bool:
        """Whether it is printed as text, and not page by page."""
        return self.file.family == "text"

    def sheets(self, papers: Papers) -> tuple[Sheet, ...]:
        """The pages of a PDF as they are printed."""
        found = papers.pdfs[self.sha256]
        return sheets(
            self.piece.label,
            self.number,
            self.file.name,
            self.sha256,
            found,
            caption=self.file.caption,
        )


def papers_of(piece: PortfolioPiece) -> tuple[Paper, ...]:
    """The PDFs and texts of all versions of a piece; one that several versions have counts once."""
    found: dict[str, PortfolioFile] = {}
    for version in reversed(piece.versions):
        for file in version.files:
            if file.paper_sha256 is not None:
                found.setdefault(file.paper_sha256, file)
    return tuple(
        Paper(piece, number, file, sha256) for number, (sha256, file) in enumerate(found.items(), 1)
    )


def all_papers(portfolio: Portfolio) -> dict[str, Paper]:
    """Every PDF and text of the document by its copy's SHA-256, where it stands first."""
    found: dict[str, Paper] = {}
    for piece in portfolio.pieces:
        for paper in papers_of(piece):
            found.setdefault(paper.sha256, paper)
    return found


def not_shown(portfolio: Portfolio, papers: Papers) -> tuple[str, ...]:
    """A line for everything that is not printed as people gave it: `E3, form.pdf: …`."""
    return tuple(
        f"{piece.label}, {what}: {problem}"
        for piece in portfolio.pieces
        for what, problem in _problems(piece, papers)
    )


def _problems(piece: PortfolioPiece, papers: Papers) -> Iterator[tuple[str, str]]:
    for sentence in unprinted(piece):
        yield "its text", sentence
    for paper in papers_of(piece):
        for problem in papers.problems(paper.sha256):
            yield paper.file.name, problem
