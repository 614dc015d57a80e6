"""What the ledger says of issues."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping

from sqlalchemy import ColumnElement, select, union_all

from kbstrack.canonical import Json
from kbstrack.db import db
from kbstrack.evidence.models import StoredFile
from kbstrack.issues.models import Issue
from kbstrack.ledger.rows import plain, row_event
from kbstrack.ledger.rules import Event, What


def issue_event(row: Issue) -> Event:
    """A portfolio frozen; with all that is known of its files."""
    return _event(row, _stored_files(Issue.id == row.id))


def events(enrolment_id: uuid.UUID) -> Iterator[Event]:
    """What the rows of an enrolment say happened, in no particular order."""
    of_enrolment = Issue.enrolment_id == enrolment_id
    files = _stored_files(of_enrolment)
    for row in db.session.scalars(select(Issue).where(of_enrolment)):
        yield _event(row, files)


def _event(row: Issue, files: Mapping[str, StoredFile]) -> Event:
    hashes = (row.pdf_sha256, row.record_sha256, row.extract_sha256)
    return row_event(
        row,
        What.ISSUE,
        row.id,
        texts=("noted", "reason"),
        more_texts={"files": [_said(files.get(sha256)) for sha256 in hashes]},
    )


def _stored_files(issues: ColumnElement[bool]) -> dict[str, StoredFile]:
    """What is known of the files of these issues, by their SHA-256."""
    named = union_all(
        *(
            select(column).where(issues)
            for column in (Issue.pdf_sha256, Issue.record_sha256, Issue.extract_sha256)
        )
    )
    rows = db.session.scalars(select(StoredFile).where(StoredFile.sha256.in_(named)))
    return {row.sha256: row for row in rows}


def _said(stored: StoredFile | None) -> dict[str, Json]:
    if stored is None:
        return {}
    return {
        key: plain(getattr(stored, key))
        for key in StoredFile.__table__.columns.keys()  # noqa: SIM118 - not a mapping
        if getattr(stored, key) is not None
    }
