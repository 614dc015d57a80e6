"""The matrix at a glance: a mark for every claim, read out as a word, with links both ways."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace

import pdfua
import pikepdf
import pytest

from kbstrack.pdf.grid import MOST_BROAD, MOST_SLENDER, grid
from kbstrack.portfolio.marks import Mark, mark_of
from kbstrack.portfolio.rules import (
    Portfolio,
    PortfolioClaim,
    PortfolioKsb,
    PortfolioReopening,
    PortfolioSecond,
)
from tests.pdf.paper import Paper
from tests.pdf.samples import (
    MONDAY,
    make_claim,
    make_decision,
    make_piece,
    make_portfolio,
    make_sign_off,
    make_version,
    rich_portfolio,
)

TAKEN_BACK = PortfolioReopening("Too old.", "Ruth Hallworth", MONDAY)


def many_pieces(count: int) -> Portfolio:
    """Pieces that claim one KSB after the other."""
    codes = [ksb.code for ksb in make_portfolio().ksbs]
    pieces = [
        make_piece(
            number,
            make_version(
                title=f"Piece {number}",
                claims=(make_claim(codes[number % len(codes)], make_decision()),),
            ),
        )
        for number in range(1, count + 1)
    ]
    return make_portfolio(*pieces)


@pytest.mark.parametrize(
    ("claim", "mark"),
    [
        (make_claim("S1", make_decision()), Mark.MET),
        (make_claim("S1", make_decision(is_met=False)), Mark.NOT_YET_MET),
        (make_claim("S1"), Mark.WAITING),
        (make_claim("S1", make_decision(reopening=TAKEN_BACK)), Mark.WAITING),
        (make_claim("S1", make_decision(second=PortfolioSecond("Ade", None))), Mark.WAITING),
        (make_claim("S1", make_decision(second=PortfolioSecond("Ade", MONDAY))), Mark.MET),
        (make_claim("S2", make_decision()), None),
    ],
)
def test_a_mark_says_how_a_piece_stands_for_a_ksb(claim: PortfolioClaim, mark: Mark | None) -> None:
    portfolio = make_portfolio(make_piece(1, make_version(claims=(claim,))))

    assert mark_of(ksb(portfolio, "S1"), portfolio.pieces[0]) is mark


def test_what_was_changed_after_it_was_met_has_a_mark_of_its_own() -> None:
    portfolio = make_portfolio(make_piece(1, make_version(claims=(make_claim("S1"),))))
    changed = replace(ksb(portfolio, "S1"), changed_numbers=(1,))

    assert mark_of(changed, portfolio.pieces[0]) is Mark.CHANGED


def test_a_claim_that_the_newest_version_drops_waits_while_that_is_undecided() -> None:
    portfolio = make_portfolio(make_piece(1, make_version(claims=(make_claim("S2"),))))
    listed = replace(ksb(portfolio, "S1"), piece_numbers=(1,))

    assert mark_of(listed, portfolio.pieces[0]) is Mark.WAITING


@pytest.mark.parametrize(
    ("count", "columns"),
    [
        (0, [0]),
        (1, [1]),
        (MOST_BROAD, [MOST_BROAD]),
        (MOST_SLENDER, [MOST_SLENDER]),
        (MOST_SLENDER + 1, [14, 15]),
        (100, [25, 25, 25, 25]),
    ],
)
def test_the_columns_are_shared_evenly_between_pages(count: int, columns: list[int]) -> None:
    drawn = grid(many_pieces(count))

    assert [len(page.pieces) for page in drawn.pages] == columns
    numbers = [piece.number for page in drawn.pages for piece in page.pieces]
    assert numbers == list(range(1, count + 1))


def test_every_ksb_has_a_row_on_one_page_with_a_short_wording_and_its_state(rich: Paper) -> None:
    places = rich.destinations()
    assert places["matrix"] == places["grid"] + 1

    lines = rich.lines(places["grid"])

    for item in rich_portfolio().ksbs:
        row = next(line for line in lines if line.startswith(f"{item.code} "))
        words = row.removeprefix(f"{item.code} ")
        assert words.startswith((item.title or item.statement)[:20])
    assert any(line.startswith("S1 ") and line.endswith("Met 22 Mar 2026") for line in lines)
    assert any(line.startswith("S10 ") and line.endswith("In progress") for line in lines)
    assert any(line.startswith("K1 ") and line.endswith("Not started") for line in lines)


def test_the_marks_of_a_row_are_read_out_in_words(rich: Paper) -> None:
    read = marks_read(rich, rich_portfolio())

    assert read["S1"] == ["E1 met"]
    assert read["S10"] == ["E2 waiting"]
    assert read["S11"] == ["E3 not yet met"]
    assert read["B7"] == ["E3 met"]
    assert read["K1"] == []


def test_a_mark_stands_below_the_label_of_its_piece(rich: Paper) -> None:
    page = rich.destinations()["grid"]
    (label,) = (word for word in rich.words[page - 1] if word.text == "E3")
    row = next(word for word in rich.words[page - 1] if word.text == "S11")
    picture = rich.pixels(page, dpi=72).convert("L")

    dark = [
        x
        for x in range(round(label.left) - 30, round(label.right) + 8)
        if picture.getpixel((x, round((row.top + row.bottom) / 2))) < 160
    ]

    middle = (label.left + label.right) / 2
    assert dark
    assert all(abs(x - middle) < 7 for x in dark)


def test_a_sign_off_whose_evidence_was_changed_says_so_in_its_row(
    draw: Callable[[Portfolio], Paper],
) -> None:
    signed = make_sign_off(1, changes=("E1 was changed.",))
    portfolio = make_portfolio(make_piece(1), sign_offs={"S1": (signed,)})

    assert marks_read(draw(portfolio), portfolio)["S1"] == ["E1 met", "changed since"]


def test_the_legend_names_every_mark(rich: Paper) -> None:
    page = " ".join(rich.texts[rich.destinations()["grid"] - 1].split())

    for words in ("Met", "Not yet met", "Waiting for a decision or a signature", "changed since"):
        assert words in page


def test_rows_lead_to_the_detailed_matrix_and_back_and_columns_to_their_pieces(rich: Paper) -> None:
    places, links = rich.destinations(), rich.links()

    for item in rich_portfolio().ksbs:
        assert (places["grid"], f"ksb-{item.code}") in links
        assert (places[f"ksb-{item.code}"], f"grid-{item.code}") in links
    for number in (1, 2, 3):
        assert (places["grid"], f"piece-{number}") in links


@pytest.mark.slow
def test_many_pieces_go_on_in_pages_of_columns_with_every_code_again(
    draw: Callable[[Portfolio], Paper],
) -> None:
    portfolio = many_pieces(60)

    paper = draw(portfolio)

    places = paper.destinations()
    pages = range(places["grid"], places["matrix"])
    assert len(pages) == 3
    assert "The 60 pieces take 3 pages." in paper.text
    assert "Evidence E41 to E60" in paper.text
    for page in pages:
        assert {ksb.code for ksb in portfolio.ksbs} <= {word.text for word in paper.words[page - 1]}
    for number in range(1, 61):
        assert any(page in pages and name == f"piece-{number}" for page, name in paper.links())
    clean(paper)


@pytest.mark.slow
def test_a_standard_with_many_ksbs_flows_over_pages_under_the_same_head(
    draw: Callable[[Portfolio], Paper],
) -> None:
    portfolio = make_portfolio(make_piece(1))
    more = tuple(
        replace(item, code=f"{item.code[0]}{100 * turn + number}" if turn else item.code)
        for turn in (0, 1, 2)
        for number, item in enumerate(portfolio.ksbs)
    )

    paper = draw(replace(portfolio, ksbs=more))

    places = paper.destinations()
    pages = range(places["grid"], places["matrix"])
    assert len(pages) > 2
    for page in pages:
        assert "Short wording" in paper.texts[page - 1]
    clean(paper)


def ksb(portfolio: Portfolio, code: str) -> PortfolioKsb:
    """The row of a code."""
    return next(item for item in portfolio.ksbs if item.code == code)


def clean(paper: Paper) -> None:
    """The checkers find nothing."""
    assert not pdfua.validate(paper.path).findings
    done = subprocess.run(["qpdf", "--check", str(paper.path)], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def marks_read(paper: Paper, portfolio: Portfolio) -> dict[str, list[str]]:
    """By code: what a screen reader says for the pictures in its row."""
    page = paper.pdf.pages[paper.destinations()["grid"] - 1]
    table = next(item for item in paper.elements("Table") if item.Pg.objgen == page.objgen)
    rows = [row for body in below(table, "TBody") for row in below(body, "TR")]
    return {
        item.code: [str(figure.Alt) for figure in below(row, "Figure")]
        for item, row in zip(portfolio.ksbs, rows, strict=True)
    }


def below(element: pikepdf.Object, tag: str) -> list[pikepdf.Object]:
    """The elements with this tag under another, in order."""
    found = []
    children = element.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            found += [child] if f"/{tag}" == child.S else below(child, tag)
    return found
