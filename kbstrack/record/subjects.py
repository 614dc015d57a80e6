"""Which rows a history is about: those of one piece, those of one KSB."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, or_, select, union_all

from kbstrack.assessment.models import Countersignature, Decision, Renewal, SignOff
from kbstrack.confirmation.models import (
    Confirmation,
    Request,
    RequestReminder,
    WitnessStatement,
)
from kbstrack.evidence.models import Claim, Evidence, EvidenceVersion
from kbstrack.quality.models import IqaOutcome, IqaReply, Sample

Ids = Select[Any]


def of_piece(evidence_id: uuid.UUID) -> Any:
    """The ids of all rows that tell of a piece; a subquery of one column."""
    versions = select(EvidenceVersion.id).where(EvidenceVersion.evidence_id == evidence_id)
    decisions = select(Decision.id).where(Decision.version_id.in_(versions))
    return union_all(versions, decisions, *_on_decisions(decisions), *_on_versions(versions))


def of_ksb(enrolment_id: uuid.UUID, code: str) -> Any:
    """The ids of all rows that tell of a KSB of an enrolment; a subquery of one column."""
    versions = (
        select(Claim.version_id)
        .join(EvidenceVersion, EvidenceVersion.id == Claim.version_id)
        .join(Evidence, Evidence.id == EvidenceVersion.evidence_id)
        .where(Evidence.enrolment_id == enrolment_id, Claim.code == code)
    )
    decisions = select(Decision.id).where(Decision.version_id.in_(versions), Decision.code == code)
    signed = select(SignOff.id).where(SignOff.enrolment_id == enrolment_id, SignOff.code == code)
    return union_all(
        versions,
        decisions,
        signed,
        select(Renewal.id).where(Renewal.sign_off_id.in_(signed)),
        *_on_decisions(decisions, or_(Countersignature.sign_off_id.in_(signed))),
        *_on_versions(versions),
    )


def unjudged_samples() -> Ids:
    """The ids of samples of which the assessor does not learn yet."""
    return select(Sample.id).where(~exists().where(IqaOutcome.sample_id == Sample.id))


def _on_decisions(decisions: Ids, *others: ColumnElement[bool]) -> list[Ids]:
    """Rows that rest on these decisions and have an id of their own."""
    return [
        select(Countersignature.id).where(
            or_(Countersignature.decision_id.in_(decisions), *others)
        ),
        select(Sample.id).where(Sample.decision_id.in_(decisions)),
        select(IqaReply.id)
        .join(Sample, Sample.id == IqaReply.sample_id)
        .where(Sample.decision_id.in_(decisions)),
    ]


def _on_versions(versions: Ids) -> list[Ids]:
    """Rows that rest on these versions and have an id of their own."""
    found = [
        select(model.id).where(model.version_id.in_(versions))
        for model in (Request, Confirmation, WitnessStatement)
    ]
    return [*found, select(RequestReminder.id).where(RequestReminder.request_id.in_(found[0]))]
