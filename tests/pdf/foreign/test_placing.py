"""People's pages among a portfolio's own: in their place, upright, tagged; nothing else changed."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pdfua
import pikepdf
import pytest
from pikepdf import Array, Name, Pdf
from PIL import Image

from kbstrack.pdf.foreign import conforming
from kbstrack.pdf.foreign.placing import placeholder, put_pages
from kbstrack.pdf.sheets import frame, sheets
from tests.pdf.foreign.hosted import draw, host
from tests.pdf.foreign.made import (
    BLUE,
    GREEN,
    RED,
    UPRIGHT,
    YELLOW,
    Read,
    add_page,
    corners,
    helvetica,
    look,
    make_written,
    marked,
)

A4, A6 = (0, 0, 595, 842), (0, 0, 298, 420)
WORDS = b" BT 0 g /F 18 Tf 40 200 Td (Minutes) Tj ET"


@pytest.fixture
def every_kind(read: Callable[..., Read]) -> Read:
    """Drawings and pictures, turned and not, wide and tall, and one page that is empty."""
    pdf = Pdf.new()
    add_page(pdf, marked(A4), MediaBox=Array(A4))
    add_page(pdf, marked(A4), MediaBox=Array(A4), Rotate=90)
    add_page(pdf, marked(A6) + WORDS, Resources=helvetica())
    add_page(pdf, marked(A6) + WORDS, Resources=helvetica(), Rotate=270)
    add_page(pdf, b"")
    return read(pdf)


def test_pages_stand_upright_in_their_frames(every_kind: Read, tmp_path: Path) -> None:
    path = host(tmp_path, every_kind)

    turned = (BLUE, RED, YELLOW, GREEN)
    back = (GREEN, YELLOW, RED, BLUE)
    assert [corners(image) for image in _frames(path, every_kind)] == [
        UPRIGHT,
        turned,
        UPRIGHT,
        back,
    ]


def test_the_document_keeps_pdf_ua_and_every_page_is_a_figure_with_its_text(
    every_kind: Read, read: Callable[..., Read], tmp_path: Path
) -> None:
    path = host(tmp_path, every_kind, read(make_written("Three essentials"), "written"))

    assert not pdfua.validate(path).findings
    with pikepdf.open(path) as pdf:
        said = [str(item.Alt) for item in pdf.objects if _is_figure(item)]
    silent = "No text on this page can be read out: it may be a picture or a scan."
    assert said == [
        f"Page 1 of 5 of brief.pdf. {silent}",
        f"Page 2 of 5 of brief.pdf. {silent}",
        "Page 3 of 5 of brief.pdf. Text on this page: Minutes",
        "Page 4 of 5 of brief.pdf. Text on this page: Minutes",
        "Page 1 of 1 of brief.pdf. Text on this page: Three essentials",
    ]


def test_qpdf_finds_no_fault(every_kind: Read, tmp_path: Path) -> None:
    for path in (every_kind.path, host(tmp_path, every_kind)):
        done = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, check=False)
        assert done.returncode == 0, done.stderr


def test_everything_that_is_put_in_is_allowed_in_pdf_a(
    every_kind: Read, read: Callable[..., Read]
) -> None:
    for found in (every_kind, read(make_written("Three essentials"), "written")):
        assert conforming.is_conforming(found.pdf)


def test_equal_files_give_equal_bytes_in_two_processes(read: Callable[..., Read]) -> None:
    content = make_written("One", "Two")

    first, second = read(content, "first"), read(content, "second")

    assert first.file == second.file
    assert first.path.read_bytes() == second.path.read_bytes()


def test_a_font_comes_into_the_document_once(read: Callable[..., Read], tmp_path: Path) -> None:
    found = read(make_written(*(f"Page number {number}" for number in range(6))))

    with pikepdf.open(host(tmp_path, found)) as pdf:
        names = [
            str(item.FontName)
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == Name.FontDescriptor
        ]
    assert len(names) == len(set(names))


def test_other_pictures_keep_their_place(every_kind: Read, tmp_path: Path) -> None:
    found = sheets("E1", 1, "brief.pdf", "0" * 64, every_kind.file)
    (tmp_path / "drawn.pdf").write_bytes(draw(tmp_path, found))

    with pikepdf.open(tmp_path / "drawn.pdf") as pdf:
        replaced = put_pages(pdf, {"another": lambda: Array([])})

    assert replaced == 0


def test_placeholders_of_different_pages_differ() -> None:
    assert placeholder("a-1") == placeholder("a-1")
    assert placeholder("a-1") != placeholder("a-2")


def _frames(path: Path, found: Read) -> list[Image.Image]:
    """What is drawn within the frame of each sheet: 43 mm down, and in the middle."""
    images = []
    for place, page in enumerate(found.file.pages, 1):
        drawn = frame(page.width, page.height)
        size, room = ((297, 210), 253) if drawn.is_wide else ((210, 297), 166)
        image = look(path, place, longest=1188)
        dots = image.width / size[0]
        left = 24 + (room - drawn.width_mm) / 2
        box = (left, 43, left + drawn.width_mm, 43 + drawn.height_mm)
        images.append(image.crop(tuple(round(side * dots) for side in box)))  # type: ignore[arg-type]
    return images


def _is_figure(item: object) -> bool:
    return isinstance(item, pikepdf.Dictionary) and item.get("/S") == Name.Figure
