"""The rows of a draft: written, changed and removed in a transaction that holds the enrolment."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete

from kbstrack.clock import day_of
from kbstrack.db import db, is_writing
from kbstrack.errors import Conflict, RuleBroken
from kbstrack.evidence import file_queries, rules
from kbstrack.evidence.models import Draft, DraftClaim, DraftFile
from kbstrack.evidence.rules import EvidenceText, FileText
from kbstrack.people.enrolment_queries import EnrolmentRow
from kbstrack.people.pinned import standard_of

CHANGED_MEANWHILE = (
    "This piece was saved from another window or phone meanwhile. "
    "What you typed is still here: compare it with the saved piece, then save again."
)


def change_draft(
    enrolment: EnrolmentRow,
    evidence_id: uuid.UUID,
    *,
    text: EvidenceText,
    files: Sequence[FileText],
    revision: int,
    at: datetime,
) -> int:
    """Write the draft that follows on `revision` (0: there is none yet); its new revision.

    Raises RuleBroken naming the fields, or Conflict when the draft is another one by now.
    """
    assert is_writing()
    cleaned = rules.clean_evidence(text, codes=standard_of(enrolment).codes, today=day_of(at))
    wanted = rules.clean_files(files)
    row = db.session.get(Draft, evidence_id, populate_existing=True)
    if (row.revision if row else 0) != revision:
        raise Conflict(CHANGED_MEANWHILE)
    if row is None:
        row = Draft(evidence_id=evidence_id, revision=1)
        db.session.add(row)
    _fill(row, cleaned, at)
    db.session.flush()
    _write_parts(evidence_id, enrolment.id, cleaned, wanted)
    return row.revision


def remove_draft(evidence_id: uuid.UUID) -> None:
    """Delete a draft with its claims and file list, in the caller's transaction."""
    assert is_writing()
    for model in (DraftClaim, DraftFile, Draft):
        db.session.execute(delete(model).where(model.evidence_id == evidence_id))


def _fill(row: Draft, text: EvidenceText, at: datetime) -> None:
    row.title, row.kind, row.description = text.title, text.kind, text.description
    row.first_on, row.last_on, row.saved_at = text.first_on, text.last_on, at


def _write_parts(
    evidence_id: uuid.UUID,
    enrolment_id: uuid.UUID,
    text: EvidenceText,
    files: Sequence[FileText],
) -> None:
    if files:
        given = file_queries.uploads([file.upload_id for file in files])
        if sum(file.enrolment_id == enrolment_id for file in given) != len(files):
            raise RuleBroken("One of the files is not there: add it again.", field="files")
    for model in (DraftClaim, DraftFile):
        db.session.execute(delete(model).where(model.evidence_id == evidence_id))
    db.session.add_all(
        DraftClaim(
            evidence_id=evidence_id,
            code=claim.code,
            rationale=claim.rationale,
            locator=claim.locator,
        )
        for claim in text.claims
    )
    db.session.add_all(
        DraftFile(
            evidence_id=evidence_id,
            upload_id=file.upload_id,
            position=position,
            caption=file.caption,
        )
        for position, file in enumerate(files)
    )
    db.session.flush()
