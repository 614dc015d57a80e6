"""Plans: who makes them, what they draw, and that drawing again gives the same."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from kbstrack.access import Role
from kbstrack.assessment.redeciding import reopen_decision
from kbstrack.assessment.signing import sign_off
from kbstrack.db import db
from kbstrack.errors import NotAllowed, NotFound, RuleBroken
from kbstrack.ledger import queries as ledger
from kbstrack.ledger.rules import What
from kbstrack.people import queries as people
from kbstrack.quality import plan_queries, planning, queries
from kbstrack.quality.events import events
from kbstrack.quality.models import ConsideredDecision, Sample, SamplingPlan
from kbstrack.quality.risks import Risk
from kbstrack.quality.rules import BANDS, Phase, SamplingRule
from tests.builders import (
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    World,
    decide,
    make_evidence,
    make_member,
    make_world,
    met,
    not_yet_met,
    proved,
)
from tests.quality.sampling import DRAWN, add_role, make_plan, plan_text

ALL = SamplingRule(shares=dict.fromkeys(BANDS, 100))


@pytest.fixture
def decided(world: World) -> World:
    """Four decisions on two pieces, on Tuesday."""
    decide(world, make_evidence(world, claims=["K1", "S1"]), met("K1"), not_yet_met("S1"))
    decide(world, make_evidence(world, claims=["K1", "B1"]), met("K1"), met("B1"))
    return world


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_preview_shows_what_a_plan_then_draws_and_saves_nothing(decided, iqa):
    seen = planning.preview_plan(iqa, decided.provider_id, text=plan_text(), at=WEDNESDAY)
    assert count(SamplingPlan) == 0

    plan_id = make_plan(decided, iqa)

    assert plan_queries.drawn_ids(plan_id) == {item.decision_id for item in seen.drawn}
    assert plan_queries.considered_count(plan_id) == len(seen.considered) == 4


def test_a_plan_looks_at_the_decisions_of_its_days_only(decided, iqa):
    decide(decided, make_evidence(decided), met("K1"), at=WEDNESDAY)

    day = date(2026, 3, 3)
    plan_id = make_plan(decided, iqa, from_on=day, until_on=day)

    assert plan_queries.considered_count(plan_id) == 4


def test_what_is_being_saved_while_a_plan_is_drawn_makes_it_no_other_plan(decided, iqa):
    plan_id = make_plan(decided, iqa)
    just_before = DRAWN - timedelta(seconds=90)
    decide(decided, make_evidence(decided), met("K1"), at=just_before)

    assert planning.repeat_plan(iqa, plan_id).is_same


def test_a_final_plan_looks_at_what_sign_offs_rest_on(decided, iqa):
    sign_off(
        decided.assessor,
        decided.enrolment_id,
        "K1",
        reason="",
        is_declared=True,
        proof=proved(TUESDAY),
        at=TUESDAY,
    )

    plan_id = make_plan(decided, iqa, phase=Phase.FINAL, rule=ALL)

    assert {row.code for row in queries.samples_of(plan_id)} == {"K1"}


def test_drawing_again_gives_the_same_whatever_was_decided_since(decided, iqa):
    plan_id = make_plan(decided, iqa)
    taken_back = queries.samples_of(plan_id)[0].decision_id
    decide(decided, make_evidence(decided), met("K1"), at=THURSDAY)
    reopen_decision(decided.assessor, taken_back, reason="A page was missing", at=THURSDAY)
    make_plan(decided, iqa, name="Another")

    again = planning.repeat_plan(iqa, plan_id)

    assert again.is_same
    assert set(again.drawn) == plan_queries.drawn_ids(plan_id)


def test_a_plan_whose_sample_was_tampered_with_is_not_the_same(decided, iqa):
    plan_id = make_plan(decided, iqa)
    left_out = next(
        item.decision_id
        for item in plan_queries.considered(plan_id)
        if item.decision_id not in plan_queries.drawn_ids(plan_id)
    )
    db.session.add(
        Sample(
            plan_id=plan_id,
            decision_id=left_out,
            score=99,
            band="high",
            risks="",
            reason="",
            added_by=iqa.person_id,
            added_at=DRAWN,
        )
    )

    again = planning.repeat_plan(iqa, plan_id)

    assert not again.is_same
    assert again.missing == (left_out,)
    db.session.rollback()


def test_a_decision_that_was_taken_back_before_is_drawn_as_risky(decided, iqa):
    first = planning.preview_plan(iqa, decided.provider_id, text=plan_text(), at=WEDNESDAY)
    decision_id = first.considered[0].decision_id
    reopen_decision(decided.assessor, decision_id, reason="A page was missing", at=WEDNESDAY)

    seen = planning.preview_plan(iqa, decided.provider_id, text=plan_text(), at=THURSDAY)

    risks = {item.decision_id: item.risks for item in seen.considered}
    assert Risk.REOPENED in risks[decision_id]


def test_a_sign_off_on_too_few_pieces_makes_its_decision_overridden(decided, iqa):
    decide(decided, make_evidence(decided, claims=["S1"]), met("S1"), at=WEDNESDAY)
    sign_off(
        decided.assessor,
        decided.enrolment_id,
        "S1",
        reason="Seen twice at work.",
        is_declared=True,
        proof=proved(WEDNESDAY),
        at=WEDNESDAY,
    )

    seen = planning.preview_plan(iqa, decided.provider_id, text=plan_text(), at=THURSDAY)

    overridden = [item for item in seen.considered if Risk.OVERRIDDEN in item.risks]
    assert len(overridden) == 1


def test_a_ksb_that_was_sampled_before_is_not_new_any_more(decided, iqa):
    make_plan(decided, iqa, rule=ALL)

    seen = planning.preview_plan(iqa, decided.provider_id, text=plan_text(), at=THURSDAY)

    assert not any(Risk.NEVER_SAMPLED in item.risks for item in seen.considered)


def test_ones_own_decisions_are_never_drawn(decided):
    both = add_role(decided, "assessor", Role.ASSESSOR, Role.IQA)

    seen = planning.preview_plan(both, decided.provider_id, text=plan_text(), at=WEDNESDAY)

    assert seen.considered == ()


def test_ones_own_work_is_never_drawn(decided):
    both = add_role(decided, "apprentice", Role.APPRENTICE, Role.IQA)

    seen = planning.preview_plan(both, decided.provider_id, text=plan_text(), at=WEDNESDAY)

    assert seen.considered == ()


def test_a_plan_without_any_decision_is_refused(world, iqa):
    with pytest.raises(RuleBroken, match="Nothing was decided") as refused:
        make_plan(world, iqa)

    assert refused.value.field == "from_on"
    assert count(SamplingPlan) == 0


def test_a_name_is_given_once(decided, iqa):
    make_plan(decided, iqa)

    with pytest.raises(RuleBroken, match="a plan of this name"):
        make_plan(decided, iqa)


def test_the_same_form_sent_twice_makes_one_plan(decided, iqa):
    key = uuid.uuid4()
    first, second = (
        planning.make_plan(iqa, decided.provider_id, text=plan_text(), at=WEDNESDAY, key=key)
        for _ in range(2)
    )

    assert first == second
    assert count(SamplingPlan) == 1
    assert count(ConsideredDecision) == 4


def test_another_provider_has_its_own_decisions(decided, iqa):
    other = make_world(mark="b", ukprn="10000002")
    theirs = people.actor_of(make_member(other.provider_id, "qa", Role.IQA, mark="b").person_id)

    seen = planning.preview_plan(theirs, other.provider_id, text=plan_text(), at=WEDNESDAY)

    assert seen.considered == ()
    with pytest.raises(NotFound):
        planning.preview_plan(theirs, decided.provider_id, text=plan_text(), at=WEDNESDAY)


def test_an_administrator_sees_plans_and_makes_none(decided, iqa):
    plan_id = make_plan(decided, iqa)

    assert planning.repeat_plan(decided.administrator, plan_id).is_same
    with pytest.raises(NotAllowed):
        make_plan(decided, decided.administrator, name="Mine")


def test_every_sample_is_entered_into_its_ledger_by_the_quality_assurer(decided, iqa):
    plan_id = make_plan(decided, iqa)

    entries = [entry for entry in ledger.entries(decided.enrolment_id) if entry.what == What.SAMPLE]

    assert {entry.subject_id for entry in entries} == {
        row.id for row in queries.samples_of(plan_id)
    }
    assert {(entry.by_id, entry.role) for entry in entries} == {(iqa.person_id, "iqa")}
    assert {event.subject_id for event in events(decided.enrolment_id)} == {
        entry.subject_id for entry in entries
    }
