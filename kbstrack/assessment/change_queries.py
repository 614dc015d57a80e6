"""Reading sign-offs that stand on something that was changed since."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, union
from sqlalchemy.orm import aliased

from kbstrack.assessment import queries
from kbstrack.assessment.changes import Change, changes_since
from kbstrack.assessment.models import (
    Decision,
    DecisionReopening,
    Renewal,
    RenewalBasis,
    Reopening,
    SignOff,
    SignOffBasis,
)
from kbstrack.assessment.rules import in_order
from kbstrack.db import db
from kbstrack.evidence.models import Evidence, EvidenceVersion, Withdrawal
from kbstrack.people.enrolment_queries import member_is
from kbstrack.people.models import Enrolment, Member


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A sign-off that stands, with what was changed under it; `role` is who may confirm it."""

    enrolment_id: uuid.UUID
    apprentice: str
    code: str
    role: str
    signed_at: datetime
    changes: tuple[Change, ...]

    @property
    def is_waiting(self) -> bool:
        """Whether something has to be decided before it can be confirmed."""
        return any(change.is_waiting for change in self.changes)


def changed_sign_offs(enrolment_ids: Collection[uuid.UUID]) -> list[ChangedRow]:
    """The sign-offs of these enrolments under which something was changed, by name and KSB."""
    if not enrolment_ids:
        return []
    basis: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    pieces: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for sign_off_id, decision_id, evidence_id in db.session.execute(_changed(enrolment_ids)):
        basis[sign_off_id].append(decision_id)
        pieces[sign_off_id].add(evidence_id)
    if not basis:
        return []
    claims = queries.claims_where(
        Evidence.id.in_({key for keys in pieces.values() for key in keys})
    )
    rows = [
        ChangedRow(
            enrolment_id=signed.enrolment_id,
            apprentice=apprentice,
            code=signed.code,
            role=signed.role,
            signed_at=signed.signed_at,
            changes=changes_since(
                (claim for claim in claims if claim.evidence_id in pieces[signed.id]),
                basis[signed.id],
            ),
        )
        for signed, apprentice in db.session.execute(
            select(SignOff, Member.name)
            .join(Enrolment, Enrolment.id == SignOff.enrolment_id)
            .join(Member, member_is(Member, Enrolment.apprentice_id))
            .where(SignOff.id.in_(basis))
        )
    ]
    places = {code: place for place, code in enumerate(in_order({row.code for row in rows}))}
    rows.sort(key=lambda row: (row.apprentice, row.enrolment_id, places[row.code]))
    return rows


def _changed(enrolment_ids: Collection[uuid.UUID]) -> Select[uuid.UUID, uuid.UUID, uuid.UUID]:
    """What sign-offs that stand rest on, as far as it is not as it was: with sign-off and piece."""
    rests_on = _rests_on(enrolment_ids).subquery()
    later, withdrawal = aliased(EvidenceVersion), aliased(Withdrawal)
    has_later = exists().where(
        later.evidence_id == EvidenceVersion.evidence_id,
        later.number > EvidenceVersion.number,
        ~exists().where(withdrawal.version_id == later.id),
    )
    is_taken_back = exists().where(DecisionReopening.decision_id == Decision.id)
    return (
        select(rests_on.c.sign_off_id, Decision.id, EvidenceVersion.evidence_id)
        .join_from(rests_on, Decision, Decision.id == rests_on.c.decision_id)
        .join(EvidenceVersion, EvidenceVersion.id == Decision.version_id)
        .where(or_(has_later, is_taken_back))
        .order_by(rests_on.c.sign_off_id, Decision.id)
    )


def _rests_on(enrolment_ids: Collection[uuid.UUID]) -> Any:
    """What each sign-off that stands rests on: on its own basis, or on its last renewal's."""
    renewal, later = aliased(Renewal), aliased(Renewal)
    stands: ColumnElement[bool] = and_(
        SignOff.enrolment_id.in_(enrolment_ids),
        ~exists().where(Reopening.sign_off_id == SignOff.id),
    )
    return union(
        select(SignOffBasis.sign_off_id, SignOffBasis.decision_id)
        .join(SignOff, SignOff.id == SignOffBasis.sign_off_id)
        .where(stands, ~exists().where(renewal.sign_off_id == SignOff.id)),
        select(Renewal.sign_off_id, RenewalBasis.decision_id)
        .join(RenewalBasis, RenewalBasis.renewal_id == Renewal.id)
        .join(SignOff, SignOff.id == Renewal.sign_off_id)
        .where(
            stands,
            ~exists().where(later.sign_off_id == SignOff.id, later.number > Renewal.number),
        ),
    )
