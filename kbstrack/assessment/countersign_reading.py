"""What a countersigner needs before them: the piece or the sign-off, and what is next."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from kbstrack import access
from kbstrack.access import Action, Actor
from kbstrack.assessment import countersign_queries, sign_off_queries
from kbstrack.assessment.countersign_queries import WaitingRow
from kbstrack.assessment.decision_queries import DecisionRow
from kbstrack.assessment.reading import EvidencePage, see_enrolment, see_evidence
from kbstrack.assessment.standing import SignOffRow
from kbstrack.errors import NotFound
from kbstrack.evidence.queries import VersionRow
from kbstrack.people import countersigners
from kbstrack.people.enrolment_queries import NOT_HERE, EnrolmentRow
from kbstrack.people.pinned import standard_of
from kbstrack.standards.rules import Standard


@dataclass(frozen=True, slots=True)
class CountersignPage:
    """A piece as a countersigner sees it: `waiting` is what waits for them, by KSB code."""

    page: EvidencePage
    version: VersionRow
    waiting: Mapping[str, DecisionRow]
    next_up: WaitingRow | None


@dataclass(frozen=True, slots=True)
class CountersignSignOffPage:
    """A KSB as a countersigner sees it: its last sign-off, and whether that waits for them."""

    enrolment: EnrolmentRow
    standard: Standard
    code: str
    sign_off: SignOffRow | None
    is_waiting: bool
    next_up: WaitingRow | None


def see_countersigning(actor: Actor, evidence_id: uuid.UUID) -> CountersignPage:
    """A piece with the decisions that wait for this person. Raises NotFound, NotAllowed."""
    page = see_evidence(actor, evidence_id)
    access.require(actor, Action.COUNTERSIGN, page.enrolment.scope)
    version = page.evidence.current
    if version is None:
        raise NotFound(NOT_HERE)
    rows = countersign_queries.waiting(actor)
    here = next((row for row in rows if row.evidence_id == evidence_id), None)
    decisions = page.decisions.get(version.number, {})
    return CountersignPage(
        page=page,
        version=version,
        waiting={code: decisions[code] for code in here.codes} if here else {},
        next_up=next((row for row in rows if row is not here), None),
    )


def see_countersigning_sign_off(
    actor: Actor, enrolment_id: uuid.UUID, code: str
) -> CountersignSignOffPage:
    """A KSB with its last sign-off. Raises NotFound, for an unknown code too, or NotAllowed."""
    enrolment = see_enrolment(actor, enrolment_id)
    access.require(actor, Action.COUNTERSIGN, enrolment.scope)
    standard = standard_of(enrolment)
    ksb = standard.ksb(code)
    signed = sign_off_queries.sign_offs(enrolment_id, code=ksb.code)
    rows = countersign_queries.waiting(actor)
    here = next(
        (
            row
            for row in rows
            if row.evidence_id is None
            and (row.enrolment_id, row.codes) == (enrolment_id, (ksb.code,))
        ),
        None,
    )
    return CountersignSignOffPage(
        enrolment=enrolment,
        standard=standard,
        code=ksb.code,
        sign_off=signed[-1] if signed else None,
        is_waiting=here is not None,
        next_up=next((row for row in rows if row is not here), None),
    )


def own_countersigner(actor: Actor, enrolment: EnrolmentRow, code: str) -> str | None:
    """Who countersigns when this person signs a KSB off now; None where one signature is enough:
    for the qualified, and where the standard has the employer sign."""
    standard = standard_of(enrolment)
    if standard.sign_off_roles.role_for(standard.ksb(code).kind) != "assessor":
        return None
    return countersigners.needed_by(enrolment.provider_id, actor.person_id)
