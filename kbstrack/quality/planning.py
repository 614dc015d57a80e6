"""Making a sampling plan, repeating its drawing, and adding to it by hand."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from kbstrack import access, once
from kbstrack.access import Action, Actor, DecisionScope, ProviderScope, Role
from kbstrack.assessment.models import Countersignature, Decision
from kbstrack.assessment.redeciding import enrolment_of
from kbstrack.clock import day_of
from kbstrack.db import db, is_writing, transaction
from kbstrack.errors import Conflict, NotFound, RuleBroken
from kbstrack.evidence.rules import clean_line
from kbstrack.ids import new_id
from kbstrack.ledger.service import append
from kbstrack.people import enrolment_queries
from kbstrack.people.enrolling import lock_enrolment
from kbstrack.people.enrolment_queries import NOT_HERE
from kbstrack.people.membership import lock_provider
from kbstrack.people.recording import signer
from kbstrack.quality import plan_queries, population, rules, signatures
from kbstrack.quality.drawings import considered_hash
from kbstrack.quality.events import sample_event
from kbstrack.quality.models import ConsideredDecision, Sample, SamplingPlan
from kbstrack.quality.outcomes import clean_words
from kbstrack.quality.plan_queries import PlanRow
from kbstrack.quality.rules import Band, Drawing, PlanText, Scored

SAMPLED_MEANWHILE = "This decision is in the plan already."


@dataclass(frozen=True, slots=True)
class Repetition:
    """A plan drawn again. `changed` are decisions whose score is another now, `missing` those
    that were drawn then and are not now, `added` the other way round."""

    plan: PlanRow
    drawn: tuple[uuid.UUID, ...]
    changed: tuple[uuid.UUID, ...]
    missing: tuple[uuid.UUID, ...]
    added: tuple[uuid.UUID, ...]

    @property
    def is_same(self) -> bool:
        """Whether nothing differs."""
        return not (self.changed or self.missing or self.added)


def preview_plan(actor: Actor, provider_id: uuid.UUID, *, text: PlanText, at: datetime) -> Drawing:
    """What a plan would draw at this moment; nothing is saved.

    Raises NotFound, NotAllowed, or RuleBroken with everything that is wrong.
    """
    access.require(actor, Action.SAMPLING_PLAN, ProviderScope(provider_id))
    return _draw(provider_id, _checked(text, at), actor.person_id, at)


def make_plan(
    actor: Actor,
    provider_id: uuid.UUID,
    *,
    text: PlanText,
    at: datetime,
    key: uuid.UUID | None = None,
) -> uuid.UUID:
    """Draw a plan and keep it with all that it was drawn from; answer its id.

    Raises NotFound, NotAllowed, or RuleBroken with everything that is wrong.
    """
    with transaction():
        access.require(actor, Action.SAMPLING_PLAN, ProviderScope(provider_id))
        lock_provider(provider_id)
        person_id, action = actor.person_id, "make_plan"
        about = (provider_id, text.name, text.phase, rules.as_json(text.rule), text.seed)
        first = once.first_result(key, person_id=person_id, action=action, about=about)
        if first is not None:
            return uuid.UUID(first)
        text = _checked(text, at)
        if plan_queries.is_plan_named(provider_id, text.name):
            raise RuleBroken("There is a plan of this name: give another one.", field="name")
        drawing = _draw(provider_id, text, person_id, at)
        if not drawing.considered:
            raise RuleBroken(
                "Nothing was decided in these days that you could look at: choose other days.",
                field="from_on",
            )
        plan = _add_plan(actor, provider_id, text, drawing.considered, at)
        _add_samples(actor, plan, drawing.drawn, at)
        result = str(plan.id)
        once.remember(key, person_id=person_id, action=action, about=about, result=result, at=at)
        return plan.id


def repeat_plan(actor: Actor, plan_id: uuid.UUID) -> Repetition:
    """Draw a plan again from the record as it was then, and compare. Raises NotFound."""
    plan = plan_queries.plan(plan_id)
    access.require(actor, Action.SAMPLING_SEE, ProviderScope(plan.provider_id))
    then = {item.decision_id: item for item in plan_queries.considered(plan.id)}
    again = _draw(plan.provider_id, plan.text, plan.made_by, plan.made_at)
    now = {item.decision_id: item for item in again.considered}
    drawn = {item.decision_id for item in again.drawn}
    kept = plan_queries.drawn_ids(plan.id)
    return Repetition(
        plan=plan,
        drawn=tuple(item.decision_id for item in again.drawn),
        changed=_sorted(key for key in then.keys() | now.keys() if then.get(key) != now.get(key)),
        missing=_sorted(kept - drawn),
        added=_sorted(drawn - kept),
    )


def add_sample(
    actor: Actor,
    plan_id: uuid.UUID,
    decision_id: uuid.UUID,
    *,
    reason: str,
    at: datetime,
    key: uuid.UUID | None = None,
) -> uuid.UUID:
    """Add a decision to a plan by hand, with a reason; answer the sample's id.

    Raises NotFound, NotAllowed for one's own decision or work, RuleBroken (field `reason`), or
    Conflict when the plan has the decision already.
    """
    with transaction():
        plan = plan_queries.plan(plan_id)
        access.require(actor, Action.SAMPLING_PLAN, ProviderScope(plan.provider_id))
        lock_provider(plan.provider_id)
        _check_judgeable(actor, plan, decision_id)
        person_id, about, action = actor.person_id, (plan_id, decision_id, reason), "add_sample"
        first = once.first_result(key, person_id=person_id, action=action, about=about)
        if first is not None:
            return uuid.UUID(first)
        if plan_queries.is_sampled(plan.id, decision_id):
            raise Conflict(SAMPLED_MEANWHILE)
        row = _sample(actor, plan.id, decision_id, at)
        row.reason = clean_words(
            reason, field="reason", missing="Say why this decision is looked at again."
        )
        _enter(actor, db.session.get_one(SamplingPlan, plan.id), [row], at)
        result = str(row.id)
        once.remember(key, person_id=person_id, action=action, about=about, result=result, at=at)
        return row.id


def _checked(text: PlanText, at: datetime) -> PlanText:
    text = replace(text, name=clean_line(text.name), seed=clean_line(text.seed))
    rules.check_plan(text, today=day_of(at))
    return text


def _draw(provider_id: uuid.UUID, text: PlanText, made_by: uuid.UUID, at: datetime) -> Drawing:
    settled = at - rules.SETTLING
    return rules.draw(
        population.facts(provider_id, at=settled),
        sampled=population.sampled_ksbs(provider_id, before=settled),
        text=text,
        made_by=made_by,
    )


def _add_plan(
    actor: Actor,
    provider_id: uuid.UUID,
    text: PlanText,
    considered: Collection[Scored],
    at: datetime,
) -> SamplingPlan:
    """The plan with what it is drawn from, to which its hash binds the samples."""
    assert is_writing()
    plan_id = new_id()
    rows = [_considered(plan_id, item) for item in considered]
    plan = SamplingPlan(
        id=plan_id,
        provider_id=provider_id,
        name=text.name,
        from_on=text.from_on,
        until_on=text.until_on,
        phase=text.phase.value,
        rule=rules.as_json(text.rule),
        seed=text.seed,
        considered_sha256=considered_hash(rows),
        made_by=actor.person_id,
        made_at=at,
    )
    db.session.add(plan)
    db.session.flush()
    db.session.add_all(rows)
    db.session.flush()
    return plan


def _considered(plan_id: uuid.UUID, item: Scored) -> ConsideredDecision:
    return ConsideredDecision(
        plan_id=plan_id,
        decision_id=item.decision_id,
        score=item.score,
        band=item.band.value,
        risks=_names(item),
    )


def _add_samples(actor: Actor, plan: SamplingPlan, drawn: Collection[Scored], at: datetime) -> None:
    rows = []
    for item in drawn:
        row = _sample(actor, plan.id, item.decision_id, at)
        row.score, row.band, row.risks = item.score, item.band.value, _names(item)
        rows.append(row)
    _enter(actor, plan, rows, at)


def _sample(actor: Actor, plan_id: uuid.UUID, decision_id: uuid.UUID, at: datetime) -> Sample:
    return Sample(
        id=new_id(),
        plan_id=plan_id,
        decision_id=decision_id,
        score=None,
        band=Band.BY_HAND.value,
        risks="",
        reason="",
        added_by=actor.person_id,
        added_at=at,
    )


def _enter(actor: Actor, plan: SamplingPlan, rows: Collection[Sample], at: datetime) -> None:
    """Add the samples and enter each into the ledger of its enrolment."""
    assert is_writing()
    enrolments = plan_queries.enrolments_of(row.decision_id for row in rows)
    # Always in the same order, so that two who wait for each other can't happen.
    for enrolment_id in sorted(set(enrolments.values())):
        enrolment = lock_enrolment(enrolment_id)
        by = signer(actor, enrolment, Role.IQA)
        for row in rows:
            if enrolments[row.decision_id] == enrolment_id:
                db.session.add(row)
                db.session.flush()
                append(enrolment_id, sample_event(row, plan), by=by, at=at)


def _check_judgeable(actor: Actor, plan: PlanRow, decision_id: uuid.UUID) -> None:
    enrolment = enrolment_queries.enrolment(enrolment_of(decision_id))
    if enrolment.provider_id != plan.provider_id:
        raise NotFound(NOT_HERE)
    decision = db.session.get_one(Decision, decision_id)
    second = db.session.scalar(
        select(Countersignature.signed_by).where(Countersignature.decision_id == decision_id)
    )
    scope = DecisionScope(
        enrolment.scope, decision.decided_by, second, signatures.signers_of(decision_id)
    )
    access.require(actor, Action.SAMPLE_JUDGE, scope)


def _names(item: Scored) -> str:
    return " ".join(risk.value for risk in item.risks)


def _sorted(ids: Iterable[uuid.UUID]) -> tuple[uuid.UUID, ...]:
    return tuple(sorted(ids))
