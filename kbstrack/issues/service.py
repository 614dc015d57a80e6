"""Entering an issue: its row, its files and its entry in the ledger, in one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kbstrack.canonical import canonical_json
from kbstrack.db import db, is_writing
from kbstrack.errors import Conflict
from kbstrack.evidence.models import StoredFile
from kbstrack.ids import new_id
from kbstrack.issues import queries
from kbstrack.issues.events import issue_event
from kbstrack.issues.models import Issue
from kbstrack.ledger import queries as ledger
from kbstrack.ledger.rules import Entry, Signer, What
from kbstrack.ledger.service import append
from kbstrack.storage.stored import Stored

BESIDE = frozenset(
    {
        What.REQUEST,
        What.REMINDER,
        What.REQUEST_REVOCATION,
        What.SAMPLE,
        What.IQA_OUTCOME,
        What.IQA_REPLY,
        What.IQA_CLOSING,
    }
)
"""Entries of which a portfolio says nothing, so that they may come in while it is drawn."""

CHANGED = (
    "The portfolio was changed while the issue was made, so nothing was frozen. Look through it "
    "again, then freeze it as it is now."
)


@dataclass(frozen=True, slots=True)
class Frozen:
    """A portfolio that was frozen and drawn, and whose files lie in the store already."""

    enrolment_id: uuid.UUID
    number: int
    kind: str
    code: str
    portfolio_sha256: str
    pdf: Stored
    pages: int
    record: Stored
    extract: Stored
    ledger: tuple[int, str]
    noted: Sequence[str]
    reason: str
    job_id: uuid.UUID
    frozen_at: datetime


def enter(frozen: Frozen, *, by: Signer) -> Entry:
    """Add the issue, in the caller's transaction, which holds the enrolment.

    Raises Conflict when another issue has its number by now, or the record went on meanwhile.
    """
    assert is_writing()
    assert by.person_id is not None
    if queries.next_number(frozen.enrolment_id) != frozen.number:
        raise Conflict(
            "Another issue of this portfolio was made meanwhile: look at that one first."
        )
    newer = ledger.entries(frozen.enrolment_id)[frozen.ledger[0] :]
    if any(entry.what not in BESIDE for entry in newer):
        raise Conflict(CHANGED)
    _keep(frozen.pdf, "application/pdf", "pdf", frozen.frozen_at, pages=frozen.pages)
    _keep(frozen.record, "application/json", "data", frozen.frozen_at)
    _keep(frozen.extract, "application/json", "data", frozen.frozen_at)
    db.session.flush()
    row = Issue(
        id=new_id(),
        enrolment_id=frozen.enrolment_id,
        number=frozen.number,
        kind=frozen.kind,
        code=frozen.code,
        portfolio_sha256=frozen.portfolio_sha256,
        pdf_sha256=frozen.pdf.sha256,
        record_sha256=frozen.record.sha256,
        extract_sha256=frozen.extract.sha256,
        ledger_sequence=frozen.ledger[0],
        ledger_hash=frozen.ledger[1],
        noted=canonical_json(list(frozen.noted)).decode(),
        reason=frozen.reason,
        job_id=frozen.job_id,
        frozen_by=by.person_id,
        frozen_at=frozen.frozen_at,
    )
    db.session.add(row)
    db.session.flush()
    return append(frozen.enrolment_id, issue_event(row), by=by, at=frozen.frozen_at)


def _keep(
    stored: Stored, media_type: str, family: str, at: datetime, *, pages: int | None = None
) -> None:
    """What is known of the bytes; the same extract may belong to two issues."""
    if db.session.get(StoredFile, stored.sha256) is None:
        db.session.add(
            StoredFile(
                sha256=stored.sha256,
                size_bytes=stored.size_bytes,
                media_type=media_type,
                family=family,
                pages=pages,
                stored_at=at,
            )
        )
