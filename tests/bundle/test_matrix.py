"""The matrix as CSV and as a workbook: every KSB, every piece, and no formula from anybody."""

from __future__ import annotations

import csv
import io
import re
import time
import zipfile
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from kbstrack.bundle.matrix import matrix_csv
from kbstrack.bundle.workbook import matrix_workbook
from kbstrack.portfolio.rules import PortfolioSecond
from tests.bundle.bundles import ISSUE, portfolio_with
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

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def table(portfolio):
    """The rows by code, each by its headings."""
    rows = list(csv.reader(io.StringIO(matrix_csv(portfolio).decode("utf-8-sig"))))
    return {row[0]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}


def parts(portfolio, folders=None):
    content = matrix_workbook(replace(portfolio, issue=ISSUE), folders or {})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def cells(xml):
    """What stands in a sheet, by its cell."""
    return {
        cell.get("r"): "".join(text.text or "" for text in cell.iter(f"{SHEET}t"))
        or (cell.findtext(f"{SHEET}v") or "")
        for cell in ElementTree.fromstring(xml).iter(f"{SHEET}c")
    }


def test_a_row_says_what_a_ksb_rests_on_and_who_signed_it_off():
    rows = table(rich_portfolio())

    assert len(rows) == 35
    row = rows["S1"]
    assert row["State"] == "met"
    assert (row["Signed off by"], row["As"]) == ("Ruth Hallworth", "assessor, Larkmoor Training")
    assert row["Signed off on"] == "2026-03-22"
    assert (row["Accepted pieces"], row["Pieces needed"], row["Evidence"]) == ("1", "1", "E1")
    assert row["Confirmed or witnessed by"] == (
        "E1: Kim Vale, Site manager (witness statement, 2026-03-04); "
        "E1: Kim Vale, Site manager (confirmed by the employer, 2026-03-04)"
    )
    assert row["E1 Searching for night staff"] == "met"
    assert rows["S11"]["E3 Two references that did not agree"] == "not yet met"
    assert rows["S10"]["E2 Calls about the open day"] == "waiting"
    assert rows["S10"]["E1 Searching for night staff"] == ""


def test_the_licence_of_the_wording_stands_above_it():
    (heading,) = (name for name in table(portfolio_with())["K1"] if name.startswith("Statement"))

    assert "Open Government Licence v3.0" in heading


@pytest.mark.parametrize(
    ("second", "said"),
    [
        (PortfolioSecond("Ida Coe", MONDAY), "Ida Coe, 2026-03-02"),
        (PortfolioSecond("Ida Coe", None), "waiting for Ida Coe"),
        (PortfolioSecond("", None), "waiting for a countersigner"),
    ],
)
def test_a_second_signature_is_said_or_waited_for(second, said):
    portfolio = make_portfolio(sign_offs={"K1": (make_sign_off(second=second),)})

    assert table(portfolio)["K1"]["Countersigned by"] == said


def hostile():
    """A portfolio in which everybody tries to write formulas."""
    version = make_version(
        title='=HYPERLINK("http://x","y")', claims=(make_claim("K1", make_decision()),)
    )
    sign_off = make_sign_off(1, name="@SUM(A1)", changes=("+1",))
    return make_portfolio(make_piece(1, version), sign_offs={"K1": (sign_off,)})


def test_what_looks_like_a_formula_stays_text_in_csv():
    row = table(hostile())["K1"]

    assert row["Signed off by"] == "'@SUM(A1)"
    assert row["Changed since signed off"] == "'+1"


def test_what_looks_like_a_formula_stays_text_in_the_workbook():
    files = parts(hostile())

    sheets = [text for name, text in files.items() if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) == 3
    assert not any("<f>" in text or "hyperlink" in text for text in sheets)
    assert cells(sheets[0])["E2"] == "@SUM(A1)"
    assert cells(sheets[2])["B2"].startswith("=HYPERLINK")
    assert 'quotePrefix="1"' in files["xl/styles.xml"]


def test_the_workbook_has_the_matrix_a_grid_and_the_pieces():
    files = parts(rich_portfolio(), {1: "E1-Searching-for-night-staff/"})
    matrix, grid, pieces = (cells(files[f"xl/worksheets/sheet{n}.xml"]) for n in (1, 2, 3))

    assert re.findall(r'sheet name="(\w+)"', files["xl/workbook.xml"]) == [
        "Matrix",
        "Grid",
        "Evidence",
    ]
    assert (matrix["A2"], matrix["B2"], matrix["D2"]) == ("K1", "Knowledge", "not started")
    assert "Open Government Licence v3.0" in matrix["A38"]
    assert (grid["A11"], grid["C1"], grid["C11"]) == ("S1", "E1", "met")
    assert (pieces["A2"], pieces["D2"], pieces["H2"]) == ("E1", "accepted", "2")
    assert pieces["K2"] == "E1-Searching-for-night-staff/"


def test_sheets_print_on_a4_landscape_with_their_heading_on_every_page():
    files = parts(rich_portfolio())

    for number in (1, 2, 3):
        xml = files[f"xl/worksheets/sheet{number}.xml"]
        assert 'orientation="landscape"' in xml
        assert 'paperSize="9"' in xml
        assert 'fitToHeight="0"' in xml
        assert 'state="frozen"' in xml
    assert files["xl/workbook.xml"].count("_xlnm.Print_Titles") == 3


@pytest.fixture
def elsewhere(monkeypatch):
    """The clock of another part of the world."""
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


WHOLE = replace(rich_portfolio(), issue=ISSUE)
MADE_HERE = matrix_workbook(WHOLE, {})


@pytest.mark.usefixtures("elsewhere")
def test_equal_portfolios_give_equal_workbooks_wherever_they_are_made():
    assert matrix_workbook(WHOLE, {}) == MADE_HERE


@pytest.mark.parametrize("title", ["\x0b\x07", "\uffff", "_x0041_", "a" * 40_000, "🚀مستند"])
def test_any_text_makes_a_workbook_that_can_be_read(title):
    portfolio = make_portfolio(
        make_piece(1, make_version(title=title)), apprentice=f"A & {title[:200]}"
    )

    for text in parts(portfolio).values():
        ElementTree.fromstring(text)


def test_titles_are_headings_in_one_line_and_otherwise_as_they_were_written():
    portfolio = make_portfolio(make_piece(1, make_version(title="A/B:\n\u202etest & more?")))

    assert table(portfolio)["K1"]["E1 A/B: test & more?"] == ""


def test_the_head_of_a_printed_page_names_the_apprentice_and_the_issue():
    files = parts(make_portfolio(apprentice="Ann & Bo &D"))

    head = ElementTree.fromstring(files["xl/worksheets/sheet1.xml"]).find(f".//{SHEET}oddHeader")
    assert head.text == (
        "&LAnn && Bo &&D, 9000000016 · Recruitment resourcer (ST0321 version 1.0) · "
        "Issue 1, 7K2M-9QWX-4TRB&R&A"
    )


def test_an_empty_portfolio_has_a_workbook():
    assert cells(parts(portfolio_with())["xl/worksheets/sheet3.xml"])["A1"] == "Piece"
