"""An auditor's session: what they may open, what is noted of it, and how pages name them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import redirect, request, session, url_for
from werkzeug.wrappers import Response

from kbstrack import clock
from kbstrack.access import Actor
from kbstrack.auditing import queries, service
from kbstrack.errors import NotFound
from kbstrack.evidence import file_queries
from kbstrack.evidence import queries as evidence_queries
from kbstrack.people.enrolment_queries import NOT_HERE

SESSION_KEY = "auditor_link"
"""Where the session holds the link that was opened."""

READ = {
    "progress.enrolment": "overview",
    "progress.matrix": "KSB matrix",
    "progress.ksb": "KSB {code}",
    "evidence.index": "list of evidence",
    "evidence.show": "evidence {piece}",
    "evidence.version": "evidence {piece}, version {number}",
    "evidence.compare": "evidence {piece}, changes of version {number}",
    "files.show": "file {file}",
    "files.original": "file {file}, original",
    "history.enrolment": "history",
    "history.ksb": "history of {code}",
    "history.piece": "history of evidence {piece}",
    "history.entry": "history, entry {sequence}",
    "portfolio.show": "portfolio, contents",
    "portfolio.download": "portfolio PDF",
}
"""All that an auditor can open, and what it is called in the list of looks. Nothing else."""

OWN = frozenset({"audit.records", "audit.leave_submitted"})


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
    if request.endpoint in OWN:
        return None
    if request.endpoint == "home.home":
        return redirect(url_for("audit.records"), 303)
    if request.endpoint not in READ or request.method not in {"GET", "HEAD"}:
        raise NotFound(NOT_HERE)
    found = _place()
    if found is not None and found[0] in actor.auditing:
        service.note_view(actor, found[0], what=found[1], at=clock.now())
    return None


def _place() -> tuple[uuid.UUID, str] | None:
    """The enrolment that the address belongs to, and what of it; None where there is none."""
    values = dict(request.view_args or {})
    try:
        if "upload_id" in values:
            file = file_queries.upload(values["upload_id"])
            enrolment_id, values["file"] = file.enrolment_id, file.name
        elif "evidence_id" in values:
            enrolment_id = evidence_queries.enrolment_of(values["evidence_id"])
            values["piece"] = evidence_queries.label_of(values["evidence_id"])
        else:
            enrolment_id = values["enrolment_id"]
    except NotFound:
        return None
    return enrolment_id, READ[str(request.endpoint)].format(**values)
