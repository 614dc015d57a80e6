"""What paper cannot show goes with the document, and a piece may begin on a new leaf."""

from __future__ import annotations

import hashlib
import subprocess
from dataclasses import replace
from pathlib import Path

import pdfua
import pytest
from pikepdf import Name

from kbstrack.errors import KbstrackError
from kbstrack.pdf.as_pdf import Wishes, draw
from kbstrack.pdf.attachments import attachments
from kbstrack.pdf.enclosing import Enclosed, enclosed_with
from kbstrack.pdf.papers import Papers
from kbstrack.portfolio.rules import PortfolioFile
from tests.pdf.paper import Paper
from tests.pdf.samples import (
    MONDAY,
    PICTURES,
    make_document,
    make_picture,
    make_piece,
    make_portfolio,
    make_version,
    read_picture,
)

MEGABYTE = 1_000_000


def make_recording(name: str = "call.mp3", *, size_bytes: int = 4_000_000) -> PortfolioFile:
    """Sound of this size, as far as anybody says."""
    return replace(
        make_document(name), family="audio", media_type="audio/mpeg", size_bytes=size_bytes
    )


def names(*files: PortfolioFile, most_bytes: int = 20 * MEGABYTE) -> list[str]:
    """What of the files of two pieces is attached."""
    first, *rest = files
    portfolio = make_portfolio(
        make_piece(1, make_version(files=(first,))), make_piece(2, make_version(files=tuple(rest)))
    )
    return [item.name for item in attachments(portfolio, Papers(), most_bytes=most_bytes)]


def test_office_files_and_recordings_are_attached_and_pictures_are_not() -> None:
    assert names(make_document("plan.docx"), make_picture(), make_recording()) == [
        "E1 plan.docx",
        "E2 call.mp3",
    ]


def test_a_recording_over_the_limit_stays_outside() -> None:
    large = make_recording(size_bytes=21 * MEGABYTE)

    assert names(make_document("plan.docx"), large) == ["E1 plan.docx"]
    assert names(make_document("plan.docx"), large, most_bytes=22 * MEGABYTE)[1:] == ["E2 call.mp3"]


def test_the_same_file_is_attached_once_and_equal_names_are_told_apart() -> None:
    plan = make_document("plan.docx")
    other = replace(make_document("another plan"), name="Plan.docx")

    assert names(plan, plan) == ["E1 plan.docx"]
    assert names(make_document("x"), plan, other) == ["E1 x", "E2 plan.docx", "E2 Plan (2).docx"]


def test_names_that_are_printed_alike_are_told_apart() -> None:
    files = (make_document("x"), make_document("a\u202eb"), make_document("a\u2028b"))
    other = replace(make_document("another"), name="a⟨U+202E⟩b")

    assert len(set(names(*files, other))) == 4


def test_two_files_of_one_name_make_no_document(tmp_path: Path) -> None:
    twice = [Enclosed("record.json", "", b"{}", MONDAY)] * 2

    with pytest.raises(KbstrackError, match="two of its files have one name"):
        enclosed_with((), lambda _: twice, tmp_path)


@pytest.mark.slow
def test_an_attachment_comes_out_as_it_went_in(tmp_path: Path) -> None:
    content = bytes(range(256)) * 9000
    sha256 = hashlib.sha256(content).hexdigest()
    PICTURES[sha256] = content
    file = replace(make_document("Übergabe ‘neu’.docx"), sha256=sha256, size_bytes=len(content))
    portfolio = make_portfolio(make_piece(1, make_version(files=(file,))))

    paper = Paper(draw(portfolio, read_picture).pdf, tmp_path)

    [spec] = paper.pdf.Root.AF
    assert spec.AFRelationship == Name.Source
    assert str(spec.UF) == "E1 Übergabe ‘neu’.docx"
    assert spec.EF.F.Subtype == Name("/application/pdf")
    assert int(spec.EF.F.Params.Size) == len(content)
    subprocess.run(
        ["pdfdetach", "-save", "1", "-o", str(tmp_path / "out"), str(paper.path)], check=True
    )
    assert (tmp_path / "out").read_bytes() == content
    page = paper.destinations()["piece-1"]
    assert "(attached to this document)" in " ".join(paper.texts[page - 1].split())
    assert not pdfua.validate(paper.path).findings
    checked = subprocess.run(["qpdf", "--check", str(paper.path)], capture_output=True, check=False)
    assert checked.returncode == 0, checked.stderr


@pytest.mark.slow
def test_every_piece_begins_on_a_right_hand_page_where_that_is_wished(tmp_path: Path) -> None:
    portfolio = make_portfolio(*(make_piece(number) for number in range(1, 4)))

    paper = Paper(draw(portfolio, read_picture, wishes=Wishes(on_new_leaf=True)).pdf, tmp_path)

    places = paper.destinations()
    starts = [places[f"piece-{number}"] for number in range(1, 4)]
    assert all(start % 2 for start in starts)
    assert f"E3 {portfolio.pieces[2].latest.title} {starts[2]}" in paper.lines(2)
    backs = [number for number, text in enumerate(paper.texts, 1) if len(text.split()) < 25]
    assert starts[1] - 1 in backs
    assert f"Page {starts[1] - 1} of {len(paper.pdf.pages)}" in paper.texts[starts[1] - 2]
    assert not pdfua.validate(paper.path).findings
