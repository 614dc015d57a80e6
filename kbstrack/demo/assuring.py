"""Plays the demo's quality assurance: one plan, and what became of some of its samples."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

from kbstrack.demo.cohort import Cohort
from kbstrack.demo.people import ASSURER
from kbstrack.demo.script import TODAY, moment
from kbstrack.people import queries as people
from kbstrack.people.proofs import Proof, ProofMethod
from kbstrack.quality import planning, queries, service
from kbstrack.quality.outcomes import IqaResult
from kbstrack.quality.queries import SampleRow
from kbstrack.quality.rules import Phase, PlanText, SamplingRule

PLAN = PlanText(
    name="Autumn 2026, interim",
    from_on=TODAY - timedelta(weeks=10),
    until_on=TODAY,
    phase=Phase.INTERIM,
    rule=SamplingRule(),
    seed="larkmoor autumn",
)

AGREED = (
    "Clear feedback that names what the apprentice did and where it can be seen. I would have "
    "decided the same."
)
TO_EXPLAIN = (
    "I can follow why the evidence is valid and authentic. The feedback does not say what makes "
    "it enough for this KSB. Please add that in an answer, or reopen the decision."
)
EXPLAINED = (
    "I talked it through with the apprentice before I decided: they could say what they would do "
    "differently, which is what I had missed in the text. I will write that down from now on."
)
TO_LOOK_AGAIN = (
    "The claim says where to look, but I could not find it there. Please look again with the "
    "apprentice, and reopen the decision if it is not in the files."
)


def assure(cohort: Cohort) -> None:
    """Draw the plan and look at three of its samples: one is agreed, one action is answered and
    one is open."""
    drawn_at = moment(TODAY, 18, 1, "plan")
    plan_id = planning.make_plan(
        cohort.actor(ASSURER.key), cohort.provider_id, text=PLAN, at=drawn_at
    )
    agreed, answered, still_open = _three(plan_id)
    _judge(cohort, agreed, AGREED, None, drawn_at + timedelta(minutes=62))
    due_on = TODAY + timedelta(days=14)
    _judge(cohort, answered, TO_EXPLAIN, due_on, drawn_at + timedelta(minutes=75))
    _judge(cohort, still_open, TO_LOOK_AGAIN, due_on, drawn_at + timedelta(minutes=90))
    assessor = people.actor_of(answered.assessor_id)
    service.reply(
        assessor,
        answered.id,
        text=EXPLAINED,
        at=drawn_at + timedelta(minutes=150),
    )


def _three(plan_id: uuid.UUID) -> tuple[SampleRow, SampleRow, SampleRow]:
    """Samples of three apprentices, so that each of them has something to look at."""
    found: dict[uuid.UUID, SampleRow] = {}
    for row in queries.samples_of(plan_id):
        found.setdefault(row.enrolment_id, row)
    first, second, third = sorted(found.values(), key=lambda row: row.apprentice)[:3]
    return first, second, third


def _judge(
    cohort: Cohort, row: SampleRow, feedback: str, due_on: date | None, at: datetime
) -> None:
    service.judge(
        cohort.actor(ASSURER.key),
        row.id,
        result=IqaResult.AGREED if due_on is None else IqaResult.ACTION_REQUIRED,
        feedback=feedback,
        due_on=due_on,
        is_declared=True,
        proof=Proof(ProofMethod.PASSWORD, at),
        at=at,
    )
