"""The rows of a submitted version, added in a transaction that holds the enrolment."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import func, select

from kbstrack.access import Actor, Role
from kbstrack.db import db, is_writing
from kbstrack.evidence.events import submission_of
from kbstrack.evidence.models import Claim, Evidence, EvidenceVersion, VersionFile
from kbstrack.evidence.queries import DraftRow, EvidenceRow
from kbstrack.evidence.rules import AUTHENTICITY, version_hash
from kbstrack.ids import new_id
from kbstrack.ledger.service import append
from kbstrack.people.enrolment_queries import EnrolmentRow
from kbstrack.people.pinned import standard_of
from kbstrack.people.receipts import send_receipt
from kbstrack.people.recording import signer


def add_version(
    actor: Actor, enrolment: EnrolmentRow, piece: EvidenceRow, draft: DraftRow, at: datetime
) -> int:
    """Make the draft the next version of its piece, and answer its number.

    The piece gets its own number with its first version; whoever submits gets a receipt.
    """
    assert is_writing()
    if piece.number is None:
        db.session.get_one(Evidence, piece.id).number = _next_number(enrolment.id)
    row = _version(actor, piece, draft, at)
    db.session.add(row)
    db.session.flush()
    standard = standard_of(enrolment)
    db.session.add_all(
        Claim(
            version_id=row.id,
            code=claim.code,
            rationale=claim.rationale,
            locator=claim.locator,
            statement_hash=standard.ksb(claim.code).statement_hash,
        )
        for claim in draft.text.claims
    )
    db.session.add_all(
        VersionFile(
            version_id=row.id, upload_id=file.upload_id, position=position, caption=file.caption
        )
        for position, file in enumerate(draft.files)
    )
    db.session.flush()
    by = signer(actor, enrolment, Role.APPRENTICE)
    entry = append(enrolment.id, submission_of(row.id), by=by, at=at)
    number = piece.number or db.session.get_one(Evidence, piece.id).number
    send_receipt(actor.person_id, f"Your submission of E{number}, version {row.number}", entry)
    return row.number


def _version(actor: Actor, piece: EvidenceRow, draft: DraftRow, at: datetime) -> EvidenceVersion:
    text, number, salt = draft.text, len(piece.versions) + 1, new_id().hex
    assert text.kind is not None
    assert text.first_on is not None
    return EvidenceVersion(
        id=new_id(),
        evidence_id=piece.id,
        number=number,
        title=text.title,
        kind=text.kind,
        first_on=text.first_on,
        last_on=text.last_on,
        description=text.description,
        salt=salt,
        sha256=version_hash(
            text,
            evidence_id=str(piece.id),
            number=number,
            files=[(file.name, file.sha256, file.caption) for file in draft.files],
            salt=salt,
        ),
        submitted_by=actor.person_id,
        submitted_at=at,
        declaration=AUTHENTICITY,
    )


def _next_number(enrolment_id: uuid.UUID) -> int:
    assert is_writing()
    highest = select(func.max(Evidence.number)).where(Evidence.enrolment_id == enrolment_id)
    return (db.session.scalar(highest) or 0) + 1
