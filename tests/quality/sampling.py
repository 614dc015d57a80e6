"""What the tests of quality assurance share: a plan, a sample, an outcome with defaults."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, timedelta

from kbstrack.access import Actor, Role
from kbstrack.people import queries as people
from kbstrack.people import service as people_service
from kbstrack.quality import planning, queries, service
from kbstrack.quality.outcomes import IqaResult
from kbstrack.quality.queries import SampleRow
from kbstrack.quality.rules import Phase, PlanText, SamplingRule
from tests.builders import (
    FRIDAY,
    MONDAY,
    THURSDAY,
    WEDNESDAY,
    World,
    decide,
    make_evidence,
    met,
    proved,
)

PLAN = PlanText(
    name="Spring 2026",
    from_on=date(2026, 3, 1),
    until_on=date(2026, 3, 31),
    phase=Phase.INTERIM,
    rule=SamplingRule(),
    seed="kites",
)
DRAWN = WEDNESDAY + timedelta(hours=1)


def plan_text(**changes: object) -> PlanText:
    """A plan of March with the default rule, and what is different."""
    return replace(PLAN, **changes)  # type: ignore[arg-type]


def make_plan(world: World, by: Actor, **changes: object) -> uuid.UUID:
    """A plan made on Wednesday, an hour later."""
    return planning.make_plan(by, world.provider_id, text=plan_text(**changes), at=DRAWN)


def make_sample(world: World, by: Actor, **changes: object) -> SampleRow:
    """K1 of a piece, decided on Tuesday and drawn on Wednesday."""
    decide(world, make_evidence(world), met("K1"))
    return queries.samples_of(make_plan(world, by, **changes))[0]


def judge(
    sample: SampleRow,
    by: Actor,
    result: IqaResult | None = IqaResult.ACTION_REQUIRED,
    *,
    feedback: str = "Page two is missing: look again.",
    due_on: date | None = date(2026, 3, 20),
    is_declared: bool = True,
    key: uuid.UUID | None = None,
) -> None:
    """An outcome on Thursday; an action unless told otherwise."""
    service.judge(
        by,
        sample.id,
        result=result,
        feedback=feedback,
        due_on=due_on,
        is_declared=is_declared,
        proof=proved(THURSDAY),
        at=THURSDAY,
        key=key,
    )


def reply(sample: SampleRow, by: Actor, text: str = "It is on the back of page one.") -> None:
    """The assessor's answer on Friday."""
    service.reply(by, sample.id, text=text, at=FRIDAY)


def add_role(world: World, name: str, *roles: Role) -> Actor:
    """The person with these roles from now on."""
    member = people.member(world.people[name].id)
    people_service.change_member(
        world.administrator,
        member.id,
        name=member.name,
        email=member.email,
        roles=dict.fromkeys(roles),
        revision=member.revision,
        at=MONDAY,
    )
    return world.actor(name)
