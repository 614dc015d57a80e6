"""The parts that a portfolio is drawn in: each has pages of its own that depend on nothing else.

So a part that did not change is not drawn again. The page numbers that contents, matrix and
sign-offs print are left open (`slots`) and set when the parts are joined.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from kbstrack.pdf import pictures
from kbstrack.pdf.as_html import declarations, render
from kbstrack.pdf.attachments import Attachment
from kbstrack.pdf.grid import grid
from kbstrack.pdf.papers import SHEETS_IN_A_SECTION, Papers, papers_of
from kbstrack.pdf.sheets import Sheet
from kbstrack.portfolio.rules import Portfolio, PortfolioImage, PortfolioKsb, PortfolioPiece
from kbstrack.portfolio.spelling import portfolio_sha256

FURNITURE = "furniture"
"""The head and foot of every page but the cover: no part of the document, but laid under it."""

# What one process can lay out in little memory; beyond it, a part is drawn as several sections.
MOST_LINES, MOST_LINKS = 250, 800


@dataclass(frozen=True, slots=True)
class Section:
    """One part: its HTML, the pictures it draws in order, repetitions included, and the pages of
    people's PDFs in it."""

    name: str
    html: str
    images: tuple[PortfolioImage, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    is_tagged: bool = True


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents and a bookmark: where it leads, and in which section that is.

    A piece has its `label`; the others have none.
    """

    section: str
    anchor: str
    title: str
    label: str = ""


def entries(portfolio: Portfolio) -> tuple[Entry, ...]:
    """What the contents list, in the order of the document."""
    pieces = [
        Entry(_name(piece), _name(piece), piece.latest.title, piece.label)
        for piece in portfolio.pieces
    ]
    return (
        Entry("summary", "summary", "Summary"),
        Entry("timeline", "timeline", "Timeline"),
        Entry("grid-1", "grid", "KSB matrix at a glance"),
        Entry("matrix-1", "matrix", "KSB matrix"),
        Entry("sign-offs", "sign-offs", "Sign-offs"),
        Entry(pieces[0].section if pieces else "evidence", "evidence", "Evidence"),
        *pieces,
        Entry("statements", "statements", "Statements of authenticity"),
        Entry("checking", "checking", "How this can be checked"),
    )


def sections(
    portfolio: Portfolio, papers: Papers, attached: Collection[Attachment] = ()
) -> list[Section]:
    """Everything that is drawn, the furniture first.

    `papers` has all of `all_papers`; `attached` are the files that go with the document.
    """
    return [
        Section(FURNITURE, render("furniture.html", portfolio=portfolio), is_tagged=False),
        *_front(portfolio),
        *evidence(portfolio, papers, attached),
        Section("statements", render("statements.html", portfolio=portfolio)),
        Section(
            "checking",
            render("checking.html", portfolio=portfolio, fingerprint=portfolio_sha256(portfolio)),
        ),
    ]


def _front(portfolio: Portfolio) -> list[Section]:
    contents, drawn, matrix = _contents(portfolio), grid(portfolio), _matrix(portfolio)
    linked = {"portfolio": portfolio, "piece_numbers": {piece.number for piece in portfolio.pieces}}
    return [
        Section("cover", render("cover.html", portfolio=portfolio)),
        *(
            Section(name, render("contents.html", entries=lines, is_first=lines is contents[0][1]))
            for name, lines in contents
        ),
        Section(
            "summary",
            render("summary.html", portfolio=portfolio, fingerprint=portfolio_sha256(portfolio)),
        ),
        Section("timeline", render("timeline.html", portfolio=portfolio)),
        *(
            Section(
                f"grid-{place}",
                render("grid_page.html", portfolio=portfolio, drawn=drawn, page=page),
            )
            for place, page in enumerate(drawn.pages, 1)
        ),
        *(
            Section(
                name, render("matrix.html", ksbs=ksbs, place=place, places=len(matrix), **linked)
            )
            for place, (name, ksbs) in enumerate(matrix, 1)
        ),
        Section(
            "sign-offs",
            render("sign_offs.html", declarations=declarations(portfolio), **linked),
        ),
    ]


def evidence(
    portfolio: Portfolio, papers: Papers, attached: Collection[Attachment]
) -> Iterator[Section]:
    """The pieces with what is printed behind them: what every later portfolio has, too."""
    hashes = {item.sha256 for item in attached}
    if not portfolio.pieces:
        yield Section("evidence", render("evidence.html"))
    ksb_by_code = {ksb.code: ksb for ksb in portfolio.ksbs}
    for piece in portfolio.pieces:
        printed = papers_of(piece, papers.made)
        html = render(
            "piece.html",
            piece=piece,
            is_first=piece is portfolio.pieces[0],
            ksb_by_code=ksb_by_code,
            papers={paper.sha256: paper for paper in printed},
            found=papers,
            attached=hashes,
        )
        yield Section(_name(piece), html, images_of(piece))
        for paper in printed:
            if paper.is_text:
                if papers.is_printed(paper.sha256):
                    text = papers.texts[paper.sha256]
                    yield Section(paper.anchor, render("text.html", paper=paper, text=text))
                continue
            for place, part in enumerate(_in_parts(paper.sheets(papers), SHEETS_IN_A_SECTION), 1):
                name = f"{paper.anchor}-part-{place}"
                yield Section(name, render("sheets.html", sheets=part), sheets=part)


def _contents(portfolio: Portfolio) -> list[tuple[str, Sequence[Entry]]]:
    """The lines of the contents, in as many sections as they need."""
    lines = entries(portfolio)
    starts = range(0, len(lines), MOST_LINES)
    return [
        (f"contents-{place}", lines[start : start + MOST_LINES])
        for place, start in enumerate(starts, 1)
    ]


def _matrix(portfolio: Portfolio) -> list[tuple[str, Sequence[PortfolioKsb]]]:
    """The rows of the matrix: a section for each kind of KSB, or several where it is large."""
    parts: list[list[PortfolioKsb]] = []
    for summary in portfolio.summaries:
        held = MOST_LINKS
        for ksb in portfolio.ksbs:
            if ksb.kind is not summary.kind:
                continue
            if held + len(ksb.piece_numbers) >= MOST_LINKS:
                parts.append([])
                held = 0
            parts[-1].append(ksb)
            held += len(ksb.piece_numbers)
    return [(f"matrix-{place}", ksbs) for place, ksbs in enumerate(parts, 1)]


def _name(piece: PortfolioPiece) -> str:
    return f"piece-{piece.number}"


def images_of(piece: PortfolioPiece) -> tuple[PortfolioImage, ...]:
    """Every picture of a piece in the order in which it is drawn, repetitions included."""
    return tuple(
        picture.image
        for version in reversed(piece.versions)
        for picture in pictures.drawn_images(piece, version)
    )


def _in_parts(sheets: Iterable[Sheet], most: int) -> Iterator[tuple[Sheet, ...]]:
    rest = iter(sheets)
    while part := tuple(islice(rest, most)):
        yield part
