"""How far quality assurance has looked, as a page and as a spreadsheet."""

from __future__ import annotations

from flask import Response, render_template

from kbstrack.quality import reading
from kbstrack.web.quality.routes import blueprint, quality_desk
from kbstrack.web.session import current_actor
from kbstrack.web.spreadsheet import csv_answer

HEAD = ("By", "Name", "Decided", "Sampled", "Agreed", "Action required", "Open actions")


@blueprint.get("/quality/coverage")
def coverage() -> str:
    """By assessor, KSB, apprentice and kind of evidence."""
    desk = quality_desk()
    found = reading.see_coverage(current_actor(), desk.provider.id)
    return render_template("quality/coverage.html", desk=desk, coverage=found)


@blueprint.get("/quality/coverage.csv")
def coverage_csv() -> Response:
    """The same as a table."""
    found = reading.see_coverage(current_actor(), quality_desk().provider.id)
    rows = [
        (
            by,
            line.name,
            line.decided,
            line.sampled,
            line.agreed,
            line.action_required,
            line.open_actions,
        )
        for by, lines in found.parts
        for line in lines
    ]
    return csv_answer(HEAD, rows, "quality-coverage.csv")
