"""Who put their name to what rests on a decision or came after it, and who took any of it back."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Subquery, or_, select, union, union_all

from kbstrack.assessment.models import (
    Countersignature,
    Decision,
    DecisionReopening,
    Renewal,
    RenewalBasis,
    Reopening,
    SignOff,
    SignOffBasis,
)
from kbstrack.db import db
from kbstrack.evidence.models import EvidenceVersion
from kbstrack.quality.models import IqaReply

People = frozenset[uuid.UUID]


def resting() -> Subquery:
    """Each signature on a KSB with each decision that it rests on: a sign-off's, or its renewal's.

    Columns `decision_id`, `sign_off_id`, `person_id`, `at`.
    """
    signed = select(
        SignOffBasis.decision_id,
        SignOff.id.label("sign_off_id"),
        SignOff.signed_by.label("person_id"),
        SignOff.signed_at.label("at"),
    ).join(SignOff, SignOff.id == SignOffBasis.sign_off_id)
    renewed = select(
        RenewalBasis.decision_id, Renewal.sign_off_id, Renewal.signed_by, Renewal.signed_at
    ).join(Renewal, Renewal.id == RenewalBasis.renewal_id)
    return union_all(signed, renewed).subquery("resting")


def signers(*, until: datetime | None = None) -> Subquery:
    """Who signed what rests on a decision, or countersigned that; up to a moment, or ever.

    Columns `decision_id`, `person_id`.
    """
    signed = resting()
    first = select(signed.c.decision_id, signed.c.person_id)
    second = select(signed.c.decision_id, Countersignature.signed_by).join_from(
        signed, Countersignature, Countersignature.sign_off_id == signed.c.sign_off_id
    )
    if until is not None:
        first = first.where(signed.c.at <= until)
        second = second.where(Countersignature.signed_at <= until)
    return union(first, second).subquery("signers")


def signers_of(decision_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Who signed what rests on this decision, or countersigned that."""
    found = signers()
    query = select(found.c.person_id).where(found.c.decision_id == decision_id)
    return frozenset(db.session.scalars(query))


def taken_back() -> Subquery:
    """Each time a decision, or a sign-off that rests on it, was taken back.

    Columns `decision_id`, `person_id`, `at`.
    """
    signed = resting()
    itself = select(
        DecisionReopening.decision_id,
        DecisionReopening.reopened_by.label("person_id"),
        DecisionReopening.reopened_at.label("at"),
    )
    sign_off = select(signed.c.decision_id, Reopening.reopened_by, Reopening.reopened_at).join_from(
        signed, Reopening, Reopening.sign_off_id == signed.c.sign_off_id
    )
    return union_all(itself, sign_off).subquery("taken_back")


def answerers(sample_id: uuid.UUID, decision_id: uuid.UUID, *, since: datetime) -> People:
    """Whoever wrote an answer, or took back the decision or a sign-off on it since then."""
    back = taken_back()
    return _people(
        select(IqaReply.replied_by).where(IqaReply.sample_id == sample_id),
        select(back.c.person_id).where(back.c.decision_id == decision_id, back.c.at >= since),
    )


def followers(
    evidence_id: uuid.UUID, enrolment_id: uuid.UUID, code: str, *, since: datetime
) -> People:
    """Whoever decided on this KSB of this piece since then, or signed the KSB off or renewed that;
    and whoever countersigned any of it."""
    of_piece = select(EvidenceVersion.id).where(EvidenceVersion.evidence_id == evidence_id)
    decided = select(Decision).where(Decision.version_id.in_(of_piece), Decision.code == code)
    signed = select(SignOff).where(SignOff.enrolment_id == enrolment_id, SignOff.code == code)
    sign_off_ids = signed.with_only_columns(SignOff.id)
    return _people(
        decided.with_only_columns(Decision.decided_by).where(Decision.decided_at >= since),
        signed.with_only_columns(SignOff.signed_by).where(SignOff.signed_at >= since),
        select(Renewal.signed_by).where(
            Renewal.sign_off_id.in_(sign_off_ids), Renewal.signed_at >= since
        ),
        select(Countersignature.signed_by).where(
            or_(
                Countersignature.decision_id.in_(decided.with_only_columns(Decision.id)),
                Countersignature.sign_off_id.in_(sign_off_ids),
            ),
            Countersignature.signed_at >= since,
        ),
    )


def _people(*queries: Select[Any]) -> People:
    return frozenset(db.session.scalars(union(*queries)))
