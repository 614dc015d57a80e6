"""The PDFs of people's evidence: their pages follow the piece, and none stops a portfolio."""

from __future__ import annotations

import hashlib
import subprocess
from dataclasses import replace
from pathlib import Path

import pdfua
import pikepdf
import pytest
from pikepdf import Name, Pdf
from PIL import Image

from kbstrack.pdf.as_pdf import Drawing, draw
from kbstrack.portfolio.rules import Portfolio, PortfolioFile
from kbstrack.storage.derived import DerivedStore
from tests.pdf.foreign.made import UPRIGHT, add_page, corners, in_bytes, make_written, marked
from tests.pdf.paper import Paper
from tests.pdf.samples import PICTURES, make_piece, make_portfolio, make_version, read_picture

pytestmark = pytest.mark.slow

SLIDE = (0, 0, 960, 540)


def slides() -> bytes:
    """A slide with a colour in each corner, then the same page turned by a quarter."""
    with pikepdf.new() as pdf:
        add_page(pdf, marked(SLIDE), MediaBox=pikepdf.Array(SLIDE))
        add_page(pdf, marked(SLIDE), MediaBox=pikepdf.Array(SLIDE), Rotate=90)
        return in_bytes(pdf)


def locked() -> bytes:
    """A PDF that opens only with a password."""
    with pikepdf.new() as pdf:
        add_page(pdf, marked(SLIDE))
        return in_bytes(pdf, encryption=pikepdf.Encryption(owner="a", user="b"))


def make_text(text: str, name: str) -> PortfolioFile:
    """A text file; what was handed in is its own checked copy."""
    return replace(make_paper(text.encode(), name), family="text", media_type="text/plain")


def make_paper(content: bytes, name: str = "brief.pdf") -> PortfolioFile:
    """A PDF whose pages follow the piece; what was handed in is its own checked copy."""
    sha256 = hashlib.sha256(content).hexdigest()
    PICTURES[sha256] = content
    return PortfolioFile(
        name, "pdf", "application/pdf", len(content), sha256, 1, None, paper_sha256=sha256
    )


@pytest.fixture(scope="module")
def portfolio() -> Portfolio:
    """Two pieces: one with a brief of two pages, slides and what cannot be opened."""
    files = (
        make_paper(make_written("The brief of the client.", "Seven applicants.")),
        replace(make_paper(slides(), "slides.pdf"), caption="The slides of my talk."),
        make_paper(locked(), "locked.pdf"),
    )
    return make_portfolio(make_piece(1, make_version(files=files)), make_piece(2))


@pytest.fixture(scope="module")
def drawing(portfolio: Portfolio) -> Drawing:
    """It, drawn."""
    return draw(portfolio, read_picture)


@pytest.fixture(scope="module")
def paper(drawing: Drawing, tmp_path_factory: pytest.TempPathFactory) -> Paper:
    """It, read back."""
    return Paper(drawing.pdf, tmp_path_factory.mktemp("papers"))


def test_each_page_follows_its_piece_and_says_where_it_belongs(paper: Paper) -> None:
    places = paper.destinations()

    first, slide = places["E1-file-1"], places["E1-file-2"]
    assert places["piece-1"] < first < slide < places["piece-2"]
    assert slide == first + 2
    assert "E1 · file 1 · page 2 of 2" in paper.texts[first]
    assert "Seven applicants." in paper.texts[first]
    assert "slides.pdf" in paper.texts[slide - 1]


def test_the_list_of_files_leads_to_the_pages(paper: Paper) -> None:
    page = paper.destinations()["piece-1"]

    assert (page, "E1-file-1") in paper.links()
    assert (page, "E1-file-2") in paper.links()
    assert "file 1 behind this piece" in " ".join(paper.texts[page - 1].split())


def test_a_wide_slide_lies_on_its_side_with_head_foot_and_number(paper: Paper) -> None:
    number = paper.destinations()["E1-file-2"]
    page = paper.pdf.pages[number - 1]

    assert [round(float(side)) for side in page.mediabox] == [0, 0, 842, 595]
    assert "Amara Nwosu-Bell" in paper.texts[number - 1]
    [last] = [word for word in paper.words[number - 1] if word.text == str(len(paper.pdf.pages))]
    assert 770 < last.right < 786
    assert corners(_drawn_part(paper.pixels(number, dpi=60).convert("RGB"))) == UPRIGHT


def test_pages_stand_upright_however_they_are_turned_in_the_file(paper: Paper) -> None:
    number = paper.destinations()["E1-file-2"]

    turned = _drawn_part(paper.pixels(number + 1, dpi=60).convert("RGB"))

    assert corners(turned) == (UPRIGHT[2], UPRIGHT[0], UPRIGHT[3], UPRIGHT[1])


def test_a_file_that_cannot_be_shown_is_named_and_stops_nothing(
    drawing: Drawing, paper: Paper
) -> None:
    [line] = drawing.not_shown

    assert line.startswith("E1, locked.pdf: ")
    page = paper.texts[paper.destinations()["piece-1"] - 1]
    assert line.removeprefix("E1, ") in " ".join(page.split())
    assert "E1-file-3" not in paper.destinations()


def test_a_screen_reader_hears_what_stands_on_each_page(paper: Paper) -> None:
    told = [str(figure.Alt) for figure in paper.elements("Figure") if "/Alt" in figure]

    assert "Page 1 of 2 of brief.pdf. Text on this page: The brief of the client." in told
    described = "The slides of my talk: page 2 of 2 of slides.pdf. "
    assert any(text.startswith(described) for text in told)


def test_the_checkers_find_nothing(paper: Paper) -> None:
    done = subprocess.run(["qpdf", "--check", str(paper.path)], capture_output=True, check=False)

    assert done.returncode == 0, done.stderr
    assert not pdfua.validate(paper.path).findings
    for item in paper.pdf.objects:
        if isinstance(item, pikepdf.Dictionary):
            assert item.get("/S") not in {Name.JavaScript, Name.Launch, Name.SubmitForm}


def test_they_are_read_once_and_kept(
    portfolio: Portfolio, drawing: Drawing, tmp_path: Path
) -> None:
    store = DerivedStore(tmp_path / "derived")
    draw(portfolio, read_picture, store=store)

    asked: list[str] = []

    def read(sha256: str) -> bytes:
        asked.append(sha256)
        return read_picture(sha256)

    again = draw(portfolio, read, store=store)

    # What could not be opened goes with the document; the others are not looked at again.
    assert asked == [portfolio.pieces[0].latest.files[2].sha256]
    assert again.drawn == 0
    assert again.pdf == drawing.pdf
    assert again.not_shown == drawing.not_shown


def test_a_file_of_forty_pages_is_whole(tmp_path: Path) -> None:
    content = make_written(*(f"Sheet number {number}." for number in range(1, 41)))
    piece = make_piece(1, make_version(files=(make_paper(content, "long.pdf"),)))

    drawn = Paper(draw(make_portfolio(piece), read_picture).pdf, tmp_path)

    start = drawn.destinations()["E1-file-1"]
    for number in range(1, 41):
        assert f"page {number} of 40" in drawn.texts[start + number - 2]
    with Pdf.open(drawn.path) as pdf:
        found = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary)]
    fonts = [item for item in found if "/FontFile2" in item]
    assert len(fonts) < 10


def test_a_text_file_is_printed_as_text(tmp_path: Path) -> None:
    notes = "Rang at nine.\n\nمرحبا\n\n" + "She likes nights. " * 20
    texts = (make_text(notes, "notes.txt"), make_text("word " * 20_000, "log.txt"))
    piece = make_piece(1, make_version(files=texts))

    drawing = draw(make_portfolio(piece), read_picture)

    paper = Paper(drawing.pdf, tmp_path)
    first, second = (paper.destinations()[f"E1-file-{number}"] for number in (1, 2))
    assert "E1 · file 1 · text" in paper.texts[first - 1]
    assert "Rang at nine." in paper.texts[first - 1]
    assert second == first + 1
    assert drawing.not_shown == (
        "E1, log.txt: Its first 60,000 of 100,000 characters are printed.",
    )
    assert [str(spec.UF) for spec in paper.pdf.Root.AF] == ["E1 log.txt"]
    assert not pdfua.validate(paper.path).findings


def _drawn_part(image: Image.Image) -> Image.Image:
    """The part of a page between its head and its foot in which there is colour."""
    body = image.crop((0, 110, image.width, image.height - 60))
    saturation = body.convert("HSV").getchannel("S").point(lambda value: 255 * (value > 200))
    return body.crop(saturation.getbbox())
