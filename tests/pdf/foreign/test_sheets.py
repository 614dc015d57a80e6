"""A sheet for each page: its size, its line above, and what a screen reader says."""

from __future__ import annotations

from pathlib import Path

import pytest

from kbstrack.pdf.foreign.pages import ForeignFile, ForeignPage
from kbstrack.pdf.sheets import UPRIGHT_MM, WIDE_MM, Sheet, frame, sheets
from tests.pdf.foreign.hosted import draw
from tests.pdf.paper import Paper

MM = 25.4 / 72
A4 = (595.276, 841.89)


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [
        (*A4, (161.92, 229.0, False)),
        (A4[1], A4[0], (200.83, 142.0, True)),
        (1190.55, 841.89, (200.81, 142.0, True)),
        (960, 540, (252.44, 142.0, True)),
        (720, 540, (166.0, 124.5, False)),
        (500, 500, (166.0, 166.0, False)),
        (226.8, 2834.6, (18.32, 229.0, False)),
        (14400, 14400, (166.0, 166.0, False)),
        (298, 420, (105.13, 148.17, False)),
        (10, 10, (40.0, 40.0, False)),
        (14400, 0.01, (253.0, 0.1, True)),
    ],
    ids=[
        "A4", "A4 on its side", "A3 on its side", "a film-shaped slide", "an old slide", "a square",
        "a receipt", "as large as can be", "smaller than the frame", "a speck", "a hair",
    ],
)  # fmt: skip
def test_a_page_is_as_large_as_its_sheet_allows_and_never_blown_up(
    width: float, height: float, expected: tuple[float, float, bool]
) -> None:
    found = frame(width, height)

    assert (found.width_mm, found.height_mm, found.is_wide) == expected
    room = WIDE_MM if found.is_wide else UPRIGHT_MM
    assert (found.width_mm, found.height_mm) <= room


def test_each_sheet_says_where_it_belongs(tmp_path: Path) -> None:
    paper = _paper(tmp_path, _sheet(*A4, number=2, text="Agreed."))

    assert paper.lines(2)[:2] == ["E12 · file 1 · page 2 of 3", "contract <b>.pdf"]


def test_a_wide_page_lies_on_a_wide_sheet(tmp_path: Path) -> None:
    paper = _paper(tmp_path, _sheet(*A4), _sheet(A4[1], A4[0], number=2), _sheet(*A4, number=3))

    shapes = [page.MediaBox[2] > page.MediaBox[3] for page in paper.pdf.pages]
    assert shapes == [False, False, True, False]


def test_the_longest_name_leaves_the_frame_its_place(tmp_path: Path) -> None:
    paper = _paper(tmp_path, _sheet(*A4, name="a very long name " * 15))

    assert len(paper.pdf.pages) == 2


def test_a_screen_reader_hears_which_page_it_is_and_what_it_says() -> None:
    said = _sheet(*A4, number=2, text="Three essentials.").alternative
    silent = _sheet(*A4, number=2, text="").alternative

    assert said == "Page 2 of 3 of contract <b>.pdf. Text on this page: Three essentials."
    assert silent == (
        "Page 2 of 3 of contract <b>.pdf. "
        "No text on this page can be read out: it may be a picture or a scan."
    )


def test_what_the_apprentice_says_of_the_file_is_heard_with_each_page() -> None:
    page = ForeignPage(2, *A4, "Three essentials.", is_drawing=True)
    file = ForeignFile(3, (page,), ())
    (sheet,) = sheets("E12", 1, "contract.pdf", "ab" * 32, file, caption="What we agreed.")

    assert sheet.alternative == (
        "What we agreed: page 2 of 3 of contract.pdf. Text on this page: Three essentials."
    )


def test_links_lead_to_the_first_sheet_of_a_file() -> None:
    pages = tuple(ForeignPage(number, *A4, "", is_drawing=True) for number in (2, 3))

    found = sheets("E12", 4, "contract.pdf", "ab" * 32, ForeignFile(3, pages, ()))

    assert [sheet.anchor for sheet in found] == ["E12-file-4", None]
    assert [sheet.key for sheet in found] == [f"{'ab' * 32}-2", f"{'ab' * 32}-3"]


def test_what_is_not_shown_is_said_in_a_line(tmp_path: Path) -> None:
    content = draw(tmp_path, [_sheet(*A4)], ["Page 2 shows nothing."])

    assert "brief.pdf: Page 2 shows nothing." in Paper(content, tmp_path).text


def _sheet(
    width: float, height: float, *, number: int = 1, text: str = "", name: str = "contract <b>.pdf"
) -> Sheet:
    page = ForeignPage(number, width, height, text, is_drawing=True)
    (sheet,) = sheets("E12", 1, name, "ab" * 32, ForeignFile(3, (page,), ()))
    return sheet


def _paper(directory: Path, *found: Sheet) -> Paper:
    return Paper(draw(directory, found), directory)
