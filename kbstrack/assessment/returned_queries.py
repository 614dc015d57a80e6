"""Reading sign-offs that a countersigner sent back, until they are signed off again."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from kbstrack.assessment.models import Countersignature, Reopening, SignOff
from kbstrack.db import db
from kbstrack.ledger.queries import name_then
from kbstrack.ledger.rules import What
from kbstrack.people.enrolment_queries import member_is
from kbstrack.people.models import Enrolment, Member


@dataclass(frozen=True, slots=True)
class ReturnedRow:
    """A sign-off that came back: from whom, when and why."""

    enrolment_id: uuid.UUID
    apprentice: str
    code: str
    returned_by: str
    returned_at: datetime
    reason: str


def returned_sign_offs(
    enrolment_ids: Collection[uuid.UUID], *, assessor_id: uuid.UUID
) -> list[ReturnedRow]:
    """What came back to this assessor of these enrolments, the longest ago first.

    It was reopened by somebody else before it was countersigned, and nobody signed it since.
    """
    later = aliased(SignOff)
    rows = db.session.execute(
        select(
            SignOff.enrolment_id,
            Member.name.label("apprentice"),
            SignOff.code,
            name_then(What.REOPENING, Reopening.sign_off_id).label("returned_by"),
            Reopening.reopened_at.label("returned_at"),
            Reopening.reason,
        )
        .join(Reopening, Reopening.sign_off_id == SignOff.id)
        .join(Enrolment, Enrolment.id == SignOff.enrolment_id)
        .join(Member, member_is(Member, Enrolment.apprentice_id))
        .where(
            SignOff.enrolment_id.in_(enrolment_ids),
            SignOff.needs_countersignature,
            Reopening.reopened_by.not_in([SignOff.signed_by, assessor_id]),
            ~exists().where(Countersignature.sign_off_id == SignOff.id),
            ~exists().where(
                later.enrolment_id == SignOff.enrolment_id,
                later.code == SignOff.code,
                later.round > SignOff.round,
            ),
        )
        .order_by(Reopening.reopened_at, SignOff.id)
    )
    return [ReturnedRow(**row._mapping) for row in rows]
