"""Reading evidence: drafts, versions and files as frozen rows."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from kbstrack.db import db
from kbstrack.errors import NotFound
from kbstrack.evidence.file_queries import FileRow, file_row
from kbstrack.evidence.models import (
    Claim,
    Draft,
    DraftClaim,
    DraftFile,
    Evidence,
    EvidenceVersion,
    StoredFile,
    Upload,
    VersionFile,
    Withdrawal,
)
from kbstrack.evidence.rules import ClaimText, EvidenceKind, EvidenceText
from kbstrack.people.enrolment_queries import NOT_HERE
from kbstrack.standards.rules import natural_key


@dataclass(frozen=True, slots=True)
class DraftRow:
    """What the apprentice is writing."""

    text: EvidenceText
    files: tuple[FileRow, ...]
    saved_at: datetime
    revision: int


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A submitted state with its claims and files; `withdrawn_at` when it was taken back."""

    id: uuid.UUID
    evidence_id: uuid.UUID
    number: int
    text: EvidenceText
    files: tuple[FileRow, ...]
    sha256: str
    submitted_by: uuid.UUID
    submitted_at: datetime
    declaration: str
    withdrawn_at: datetime | None
    withdrawal_reason: str | None


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A piece of evidence with its draft, if any, and its versions, the first one first."""

    id: uuid.UUID
    enrolment_id: uuid.UUID
    number: int | None
    created_at: datetime
    draft: DraftRow | None
    versions: tuple[VersionRow, ...]

    @property
    def latest(self) -> VersionRow | None:
        """The version submitted last."""
        return self.versions[-1] if self.versions else None

    @property
    def current(self) -> VersionRow | None:
        """The version that counts: the last one that was not withdrawn, else the last one."""
        standing = [version for version in self.versions if version.withdrawn_at is None]
        return standing[-1] if standing else self.latest

    @property
    def title(self) -> str:
        """The current title: the submitted one, or the draft's before the first submission."""
        if self.current is not None:
            return self.current.text.title
        return self.draft.text.title if self.draft else ""

    def version(self, number: int) -> VersionRow:
        """Raises NotFound."""
        for version in self.versions:
            if version.number == number:
                return version
        raise NotFound(NOT_HERE)


def enrolment_of(evidence_id: uuid.UUID) -> uuid.UUID:
    """The enrolment a piece belongs to. Raises NotFound."""
    found = db.session.scalar(select(Evidence.enrolment_id).where(Evidence.id == evidence_id))
    if found is None:
        raise NotFound(NOT_HERE)
    return found


def label_of(evidence_id: uuid.UUID) -> str:
    """`E3`, or "a draft" before the first submission. Raises NotFound."""
    found = db.session.execute(select(Evidence.number).where(Evidence.id == evidence_id)).first()
    if found is None:
        raise NotFound(NOT_HERE)
    return f"E{found.number}" if found.number else "a draft"


def evidence(evidence_id: uuid.UUID) -> EvidenceRow:
    """Raises NotFound."""
    rows = _pieces(Evidence.id == evidence_id)
    if not rows:
        raise NotFound(NOT_HERE)
    return rows[0]


def evidence_of(enrolment_id: uuid.UUID) -> list[EvidenceRow]:
    """All pieces of an enrolment, numbered ones first and in order; drafts as they were begun."""
    rows = _pieces(Evidence.enrolment_id == enrolment_id)
    return sorted(rows, key=lambda row: (row.number is None, row.number or 0, row.created_at))


def _pieces(condition: ColumnElement[bool]) -> list[EvidenceRow]:
    pieces = db.session.scalars(select(Evidence).where(condition)).all()
    drafts, versions = _drafts(condition), _versions(condition)
    return [
        EvidenceRow(
            id=row.id,
            enrolment_id=row.enrolment_id,
            number=row.number,
            created_at=row.created_at,
            draft=drafts.get(row.id),
            versions=tuple(versions[row.id]),
        )
        for row in pieces
    ]


def _drafts(condition: ColumnElement[bool]) -> dict[uuid.UUID, DraftRow]:
    claims: dict[uuid.UUID, list[ClaimText]] = defaultdict(list)
    for claim in db.session.scalars(
        select(DraftClaim).join(Evidence, Evidence.id == DraftClaim.evidence_id).where(condition)
    ):
        claims[claim.evidence_id].append(ClaimText(claim.code, claim.rationale, claim.locator))
    files: dict[uuid.UUID, list[FileRow]] = defaultdict(list)
    for evidence_id, caption, given, stored in db.session.execute(
        select(DraftFile.evidence_id, DraftFile.caption, Upload, StoredFile)
        .join(Evidence, Evidence.id == DraftFile.evidence_id)
        .join(Upload, Upload.id == DraftFile.upload_id)
        .join(StoredFile, StoredFile.sha256 == Upload.sha256)
        .where(condition)
        .order_by(DraftFile.evidence_id, DraftFile.position)
    ):
        files[evidence_id].append(file_row(given, stored, caption))
    rows = db.session.scalars(
        select(Draft)
        .join(Evidence, Evidence.id == Draft.evidence_id)
        .where(condition)
        .execution_options(populate_existing=True)
    )
    return {
        row.evidence_id: DraftRow(
            text=_text(row, claims[row.evidence_id]),
            files=tuple(files[row.evidence_id]),
            saved_at=row.saved_at,
            revision=row.revision,
        )
        for row in rows
    }


def _versions(condition: ColumnElement[bool]) -> dict[uuid.UUID, list[VersionRow]]:
    claims: dict[uuid.UUID, list[ClaimText]] = defaultdict(list)
    for claim in db.session.scalars(
        select(Claim)
        .join(EvidenceVersion, EvidenceVersion.id == Claim.version_id)
        .join(Evidence, Evidence.id == EvidenceVersion.evidence_id)
        .where(condition)
    ):
        claims[claim.version_id].append(ClaimText(claim.code, claim.rationale, claim.locator))
    files: dict[uuid.UUID, list[FileRow]] = defaultdict(list)
    for version_id, caption, given, stored in db.session.execute(
        select(VersionFile.version_id, VersionFile.caption, Upload, StoredFile)
        .join(EvidenceVersion, EvidenceVersion.id == VersionFile.version_id)
        .join(Evidence, Evidence.id == EvidenceVersion.evidence_id)
        .join(Upload, Upload.id == VersionFile.upload_id)
        .join(StoredFile, StoredFile.sha256 == Upload.sha256)
        .where(condition)
        .order_by(VersionFile.version_id, VersionFile.position)
    ):
        files[version_id].append(file_row(given, stored, caption))
    versions: dict[uuid.UUID, list[VersionRow]] = defaultdict(list)
    for row, withdrawal in db.session.execute(
        select(EvidenceVersion, Withdrawal)
        .join(Evidence, Evidence.id == EvidenceVersion.evidence_id)
        .outerjoin(Withdrawal, Withdrawal.version_id == EvidenceVersion.id)
        .where(condition)
        .order_by(EvidenceVersion.evidence_id, EvidenceVersion.number)
    ):
        versions[row.evidence_id].append(
            _version_row(row, withdrawal, claims[row.id], files[row.id])
        )
    return versions


def _version_row(
    row: EvidenceVersion,
    withdrawal: Withdrawal | None,
    claims: list[ClaimText],
    files: list[FileRow],
) -> VersionRow:
    return VersionRow(
        id=row.id,
        evidence_id=row.evidence_id,
        number=row.number,
        text=_text(row, claims),
        files=tuple(files),
        sha256=row.sha256,
        submitted_by=row.submitted_by,
        submitted_at=row.submitted_at,
        declaration=row.declaration,
        withdrawn_at=withdrawal.withdrawn_at if withdrawal else None,
        withdrawal_reason=withdrawal.reason if withdrawal else None,
    )


def _text(row: Draft | EvidenceVersion, claims: list[ClaimText]) -> EvidenceText:
    return EvidenceText(
        title=row.title,
        kind=EvidenceKind(row.kind) if row.kind else None,
        first_on=row.first_on,
        last_on=row.last_on,
        description=row.description,
        claims=tuple(sorted(claims, key=lambda claim: natural_key(claim.code))),
    )
