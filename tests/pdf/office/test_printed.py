"""Office documents in a portfolio: pages behind their piece, the original attached in any case."""

from __future__ import annotations

import os
from pathlib import Path

import pdfua
import pytest
from pikepdf import Name

from kbstrack.pdf.as_pdf import Drawing, draw
from kbstrack.pdf.drawing import Wishes
from kbstrack.pdf.foreign.pages import MOST_PAGES
from kbstrack.pdf.office import converting, documents
from kbstrack.portfolio.rules import Portfolio
from kbstrack.storage.derived import DerivedStore
from tests.pdf.foreign.made import make_written
from tests.pdf.office.made import NAME, WELL, make_office, stand_in, starts, wish
from tests.pdf.paper import Paper
from tests.pdf.samples import make_piece, make_portfolio, make_version, read_picture
from tests.pdf.test_papers import make_paper

pytestmark = pytest.mark.slow

LONG = "a name that goes on " * 8
# It fails for a document that says so.
PICKY = f"grep -q broken document.* && exit 3; {WELL}"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program that makes two pages of every document that is not broken."""
    return stand_in(tmp_path_factory.mktemp("program") / "own", PICKY)


@pytest.fixture(scope="module")
def portfolio() -> Portfolio:
    """Two pieces: one with a PDF between office documents, one of them broken."""
    files = (
        make_office("report.docx"),
        make_paper(make_written("The brief.")),
        make_office("broken.docx"),
        make_office(f"{LONG}.docx"),
    )
    return make_portfolio(make_piece(1, make_version(files=files)), make_piece(2))


def drawn(found: Portfolio, program: Path, **more) -> Drawing:
    """The portfolio with pages that this program makes."""
    return draw(found, read_picture, wishes=Wishes(office=wish(program)), **more)


@pytest.fixture(scope="module")
def drawing(portfolio: Portfolio, program: Path) -> Drawing:
    """It, drawn for the first time."""
    return drawn(portfolio, program)


@pytest.fixture(scope="module")
def paper(drawing: Drawing, tmp_path_factory: pytest.TempPathFactory) -> Paper:
    """It, read back."""
    return Paper(drawing.pdf, tmp_path_factory.mktemp("office"))


def test_its_pages_follow_the_piece_and_say_what_made_them_of_what(paper: Paper):
    places = paper.destinations()

    first = places["E1-file-1"]
    assert places["piece-1"] < first < places["E1-file-2"] < places["piece-2"]
    said = " ".join(paper.texts[first].split())
    assert "E1 · file 1 · page 2 of 2 (made from report.docx)" in said
    assert f"{NAME} made this page; the original is attached to this document." in said
    assert "And a second." in said


def test_a_long_name_is_cut_so_that_the_line_below_it_stays(paper: Paper):
    page = paper.texts[paper.destinations()["E1-file-4"] - 1]

    assert "(made from a name that goes on" in page
    assert f"{NAME} made this page" in page
    assert page.count("goes on") < 8
    assert "…" in page


def test_the_list_of_files_leads_there(paper: Paper):
    number = paper.destinations()["piece-1"]

    said = " ".join(paper.texts[number - 1].split())
    assert f"report.docx, file 1 behind this piece, its pages made by {NAME}" in said
    assert (number, "E1-file-1") in paper.links()


def test_one_that_fails_is_named_and_stops_nothing(drawing: Drawing, paper: Paper):
    assert drawing.not_shown == (f"E1, broken.docx: {converting.NOT_MADE}",)
    assert "E1-file-3" not in paper.destinations()
    page = paper.texts[paper.destinations()["piece-1"] - 1]
    assert f"broken.docx: {converting.NOT_MADE}" in " ".join(page.split())


def test_the_originals_are_attached_as_the_source(paper: Paper):
    attached = {str(spec.UF): spec for spec in paper.pdf.Root.AF}

    assert set(attached) == {"E1 report.docx", "E1 broken.docx", f"E1 {LONG}.docx"}
    assert all(spec.AFRelationship == Name.Source for spec in attached.values())
    content = attached["E1 report.docx"].EF.F.read_bytes()
    assert content == b"The document report.docx"


def test_a_screen_reader_hears_which_page_it_is_and_what_made_it(paper: Paper):
    told = [str(figure.Alt) for figure in paper.elements("Figure") if "/Alt" in figure]

    assert (
        f"Page 1 of 2 of report.docx, made by {NAME}. Text on this page: Made for the first page."
    ) in told
    assert not pdfua.validate(paper.path).findings


def test_the_next_drawing_makes_nothing_and_gives_the_same_bytes(
    portfolio: Portfolio, drawing: Drawing, program: Path, tmp_path: Path
):
    store = DerivedStore(tmp_path / "derived")
    cold = drawn(portfolio, program, store=store)
    before = len(starts(program))

    warm = drawn(portfolio, program, store=store)

    assert len(starts(program)) == before
    assert warm.drawn == 0
    assert cold.pdf == warm.pdf == drawing.pdf
    assert cold.not_shown == warm.not_shown == drawing.not_shown


def test_progress_counts_each_document_as_a_part(portfolio: Portfolio, program: Path):
    heard: list[tuple[int, int]] = []

    drawn(portfolio, program, progress=lambda done, total: heard.append((done, total)))

    assert [done for done, _ in heard[:4]] == [0, 1, 2, 3]
    done = [done for done, _ in heard]
    assert done == sorted(done)
    assert heard[-1][0] == heard[-1][1]
    assert all(some < total for some, total in heard[:4])


def test_switched_off_they_are_listed_and_attached_and_nothing_is_started(
    portfolio: Portfolio, program: Path, tmp_path: Path
):
    before = len(starts(program))

    found = draw(portfolio, read_picture)

    assert len(starts(program)) == before
    assert found.not_shown == ()
    off = Paper(found.pdf, tmp_path)
    assert len(off.pdf.Root.AF) == 3
    assert "made from" not in "".join(off.texts)
    assert "E1-file-2" not in off.destinations()


def test_without_the_program_the_portfolio_is_made_all_the_same(
    portfolio: Portfolio, tmp_path: Path
):
    found = drawn(portfolio, tmp_path / "soffice")

    assert len(found.not_shown) == 3
    assert all(documents.NOT_STARTED in line for line in found.not_shown)
    assert len(Paper(found.pdf, tmp_path).pdf.Root.AF) == 3


def test_of_a_long_document_the_first_pages_are_printed_and_it_is_said(tmp_path: Path):
    program = stand_in(tmp_path / "own")
    pages = [f"Sheet number {number}." for number in range(1, MOST_PAGES + 2)]
    (tmp_path / "own" / "made.pdf").write_bytes(make_written(*pages))
    found = make_portfolio(make_piece(1, make_version(files=(make_office("list.docx"),))))

    drawing = drawn(found, program)

    assert drawing.not_shown == (
        "E1, list.docx: It has more than 200 pages; the first of them are printed.",
    )
    paper = Paper(drawing.pdf, tmp_path)
    text = "\n".join(paper.texts)
    assert "page 200 of more than 200 (made from list.docx)" in text
    assert "Sheet number 200." in text
    assert "Sheet number 201." not in text
    assert os.fspath(tmp_path) not in text
