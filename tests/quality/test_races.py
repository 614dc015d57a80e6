"""Two quality assurers at the same moment: one is first, the other is told so."""

from __future__ import annotations

from flask import Flask

from kbstrack.access import Actor, Role
from kbstrack.errors import RuleBroken
from kbstrack.ledger import queries as ledger
from kbstrack.ledger.rules import chain_flaws
from kbstrack.people import queries as people
from kbstrack.quality import queries, service
from kbstrack.quality.models import IqaClosing, IqaOutcome, SamplingPlan
from kbstrack.quality.outcomes import IqaResult
from tests.assessment.test_races import count, one_was_first, race
from tests.builders import FRIDAY, World, decide, make_evidence, make_member, met
from tests.quality.sampling import judge, make_plan, make_sample, reply


def test_of_two_outcomes_one_is_kept(app: Flask, world: World, iqa: Actor) -> None:
    sample = make_sample(world, iqa)
    second = people.actor_of(make_member(world.provider_id, "qa", Role.IQA).person_id)

    results = race(
        app,
        lambda: judge(sample, iqa, IqaResult.AGREED),
        lambda: judge(sample, second),
    )

    assert one_was_first(results)
    assert count(IqaOutcome) == 1
    assert chain_flaws(ledger.entries(world.enrolment_id)) == []


def test_of_two_closings_one_is_kept(app: Flask, world: World, iqa: Actor) -> None:
    sample = make_sample(world, iqa)
    judge(sample, iqa)
    reply(sample, world.assessor)

    results = race(app, *[lambda: service.close(iqa, sample.id, note="", at=FRIDAY)] * 3)

    assert one_was_first(results)
    assert count(IqaClosing) == 1


def test_of_two_plans_with_one_name_one_is_kept(app: Flask, world: World, iqa: Actor) -> None:
    decide(world, make_evidence(world), met("K1"))

    results = race(app, *[lambda: make_plan(world, iqa)] * 2)

    assert results.count(None) == 1
    assert sum(isinstance(result, RuleBroken) for result in results) == 1
    assert count(SamplingPlan) == 1


def test_a_plan_and_a_decision_at_one_moment_leave_a_whole_chain(
    app: Flask, world: World, iqa: Actor
) -> None:
    decide(world, make_evidence(world), met("K1"))
    item = make_evidence(world)

    results = race(app, lambda: make_plan(world, iqa), lambda: decide(world, item, met("K1")))

    assert results == [None, None]
    entries = ledger.entries(world.enrolment_id)
    assert chain_flaws(entries) == []
    assert [entry.what for entry in entries].count("sample") == count_samples(world)


def count_samples(world: World) -> int:
    return len(queries.samples_at([world.provider_id]))
