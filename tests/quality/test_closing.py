"""Closing what quality assurance asked for: only what was asked, and answered by somebody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from kbstrack.access import Actor, Role
from kbstrack.assessment.models import Decision
from kbstrack.assessment.signing import reopen
from kbstrack.db import db
from kbstrack.errors import RuleBroken
from kbstrack.people.replacing import replace_assessor
from kbstrack.quality import planning, queries, service
from kbstrack.quality.outcomes import SampleState
from kbstrack.quality.queries import SampleRow
from tests.assessment.changing import hand_in_changed, renew, sign
from tests.builders import (
    FRIDAY,
    MONDAY,
    START,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    World,
    decide,
    make_evidence,
    met,
)
from tests.quality.sampling import add_role, judge, make_plan, make_sample

AN_HOUR = timedelta(hours=1)


def state(sample: SampleRow) -> SampleState:
    return queries.sample(sample.id).state


def take_over(world: World) -> Actor:
    """Somebody who is assessor and quality assurer, and assesses the enrolment from Thursday."""
    other = add_role(world, "other_assessor", Role.ASSESSOR, Role.IQA)
    replace_assessor(
        world.administrator,
        world.enrolment_id,
        assessor_id=other.person_id,
        from_on=START,
        at=THURSDAY + AN_HOUR,
    )
    return other


def give_back(world: World) -> None:
    """The enrolment's first assessor assesses again."""
    replace_assessor(
        world.administrator,
        world.enrolment_id,
        assessor_id=world.assessor.person_id,
        from_on=START,
        at=FRIDAY + AN_HOUR,
    )


def test_a_sample_without_an_outcome_has_no_action_to_close(world: World, iqa: Actor):
    sample = make_sample(world, iqa)

    with pytest.raises(RuleBroken, match="no action here"):
        service.close(iqa, sample.id, note="", at=FRIDAY)

    assert queries.sample(sample.id).state is SampleState.WAITING


def test_whoever_took_back_a_renewed_sign_off_does_not_close(world: World, iqa: Actor):
    """It rests on the sampled decision only since it was renewed."""
    sample = sample_of_a_renewal(world, iqa)
    judge(sample, iqa)
    other = take_over(world)
    reopen(other, world.enrolment_id, "K1", round=1, reason="Too early", at=FRIDAY)
    give_back(world)
    assert state(sample) is SampleState.ANSWERED

    with pytest.raises(RuleBroken, match="somebody else must close it"):
        service.close(other, sample.id, note="", at=FRIDAY + 2 * AN_HOUR)
    service.close(iqa, sample.id, note="", at=FRIDAY + 2 * AN_HOUR)


def sample_of_a_renewal(world: World, iqa: Actor) -> SampleRow:
    """K1 is signed off on version 1 and renewed on version 2, whose decision is sampled."""
    item = make_evidence(world)
    decide(world, item, met("K1"), at=MONDAY + AN_HOUR)
    sign(world, at=MONDAY + 2 * AN_HOUR)
    hand_in_changed(world, item, at=MONDAY + 3 * AN_HOUR)
    decide(world, item, met("K1"), at=TUESDAY)
    renew(world, at=TUESDAY + AN_HOUR)
    plan = make_plan(world, iqa)
    latest = select(Decision.id).order_by(Decision.decided_at.desc()).limit(1)
    found = [row for row in queries.samples_of(plan) if row.version_number == 2]
    if found:
        return found[0]
    added = planning.add_sample(
        iqa, plan, db.session.scalars(latest).one(), reason="Look", at=WEDNESDAY + 2 * AN_HOUR
    )
    return queries.sample(added)
