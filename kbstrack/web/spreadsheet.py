"""Tables to download as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask import Response

from kbstrack.storage.names import content_disposition
from kbstrack.tables import csv_file


def csv_answer(head: Sequence[str], rows: Iterable[Sequence[object]], name: str) -> Response:
    """A table to download, in which nothing that people wrote is a formula."""
    answer = Response(csv_file(head, rows), mimetype="text/csv")
    answer.headers["Content-Disposition"] = content_disposition(
        name, inline=False, media_type="text/csv"
    )
    return answer
