"""Checking the record against its ledger, and the public keys that sign the ledger's heads."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, jsonify, render_template, request

from kbstrack import current
from kbstrack.people import reading
from kbstrack.record.checking import check_part, check_record, see_checkable
from kbstrack.record.keys import public_keys
from kbstrack.web.administering import PAGE_LENGTH, desk, paging_of
from kbstrack.web.session import current_actor

blueprint = Blueprint("record", __name__)

AT_ONCE = 50
MOST_BYTES = 500_000_000
"""After this many bytes of files a page shows what it has, and the next one goes on."""


@blueprint.get("/.well-known/kbstrack-keys.json")
def keys() -> Response:
    """The keys that sign checkpoints, former ones included: for anybody."""
    found = public_keys(current.settings().home)
    return jsonify(found.plain() if found else {"keys": []})


@blueprint.get("/record")
def index() -> str:
    """What a check is, and every enrolment that can be checked."""
    at = desk()
    _, count = see_checkable(current_actor(), at.provider.id, most=1)
    paging = paging_of(count)
    rows, _ = see_checkable(current_actor(), at.provider.id, most=PAGE_LENGTH, skip=paging.skip)
    return render_template(
        "record/check-index.html",
        desk=at,
        rows=rows,
        count=count,
        at_once=AT_ONCE,
        paging=paging,
        href=lambda number: at.url("record.index", page=number),
    )


@blueprint.get("/record/check")
def part() -> str:
    """Check some of the provider's enrolments; `?from=` says after how many."""
    at = desk()
    found = check_part(
        current_actor(), at.provider.id, skip=_skip(), most=AT_ONCE, most_bytes=MOST_BYTES
    )
    return render_template("record/check-part.html", desk=at, part=found, at_once=AT_ONCE)


@blueprint.get("/enrolments/<uuid:enrolment_id>/record")
def enrolment(enrolment_id: uuid.UUID) -> str:
    """Check one enrolment."""
    checked = check_record(current_actor(), enrolment_id)
    row = reading.see_managed_enrolment(current_actor(), enrolment_id)
    return render_template("record/check.html", row=row, checked=checked)


def _skip() -> int:
    text = request.args.get("from", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 0
