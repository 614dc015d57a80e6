"""The matrix as a workbook to look at and to print: KSBs, a grid of KSBs and pieces, the pieces.

Everything that people wrote is written as text and never as a formula; equal portfolios give equal
bytes.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from kbstrack.bundle.matrix import COLUMNS, Column, Value, ksb_row, wording
from kbstrack.clock import day_of
from kbstrack.portfolio.marks import claims_of, mark_among
from kbstrack.portfolio.rules import Portfolio, PortfolioPiece
from kbstrack.storage.names import one_line
from kbstrack.tables import is_formula

_A4 = 9
_MOST_CELL_CHARACTERS = 32_000
_MOST_HEADER_CHARACTERS = 200

PIECES = (
    Column("Piece", 7),
    Column("Title", 44),
    Column("Kind", 18),
    Column("State", 15),
    Column("From", 12),
    Column("To", 12),
    Column("Submitted on", 12),
    Column("Versions", 9),
    Column("Files", 7),
    Column("KSBs claimed", 24),
    Column("Folder", 40),
)


def matrix_workbook(portfolio: Portfolio, folders: Mapping[int, str]) -> bytes:
    """`matrix.xlsx`; `folders` says by number of the piece where its originals lie."""
    out = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(out, options) as book:
        book.set_properties(
            {
                "title": f"KSB matrix of {one_line(portfolio.apprentice)}",
                "company": one_line(portfolio.provider),
                "created": _created(portfolio),
            }
        )
        sheets = _Sheets(book, portfolio)
        sheets.matrix()
        sheets.grid()
        sheets.pieces(folders)
    return out.getvalue()


class _Sheets:
    """The sheets of one workbook, which share their formats."""

    def __init__(self, book: Workbook, portfolio: Portfolio) -> None:
        self._book, self._portfolio = book, portfolio
        plain = {"valign": "top", "text_wrap": True, "border": 1, "border_color": "#B1B4B6"}
        self._plain = book.add_format(plain)
        # It stays text when somebody opens the cell and presses Enter.
        self._quoted = book.add_format(plain | {"quote_prefix": True})
        self._day = book.add_format(plain | {"num_format": "d mmm yyyy", "align": "left"})
        self._head = book.add_format(plain | {"bold": True, "bg_color": "#F3F2F1"})
        self._note = book.add_format({"italic": True})

    def matrix(self) -> None:
        """A row for every KSB, and the licence of the wording behind the last."""
        sheet = self._sheet("Matrix", COLUMNS, first_columns=1)
        for row, ksb in enumerate(self._portfolio.ksbs, start=1):
            self._row(sheet, row, ksb_row(self._portfolio, ksb))
        sheet.autofilter(0, 0, len(self._portfolio.ksbs), len(COLUMNS) - 1)
        self._note_below(sheet, self._portfolio.standard.licence)

    def grid(self) -> None:
        """A row for every KSB, a narrow column for every piece, and a word where they meet."""
        pieces = self._portfolio.pieces
        columns = [Column("Code", 6), Column("Statement", 40)]
        columns += [Column(piece.label, 8) for piece in pieces]
        sheet = self._sheet("Grid", columns, first_columns=2, is_one_wide=len(pieces) <= 12)
        claims = [(piece.number, claims_of(piece)) for piece in pieces]
        for row, ksb in enumerate(self._portfolio.ksbs, start=1):
            marks = [mark_among(ksb, number, found) for number, found in claims]
            words = [mark.word if mark else "" for mark in marks]
            self._row(sheet, row, [ksb.code, wording(ksb), *words])
        self._note_below(sheet, self._portfolio.standard.licence)

    def pieces(self, folders: Mapping[int, str]) -> None:
        """A row for every piece of evidence, and where its originals lie."""
        sheet = self._sheet("Evidence", PIECES, first_columns=1)
        for row, piece in enumerate(self._portfolio.pieces, start=1):
            self._row(sheet, row, _piece_row(piece, folders.get(piece.number, "")))
        if self._portfolio.pieces:
            sheet.autofilter(0, 0, len(self._portfolio.pieces), len(PIECES) - 1)

    def _sheet(
        self,
        name: str,
        columns: Sequence[Column],
        *,
        first_columns: int,
        is_one_wide: bool = True,
    ) -> Worksheet:
        sheet = self._book.add_worksheet(name)
        for number, column in enumerate(columns):
            sheet.set_column(number, number, column.width)
        sheet.freeze_panes(1, first_columns)
        sheet.set_paper(_A4)
        sheet.set_landscape()
        sheet.set_margins(left=0.4, right=0.4, top=0.8, bottom=0.6)
        sheet.repeat_rows(0)
        sheet.repeat_columns(0, first_columns - 1)
        if is_one_wide:
            sheet.fit_to_pages(1, 0)
        sheet.set_header(f"&L{_header(self._portfolio)}&R&A")
        sheet.set_footer("&RPage &P of &N")
        for number, column in enumerate(columns):
            self._cell(sheet, 0, number, column.heading, self._head)
        return sheet

    def _row(self, sheet: Worksheet, row: int, values: Sequence[Value]) -> None:
        for column, value in enumerate(values):
            self._cell(sheet, row, column, value, self._plain)

    def _cell(self, sheet: Worksheet, row: int, column: int, value: Value, style: Format) -> None:
        if isinstance(value, date):
            sheet.write_datetime(row, column, value, self._day)
        elif isinstance(value, int):
            sheet.write_number(row, column, value, style)
        elif not value:
            sheet.write_blank(row, column, None, style)
        else:
            text = value[:_MOST_CELL_CHARACTERS]
            sheet.write_string(row, column, text, self._quoted if is_formula(text) else style)

    def _note_below(self, sheet: Worksheet, text: str) -> None:
        row = len(self._portfolio.ksbs) + 2
        sheet.write_string(row, 0, text, self._note)


def _piece_row(piece: PortfolioPiece, folder: str) -> list[Value]:
    latest = piece.latest
    files = {file.sha256 for version in piece.versions for file in version.files}
    return [
        piece.label,
        one_line(latest.title),
        latest.kind,
        piece.state.value,
        latest.first_on,
        latest.last_on or latest.first_on,
        day_of(latest.submitted_at),
        len(piece.versions),
        len(files),
        ", ".join(claim.code for claim in latest.claims),
        folder,
    ]


def _header(portfolio: Portfolio) -> str:
    standard, issue = portfolio.standard, portfolio.issue
    parts = [
        f"{portfolio.apprentice}, {portfolio.uln}",
        f"{standard.title} ({standard.reference} version {standard.version})",
        f"Issue {issue.number}, {issue.code}" if issue else "",
    ]
    text = " · ".join(part for part in parts if part)[:_MOST_HEADER_CHARACTERS]
    # An ampersand begins a command in headers.
    return one_line(text).replace("&", "&&")


def _created(portfolio: Portfolio) -> datetime:
    assert portfolio.issue is not None
    return portfolio.issue.frozen_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
