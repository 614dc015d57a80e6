"""Decisions added to a plan by hand, with a reason."""

from __future__ import annotations

import pytest

from kbstrack.access import Role
from kbstrack.errors import Conflict, NotAllowed, NotFound, RuleBroken
from kbstrack.people import queries as people
from kbstrack.people import replacing
from kbstrack.quality import plan_queries, planning, queries
from kbstrack.quality.rules import BANDS, Band, SamplingRule
from tests.builders import (
    FRIDAY,
    START,
    THURSDAY,
    TUESDAY,
    World,
    decide,
    make_evidence,
    make_member,
    make_world,
    met,
    not_yet_met,
)
from tests.quality.sampling import add_role, make_plan

ALL = SamplingRule(shares=dict.fromkeys(BANDS, 100))


@pytest.fixture
def decided(world: World) -> World:
    """Four decisions on two pieces, on Tuesday."""
    decide(world, make_evidence(world, claims=["K1", "S1"]), met("K1"), not_yet_met("S1"))
    decide(world, make_evidence(world, claims=["K1", "B1"]), met("K1"), met("B1"))
    return world


def left_out(plan_id):
    """A decision that the plan considered and did not draw."""
    drawn = plan_queries.drawn_ids(plan_id)
    return next(
        item.decision_id
        for item in plan_queries.considered(plan_id)
        if item.decision_id not in drawn
    )


def test_a_decision_is_added_by_hand_with_a_reason(decided, iqa):
    plan_id = make_plan(decided, iqa)
    decision_id = left_out(plan_id)

    sample_id = planning.add_sample(
        iqa, plan_id, decision_id, reason="The apprentice complained.", at=THURSDAY
    )

    row = queries.sample(sample_id)
    assert (row.band, row.score) == (Band.BY_HAND, None)
    assert row.reason == "The apprentice complained."
    assert planning.repeat_plan(iqa, plan_id).is_same


def test_adding_by_hand_needs_a_reason(decided, iqa):
    plan_id = make_plan(decided, iqa)

    with pytest.raises(RuleBroken, match="Say why") as refused:
        planning.add_sample(iqa, plan_id, left_out(plan_id), reason=" ", at=THURSDAY)

    assert refused.value.field == "reason"


def test_a_plan_has_a_decision_once_and_two_plans_may_have_it(decided, iqa):
    plan_id = make_plan(decided, iqa)
    decision_id = left_out(plan_id)
    planning.add_sample(iqa, plan_id, decision_id, reason="A complaint.", at=THURSDAY)

    with pytest.raises(Conflict, match="in the plan already"):
        planning.add_sample(iqa, plan_id, decision_id, reason="Again.", at=FRIDAY)
    other = make_plan(decided, iqa, name="Another", rule=ALL)

    assert plan_queries.is_sampled(other, decision_id)


def test_ones_own_decision_cannot_be_added_by_hand(decided, iqa):
    plan_id = make_plan(decided, iqa)
    both = add_role(decided, "assessor", Role.ASSESSOR, Role.IQA)

    with pytest.raises(NotAllowed):
        planning.add_sample(both, plan_id, left_out(plan_id), reason="Look.", at=THURSDAY)


def test_a_decision_of_another_provider_cannot_be_added(decided, iqa):
    other = make_world(mark="b", ukprn="10000002", uln="9000000024")
    decide(other, make_evidence(other), met("K1"))
    theirs = people.actor_of(make_member(other.provider_id, "qa", Role.IQA, mark="b").person_id)
    foreign = queries.samples_of(make_plan(other, theirs))[0].decision_id
    plan_id = make_plan(decided, iqa)

    with pytest.raises(NotFound):
        planning.add_sample(iqa, plan_id, foreign, reason="Look.", at=THURSDAY)


def test_the_former_assessors_decisions_stay_in_the_plan(decided, iqa):
    replacing.replace_assessor(
        decided.administrator,
        decided.enrolment_id,
        assessor_id=decided.other_assessor.person_id,
        from_on=START,
        at=TUESDAY,
    )

    plan_id = make_plan(decided, iqa)

    assert {row.assessor for row in queries.samples_of(plan_id)} == {"Assessor A"}
