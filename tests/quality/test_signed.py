"""Whoever signed what rests on a decision put their name to it, and does not assure its quality."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from kbstrack.access import Actor, Role
from kbstrack.assessment.redeciding import reopen_decision
from kbstrack.errors import NotAllowed, NotFound, RuleBroken
from kbstrack.people.replacing import replace_assessor
from kbstrack.quality import adding, planning, queries, reading, service
from kbstrack.quality.outcomes import SampleState
from kbstrack.quality.queries import SampleRow
from kbstrack.quality.rules import SamplingRule
from tests.assessment.changing import hand_in_changed, renew, sign
from tests.assessment.countersigned import agree, answer, sign_off_of
from tests.builders import (
    FRIDAY,
    MONDAY,
    START,
    THURSDAY,
    TUESDAY,
    World,
    decide,
    make_evidence,
    met,
    not_yet_qualified,
)
from tests.quality.sampling import add_role, judge, make_plan, make_sample, reply

AN_HOUR = timedelta(hours=1)


@pytest.fixture
def both(world: World) -> Actor:
    """They assess, and assure quality too."""
    return add_role(world, "other_assessor", Role.ASSESSOR, Role.IQA)


def assess(world: World, name: str, *, at: datetime = TUESDAY) -> None:
    """They assess the enrolment from now on."""
    replace_assessor(
        world.administrator,
        world.enrolment_id,
        assessor_id=world.people[name].person_id,
        from_on=START,
        at=at,
    )


def sign_off(world: World) -> None:
    decide(world, make_evidence(world), met("K1"), at=MONDAY)
    assess(world, "other_assessor")
    sign(world, by="other_assessor", at=TUESDAY)


def renewal(world: World) -> None:
    item = make_evidence(world)
    decide(world, item, met("K1"), at=MONDAY)
    sign(world, at=MONDAY)
    hand_in_changed(world, item, at=MONDAY + AN_HOUR)
    decide(world, item, met("K1"), at=MONDAY + 2 * AN_HOUR)
    assess(world, "other_assessor")
    renew(world, by="other_assessor", at=TUESDAY)


def countersignature(world: World) -> None:
    decide(world, make_evidence(world), met("K1"), at=MONDAY)
    not_yet_qualified(world)
    sign(world, at=TUESDAY)
    answer(world, agree(sign_off_of(world)))


SIGNING = pytest.mark.parametrize("signing", [sign_off, renewal, countersignature])


@SIGNING
def test_nobody_judges_what_their_own_signature_rests_on(world, both, iqa, signing):
    signing(world)
    sample = latest(queries.samples_of(make_plan(world, iqa, **everything())))

    assert sample.id not in {row.id for row in reading.see_waiting(both)}
    page = reading.see_sample(both, sample.id)
    assert page.is_own_decision
    assert not page.may_judge
    with pytest.raises(NotAllowed):
        judge(sample, both)

    judge(sample, iqa)


@SIGNING
def test_nobody_draws_or_adds_what_their_own_signature_rests_on(world, both, iqa, signing):
    signing(world)
    sample = latest(queries.samples_of(make_plan(world, iqa, **everything())))
    other = make_evidence(world, claims=["K2"], at=MONDAY)
    if signing is not countersignature:
        assess(world, "assessor", at=TUESDAY + AN_HOUR)
    decide(world, other, met("K2"), at=TUESDAY + AN_HOUR)

    plan_id = make_plan(world, both, name="Another", seed="other")

    drawn = {row.decision_id for row in queries.samples_of(plan_id)}
    offered = {row.decision_id for row in adding.see_candidates(both, plan_id, most=10).rows}
    assert sample.decision_id not in drawn | offered
    with pytest.raises(NotFound):
        adding.see_candidate(both, plan_id, sample.decision_id)
    with pytest.raises(NotAllowed):
        planning.add_sample(both, plan_id, sample.decision_id, reason="Again", at=FRIDAY)


def latest(rows: list[SampleRow]) -> SampleRow:
    """Of the decisions on the piece the one on which the last signature rests."""
    return max(rows, key=lambda row: row.decided_at)


@pytest.fixture
def sample(world: World, iqa: Actor) -> SampleRow:
    """K1, decided on Tuesday, drawn on Wednesday; on Thursday something is to be done."""
    sample = make_sample(world, iqa)
    judge(sample, iqa)
    return sample


def test_nobody_closes_an_action_after_deciding_anew(sample, world, both, iqa):
    reopen_decision(world.assessor, sample.decision_id, reason="A page is missing", at=THURSDAY)
    assess(world, "other_assessor", at=THURSDAY)
    decide(world, sample.evidence_id, met("K1"), by=both, at=FRIDAY)
    assess(world, "assessor", at=FRIDAY)

    closed_by_somebody_else(sample, both, iqa)


@pytest.mark.parametrize("how", ["signed off", "renewed"])
def test_nobody_closes_an_action_after_signing_the_ksb(world, both, iqa, how):
    """Not on the sampled decision, but on what took its place."""
    item = make_evidence(world)
    decide(world, item, met("K1"), at=MONDAY)
    if how == "renewed":
        sign(world, at=MONDAY)
    sample = latest(queries.samples_of(make_plan(world, iqa, **everything())))
    judge(sample, iqa)
    reply(sample, world.assessor)
    hand_in_changed(world, item, at=FRIDAY)
    decide(world, item, met("K1"), at=FRIDAY)
    assess(world, "other_assessor", at=FRIDAY)
    if how == "renewed":
        renew(world, by="other_assessor", at=FRIDAY)
    else:
        sign(world, by="other_assessor", at=FRIDAY)
    assess(world, "assessor", at=FRIDAY)

    closed_by_somebody_else(sample, both, iqa)


def test_the_apprentices_present_assessor_closes_no_action(sample, world, both, iqa):
    reply(sample, world.assessor)
    assess(world, "other_assessor", at=FRIDAY)

    closed_by_somebody_else(sample, both, iqa)


def closed_by_somebody_else(sample: SampleRow, own: Actor, iqa: Actor) -> None:
    """The one is refused in a sentence, the other closes it."""
    at = FRIDAY + AN_HOUR
    with pytest.raises(RuleBroken, match="somebody else must close it"):
        service.close(own, sample.id, note="", at=at)
    assert queries.sample(sample.id).state is SampleState.ANSWERED

    service.close(iqa, sample.id, note="", at=at)


def everything() -> dict[str, object]:
    """A plan that draws all decisions."""
    rule = SamplingRule()
    return {"rule": replace(rule, shares=dict.fromkeys(rule.shares, 100))}
