"""Reading sign-offs and their reopenings."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, select
from sqlalchemy.orm import aliased

from kbstrack.assessment.models import Reopening, SignOff, SignOffBasis
from kbstrack.assessment.standing import SignOffRow
from kbstrack.db import db
from kbstrack.people.enrolment_queries import member_is
from kbstrack.people.models import Employer, EmployerAssignment, Enrolment, Member


def sign_offs(enrolment_id: uuid.UUID, *, code: str | None = None) -> list[SignOffRow]:
    """Every sign-off of an enrolment, reopened ones too, in the order they were signed."""
    signer, reopener = aliased(Member), aliased(Member)
    condition: ColumnElement[bool] = SignOff.enrolment_id == enrolment_id
    if code is not None:
        condition = and_(condition, SignOff.code == code)
    basis: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for sign_off_id, decision_id in db.session.execute(
        select(SignOffBasis.sign_off_id, SignOffBasis.decision_id)
        .join(SignOff, SignOff.id == SignOffBasis.sign_off_id)
        .where(condition)
        .order_by(SignOffBasis.sign_off_id, SignOffBasis.decision_id)
    ):
        basis[sign_off_id].append(decision_id)
    rows = db.session.execute(
        select(SignOff, signer.name, _employer_then(), Reopening, reopener.name)
        .join(Enrolment, Enrolment.id == SignOff.enrolment_id)
        .join(signer, member_is(signer, SignOff.signed_by))
        .outerjoin(Reopening, Reopening.sign_off_id == SignOff.id)
        .outerjoin(reopener, member_is(reopener, Reopening.reopened_by))
        .where(condition)
        .order_by(SignOff.signed_at, SignOff.code, SignOff.round)
    )
    return [
        SignOffRow(
            id=row.id,
            code=row.code,
            round=row.round,
            role=row.role,
            name=name,
            employer=employer,
            declaration=row.declaration,
            reason=row.reason,
            signed_at=row.signed_at,
            decision_ids=tuple(basis[row.id]),
            reopened_at=reopening.reopened_at if reopening else None,
            reopened_by=reopened_by,
            reopening_reason=reopening.reason if reopening else None,
        )
        for row, name, employer, reopening, reopened_by in rows
    ]


def _employer_then() -> ScalarSelect[str]:
    """For whom a line manager stood beside the enrolment when they signed."""
    return (
        select(Employer.name)
        .join(EmployerAssignment, EmployerAssignment.employer_id == Employer.id)
        .where(
            EmployerAssignment.enrolment_id == SignOff.enrolment_id,
            EmployerAssignment.line_manager_id == SignOff.signed_by,
            EmployerAssignment.assigned_at <= SignOff.signed_at,
        )
        .order_by(EmployerAssignment.assigned_at.desc())
        .limit(1)
        .correlate(SignOff)
        .scalar_subquery()
    )


def count_met(enrolment_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, int]:
    """How many KSBs of each enrolment are signed off now; those with none are left out."""
    rows = db.session.execute(
        select(SignOff.enrolment_id, func.count())
        .outerjoin(Reopening, Reopening.sign_off_id == SignOff.id)
        .where(SignOff.enrolment_id.in_(enrolment_ids), Reopening.sign_off_id.is_(None))
        .group_by(SignOff.enrolment_id)
    )
    return {key: value for key, value in rows}
