"""What the apprentice says a picture shows: printed below it, and read out once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pdfua
import pikepdf
import pytest

from kbstrack.pdf.attachments import attachments
from kbstrack.pdf.changes import say_changes
from kbstrack.pdf.papers import Papers
from kbstrack.pdf.pictures import drawn_images
from kbstrack.portfolio.rules import Portfolio, PortfolioFile
from tests.pdf.paper import Paper
from tests.pdf.samples import (
    make_document,
    make_picture,
    make_piece,
    make_portfolio,
    make_version,
)

Draw = Callable[[Portfolio], Paper]
BOARD = "The board with six stages & <one> card in each"
LONG = " ".join(["a very long line about the board"] * 9)
ARABIC = "لوحة فيها ست مراحل"


def portfolio(*files: PortfolioFile) -> Portfolio:
    return make_portfolio(make_piece(1, make_version(files=files)))


def described(file: PortfolioFile, caption: str = BOARD) -> PortfolioFile:
    return replace(file, caption=caption)


def figure(paper: Paper, alternative: str) -> pikepdf.Object:
    (found,) = [one for one in paper.elements("Figure") if str(one.get("/Alt")) == alternative]
    return found


def neighbours(element: pikepdf.Object) -> list[pikepdf.Object]:
    return [kid for kid in element.P.K if isinstance(kid, pikepdf.Dictionary)]


def owner(paper: Paper, element: pikepdf.Object, content: int) -> pikepdf.Object:
    """The element that a stretch of the page's content belongs to, as a reader finds it."""
    nums = paper.pdf.Root.StructTreeRoot.ParentTree.Nums
    owners = {int(nums[at]): nums[at + 1] for at in range(0, len(nums), 2)}
    return owners[int(element.Pg.StructParents)][content]


@pytest.mark.parametrize("size", [(800, 600), (400, 700)], ids=["wide", "tall"])
def test_the_caption_is_the_alternative_and_is_printed_once(draw: Draw, size) -> None:
    picture = make_picture(width=size[0], height=size[1])
    paper = draw(portfolio(described(picture), make_picture("desk.jpg")))

    assert paper.text.count(BOARD) == 1
    assert figure(paper, BOARD)
    assert figure(paper, "Picture 2 of E1: desk.jpg")
    assert not pdfua.validate(paper.path).findings


def test_what_is_printed_of_it_stands_inside_the_figure_that_says_it(draw: Draw) -> None:
    paper = draw(portfolio(described(make_picture())))

    found = figure(paper, BOARD)
    parts = [int(part) for part in found.K]
    assert len(parts) == 2, "the picture and the line below it"
    assert all(owner(paper, found, part).objgen == found.objgen for part in parts)
    after = neighbours(found)[neighbours(found).index(found) + 1]
    assert str(after.S) == "/Caption", "then the name and the hash of the file"


@pytest.mark.parametrize("caption", [LONG, ARABIC, "⁂ 🎉 \ue000", "x" * 300])
def test_any_caption_is_printed_whole(draw: Draw, caption: str) -> None:
    tall = make_picture("list.jpg", width=400, height=700)
    paper = draw(portfolio(described(make_picture(), caption), described(tall, caption)))

    texts = {str(one.get("/Alt")) for one in paper.elements("Figure")}
    printed = caption.replace("\ue000", "⟨U+E000⟩")
    assert printed in texts
    right = max(word.right for page in paper.words for word in page)
    assert right <= float(paper.pdf.pages[0].MediaBox[2])
    assert not pdfua.validate(paper.path).findings


def test_pictures_that_nobody_described_are_as_they_were(draw: Draw) -> None:
    paper = draw(portfolio(make_picture()))

    found = figure(paper, "Picture 1 of E1: board.jpg")
    assert len(found.K) == 1


def test_other_files_say_what_they_are_in_the_list(draw: Draw) -> None:
    paper = draw(portfolio(described(make_document("brief.docx"), "What the client asked for")))

    assert "brief.docx, 3 pages (attached to this document) What the client asked for" in paper.text


def test_an_earlier_version_shows_what_was_said_then(draw: Draw) -> None:
    picture = make_picture()
    first = make_version(1, files=(described(picture, "As it was then"),))
    second = make_version(2, files=(described(picture),))

    paper = draw(make_portfolio(make_piece(1, first, second)))

    assert "Files described anew: board.jpg." in paper.text
    assert "(picture drawn with a later version) As it was then" in paper.text


def test_changes_tell_of_another_caption_once() -> None:
    picture, other = make_picture(), make_picture("desk.jpg")
    before = make_version(1, files=(described(picture, "The board"), other))

    def change(*files: PortfolioFile) -> tuple[str, ...]:
        return say_changes(before, replace(before, files=files))

    assert change(described(picture), other) == ("Files described anew: board.jpg.",)
    assert change(picture, other) == ("Files described anew: board.jpg.",)
    assert change(described(picture, "The board"), other) == ()
    assert change(described(picture, "The board"), described(make_picture("new.jpg"))) == (
        "Files added: new.jpg.",
        "Files taken out: desk.jpg.",
    )


def test_what_is_attached_carries_its_caption() -> None:
    brief, plain = described(make_document("a.docx"), "The brief"), make_document("b.docx")

    found = attachments(portfolio(brief, plain), Papers(), most_bytes=1_000_000)

    assert [one.description for one in found] == [
        "a.docx, from evidence E1: The brief",
        "b.docx, from evidence E1",
    ]


def test_a_picture_leaves_its_caption_room_but_stays_large() -> None:
    def height(caption: str, *, width: int = 1600, height: int = 1200) -> float:
        file = described(make_picture(width=width, height=height), caption)
        piece = make_piece(1, make_version(files=(file,)))
        return drawn_images(piece, piece.latest)[0].height_mm

    assert height("") == 88.0
    assert 80 < height(BOARD) < 84
    assert height("x" * 300) == 74.0
    assert height("x" * 300, width=900, height=1600) == 86.0
