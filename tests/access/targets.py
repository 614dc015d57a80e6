"""An enrolment with everything in it that somebody could ask for."""

from __future__ import annotations

import io
import uuid
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from kbstrack.access import Actor
from kbstrack.assessment import decision_queries
from kbstrack.assessment import service as assessment
from kbstrack.confirmation import service as confirmation
from kbstrack.confirmation.rules import Asked, RequestText
from kbstrack.db import transaction
from kbstrack.evidence import queries as evidence_queries
from kbstrack.evidence import service as evidence
from kbstrack.issuing import asking as freezing
from kbstrack.jobs import made
from kbstrack.jobs import service as jobs
from kbstrack.people import enrolment_queries, factor_queries, queries
from kbstrack.portfolio import asking, class_asking
from kbstrack.portfolio.class_files import part_name
from kbstrack.portfolio.class_parts import ClassParts, MadePart, as_result
from kbstrack.quality import planning
from kbstrack.quality import queries as quality_queries
from kbstrack.quality import service as quality
from kbstrack.quality.outcomes import IqaResult
from tests.builders import (
    DUE,
    MONDAY,
    TUESDAY,
    World,
    decide,
    file_texts,
    make_draft,
    make_evidence,
    not_yet_met,
    proved,
    submit,
    text,
)
from tests.issuing.issued import frozen_pdf
from tests.quality.sampling import plan_text
from tests.web.factoring import give_app

NOTES = b"Notes on the applications I read.\n"
NOT_YET = uuid.UUID(int=0)


@dataclass(frozen=True)
class Target:
    """An enrolment with one piece in two versions, one draft, a file in each, and two decisions.

    `decision_id` was sampled and waits for its assessor's answer, `waiting_id` is a sample to be
    looked at; `link_id` is a link for auditors of its provider.
    """

    world: World
    evidence_id: uuid.UUID
    decision_id: uuid.UUID
    upload_id: uuid.UUID
    draft_id: uuid.UUID
    draft_upload_id: uuid.UUID
    request_id: uuid.UUID
    other_decision_id: uuid.UUID
    plan_id: uuid.UUID = NOT_YET
    sample_id: uuid.UUID = NOT_YET
    waiting_id: uuid.UUID = NOT_YET
    link_id: uuid.UUID = NOT_YET
    job_id: uuid.UUID = NOT_YET
    freezing_id: uuid.UUID = NOT_YET
    class_id: uuid.UUID = NOT_YET

    @property
    def member_id(self) -> uuid.UUID:
        """The apprentice as the provider's member."""
        return self.world.people["apprentice"].id

    @property
    def factor_id(self) -> uuid.UUID:
        """The apprentice's authenticator app."""
        return factor_queries.factors_of(self.world.people["apprentice"].person_id)[0].id


def make_target(world: World) -> Target:
    """Everything but what quality assurance and auditors add to it."""
    give_app(world.people["apprentice"].person_id)
    submitted, kept = (
        evidence.add_upload(
            world.apprentice,
            world.enrolment_id,
            stream=io.BytesIO(NOTES),
            name=name,
            at=MONDAY,
        ).upload_id
        for name in ("submitted.txt", "draft.txt")
    )
    evidence_id = _in_two_versions(world, submitted)
    decision_id, other_decision_id = _decisions(world)
    return Target(
        world=world,
        evidence_id=evidence_id,
        decision_id=decision_id,
        upload_id=submitted,
        draft_id=make_draft(world, upload_ids=[kept]),
        draft_upload_id=kept,
        request_id=asked(world, evidence_id),
        other_decision_id=other_decision_id,
        job_id=made_pdf(world.apprentice, world.enrolment_id),
        freezing_id=_frozen(world),
        class_id=made_class(world.administrator, world),
    )


def made_pdf(actor: Actor, enrolment_id: uuid.UUID) -> uuid.UUID:
    """The job of a portfolio that somebody asked for, whether they may or not, and its file."""
    with transaction():
        asked_by = None if actor.is_operator else actor.person_id
        job_id = jobs.ask(
            asking.KIND,
            about=enrolment_id,
            provider_id=None,
            asked_by=asked_by,
            same_as=f"{enrolment_id} {asked_by}",
            at=MONDAY - timedelta(days=1),
        )
    taken = jobs.take(MONDAY, limit=99)
    assert taken is not None
    made.keep(taken.job.id, b"%PDF")
    jobs.finish(taken.job.id, taken.lease, {"size_bytes": 4}, MONDAY)
    return job_id


def _frozen(world: World) -> uuid.UUID:
    """Two issues of the portfolio, and the job of one that could not be made."""
    for number in (1, 2):
        frozen_pdf(world, number)
    with transaction():
        job_id = jobs.ask(
            freezing.KIND,
            about=world.enrolment_id,
            provider_id=None,
            asked_by=world.assessor.person_id,
            same_as=f"freeze {world.enrolment_id}",
            at=MONDAY - timedelta(days=1),
        )
    taken = jobs.take(MONDAY, limit=99)
    assert taken is not None
    jobs.fail(taken.job.id, taken.lease, "It could not be made.", MONDAY, is_final=True)
    return job_id


def made_class(actor: Actor, world: World) -> uuid.UUID:
    """The job of a class of one that somebody asked for, whether they may or not, and its file."""
    asked_by = None if actor.is_operator else actor.person_id
    with transaction():
        job_id = jobs.ask(
            class_asking.KIND,
            about=world.provider_id,
            provider_id=None,
            asked_by=asked_by,
            same_as=f"class {world.enrolment_id} {asked_by}",
            at=MONDAY - timedelta(days=1),
            wish={"enrolments": [str(world.enrolment_id)]},
        )
    taken = jobs.take(MONDAY, limit=99)
    assert taken is not None
    made.keep_one_of_several(job_id, part_name(world.enrolment_id), b"%PDF")
    part = MadePart(4, zlib.crc32(b"%PDF"), 1, 0, 3, MONDAY.date())
    parts = ClassParts({world.enrolment_id: part}, {})
    jobs.finish(taken.job.id, taken.lease, as_result(parts), MONDAY)
    return job_id


def add_samples(targets: Sequence[Target], iqa: Actor) -> list[Target]:
    """A plan of the provider with both decisions of each; on the first, something is to be done."""
    plan_id = planning.make_plan(
        iqa, targets[0].world.provider_id, text=plan_text(from_on=MONDAY.date()), at=TUESDAY
    )
    drawn = {row.decision_id: row.id for row in quality_queries.samples_of(plan_id)}
    return [_sampled(target, iqa, plan_id, drawn) for target in targets]


def asked(world: World, evidence_id: uuid.UUID, who: str = "", *, days_ago: int = 0) -> uuid.UUID:
    """Somebody without an account was asked about the second version."""
    return confirmation.ask(
        world.apprentice,
        evidence_id,
        version_number=2,
        what=Asked.CONFIRMATION,
        text=RequestText("Sam Ortiz", address_of(evidence_id, who)),
        at=MONDAY - timedelta(days=days_ago),
    )


def address_of(evidence_id: uuid.UUID, who: str = "") -> str:
    """The address that this request went to."""
    return f"{who}{evidence_id}@client.example"


def _sampled(
    target: Target, iqa: Actor, plan_id: uuid.UUID, drawn: Mapping[uuid.UUID, uuid.UUID]
) -> Target:
    sample_id, waiting_id = (
        drawn.get(decision_id)
        or planning.add_sample(iqa, plan_id, decision_id, reason="To look again", at=TUESDAY)
        for decision_id in (target.decision_id, target.other_decision_id)
    )
    quality.judge(
        iqa,
        sample_id,
        result=IqaResult.ACTION_REQUIRED,
        feedback="Look at it again.",
        due_on=DUE,
        is_declared=True,
        proof=proved(TUESDAY),
        at=TUESDAY,
    )
    return replace(target, plan_id=plan_id, sample_id=sample_id, waiting_id=waiting_id)


def _decisions(world: World) -> tuple[uuid.UUID, uuid.UUID]:
    """What the assessor of this moment decided."""
    evidence_id = make_evidence(world, claims=["S2", "K2"])
    assessor_id = enrolment_queries.enrolment(world.enrolment_id).assessor_id
    assert assessor_id is not None
    by = queries.actor_of(assessor_id)
    decide(world, evidence_id, not_yet_met("S2"), not_yet_met("K2"), by=by, at=MONDAY)
    found = decision_queries.decisions_of(evidence_queries.evidence(evidence_id))[1]
    return found["S2"].id, found["K2"].id


def _in_two_versions(world: World, upload_id: uuid.UUID) -> uuid.UUID:
    evidence_id = make_evidence(world, claims=["K1", "B1"], upload_ids=[upload_id])
    assessment.withdraw_evidence(
        world.apprentice, evidence_id, version_number=1, reason="A page was missing", at=MONDAY
    )
    evidence.save_draft(
        world.apprentice,
        evidence_id,
        text=text(claims=["K1", "B1"]),
        files=file_texts([upload_id]),
        revision=0,
        at=MONDAY,
    )
    submit(world, evidence_id)
    return evidence_id
