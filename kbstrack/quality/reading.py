"""What a person may read of quality assurance: load, may they, show."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kbstrack import access
from kbstrack.access import Action, Actor, ProviderScope, Role
from kbstrack.assessment import decision_queries, sign_off_queries
from kbstrack.assessment.decision_queries import DecisionRow
from kbstrack.assessment.reading import EvidencePage, see_evidence
from kbstrack.assessment.standing import SignOffRow
from kbstrack.clock import day_of
from kbstrack.evidence.queries import VersionRow
from kbstrack.ledger import queries as ledger
from kbstrack.ledger.rules import Entry, What
from kbstrack.people import enrolment_queries
from kbstrack.people import queries as people
from kbstrack.people.queries import ProviderRow
from kbstrack.quality import coverage, plan_queries, queries
from kbstrack.quality.coverage import Coverage
from kbstrack.quality.outcomes import SampleState
from kbstrack.quality.plan_queries import PlanRow
from kbstrack.quality.queries import ReplyRow, SampleRow
from kbstrack.quality.rules import Band, Scored, counts


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan in a list: how many samples it has, how many wait, how many actions are open."""

    plan: PlanRow
    sample_count: int
    waiting_count: int
    open_count: int


@dataclass(frozen=True, slots=True)
class PlanPage:
    """A plan with all it was drawn from and its samples; without what is one's own work."""

    plan: PlanRow
    considered: tuple[Scored, ...]
    samples: tuple[SampleRow, ...]
    may_plan: bool

    @property
    def bands(self) -> list[tuple[str, int, int]]:
        """Each band with how many decisions it has and how many of them are drawn."""
        rule = self.plan.text.rule
        return [
            (band.label, count, rule.to_draw(band, count))
            for band, count in counts(self.considered).items()
        ]


@dataclass(frozen=True, slots=True)
class SamplePage:
    """A sampled decision with its whole trail. `rounds` are all decisions on the same claim and
    its other versions, the latest first; `sign_offs` all of the KSB, the latest first."""

    sample: SampleRow
    page: EvidencePage
    version: VersionRow
    decision: DecisionRow
    rounds: tuple[DecisionRow, ...]
    sign_offs: tuple[SignOffRow, ...]
    entry: Entry | None
    replies: tuple[ReplyRow, ...]
    may_judge: bool
    may_answer: bool
    is_own_decision: bool


def see_assured(actor: Actor) -> list[ProviderRow]:
    """The training providers whose quality assurance the person may see, by name."""
    return people.providers(actor.providers_as(Role.IQA, Role.ADMINISTRATOR))


def see_plans(actor: Actor, provider_id: uuid.UUID) -> tuple[list[PlanLine], bool]:
    """A provider's plans, the latest first, and whether the person may make one.

    Raises NotFound.
    """
    scope = ProviderScope(provider_id)
    access.require(actor, Action.SAMPLING_SEE, scope)
    samples = queries.samples_at([provider_id])
    lines = []
    for plan in plan_queries.plans(provider_id):
        own = [row for row in samples if row.plan_id == plan.id]
        waiting = sum(1 for row in own if row.state is SampleState.WAITING)
        is_open = sum(1 for row in own if row.state.is_open_action)
        lines.append(PlanLine(plan, len(own), waiting, is_open))
    return lines, access.allows(actor, Action.SAMPLING_PLAN, scope)


def see_plan(actor: Actor, plan_id: uuid.UUID) -> PlanPage:
    """A plan with its rule, seed and samples. Raises NotFound."""
    plan = plan_queries.plan(plan_id)
    scope = ProviderScope(plan.provider_id)
    access.require(actor, Action.SAMPLING_SEE, scope)
    return PlanPage(
        plan=plan,
        considered=tuple(plan_queries.considered(plan.id)),
        samples=tuple(
            row for row in queries.samples_of(plan.id) if row.apprentice_id != actor.person_id
        ),
        may_plan=access.allows(actor, Action.SAMPLING_PLAN, scope),
    )


def see_sample(actor: Actor, sample_id: uuid.UUID) -> SamplePage:
    """A sampled decision with its whole trail. Raises NotFound."""
    sample = queries.sample(sample_id)
    access.require(actor, Action.SAMPLING_SEE, sample.scope)
    return _page(actor, sample)


def see_action(actor: Actor, sample_id: uuid.UUID) -> SamplePage:
    """What quality assurance says of a decision, to the enrolment's assessor.

    Raises NotFound, also as long as there is no outcome, or NotAllowed.
    """
    sample = queries.sample(sample_id)
    access.require(actor, Action.SAMPLE_ANSWER, sample.scope)
    return _page(actor, sample)


def see_actions(actor: Actor) -> list[SampleRow]:
    """What quality assurance said in the enrolments this person assesses: open actions first,
    the earliest due first, then the latest outcomes."""
    assessed = enrolment_queries.assessed_by(actor, with_ended=True)
    rows = queries.judged_in([row.id for row in assessed]) if assessed else []
    is_open = [row for row in rows if row.state.is_open_action]
    rest = [row for row in rows if not row.state.is_open_action]
    is_open.sort(key=lambda row: (row.state is SampleState.ANSWERED, row.due_on or date.max))
    return [*is_open, *reversed(rest)]


def see_waiting(actor: Actor) -> list[SampleRow]:
    """What this quality assurer can do now: close what was answered, look at what is sampled.

    Without what is their own work, and what they decided or countersigned themselves.
    """
    provider_ids = actor.providers_as(Role.IQA)
    rows = queries.samples_at(provider_ids) if provider_ids else []
    waiting = {SampleState.ANSWERED: 0, SampleState.WAITING: 1}
    found = [
        row
        for row in rows
        if row.state in waiting
        and row.apprentice_id != actor.person_id
        and not row.is_signed_by(actor.person_id)
    ]
    return sorted(found, key=lambda row: (waiting[row.state], list(Band).index(row.band)))


def see_coverage(actor: Actor, provider_id: uuid.UUID) -> Coverage:
    """How far a provider's quality assurance has looked. Raises NotFound."""
    access.require(actor, Action.SAMPLING_SEE, ProviderScope(provider_id))
    return coverage.coverage(provider_id)


def is_overdue(row: SampleRow, at: datetime) -> bool:
    """Whether an action is unanswered after its day."""
    is_unanswered = row.state is SampleState.ACTION_REQUIRED
    return is_unanswered and row.due_on is not None and row.due_on < day_of(at)


def _page(actor: Actor, sample: SampleRow) -> SamplePage:
    page = see_evidence(actor, sample.evidence_id)
    on_code = decision_queries.decisions_on(sample.enrolment_id, sample.code)
    rounds: Sequence[DecisionRow] = [
        row for row in on_code if row.evidence_id == sample.evidence_id
    ]
    decision = next(row for row in rounds if row.id == sample.decision_id)
    sign_offs = sign_off_queries.sign_offs(sample.enrolment_id, code=sample.code)
    scope = sample.scope
    return SamplePage(
        sample=sample,
        page=page,
        version=page.evidence.version(sample.version_number),
        decision=decision,
        rounds=tuple(rounds),
        sign_offs=tuple(reversed(sign_offs)),
        entry=ledger.entry_of(What.DECISION, decision.id),
        replies=tuple(queries.replies(sample.id)),
        may_judge=access.allows(actor, Action.SAMPLE_JUDGE, scope),
        may_answer=access.allows(actor, Action.SAMPLE_ANSWER, scope),
        is_own_decision=sample.is_signed_by(actor.person_id),
    )
