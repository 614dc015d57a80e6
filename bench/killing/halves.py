"""What must never be in a record, whoever wrote it: halves."""

from __future__ import annotations

from sqlalchemy import Select, func, select

from kbstrack.assessment.models import Decision, SignOff, SignOffBasis
from kbstrack.db import db
from kbstrack.evidence.models import Claim, Draft, Evidence, EvidenceVersion, StoredFile, Upload


def halves() -> list[str]:
    """A line for each kind of half there is; the people of this benchmark claim and sign whole."""
    found = {what: db.session.scalar(asked) for what, asked in _questions().items()}
    return [f"{count} × {what}" for what, count in found.items() if count]


def _questions() -> dict[str, Select[tuple[int]]]:
    claims = select(func.count()).where(Claim.version_id == EvidenceVersion.id).scalar_subquery()
    decisions = (
        select(func.count()).where(Decision.version_id == EvidenceVersion.id).scalar_subquery()
    )
    versions = select(func.count()).select_from(EvidenceVersion)
    has_draft = select(Draft.evidence_id).where(Draft.evidence_id == Evidence.id).exists()
    has_version = (
        select(EvidenceVersion.id).where(EvidenceVersion.evidence_id == Evidence.id).exists()
    )
    has_basis = (
        select(SignOffBasis.decision_id).where(SignOffBasis.sign_off_id == SignOff.id).exists()
    )
    has_facts = select(StoredFile.sha256).where(StoredFile.sha256 == Upload.sha256).exists()
    return {
        "a version without claims": versions.where(claims == 0),
        "a version decided on in part": versions.where(decisions > 0, decisions != claims),
        "a piece without draft and version": select(func.count())
        .select_from(Evidence)
        .where(~has_draft, ~has_version),
        "a draft beside a version of these people": select(func.count())
        .select_from(Evidence)
        .where(has_draft, has_version),
        "a sign-off that rests on nothing": select(func.count())
        .select_from(SignOff)
        .where(~has_basis),
        "an upload of unknown bytes": select(func.count()).select_from(Upload).where(~has_facts),
    }
