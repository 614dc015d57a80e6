"""Who put their name to what rests on a decision, and who took it or that back again."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Subquery, select, union_all

from kbstrack.assessment.models import (
    DecisionReopening,
    Renewal,
    RenewalBasis,
    Reopening,
    SignOff,
    SignOffBasis,
)
from kbstrack.db import db
from kbstrack.quality.models import IqaReply


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


def answerers(sample_id: uuid.UUID, decision_id: uuid.UUID, *, since: datetime) -> set[uuid.UUID]:
    """Whoever wrote an answer, or took back the decision or a sign-off on it since then."""
    back = taken_back()
    wrote = select(IqaReply.replied_by).where(IqaReply.sample_id == sample_id)
    took = select(back.c.person_id).where(back.c.decision_id == decision_id, back.c.at >= since)
    return {*db.session.scalars(wrote), *db.session.scalars(took)}
