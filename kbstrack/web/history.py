"""What happened, in plain words: the history of an enrolment, a KSB, a piece; one entry of it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable

from flask import Blueprint, render_template, request, url_for

from kbstrack.record import history
from kbstrack.record.history import History
from kbstrack.web.session import current_actor

blueprint = Blueprint("history", __name__)


@blueprint.get("/enrolments/<uuid:enrolment_id>/history")
def enrolment(enrolment_id: uuid.UUID) -> str:
    """Everything that happened to an enrolment, the latest first."""
    found = history.see_history(current_actor(), enrolment_id, number=_number())
    return _page(
        found,
        back=(url_for("progress.enrolment", enrolment_id=enrolment_id), "Enrolment"),
        href=lambda page: url_for("history.enrolment", enrolment_id=enrolment_id, page=page),
    )


@blueprint.get("/enrolments/<uuid:enrolment_id>/ksbs/<code>/history")
def ksb(enrolment_id: uuid.UUID, code: str) -> str:
    """Everything that happened to one KSB of it."""
    found = history.see_ksb_history(current_actor(), enrolment_id, code, number=_number())
    return _page(
        found,
        back=(url_for("progress.ksb", enrolment_id=enrolment_id, code=code), code),
        href=lambda page: url_for("history.ksb", enrolment_id=enrolment_id, code=code, page=page),
    )


@blueprint.get("/evidence/<uuid:evidence_id>/history")
def piece(evidence_id: uuid.UUID) -> str:
    """Everything that happened to one piece since it was first submitted."""
    found = history.see_piece_history(current_actor(), evidence_id, number=_number())
    return _page(
        found,
        back=(url_for("evidence.show", evidence_id=evidence_id), "This piece"),
        href=lambda page: url_for("history.piece", evidence_id=evidence_id, page=page),
    )


@blueprint.get("/enrolments/<uuid:enrolment_id>/history/<int:sequence>")
def entry(enrolment_id: uuid.UUID, sequence: int) -> str:
    """One entry: who did what, what they had before them then, and its hash."""
    page = history.see_entry(current_actor(), enrolment_id, sequence)
    return render_template(
        "record/entry.html",
        page=page,
        line=page.line,
        entry=page.line.entry,
        facts=json.dumps(json.loads(page.line.entry.facts), indent=2, ensure_ascii=False),
    )


def _page(found: History, *, back: tuple[str, str], href: Callable[[int], str]) -> str:
    return render_template("record/history.html", found=found, back=back, href=href)


def _number() -> int:
    return request.args.get("page", 1, type=int)
