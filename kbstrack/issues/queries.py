"""Reading issues: ids and codes in, frozen rows out."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased

from kbstrack.db import db
from kbstrack.evidence.models import StoredFile
from kbstrack.issues.models import Issue
from kbstrack.ledger.queries import name_then
from kbstrack.ledger.rules import What


@dataclass(frozen=True, slots=True)
class IssueRow:
    """A frozen issue; the three hashes name its files. `latest_number` is the newest issue's."""

    id: uuid.UUID
    enrolment_id: uuid.UUID
    number: int
    kind: str
    code: str
    portfolio_sha256: str
    pdf_sha256: str
    record_sha256: str
    extract_sha256: str
    ledger_sequence: int
    ledger_hash: str
    noted: tuple[str, ...]
    reason: str
    frozen_by: str
    frozen_at: datetime
    pdf_bytes: int
    record_bytes: int
    extract_bytes: int
    latest_number: int

    @property
    def is_superseded(self) -> bool:
        """Whether there is a newer issue of the same enrolment."""
        return self.latest_number > self.number


def issues(enrolment_id: uuid.UUID) -> list[IssueRow]:
    """All issues of an enrolment, the newest one first."""
    rows = db.session.execute(
        _rows(Issue.enrolment_id == enrolment_id).order_by(Issue.number.desc())
    )
    return [_row(row) for row in rows]


def issue(enrolment_id: uuid.UUID, number: int | None = None) -> IssueRow | None:
    """The issue with this number, or the newest one; None when there is none."""
    query = _rows(Issue.enrolment_id == enrolment_id)
    if number is not None:
        query = query.where(Issue.number == number)
    found = db.session.execute(query.order_by(Issue.number.desc()).limit(1)).one_or_none()
    return _row(found) if found is not None else None


def issue_with(*, code: str | None = None, pdf_sha256: str | None = None) -> IssueRow | None:
    """The issue that a short code or the SHA-256 of a PDF names."""
    is_it = Issue.code == code if code is not None else Issue.pdf_sha256 == pdf_sha256
    found = db.session.execute(_rows(is_it)).one_or_none()
    return _row(found) if found is not None else None


def issue_of_job(job_id: uuid.UUID) -> IssueRow | None:
    """What a job has made already."""
    found = db.session.execute(_rows(Issue.job_id == job_id)).one_or_none()
    return _row(found) if found is not None else None


def next_number(enrolment_id: uuid.UUID) -> int:
    """The number that the next issue of an enrolment has."""
    highest = select(func.max(Issue.number)).where(Issue.enrolment_id == enrolment_id)
    return (db.session.scalar(highest) or 0) + 1


def is_taken(code: str) -> bool:
    """Whether an issue has this code already."""
    return db.session.scalar(select(Issue.id).where(Issue.code == code)) is not None


def _rows(condition: ColumnElement[bool]) -> Select[Any]:
    pdf, record, extract, other = (
        aliased(StoredFile, name="pdf"),
        aliased(StoredFile, name="record"),
        aliased(StoredFile, name="extract"),
        aliased(Issue, name="other"),
    )
    latest = (
        select(func.max(other.number))
        .where(other.enrolment_id == Issue.enrolment_id)
        .correlate(Issue)
        .scalar_subquery()
    )
    return (
        select(
            Issue,
            name_then(What.ISSUE, Issue.id).label("by_name"),
            pdf.size_bytes.label("pdf_bytes"),
            record.size_bytes.label("record_bytes"),
            extract.size_bytes.label("extract_bytes"),
            latest.label("latest_number"),
        )
        .join(pdf, pdf.sha256 == Issue.pdf_sha256)
        .join(record, record.sha256 == Issue.record_sha256)
        .join(extract, extract.sha256 == Issue.extract_sha256)
        .where(condition)
    )


def _row(found: Any) -> IssueRow:
    row: Issue = found.Issue
    return IssueRow(
        id=row.id,
        enrolment_id=row.enrolment_id,
        number=row.number,
        kind=row.kind,
        code=row.code,
        portfolio_sha256=row.portfolio_sha256,
        pdf_sha256=row.pdf_sha256,
        record_sha256=row.record_sha256,
        extract_sha256=row.extract_sha256,
        ledger_sequence=row.ledger_sequence,
        ledger_hash=row.ledger_hash,
        noted=tuple(json.loads(row.noted)),
        reason=row.reason,
        frozen_by=found.by_name or "",
        frozen_at=row.frozen_at,
        pdf_bytes=found.pdf_bytes,
        record_bytes=found.record_bytes,
        extract_bytes=found.extract_bytes,
        latest_number=found.latest_number,
    )
