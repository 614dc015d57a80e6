"""The document as machines and screen readers meet it."""

from __future__ import annotations

import itertools
import subprocess
from collections.abc import Callable

import pdfua
import pikepdf
from PIL import Image

from kbstrack.pdf.sections import images_of
from tests.pdf.paper import Paper
from tests.pdf.samples import rich_portfolio

TITLE = "Portfolio of Amara Nwosu-Bell: Recruitment resourcer (ST0321 version 1.0)"


def test_it_has_a_language_a_title_and_an_author(rich: Paper) -> None:
    assert str(rich.pdf.Root.Lang) == "en-GB"
    assert str(rich.pdf.docinfo.Title) == TITLE
    assert str(rich.pdf.docinfo.Author) == "Amara Nwosu-Bell"
    assert str(rich.pdf.docinfo.CreationDate) == "D:20260327000000Z"
    assert bool(rich.pdf.Root.ViewerPreferences.DisplayDocTitle)


def test_it_claims_pdf_ua_and_the_checker_finds_nothing(rich: Paper, empty: Paper) -> None:
    for paper in (rich, empty):
        with pikepdf.open(paper.path) as pdf, pdf.open_metadata() as metadata:
            assert metadata["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
        assert not pdfua.validate(paper.path).findings


def test_qpdf_finds_no_fault(rich: Paper) -> None:
    done = subprocess.run(["qpdf", "--check", str(rich.path)], capture_output=True, check=False)

    assert done.returncode == 0, done.stderr


def test_every_header_cell_says_what_it_heads(rich: Paper) -> None:
    scopes = {str(cell.A.Scope) for cell in rich.elements("TH")}

    assert scopes == {"/Column", "/Row"}
    for cell in rich.elements("TH"):
        is_in_head = str(cell.P.P.S) == "/THead"
        assert str(cell.A.Scope) == ("/Column" if is_in_head else "/Row")


def test_every_picture_is_a_figure_with_a_text(rich: Paper) -> None:
    texts = [str(figure.Alt) for figure in rich.elements("Figure")]
    drawn = [image for piece in rich_portfolio().pieces for image in images_of(piece)]

    assert sum(text.startswith("Picture ") for text in texts) == len(drawn)
    assert "Picture 1 of E1: board.jpg" in texts
    assert "Skills: 1 of 17 met" in texts


def test_headings_do_not_skip_a_level(rich: Paper) -> None:
    levels = [
        int(str(element.S)[2:])
        for element in _in_order(rich.pdf.Root.StructTreeRoot.K[0])
        if str(element.S)[1:] in {"H1", "H2", "H3", "H4", "H5"}
    ]

    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_bookmarks_lead_to_parts_and_pieces(rich: Paper) -> None:
    assert rich.bookmarks() == [
        (0, "Cover"),
        (0, "Contents"),
        (0, "Summary"),
        (0, "Timeline"),
        (0, "KSB matrix at a glance"),
        (0, "KSB matrix"),
        (0, "Sign-offs"),
        (0, "Evidence"),
        (1, "E1 Searching for night staff"),
        (1, "E2 Calls about the open day"),
        (1, "E3 Two references that did not agree"),
        (0, "Statements of authenticity"),
        (0, "How this can be checked"),
    ]


def test_links_lead_from_the_matrix_to_a_piece_and_back(rich: Paper) -> None:
    places = rich.destinations()
    links = rich.links()

    assert all(name in places for _, name in links)
    matrix_pages = range(places["matrix"], places["sign-offs"])
    assert any(page in matrix_pages and name == "piece-1" for page, name in links)
    assert any(page >= places["piece-1"] and name == "ksb-S1" for page, name in links)


def test_nothing_in_it_acts_or_reaches_outside(rich: Paper) -> None:
    forbidden = {"/URI", "/Launch", "/JavaScript", "/GoToR", "/SubmitForm", "/ImportData"}

    assert "/OpenAction" not in rich.pdf.Root
    for item in rich.pdf.objects:
        if isinstance(item, pikepdf.Dictionary):
            assert item.get("/S") not in forbidden
            assert "/AA" not in item


def test_pictures_are_drawn_complete_and_upright(rich: Paper) -> None:
    page = rich.pixels(rich.destinations()["piece-1"]).convert("RGB")

    red = _rows(page, lambda red, green, blue: red > 150 and green < 90 and blue < 90)
    blue = _rows(page, lambda red, green, blue: blue > 150 and green < 90 and red < 90)

    assert len(red) > 20
    assert len(blue) > 20
    assert red[0] < blue[0]
    assert red[-1] < blue[-1]


def _rows(page: Image.Image, is_wanted: Callable[[int, int, int], bool]) -> list[int]:
    """The rows of a picture with at least 20 pixels of a colour."""
    return [
        y
        for y in range(page.height)
        if sum(is_wanted(*page.getpixel((x, y))) for x in range(page.width)) >= 20
    ]


def _in_order(element: pikepdf.Object) -> list[pikepdf.Object]:
    found = [element]
    children = element.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            found += _in_order(child)
    return found
