"""Tables as CSV for a spreadsheet, which must not take what people wrote for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

from kbstrack.storage.names import content_disposition

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for the beginning of a formula, or skips before one."""


def cell(value: object) -> str:
    """A value as text; what looks like a formula gets an apostrophe, so that it stays text."""
    text = "" if value is None else str(value)
    # Spreadsheets look past spaces.
    is_formula = text.lstrip(" ").startswith(FORMULA)
    return f"'{text}" if is_formula else text


def csv_answer(head: Sequence[str], rows: Iterable[Sequence[object]], name: str) -> Response:
    """A table to download; UTF-8 with the mark by which spreadsheets know it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([cell(value) for value in row] for row in rows)
    answer = Response(f"\ufeff{out.getvalue()}".encode(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = content_disposition(
        name, inline=False, media_type="text/csv"
    )
    return answer
