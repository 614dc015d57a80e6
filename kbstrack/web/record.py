"""Checking the record against its ledger, and the public keys that sign the ledger's heads."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import Blueprint, Response, jsonify, render_template, request

from kbstrack import current
from kbstrack.db import db
from kbstrack.people import reading
from kbstrack.record.checking import check_part, check_record, see_checkable, see_damage
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
    return _or_damage(_index_page)


def _index_page() -> str:
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
    return _or_damage(_part_page)


def _part_page() -> str:
    at = desk()
    found = check_part(
        current_actor(), at.provider.id, skip=_skip(), most=AT_ONCE, most_bytes=MOST_BYTES
    )
    return render_template("record/check-part.html", desk=at, part=found, at_once=AT_ONCE)


@blueprint.get("/enrolments/<uuid:enrolment_id>/record")
def enrolment(enrolment_id: uuid.UUID) -> str:
    """Check one enrolment."""
    return _or_damage(lambda: _enrolment_page(enrolment_id))


def _enrolment_page(enrolment_id: uuid.UUID) -> str:
    checked = check_record(current_actor(), enrolment_id)
    row = reading.see_managed_enrolment(current_actor(), enrolment_id)
    return render_template("record/check.html", row=row, checked=checked)


def _or_damage(page: Callable[[], str]) -> str:
    """The page; or, where a damaged value keeps it from being made, the places of the damage."""
    try:
        return page()
    except (TypeError, ValueError):
        db.session.rollback()
        at = desk()
        flaws = see_damage(current_actor(), at.provider.id)
        if not flaws:
            raise
        return render_template("record/damaged.html", desk=at, checked={"flaws": flaws})


def _skip() -> int:
    text = request.args.get("from", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 0
