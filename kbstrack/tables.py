"""Tables for spreadsheets, which must not take what people wrote for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for the beginning of a formula, or skips before one."""


def is_formula(text: str) -> bool:
    """Whether a spreadsheet could take this text for a formula; it looks past spaces."""
    return text.lstrip(" ").startswith(FORMULA)


def cell(value: object) -> str:
    """A value as text for CSV; what looks like a formula gets an apostrophe and stays text."""
    text = "" if value is None else str(value)
    return f"'{text}" if is_formula(text) else text


def csv_file(head: Sequence[object], rows: Iterable[Sequence[object]]) -> bytes:
    """A table as CSV; UTF-8 with the mark by which spreadsheets know it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([cell(value) for value in head])
    writer.writerows([cell(value) for value in row] for row in rows)
    return f"\ufeff{out.getvalue()}".encode()
