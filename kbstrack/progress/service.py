"""What a person may read of progress: one enrolment's matrix, one KSB, and whole caseloads."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kbstrack import access
from kbstrack.access import Actor, Role
from kbstrack.assessment import (
    change_queries,
    countersign_queries,
    decision_queries,
    list_queries,
    queries,
    sign_off_queries,
)
from kbstrack.assessment.changes import state_token
from kbstrack.assessment.decision_queries import DecisionRow
from kbstrack.assessment.reading import see_enrolment
from kbstrack.assessment.signing import action_for
from kbstrack.assessment.standing import SignOffRow
from kbstrack.clock import day_of
from kbstrack.evidence.service import check_running
from kbstrack.people import enrolment_queries
from kbstrack.people.enrolment_queries import EnrolmentRow
from kbstrack.people.pinned import standard_of
from kbstrack.progress import rules
from kbstrack.progress.rules import KindProgress, KsbProgress, Pace, Progress
from kbstrack.standards.rules import Standard


@dataclass(frozen=True, slots=True)
class EnrolmentProgress:
    """An enrolment with its standard and how far it has come."""

    enrolment: EnrolmentRow
    standard: Standard
    progress: Progress
    pace: Pace


@dataclass(frozen=True, slots=True)
class KsbPage:
    """One KSB of an enrolment with everything that was decided and signed, the latest first."""

    enrolment: EnrolmentRow
    standard: Standard
    item: KsbProgress
    decisions: tuple[DecisionRow, ...]
    sign_offs: tuple[SignOffRow, ...]
    signer: str
    can_sign: bool

    @property
    def token(self) -> str:
        """What a form about signing this KSB was made on."""
        return state_token(self.sign_offs, self.item.pieces)


@dataclass(frozen=True, slots=True)
class CaseloadRow:
    """One enrolment in a list of many; `changed_count` are the KSBs changed since signed off,
    `uncountersigned_count` what waits for a countersignature."""

    enrolment: EnrolmentRow
    met: KindProgress
    pace: Pace
    waiting_count: int
    changed_count: int
    uncountersigned_count: int
    last_submitted_at: datetime | None


def see_progress(actor: Actor, enrolment_id: uuid.UUID, *, at: datetime) -> EnrolmentProgress:
    """The matrix of an enrolment. Raises NotFound."""
    enrolment = see_enrolment(actor, enrolment_id)
    standard = standard_of(enrolment)
    progress = rules.progress(
        standard, queries.claim_rows(enrolment.id), sign_off_queries.sign_offs(enrolment.id)
    )
    return EnrolmentProgress(
        enrolment=enrolment,
        standard=standard,
        progress=progress,
        pace=_pace(enrolment, progress.total, at),
    )


def see_ksb(actor: Actor, enrolment_id: uuid.UUID, code: str) -> KsbPage:
    """One KSB of an enrolment. Raises NotFound, for an unknown code too."""
    enrolment = see_enrolment(actor, enrolment_id)
    standard = standard_of(enrolment)
    ksb = standard.ksb(code)
    signed = sign_off_queries.sign_offs(enrolment.id, code=code)
    found = rules.progress(standard, queries.claim_rows(enrolment.id, code=code), signed)
    return KsbPage(
        enrolment=enrolment,
        standard=standard,
        item=next(item for item in found.ksbs if item.ksb is ksb),
        decisions=tuple(decision_queries.decisions_on(enrolment.id, code)),
        sign_offs=tuple(reversed(signed)),
        signer=standard.sign_off_roles.role_for(ksb.kind),
        can_sign=enrolment.ended_on is None
        and access.allows(actor, action_for(standard, code), enrolment.scope),
    )


def see_signing(actor: Actor, enrolment_id: uuid.UUID, code: str) -> KsbPage:
    """One KSB for the person who may sign it off or reopen it. Raises NotFound, NotAllowed,
    or RuleBroken once the enrolment has ended.
    """
    page = see_ksb(actor, enrolment_id, code)
    access.require(actor, action_for(page.standard, code), page.enrolment.scope)
    check_running(page.enrolment)
    return page


def see_caseload(
    actor: Actor, role: Role, *, at: datetime, with_ended: bool = False
) -> list[CaseloadRow]:
    """The enrolments the person stands beside as assessor or employer, or is on as apprentice."""
    if role is Role.ASSESSOR:
        enrolments = enrolment_queries.assessed_by(actor, with_ended=with_ended)
    elif role is Role.EMPLOYER:
        enrolments = enrolment_queries.managed_by(actor, with_ended=with_ended)
    else:
        enrolments = enrolment_queries.own(actor)
    return caseload_rows(enrolments, at=at)


def see_provider_caseload(
    actor: Actor, provider_id: uuid.UUID, *, at: datetime, most: int | None = None, skip: int = 0
) -> list[CaseloadRow]:
    """A provider's enrolments for its administrator."""
    return caseload_rows(
        enrolment_queries.administered_by(actor, provider_id, most=most, skip=skip), at=at
    )


def caseload_rows(enrolments: Sequence[EnrolmentRow], *, at: datetime) -> list[CaseloadRow]:
    """How far these enrolments have come, with a constant number of queries."""
    ids = [enrolment.id for enrolment in enrolments]
    met = sign_off_queries.count_met(ids)
    last = list_queries.last_submissions(ids)
    waiting: dict[uuid.UUID, int] = {}
    for row in queries.queue(ids):
        waiting[row.enrolment_id] = waiting.get(row.enrolment_id, 0) + 1
    changed = Counter(row.enrolment_id for row in change_queries.changed_sign_offs(ids))
    uncountersigned = countersign_queries.count_waiting(ids)
    rows = []
    for enrolment in enrolments:
        count = KindProgress("All KSBs", met.get(enrolment.id, 0), len(standard_of(enrolment).ksbs))
        rows.append(
            CaseloadRow(
                enrolment=enrolment,
                met=count,
                pace=_pace(enrolment, count, at),
                waiting_count=waiting.get(enrolment.id, 0),
                changed_count=changed[enrolment.id],
                uncountersigned_count=uncountersigned[enrolment.id],
                last_submitted_at=last.get(enrolment.id),
            )
        )
    return rows


def _pace(enrolment: EnrolmentRow, met: KindProgress, at: datetime) -> Pace:
    return Pace(
        time_percent=rules.time_percent(
            enrolment.start_on,
            enrolment.planned_end_on,
            today=enrolment.ended_on or day_of(at),
        ),
        met_percent=met.percent,
    )
