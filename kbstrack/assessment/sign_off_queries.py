"""Reading sign-offs: their second signatures, renewals and reopenings."""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from kbstrack.assessment.models import (
    Countersignature,
    Renewal,
    RenewalBasis,
    Reopening,
    SignOff,
    SignOffBasis,
)
from kbstrack.assessment.standing import RenewalRow, SignOffRow
from kbstrack.db import db
from kbstrack.ledger.queries import name_then, names_then
from kbstrack.ledger.rules import What
from kbstrack.people import countersigners
from kbstrack.people.models import Enrolment


def sign_offs(enrolment_id: uuid.UUID, *, code: str | None = None) -> list[SignOffRow]:
    """Every sign-off of an enrolment, reopened ones too, in the order they were signed."""
    condition: ColumnElement[bool] = SignOff.enrolment_id == enrolment_id
    if code is not None:
        condition = and_(condition, SignOff.code == code)
    basis, renewals = _basis(condition), _renewals(condition)
    rows = db.session.execute(
        select(
            SignOff,
            name_then(What.SIGN_OFF, SignOff.id).label("name"),
            names_then(What.SIGN_OFF, SignOff.id).label("names"),
            Countersignature,
            name_then(What.COUNTERSIGNATURE, Countersignature.id).label("countersigned_by"),
            case(
                (
                    and_(
                        SignOff.needs_countersignature,
                        Countersignature.id.is_(None),
                        Reopening.sign_off_id.is_(None),
                    ),
                    countersigners.name_for(SignOff.signed_by, Enrolment.provider_id),
                )
            ).label("countersigner"),
            Reopening,
            name_then(What.REOPENING, Reopening.sign_off_id).label("reopener"),
        )
        .join(Enrolment, Enrolment.id == SignOff.enrolment_id)
        .outerjoin(Countersignature, Countersignature.sign_off_id == SignOff.id)
        .outerjoin(Reopening, Reopening.sign_off_id == SignOff.id)
        .where(condition)
        .order_by(SignOff.signed_at, SignOff.code, SignOff.round)
    )
    return [
        _sign_off_row(row, tuple(basis[row.SignOff.id]), tuple(renewals.get(row.SignOff.id, ())))
        for row in rows
    ]


def _sign_off_row(
    found: Any, basis: tuple[uuid.UUID, ...], renewals: tuple[RenewalRow, ...]
) -> SignOffRow:
    row, second, reopening = found.SignOff, found.Countersignature, found.Reopening
    return SignOffRow(
        id=row.id,
        code=row.code,
        round=row.round,
        role=row.role,
        name=found.name,
        employer=json.loads(found.names).get("employer"),
        declaration=row.declaration,
        reason=row.reason,
        signed_at=row.signed_at,
        decision_ids=renewals[-1].decision_ids if renewals else basis,
        reopened_at=reopening.reopened_at if reopening else None,
        reopened_by=found.reopener,
        reopening_reason=reopening.reason if reopening else None,
        signed_by=row.signed_by,
        proof_method=row.proof_method,
        needs_countersignature=row.needs_countersignature,
        countersigned_at=second.signed_at if second else None,
        countersigned_by=found.countersigned_by,
        countersigner=found.countersigner,
        renewals=renewals,
        signed_on_ids=basis,
    )


def _basis(condition: ColumnElement[bool]) -> dict[uuid.UUID, list[uuid.UUID]]:
    basis: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for sign_off_id, decision_id in db.session.execute(
        select(SignOffBasis.sign_off_id, SignOffBasis.decision_id)
        .join(SignOff, SignOff.id == SignOffBasis.sign_off_id)
        .where(condition)
        .order_by(SignOffBasis.sign_off_id, SignOffBasis.decision_id)
    ):
        basis[sign_off_id].append(decision_id)
    return basis


def _renewals(condition: ColumnElement[bool]) -> dict[uuid.UUID, list[RenewalRow]]:
    basis: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    found: dict[uuid.UUID, list[RenewalRow]] = defaultdict(list)
    for row, decision_id, name in db.session.execute(
        select(Renewal, RenewalBasis.decision_id, name_then(What.RENEWAL, Renewal.id))
        .join(SignOff, SignOff.id == Renewal.sign_off_id)
        .outerjoin(RenewalBasis, RenewalBasis.renewal_id == Renewal.id)
        .where(condition)
        .order_by(Renewal.sign_off_id, Renewal.number, RenewalBasis.decision_id)
    ):
        if row.id not in basis:
            found[row.sign_off_id].append(_renewal_row(row, name))
        if decision_id is not None:
            basis[row.id].append(decision_id)
        basis.setdefault(row.id, [])
    return {
        key: [replace(row, decision_ids=tuple(basis[row.id])) for row in rows]
        for key, rows in found.items()
    }


def _renewal_row(row: Renewal, name: str) -> RenewalRow:
    return RenewalRow(
        id=row.id,
        number=row.number,
        name=name,
        declaration=row.declaration,
        reason=row.reason,
        signed_at=row.signed_at,
        decision_ids=(),
    )


def count_met(enrolment_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, int]:
    """How many KSBs of each enrolment are met now; those with none are left out.

    A sign-off that waits for a countersignature does not count.
    """
    rows = db.session.execute(
        select(SignOff.enrolment_id, func.count())
        .outerjoin(Reopening, Reopening.sign_off_id == SignOff.id)
        .outerjoin(Countersignature, Countersignature.sign_off_id == SignOff.id)
        .where(
            SignOff.enrolment_id.in_(enrolment_ids),
            Reopening.sign_off_id.is_(None),
            or_(~SignOff.needs_countersignature, Countersignature.id.is_not(None)),
        )
        .group_by(SignOff.enrolment_id)
    )
    return {key: value for key, value in rows}
