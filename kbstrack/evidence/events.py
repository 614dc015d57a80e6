"""What the ledger says of submitted versions and of those that were taken back."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, select

from kbstrack.canonical import Json
from kbstrack.db import db
from kbstrack.evidence.models import (
    Claim,
    Evidence,
    EvidenceVersion,
    StoredFile,
    Upload,
    VersionFile,
    Withdrawal,
)
from kbstrack.ledger.rows import plain, row_event
from kbstrack.ledger.rules import Event, What

Columns = TypeVarTuple("Columns")
VersionFiles = Sequence[tuple[VersionFile, Upload, StoredFile]]


def submission_event(
    row: EvidenceVersion,
    *,
    evidence_number: int | None,
    claims: Sequence[Claim],
    files: VersionFiles,
) -> Event:
    """A version as it was handed in: bound to its hash and to every statement it claims."""
    ordered = sorted(claims, key=lambda claim: claim.code)
    return row_event(
        row,
        What.SUBMISSION,
        row.id,
        texts=("title", "kind", "first_on", "last_on", "description", "salt", "declaration"),
        more_facts={
            "evidence_number": evidence_number,
            "claims": [
                {"code": claim.code, "statement_hash": claim.statement_hash} for claim in ordered
            ],
            "files": [str(upload.id) for _, upload, _ in files],
        },
        more_texts={
            "claims": [
                {"rationale": claim.rationale, "locator": claim.locator} for claim in ordered
            ],
            "files": [_file(*file) for file in files],
        },
    )


def withdrawal_event(row: Withdrawal) -> Event:
    """A version taken back."""
    return row_event(row, What.WITHDRAWAL, row.version_id, texts=("reason",))


def submission_of(version_id: uuid.UUID) -> Event:
    """The event of one version, read from its rows."""
    return next(_submissions(EvidenceVersion.id == version_id))


def events(enrolment_id: uuid.UUID) -> Iterator[Event]:
    """What the rows of an enrolment say happened, in no particular order."""
    yield from _submissions(Evidence.enrolment_id == enrolment_id)
    for withdrawal in db.session.scalars(
        _of(
            Evidence.enrolment_id == enrolment_id,
            select(Withdrawal).join(EvidenceVersion, EvidenceVersion.id == Withdrawal.version_id),
        )
    ):
        yield withdrawal_event(withdrawal)


def _submissions(condition: ColumnElement[bool]) -> Iterator[Event]:
    claims, files = _claims(condition), _files(condition)
    for version, number in db.session.execute(
        _of(condition, select(EvidenceVersion, Evidence.number).select_from(EvidenceVersion))
    ):
        yield submission_event(
            version,
            evidence_number=number,
            claims=claims[version.id],
            files=files[version.id],
        )


def _file(place: VersionFile, upload: Upload, stored: StoredFile) -> dict[str, Json]:
    """All that was known of a file when it was handed in, its checked copy included.

    Without a caption there is no word of one, as in entries from before there were any.
    """
    said: dict[str, Json] = {"caption": place.caption} if place.caption else {}
    return said | {
        "position": place.position,
        "name": upload.name,
        "enrolment_id": plain(upload.enrolment_id),
        "uploaded_by": plain(upload.uploaded_by),
        "uploaded_at": plain(upload.uploaded_at),
        "stored": {
            key: plain(getattr(stored, key))
            for key in StoredFile.__table__.columns.keys()  # noqa: SIM118 - not a mapping
            if getattr(stored, key) is not None
        },
    }


def _claims(condition: ColumnElement[bool]) -> dict[uuid.UUID, list[Claim]]:
    found: dict[uuid.UUID, list[Claim]] = defaultdict(list)
    for claim in db.session.scalars(
        _of(
            condition,
            select(Claim).join(EvidenceVersion, EvidenceVersion.id == Claim.version_id),
        )
    ):
        found[claim.version_id].append(claim)
    return found


def _files(
    condition: ColumnElement[bool],
) -> dict[uuid.UUID, list[tuple[VersionFile, Upload, StoredFile]]]:
    found: dict[uuid.UUID, list[tuple[VersionFile, Upload, StoredFile]]] = defaultdict(list)
    for place, upload, stored in db.session.execute(
        _of(
            condition,
            select(VersionFile, Upload, StoredFile)
            .join(EvidenceVersion, EvidenceVersion.id == VersionFile.version_id)
            .join(Upload, Upload.id == VersionFile.upload_id)
            .join(StoredFile, StoredFile.sha256 == Upload.sha256),
        ).order_by(VersionFile.position)
    ):
        found[place.version_id].append((place, upload, stored))
    return found


def _of(condition: ColumnElement[bool], query: Select[*Columns]) -> Select[*Columns]:
    return query.join(Evidence, Evidence.id == EvidenceVersion.evidence_id).where(condition)
