"""Reading what waits for a second signature: for whom it waits, restricted in the query."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, select
from sqlalchemy.orm import aliased

from kbstrack.access import Actor, Role
from kbstrack.assessment.models import (
    Countersignature,
    Decision,
    DecisionReopening,
    Reopening,
    SignOff,
)
from kbstrack.assessment.rules import in_order
from kbstrack.db import db
from kbstrack.evidence.models import Evidence, EvidenceVersion, Withdrawal
from kbstrack.people.enrolment_queries import member_is
from kbstrack.people.models import Enrolment, Member, MemberRole


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """What waits for one countersigner: the decisions on one piece, or one sign-off.

    A sign-off has no piece: `evidence_id` is None, and `codes` is its KSB.
    """

    enrolment_id: uuid.UUID
    apprentice: str
    assessor: str
    evidence_id: uuid.UUID | None
    evidence_number: int
    version_number: int
    title: str
    codes: tuple[str, ...]
    since: datetime


def waiting(actor: Actor) -> list[WaitingRow]:
    """What waits for this countersigner: whoever waits longest first, each oldest first."""
    providers = actor.providers_as(Role.ASSESSOR)
    if not providers:
        return []
    rows = _decided(actor) + _signed(actor)
    rows.sort(key=lambda row: (row.since, row.evidence_number, row.codes))
    first: dict[uuid.UUID, int] = {}
    for position, row in enumerate(rows):
        first.setdefault(row.enrolment_id, position)
    return sorted(rows, key=lambda row: first[row.enrolment_id])


def count_waiting(enrolment_ids: Collection[uuid.UUID]) -> Counter[uuid.UUID]:
    """How many decisions and sign-offs of each enrolment wait for a countersignature."""
    return Counter(
        enrolment_id
        for query in (_decisions(Enrolment.id), _sign_offs(Enrolment.id))
        for enrolment_id in db.session.scalars(query.where(Enrolment.id.in_(enrolment_ids)))
    )


def waits_of(provider_id: uuid.UUID, assessor_id: uuid.UUID) -> bool:
    """Whether anything that this assessor decided in a running enrolment still waits."""
    conditions = (Enrolment.provider_id == provider_id, Enrolment.ended_on.is_(None))
    decided = _decisions(Decision.id).where(*conditions, Decision.decided_by == assessor_id)
    signed = _sign_offs(SignOff.id).where(*conditions, SignOff.signed_by == assessor_id)
    return any(db.session.scalar(query.limit(1)) is not None for query in (decided, signed))


def waits() -> ColumnElement[bool]:
    """Whether a decision still needs a second signature; that it was overtaken is not asked."""
    return and_(
        Decision.needs_countersignature,
        ~exists().where(DecisionReopening.decision_id == Decision.id),
        ~exists().where(Countersignature.decision_id == Decision.id),
    )


def _decided(actor: Actor) -> list[WaitingRow]:
    apprentice, assessor = aliased(Member), aliased(Member)
    rows = db.session.execute(
        _decisions(
            Enrolment.id.label("enrolment_id"),
            apprentice.name.label("apprentice"),
            assessor.name.label("assessor"),
            Evidence.id.label("evidence_id"),
            Evidence.number.label("number"),
            EvidenceVersion.number.label("version_number"),
            EvidenceVersion.title,
            Decision.code,
            Decision.decided_at,
        )
        .join(apprentice, member_is(apprentice, Enrolment.apprentice_id))
        .join(assessor, member_is(assessor, Decision.decided_by))
        .where(_is_theirs(actor, assessor, Decision.decided_by))
        .order_by(Decision.decided_at, Decision.id)
    )
    found: dict[uuid.UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.evidence_id, []).append(row)
    return [
        WaitingRow(
            enrolment_id=same[0].enrolment_id,
            apprentice=same[0].apprentice,
            assessor=same[0].assessor,
            evidence_id=evidence_id,
            evidence_number=same[0].number or 0,
            version_number=same[0].version_number,
            title=same[0].title,
            codes=tuple(in_order(row.code for row in same)),
            since=same[0].decided_at,
        )
        for evidence_id, same in found.items()
    ]


def _signed(actor: Actor) -> list[WaitingRow]:
    apprentice, assessor = aliased(Member), aliased(Member)
    rows = db.session.execute(
        _sign_offs(
            Enrolment.id.label("enrolment_id"),
            apprentice.name.label("apprentice"),
            assessor.name.label("assessor"),
            SignOff.code,
            SignOff.signed_at,
        )
        .join(apprentice, member_is(apprentice, Enrolment.apprentice_id))
        .join(assessor, member_is(assessor, SignOff.signed_by))
        .where(_is_theirs(actor, assessor, SignOff.signed_by))
        .order_by(SignOff.signed_at, SignOff.id)
    )
    return [
        WaitingRow(
            enrolment_id=row.enrolment_id,
            apprentice=row.apprentice,
            assessor=row.assessor,
            evidence_id=None,
            evidence_number=0,
            version_number=0,
            title="",
            codes=(row.code,),
            since=row.signed_at,
        )
        for row in rows
    ]


def _decisions(*columns: Any) -> Select[Any]:
    """The decisions that wait: on the version of a piece that counts."""
    later, taken_back = aliased(EvidenceVersion), aliased(Withdrawal)
    query: Select[Any] = (
        select(*columns)
        .select_from(Decision)
        .join(EvidenceVersion, EvidenceVersion.id == Decision.version_id)
        .join(Evidence, Evidence.id == EvidenceVersion.evidence_id)
        .join(Enrolment, Enrolment.id == Evidence.enrolment_id)
        .where(
            waits(),
            ~exists().where(
                later.evidence_id == Evidence.id,
                later.number > EvidenceVersion.number,
                ~exists().where(taken_back.version_id == later.id),
            ),
        )
    )
    return query


def _sign_offs(*columns: Any) -> Select[Any]:
    """The sign-offs that wait."""
    query: Select[Any] = (
        select(*columns)
        .select_from(SignOff)
        .join(Enrolment, Enrolment.id == SignOff.enrolment_id)
        .where(
            SignOff.needs_countersignature,
            ~exists().where(Reopening.sign_off_id == SignOff.id),
            ~exists().where(Countersignature.sign_off_id == SignOff.id),
        )
    )
    return query


def _is_theirs(actor: Actor, assessor: type[Member], signed_by: Any) -> ColumnElement[bool]:
    """What `access.is_countersigner` says, for this assessor, in a running enrolment."""
    return and_(
        Enrolment.provider_id.in_(list(actor.providers_as(Role.ASSESSOR))),
        Enrolment.apprentice_id != actor.person_id,
        Enrolment.ended_on.is_(None),
        signed_by != actor.person_id,
        exists().where(
            MemberRole.member_id == assessor.id,
            MemberRole.role == Role.ASSESSOR,
            MemberRole.countersigner_id == actor.person_id,
        ),
    )
