"""Text before it is drawn: what is printable, where paragraphs end, which way they run."""

from __future__ import annotations

import pytest

from kbstrack.pdf.coverage import covered_by_fonts, say_ranges
from kbstrack.pdf.fonts import COVERAGE_FILE, FAMILIES, font_files
from kbstrack.pdf.printable import direction, paragraphs, printable


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("plain, with\ttab\nand line", "plain, with\ttab\nand line"),
        ("e\u0301", "é"),
        ("bell \x07", "bell ⟨U+0007⟩"),
        ("\u202efdp.exe", "⟨U+202E⟩fdp.exe"),
        ("private \ue000", "private ⟨U+E000⟩"),
        ("hieroglyph \U00013000", "hieroglyph ⟨U+13000⟩"),
        ("half \ud83d", "half ⟨U+D83D⟩"),
        ("family 👩\u200d👧", "family 👩\u200d👧"),
        ("soft\u00adhyphen", "soft\u00adhyphen"),
        ("a\r\nb\u2028c", "a\nb\nc"),
        ("🏴\U000e0067\U000e0062\U000e007f", "🏴\U000e0067\U000e0062\U000e007f"),
        ("tag \U000e0067", "tag ⟨U+E0067⟩"),
        ("王小明 김민준", "王小明 김민준"),
    ],
)
def test_a_character_is_kept_or_written_as_its_number(text: str, printed: str) -> None:
    assert printable(text) == printed


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", []),
        ("\n \n", []),
        ("one", ["one"]),
        ("one\ntwo", ["one\ntwo"]),
        ("one\n\n\n \ntwo\r\n\r\nthree\n", ["one", "two", "three"]),
        ("  indented\n\nnext", ["  indented", "next"]),
    ],
)
def test_an_empty_line_ends_a_paragraph(text: str, parts: list[str]) -> None:
    assert paragraphs(text) == parts


@pytest.mark.parametrize(
    ("text", "way"),
    [("", "ltr"), ("12 שלום", "rtl"), ("abc שלום", "ltr"), ("«عقد»", "rtl"), ("王", "ltr")],
)
def test_a_text_runs_as_its_first_letter_does(text: str, way: str) -> None:
    assert direction(text) == way


def test_the_list_of_covered_characters_is_that_of_the_fonts() -> None:
    assert COVERAGE_FILE.read_text(encoding="ascii") == say_ranges(covered_by_fonts())


def test_every_family_has_its_file_and_its_licence() -> None:
    files = {path.name for path in font_files()}

    for family in FAMILIES:
        assert f"{family.replace(' ', '')}-Regular.ttf" in files
    licences = {path.name for path in COVERAGE_FILE.parent.glob("*.txt")}
    assert {"Noto-OFL.txt", "DroidSansFallback-Apache-2.0.txt"} <= licences
