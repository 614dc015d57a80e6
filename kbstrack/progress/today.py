"""What a person finds first: what to put right, what waits, who is behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kbstrack import access
from kbstrack.access import Action, Actor, Role
from kbstrack.assessment import countersign_queries, decision_queries, reading
from kbstrack.assessment.change_queries import ChangedRow
from kbstrack.assessment.countersign_queries import WaitingRow
from kbstrack.assessment.decision_queries import DecisionRow
from kbstrack.assessment.list_queries import EvidenceItem
from kbstrack.assessment.queries import QueueRow
from kbstrack.assessment.returned_queries import ReturnedRow
from kbstrack.clock import day_of
from kbstrack.confirmation.reading import see_waiting
from kbstrack.confirmation.request_queries import RequestRow
from kbstrack.evidence.rules import EvidenceState
from kbstrack.people import enrolment_queries
from kbstrack.people import queries as people_queries
from kbstrack.people import reading as people
from kbstrack.people.enrolment_queries import EnrolmentRow
from kbstrack.people.queries import ProviderRow
from kbstrack.progress.service import (
    CaseloadRow,
    EnrolmentProgress,
    see_caseload,
    see_progress,
    see_provider_caseload,
)
from kbstrack.quality import reading as quality
from kbstrack.quality.queries import SampleRow

LATELY = 3
"""How many of the pieces decided last are named."""

ANSWERED = (EvidenceState.ACCEPTED, EvidenceState.ACTION_REQUIRED)


@dataclass(frozen=True, slots=True)
class ToFix:
    """A piece that came back: for which KSBs, with the first line of what the assessor wrote."""

    item: EvidenceItem
    codes: tuple[str, ...]
    feedback: str
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Decided:
    """A piece whose latest version is decided: when, and the first line of what was written."""

    item: EvidenceItem
    decided_at: datetime
    feedback: str


@dataclass(frozen=True, slots=True)
class ApprenticeDay:
    """An apprentice's current enrolment: what to do, what is new, and how far they are."""

    standing: EnrolmentProgress
    to_fix: tuple[ToFix, ...]
    decided: tuple[Decided, ...]
    drafts: tuple[EvidenceItem, ...]
    waiting: tuple[EvidenceItem, ...]
    piece_count: int
    can_write: bool


@dataclass(frozen=True, slots=True)
class AssessorDay:
    """What waits for an assessor, oldest first; sign-offs that came back; what was changed since
    it was signed off; and their caseload."""

    queue: tuple[QueueRow, ...]
    returned: tuple[ReturnedRow, ...]
    changed: tuple[ChangedRow, ...]
    caseload: tuple[CaseloadRow, ...]


@dataclass(frozen=True, slots=True)
class ProviderDay:
    """A training provider in figures, with the running enrolments that are behind."""

    provider: ProviderRow
    people_count: int
    running: tuple[CaseloadRow, ...]
    ended_count: int
    behind: tuple[CaseloadRow, ...]


@dataclass(frozen=True, slots=True)
class Today:
    """Everything a person finds first, a part for each role they hold; None where they do not.

    `asked` is what a line manager is asked to confirm, `actions` are what internal quality
    assurance asks of them, `assurance` what waits for them as a quality assurer. `has_role` is
    False for somebody who holds none now; `known_at` names the training providers who know them
    all the same.
    """

    has_role: bool
    is_apprentice: bool
    apprentice: ApprenticeDay | None
    assessor: AssessorDay | None
    countersigning: tuple[WaitingRow, ...]
    managed: tuple[CaseloadRow, ...] | None
    asked: tuple[RequestRow, ...]
    actions: tuple[SampleRow, ...]
    assurance: tuple[SampleRow, ...] | None
    providers: tuple[ProviderDay, ...]
    known_at: tuple[str, ...]


def see_today(actor: Actor, *, at: datetime) -> Today:
    """What the person finds first, whatever they are."""
    is_apprentice = bool(actor.providers_as(Role.APPRENTICE))
    is_assessor = bool(actor.providers_as(Role.ASSESSOR))
    is_employer = bool(actor.providers_as(Role.EMPLOYER))
    is_iqa = bool(actor.providers_as(Role.IQA))
    return Today(
        has_role=bool(actor.roles),
        is_apprentice=is_apprentice,
        apprentice=see_apprentice_day(actor, at=at) if is_apprentice else None,
        assessor=see_assessor_day(actor, at=at) if is_assessor else None,
        countersigning=tuple(countersign_queries.waiting(actor)),
        managed=tuple(see_caseload(actor, Role.EMPLOYER, at=at)) if is_employer else None,
        asked=tuple(see_waiting(actor, at=at)) if is_employer else (),
        actions=tuple(row for row in quality.see_actions(actor) if row.state.is_to_be_done),
        assurance=tuple(quality.see_waiting(actor)) if is_iqa else None,
        providers=tuple(see_provider_days(actor, at=at)),
        known_at=() if actor.roles else _known_at(actor),
    )


def current_enrolment(actor: Actor) -> EnrolmentRow | None:
    """The person's own enrolment that runs now, else their last one."""
    return next(iter(enrolment_queries.own(actor)), None)


def see_apprentice_day(actor: Actor, *, at: datetime) -> ApprenticeDay | None:
    """What the apprentice finds first; None for whoever has no enrolment."""
    own = current_enrolment(actor)
    if own is None:
        return None
    standing = see_progress(actor, own.id, at=at)
    items = reading.list_evidence(actor, own.id)
    answered = [item for item in items if item.state in ANSWERED]
    decisions = decision_queries.decisions_by_version(own.id) if answered else {}
    rows = [row for found in decisions.values() for row in found.values()]
    can_write = may_write(actor, own)
    returned = [item for item in answered if item.state is EvidenceState.ACTION_REQUIRED]
    # What is to be put right stands on the page already, with what was written on it.
    news = [item for item in answered if not (can_write and item in returned)]
    return ApprenticeDay(
        standing=standing,
        to_fix=tuple(to_fix(returned, rows, today=day_of(at))) if can_write else (),
        decided=tuple(decided_lately(news, rows)),
        drafts=tuple(item for item in items if item.state is EvidenceState.DRAFT),
        waiting=tuple(item for item in items if item.state is EvidenceState.SUBMITTED),
        piece_count=len(items),
        can_write=can_write,
    )


def see_assessor_day(actor: Actor, *, at: datetime) -> AssessorDay:
    """What the assessor finds first."""
    return AssessorDay(
        queue=tuple(reading.see_queue(actor)),
        returned=tuple(reading.see_returned(actor)),
        changed=tuple(reading.see_changed(actor)),
        caseload=tuple(see_caseload(actor, Role.ASSESSOR, at=at)),
    )


def see_provider_days(actor: Actor, *, at: datetime) -> list[ProviderDay]:
    """Each training provider that the person administrates, by name."""
    days = []
    for provider in people.see_administered(actor):
        rows = see_provider_caseload(actor, provider.id, at=at)
        running = tuple(row for row in rows if row.enrolment.ended_on is None)
        days.append(
            ProviderDay(
                provider=provider,
                people_count=len(people.see_people(actor, provider.id)),
                running=running,
                ended_count=len(rows) - len(running),
                behind=tuple(furthest_behind(running)),
            )
        )
    return days


def may_write(actor: Actor, enrolment: EnrolmentRow) -> bool:
    """Whether the person can add evidence to this enrolment now."""
    return enrolment.ended_on is None and access.allows(
        actor, Action.EVIDENCE_WRITE, enrolment.scope
    )


def furthest_behind(rows: Sequence[CaseloadRow]) -> list[CaseloadRow]:
    """Those that are behind, the widest gap first."""
    return sorted((row for row in rows if row.pace.is_behind), key=lambda row: -row.pace.gap)


def to_fix(
    returned: Sequence[EvidenceItem], decisions: Sequence[DecisionRow], *, today: date
) -> list[ToFix]:
    """The pieces that came back, the earliest due first and those without a day last."""
    found = []
    for item in returned:
        refused = [row for row in _on_latest(item, decisions) if not row.is_met]
        found.append(
            ToFix(
                item=item,
                codes=tuple(row.code for row in refused),
                feedback=_first_line(refused[0].feedback) if refused else "",
                is_overdue=item.due_on is not None and item.due_on < today,
            )
        )
    found.sort(key=lambda fix: (fix.item.due_on or date.max, fix.item.number or 0))
    return found


def decided_lately(
    answered: Sequence[EvidenceItem], decisions: Sequence[DecisionRow]
) -> list[Decided]:
    """The pieces decided last, the newest first, with what was written first.

    What was written on a claim that is not yet met goes before the rest.
    """
    found = []
    for item in answered:
        rows = _on_latest(item, decisions)
        if rows:
            first = min(rows, key=lambda row: (row.is_met, not row.feedback))
            found.append(
                Decided(
                    item=item,
                    decided_at=max(row.decided_at for row in rows),
                    feedback=_first_line(first.feedback),
                )
            )
    found.sort(key=lambda row: (row.decided_at, row.item.number or 0), reverse=True)
    return found[:LATELY]


def _on_latest(item: EvidenceItem, decisions: Sequence[DecisionRow]) -> list[DecisionRow]:
    """The decisions on the latest version of a piece, in the order of its KSBs."""
    rows = [
        row
        for row in decisions
        if row.evidence_id == item.id and row.version_number == item.version_number
    ]
    return sorted(rows, key=lambda row: item.codes.index(row.code))


def _known_at(actor: Actor) -> tuple[str, ...]:
    known = people_queries.memberships(actor.person_id)
    return tuple(row.name for row in people_queries.providers({row.provider_id for row in known}))


def _first_line(text: str, most: int = 160) -> str:
    line = text.strip().partition("\n")[0].strip()
    if len(line) <= most:
        return line
    shortened = line[:most].rpartition(" ")[0] or line[:most]
    return f"{shortened.rstrip(' ,;:')} …"
