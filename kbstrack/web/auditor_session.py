"""An auditor's session: what they may open, what is noted of it, and how pages name them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from flask import redirect, request, session, url_for
from werkzeug.wrappers import Response

from kbstrack import clock
from kbstrack.access import Actor
from kbstrack.auditing import queries, service
from kbstrack.errors import NotFound
from kbstrack.evidence import file_queries
from kbstrack.evidence import queries as evidence_queries
from kbstrack.issues import queries as issues
from kbstrack.ledger import queries as ledger
from kbstrack.people import enrolment_queries
from kbstrack.people.enrolment_queries import NOT_HERE
from kbstrack.people.pinned import standard_of

SESSION_KEY = "auditor_link"
"""Where the session holds the link that was opened."""

READ = {
    "progress.enrolment": "overview",
    "progress.matrix": "KSB matrix",
    "progress.ksb": "{ksb}",
    "evidence.index": "list of evidence",
    "evidence.show": "evidence {piece}",
    "evidence.version": "evidence {piece}, {version}",
    "evidence.compare": "evidence {piece}, changes of {version}",
    "files.show": "file {file}",
    "files.original": "file {file}, original",
    "history.enrolment": "history",
    "history.ksb": "history of {ksb}",
    "history.piece": "history of evidence {piece}",
    "history.entry": "history, {entry}",
    "portfolio.show": "portfolio, contents",
    "portfolio.download": "portfolio PDF",
    "issuing.show": "portfolio, issue {issue}",
    "issuing.download": "portfolio, issue {issue} as PDF",
    "issuing.bundle": "portfolio, issue {issue}, list of ZIPs",
    "issuing.bundle_part": "portfolio, issue {issue} as ZIP",
}
"""All that an auditor can open, and what it is called in the list of looks. Nothing else."""

MOST_NUMBER = 2**31 - 1
"""An address can name a number that no database can compare with."""

SENT = {"portfolio.ask_submitted": "portfolio PDF, asked for"}
"""All that an auditor can send: having a PDF drawn changes nothing of the record."""

OWN = frozenset({"audit.records", "audit.leave_submitted"})

FOLLOWED = frozenset({"portfolio.asked"})
"""Asked for by the browser itself every few seconds, and without anything of the record in it."""


@dataclass(frozen=True, slots=True)
class Reader:
    """The auditor as pages name them."""

    name: str
    until: date


def auditor() -> Actor | None:
    """The auditor whose session this is, as long as their link works."""
    link_id = session.get(SESSION_KEY)
    return service.auditor_of(uuid.UUID(link_id), at=clock.now()) if link_id else None


def reader(actor: Actor) -> Reader:
    """Name and firm for the watermark, and until when the link works."""
    return Reader(service.name_of(actor), queries.link(actor.person_id).ends_on)


def shell(actor: Actor) -> dict[str, Any]:
    """The frame of an auditor's pages: their name is on every one of them."""
    found = reader(actor)
    return {
        "navigation": [
            {
                "text": "Records",
                "href": url_for("audit.records"),
                "is_current": request.endpoint == "audit.records",
            }
        ],
        "signed_in_name": found.name,
        "sign_out_url": url_for("audit.leave_submitted"),
        "watermark": found.name,
        "watermark_until": found.until,
    }


def send_away() -> Response | None:
    """Where to go when a link ended or was revoked while somebody read by it."""
    if session.pop(SESSION_KEY, None) is None:
        return None
    return redirect(url_for("audit.door"), 303)


def guard(actor: Actor) -> Response | None:
    """Let an auditor read, and note it before they do. Raises NotFound for all else."""
    if request.endpoint in OWN | FOLLOWED:
        return None
    if request.endpoint == "home.home":
        return redirect(url_for("audit.records"), 303)
    if request.endpoint not in (READ if request.method in {"GET", "HEAD"} else SENT):
        raise NotFound(NOT_HERE)
    values = dict(request.view_args or {})
    enrolment_id = _enrolment_of(values)
    if enrolment_id is not None and enrolment_id in actor.auditing:
        what = (READ | SENT)[str(request.endpoint)].format(**_said(enrolment_id, values))
        service.note_view(actor, enrolment_id, what=what, at=clock.now())
    return None


def _enrolment_of(values: Mapping[str, Any]) -> uuid.UUID | None:
    """The enrolment that the address belongs to; None where there is none."""
    try:
        if "upload_id" in values:
            return file_queries.upload(values["upload_id"]).enrolment_id
        if "evidence_id" in values:
            return evidence_queries.enrolment_of(values["evidence_id"])
    except NotFound:
        return None
    return cast("uuid.UUID", values["enrolment_id"])


def _said(enrolment_id: uuid.UUID, values: Mapping[str, Any]) -> dict[str, str]:
    """What the parts of an address are called. Nothing that is not there is repeated: an address
    can say anything, and the list of looks says only what was there to look at."""
    said = {}
    if "upload_id" in values:
        said["file"] = file_queries.upload(values["upload_id"]).name
    if "evidence_id" in values:
        piece = evidence_queries.evidence(values["evidence_id"])
        said["piece"] = evidence_queries.label_of(piece.id)
        numbers = {version.number for version in piece.versions}
        number = values.get("number")
        said["version"] = f"version {number}" if number in numbers else "a version"
    if "code" in values:
        standard = standard_of(enrolment_queries.enrolment(enrolment_id))
        codes = {ksb.code for ksb in standard.ksbs}
        said["ksb"] = f"KSB {values['code']}" if values["code"] in codes else "a KSB"
    if "number" in values and "evidence_id" not in values:
        found = issues.issue(enrolment_id, min(values["number"], MOST_NUMBER))
        said["issue"] = str(found.number) if found is not None else "that is not there"
    if "sequence" in values:
        last, _ = ledger.head(enrolment_id) or (0, "")
        sequence = values["sequence"]
        said["entry"] = f"entry {sequence}" if 1 <= sequence <= last else "an entry"
    return said
