"""What is printed behind a piece, each once: PDFs, texts, and what was made of office documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kbstrack.pdf.characters import unprinted
from kbstrack.pdf.foreign.pages import ForeignFile
from kbstrack.pdf.office.documents import Made
from kbstrack.pdf.sheets import Sheet, sheets
from kbstrack.pdf.texts import PrintedText
from kbstrack.portfolio.rules import Portfolio, PortfolioFile, PortfolioPiece

SHEETS_IN_A_SECTION = 20


@dataclass(frozen=True, slots=True)
class Papers:
    """What was found in files, by the SHA-256 of their checked copies.

    `made` has the office documents of which there are pages, or should be, by their own SHA-256;
    those pages are in `pdfs` by their keys.
    """

    pdfs: Mapping[str, ForeignFile] = field(default_factory=dict)
    texts: Mapping[str, PrintedText] = field(default_factory=dict)
    made: Mapping[str, Made] = field(default_factory=dict)

    def key(self, file: PortfolioFile) -> str | None:
        """What names the pages or the text of a file; None when there is nothing to print."""
        return key_of(file, self.made)

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
    # What made the pages of an office document.
    maker: str = ""

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
            maker=self.maker,
        )


def key_of(file: PortfolioFile, made: Mapping[str, Made]) -> str | None:
    """The SHA-256 of a file's checked copy, or what names the pages made of it."""
    if file.paper_sha256 is not None or file.sha256 not in made:
        return file.paper_sha256
    return made[file.sha256].key


def papers_of(piece: PortfolioPiece, made: Mapping[str, Made]) -> tuple[Paper, ...]:
    """What is printed of all versions of a piece; what several versions have counts once."""
    found: dict[str, PortfolioFile] = {}
    for version in reversed(piece.versions):
        for file in version.files:
            key = key_of(file, made)
            if key is not None:
                found.setdefault(key, file)
    makers = {one.key: one.maker for one in made.values()}
    return tuple(
        Paper(piece, number, file, key, makers.get(key, ""))
        for number, (key, file) in enumerate(found.items(), 1)
    )


def all_papers(portfolio: Portfolio, made: Mapping[str, Made]) -> dict[str, Paper]:
    """Everything of the document that is printed by its key, where it stands first."""
    found: dict[str, Paper] = {}
    for piece in portfolio.pieces:
        for paper in papers_of(piece, made):
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
    for paper in papers_of(piece, papers.made):
        for problem in papers.problems(paper.sha256):
            yield paper.file.name, problem
