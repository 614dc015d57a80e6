"""Which decisions can be added to a plan by hand."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select

from kbstrack import access
from kbstrack.access import Action, Actor, ProviderScope
from kbstrack.assessment.models import Countersignature, Decision
from kbstrack.assessment.rules import Outcome, in_order
from kbstrack.db import db
from kbstrack.errors import NotFound
from kbstrack.evidence.models import Evidence, EvidenceVersion
from kbstrack.ledger.queries import name_then
from kbstrack.ledger.rules import What
from kbstrack.people.enrolment_queries import NOT_HERE, member_is
from kbstrack.people.models import Enrolment, Member
from kbstrack.quality import plan_queries, signatures
from kbstrack.quality.models import Sample
from kbstrack.quality.plan_queries import PlanRow


@dataclass(frozen=True, slots=True)
class Candidate:
    """A decision that the plan has not got yet."""

    decision_id: uuid.UUID
    enrolment_id: uuid.UUID
    apprentice: str
    evidence_id: uuid.UUID
    evidence_number: int
    title: str
    version_number: int
    code: str
    outcome: Outcome
    assessor: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Candidates:
    """One page of them, the latest first, and what they can be narrowed to."""

    plan: PlanRow
    rows: tuple[Candidate, ...]
    count: int
    apprentices: tuple[tuple[str, str], ...]
    codes: tuple[str, ...]


def see_candidates(
    actor: Actor,
    plan_id: uuid.UUID,
    *,
    enrolment_id: uuid.UUID | None = None,
    code: str = "",
    most: int,
    skip: int = 0,
) -> Candidates:
    """Decisions that this person could add to a plan by hand. Raises NotFound, NotAllowed."""
    plan = _plan(actor, plan_id)
    open_to = _open_to(actor, plan)
    condition = open_to
    if enrolment_id is not None:
        condition = and_(condition, Evidence.enrolment_id == enrolment_id)
    if code:
        condition = and_(condition, Decision.code == code)
    count = db.session.scalar(_joined(select(func.count())).where(condition)) or 0
    apprentices = db.session.execute(
        _joined(select(Enrolment.id, Member.name)).where(open_to).distinct().order_by(Member.name)
    )
    return Candidates(
        plan=plan,
        rows=tuple(_candidates(condition, most=most, skip=min(skip, max(0, count - 1)))),
        count=count,
        apprentices=tuple((str(id_), name) for id_, name in apprentices),
        codes=tuple(
            in_order(db.session.scalars(_joined(select(Decision.code)).where(open_to).distinct()))
        ),
    )


def see_candidate(
    actor: Actor, plan_id: uuid.UUID, decision_id: uuid.UUID
) -> tuple[PlanRow, Candidate]:
    """One of them, also when the plan has got it meanwhile. Raises NotFound, NotAllowed."""
    plan = _plan(actor, plan_id)
    condition = and_(_of_others(actor, plan), Decision.id == decision_id)
    found = _candidates(condition, most=1, skip=0)
    if not found:
        raise NotFound(NOT_HERE)
    return plan, found[0]


def _plan(actor: Actor, plan_id: uuid.UUID) -> PlanRow:
    plan = plan_queries.plan(plan_id)
    access.require(actor, Action.SAMPLING_PLAN, ProviderScope(plan.provider_id))
    return plan


def _of_others(actor: Actor, plan: PlanRow) -> ColumnElement[bool]:
    signers = signatures.signers()
    return and_(
        Enrolment.provider_id == plan.provider_id,
        Enrolment.apprentice_id != actor.person_id,
        Decision.decided_by != actor.person_id,
        ~exists().where(
            Countersignature.decision_id == Decision.id,
            Countersignature.signed_by == actor.person_id,
        ),
        ~exists().where(
            signers.c.decision_id == Decision.id, signers.c.person_id == actor.person_id
        ),
    )


def _open_to(actor: Actor, plan: PlanRow) -> ColumnElement[bool]:
    is_sampled = exists().where(Sample.plan_id == plan.id, Sample.decision_id == Decision.id)
    return and_(_of_others(actor, plan), ~is_sampled)


def _joined(query: Any) -> Select[Any]:
    joined: Select[Any] = (
        query.select_from(Decision)
        .join(EvidenceVersion, EvidenceVersion.id == Decision.version_id)
        .join(Evidence, Evidence.id == EvidenceVersion.evidence_id)
        .join(Enrolment, Enrolment.id == Evidence.enrolment_id)
        .join(Member, member_is(Member, Enrolment.apprentice_id))
    )
    return joined


def _candidates(condition: ColumnElement[bool], *, most: int, skip: int) -> list[Candidate]:
    rows = db.session.execute(
        _joined(
            select(
                Decision,
                EvidenceVersion,
                Evidence,
                Member.name.label("apprentice"),
                name_then(What.DECISION, Decision.id).label("assessor"),
            )
        )
        .where(condition)
        .order_by(Decision.decided_at.desc(), Evidence.number, Decision.code, Decision.id)
        .limit(most)
        .offset(skip)
    )
    return [
        Candidate(
            decision_id=row.Decision.id,
            enrolment_id=row.Evidence.enrolment_id,
            apprentice=row.apprentice,
            evidence_id=row.Evidence.id,
            evidence_number=row.Evidence.number or 0,
            title=row.EvidenceVersion.title,
            version_number=row.EvidenceVersion.number,
            code=row.Decision.code,
            outcome=Outcome(row.Decision.outcome),
            assessor=row.assessor,
            decided_at=row.Decision.decided_at,
        )
        for row in rows
    ]
