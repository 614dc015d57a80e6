"""Whoever countersigned a decision put their name to it, and does not assure its quality."""

from __future__ import annotations

import uuid

import pytest

from kbstrack.access import Actor, Role
from kbstrack.assessment import decision_queries
from kbstrack.errors import NotAllowed, NotFound
from kbstrack.evidence import queries as evidence_queries
from kbstrack.quality import adding, planning, queries, reading
from tests.assessment.countersigned import agree_on
from tests.builders import (
    FRIDAY,
    World,
    decide,
    make_evidence,
    met,
    not_yet_qualified,
)
from tests.quality.sampling import add_role, judge, make_plan


@pytest.fixture
def both(world: World) -> Actor:
    """They countersign for the assessor, and assure quality too."""
    actor = add_role(world, "other_assessor", Role.ASSESSOR, Role.IQA)
    not_yet_qualified(world)
    return actor


@pytest.fixture
def decision_id(world: World, both: Actor) -> uuid.UUID:
    """K1, decided on Tuesday and countersigned on Wednesday."""
    evidence_id = make_evidence(world)
    decide(world, evidence_id, met("K1"))
    agree_on(world, evidence_id)
    return decision_queries.decisions_of(evidence_queries.evidence(evidence_id))[1]["K1"].id


def test_nobody_judges_what_they_countersigned(world, both, iqa, decision_id):
    sample = queries.samples_of(make_plan(world, iqa))[0]
    assert sample.decision_id == decision_id

    assert [row.id for row in reading.see_waiting(iqa)] == [sample.id]
    assert reading.see_waiting(both) == []
    page = reading.see_sample(both, sample.id)
    assert page.is_own_decision
    assert not page.may_judge
    with pytest.raises(NotAllowed):
        judge(sample, both)

    judge(sample, iqa)


def test_nobody_draws_or_adds_what_they_countersigned(world, both, decision_id):
    other = make_evidence(world, claims=["K2"])
    decide(world, other, met("K2"))

    plan_id = make_plan(world, both)

    drawn = [row.code for row in queries.samples_of(plan_id)]
    offered = [row.code for row in adding.see_candidates(both, plan_id, most=10).rows]
    assert sorted([*drawn, *offered]) == ["K2"]
    with pytest.raises(NotFound):
        adding.see_candidate(both, plan_id, decision_id)
    with pytest.raises(NotAllowed):
        planning.add_sample(both, plan_id, decision_id, reason="To look again", at=FRIDAY)


def test_nobody_judges_first_what_they_are_to_countersign(world, both, iqa):
    decide(world, make_evidence(world), met("K1"))
    sample = queries.samples_of(make_plan(world, iqa))[0]

    assert reading.see_waiting(both) == []
    assert not reading.see_sample(both, sample.id).may_judge
    with pytest.raises(NotAllowed):
        judge(sample, both)

    judge(sample, iqa)
