"""A piece whose claims an assessor who is not yet qualified has decided, and what is said to it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from kbstrack.access import Actor
from kbstrack.assessment import decision_queries, sign_off_queries
from kbstrack.assessment.countersign_rules import Answer
from kbstrack.assessment.countersigning import countersign
from kbstrack.assessment.decision_queries import DecisionRow
from kbstrack.assessment.qualifying import set_qualification
from kbstrack.assessment.standing import SignOffRow
from kbstrack.evidence import queries as evidence_queries
from kbstrack.evidence.service import save_draft
from kbstrack.people import queries
from kbstrack.people.countersigners import countersigner_of
from tests.builders import WEDNESDAY, World, proved, submit, text


def decision_on(evidence_id: uuid.UUID, code: str = "K1", *, version: int = 1) -> DecisionRow:
    """The decision on a claim that was made last."""
    return decision_queries.decisions_of(evidence_queries.evidence(evidence_id))[version][code]


def sign_off_of(world: World, code: str = "K1") -> SignOffRow:
    """The last sign-off of a KSB."""
    return sign_off_queries.sign_offs(world.enrolment_id, code=code)[-1]


def agree(row: DecisionRow | SignOffRow, remark: str = "") -> Answer:
    """It is right."""
    return Answer(row.id, row.code, True, remark)


def disagree(row: DecisionRow | SignOffRow, reason: str = "The record is not signed.") -> Answer:
    """It is not right."""
    return Answer(row.id, row.code, False, reason)


def answer(
    world: World,
    *answers: Answer,
    by: Actor | None = None,
    is_declared: bool = True,
    is_proved: bool = True,
    key: uuid.UUID | None = None,
) -> None:
    """The countersigner answers on Wednesday."""
    countersign(
        by or world.other_assessor,
        world.enrolment_id,
        answers=answers,
        is_declared=is_declared,
        proof=proved(WEDNESDAY) if is_proved else None,
        at=WEDNESDAY,
        key=key,
    )


def agree_on(world: World, evidence_id: uuid.UUID, codes: Sequence[str] = ("K1",)) -> None:
    """The countersigner agrees on these claims of the first version."""
    answer(world, *[agree(decision_on(evidence_id, code)) for code in codes])


def qualify(world: World, name: str = "assessor") -> None:
    """What this assessor decides from now on counts at once."""
    member = queries.member(world.people[name].id)
    set_qualification(
        world.administrator,
        member.id,
        is_qualified=True,
        countersigner_id=countersigner_of(world.provider_id, member.person_id),
        revision=member.revision,
    )


def submit_again(world: World, evidence_id: uuid.UUID) -> None:
    """Hand in a second version."""
    save_draft(
        world.apprentice,
        evidence_id,
        text=text("Shortlist, signed"),
        files=[],
        revision=0,
        at=WEDNESDAY,
    )
    submit(world, evidence_id, at=WEDNESDAY)


def rename(world: World, countersigner_id: uuid.UUID, name: str = "assessor") -> None:
    """Name somebody else."""
    member = queries.member(world.people[name].id)
    set_qualification(
        world.administrator,
        member.id,
        is_qualified=False,
        countersigner_id=countersigner_id,
        revision=member.revision,
    )
