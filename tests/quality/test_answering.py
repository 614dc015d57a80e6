"""Actions: answered by the assessor, closed by quality assurance, entered into the ledger."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from kbstrack.access import OPERATOR, Actor, Role
from kbstrack.assessment.redeciding import reopen_decision
from kbstrack.assessment.signing import reopen, sign_off
from kbstrack.db import db
from kbstrack.errors import Conflict, NotAllowed, NotFound, RuleBroken
from kbstrack.ledger import queries as ledger
from kbstrack.ledger.rules import What, chain_flaws
from kbstrack.mail.models import Message
from kbstrack.people.replacing import replace_assessor
from kbstrack.quality import outcomes, queries, service
from kbstrack.quality.events import events, plan_hash
from kbstrack.quality.models import IqaClosing, IqaOutcome, IqaReply, SamplingPlan
from kbstrack.quality.outcomes import IqaResult, SampleState
from kbstrack.record.checking import check_record
from kbstrack.record.history import see_piece_history
from tests.builders import FRIDAY, START, THURSDAY, TUESDAY, World, make_world, proved
from tests.quality.sampling import add_role, judge, make_sample, reply


@pytest.fixture
def sample(world: World, iqa: Actor) -> queries.SampleRow:
    """K1, decided on Tuesday, drawn on Wednesday."""
    return make_sample(world, iqa)


def state(sample: queries.SampleRow) -> SampleState:
    return queries.sample(sample.id).state


def letters(text: str) -> list[str]:
    """To whom a message with this in its subject goes."""
    return list(
        db.session.scalars(
            select(Message.recipient).where(Message.subject.contains(text)).order_by(Message.id)
        )
    )


def test_the_assessor_answers_in_words_and_the_judge_hears_of_it(sample, world, iqa):
    judge(sample, iqa)
    reply(sample, world.assessor)

    assert state(sample) is SampleState.ANSWERED
    assert [row.text for row in queries.replies(sample.id)] == ["It is on the back of page one."]
    assert letters("was answered") == ["iqa@a.example"]


def test_reopening_the_decision_answers_an_action(sample, world, iqa):
    judge(sample, iqa)
    reopen_decision(world.assessor, sample.decision_id, reason="A page is missing", at=FRIDAY)

    assert state(sample) is SampleState.ANSWERED


def test_reopening_the_sign_off_answers_an_action(sample, world, iqa):
    signed(world)
    judge(sample, iqa)
    reopen(world.assessor, world.enrolment_id, "K1", round=1, reason="Too early", at=FRIDAY)

    assert state(sample) is SampleState.ANSWERED


def test_what_was_reopened_before_the_outcome_answers_nothing(sample, world, iqa):
    signed(world)
    reopen(world.assessor, world.enrolment_id, "K1", round=1, reason="Too early", at=TUESDAY)
    judge(sample, iqa)

    assert state(sample) is SampleState.ACTION_REQUIRED


def signed(world: World) -> None:
    """K1 is signed off on Tuesday."""
    sign_off(
        world.assessor,
        world.enrolment_id,
        "K1",
        reason="",
        is_declared=True,
        proof=proved(TUESDAY),
        at=TUESDAY,
    )


def test_only_the_enrolments_assessor_answers(sample, world, iqa):
    judge(sample, iqa)

    with pytest.raises(NotAllowed):
        reply(sample, iqa)
    with pytest.raises(NotFound):
        reply(sample, world.other_assessor)
    with pytest.raises(NotFound):
        reply(sample, world.apprentice)


def test_where_nothing_is_asked_nothing_is_answered(sample, world, iqa):
    judge(sample, iqa, IqaResult.AGREED)

    with pytest.raises(RuleBroken, match="nothing to answer"):
        reply(sample, world.assessor)


def test_an_empty_answer_is_none(sample, world, iqa):
    judge(sample, iqa)

    with pytest.raises(RuleBroken, match="Write your answer") as refused:
        reply(sample, world.assessor, " ")

    assert refused.value.field == "text"


def test_an_action_is_closed_once_it_is_answered(sample, world, iqa):
    judge(sample, iqa)
    with pytest.raises(RuleBroken, match="has not answered yet"):
        service.close(iqa, sample.id, note="", at=FRIDAY)
    assert len(queries.open_actions(world.enrolment_id)) == 1
    reply(sample, world.assessor)

    service.close(iqa, sample.id, note="Seen, thank you.", at=FRIDAY)

    assert state(sample) is SampleState.CLOSED
    assert queries.open_actions(world.enrolment_id) == []
    assert queries.sample(sample.id).closing_note == "Seen, thank you."


def test_a_closed_action_is_not_closed_or_answered_again(sample, world, iqa):
    judge(sample, iqa)
    reply(sample, world.assessor)
    service.close(iqa, sample.id, note="", at=FRIDAY)

    with pytest.raises(Conflict, match="closed meanwhile"):
        service.close(iqa, sample.id, note="", at=FRIDAY)
    with pytest.raises(Conflict, match="closed meanwhile"):
        reply(sample, world.assessor)


def test_whoever_answered_an_action_does_not_close_it(sample, world, iqa):
    other = add_role(world, "other_assessor", Role.ASSESSOR, Role.IQA)
    judge(sample, iqa)
    take_over(world, other)
    reply(sample, other)

    with pytest.raises(RuleBroken, match="somebody else must close it"):
        service.close(other, sample.id, note="", at=FRIDAY)
    service.close(iqa, sample.id, note="", at=FRIDAY)


def take_over(world: World, other: Actor) -> None:
    """They assess the enrolment from now on."""
    replace_assessor(
        world.administrator,
        world.enrolment_id,
        assessor_id=other.person_id,
        from_on=START,
        at=THURSDAY,
    )


def test_everything_is_entered_into_the_ledger_as_its_rows_say(sample, world, iqa):
    judge(sample, iqa)
    reply(sample, world.assessor)
    service.close(iqa, sample.id, note="Done.", at=FRIDAY)

    entries = ledger.entries(world.enrolment_id)
    found = {event.what: event for event in events(world.enrolment_id)}

    assert chain_flaws(entries) == []
    assert {What.SAMPLE, What.IQA_OUTCOME, What.IQA_REPLY, What.IQA_CLOSING} == set(found)
    for entry in entries:
        if entry.what in found:
            event = found[What(entry.what)]
            assert entry.subject_id == event.subject_id
            assert "Page two" not in entry.facts


def test_the_record_is_sound_and_its_history_tells_of_all_of_it(sample, world, iqa):
    judge(sample, iqa)
    reply(sample, world.assessor)
    service.close(iqa, sample.id, note="Done.", at=FRIDAY)

    assert check_record(OPERATOR, world.enrolment_id).is_sound
    titles = [line.title for line in see_piece_history(world.apprentice, sample.evidence_id).lines]
    assert titles[:4] == [
        "What quality assurance had asked for about K1 of E1, version 1 was closed",
        "The assessor answered what quality assurance had asked for about K1 of E1, version 1",
        "The decision on K1 of E1, version 1 was looked at by quality assurance: action required",
        "The decision on K1 of E1, version 1 was sampled",
    ]


def test_a_plan_that_was_changed_afterwards_is_found(sample, world, iqa):
    plan = db.session.get_one(SamplingPlan, sample.plan_id)
    before = plan_hash(plan)
    plan.seed = "another"

    assert plan_hash(plan) != before
    db.session.rollback()


def test_actions_of_another_enrolment_are_not_among_the_open_ones(sample, world, iqa):
    judge(sample, iqa)
    other = make_world(mark="b", ukprn="10000002", uln="9000000024")

    assert [row.id for row in queries.open_actions(world.enrolment_id)] == [sample.id]
    assert queries.open_actions(other.enrolment_id) == []


def test_open_actions_keep_a_portfolio_from_being_frozen() -> None:
    assert outcomes.freezing_problem(0) == ""
    assert outcomes.freezing_problem(1).startswith("1 action of internal quality assurance is open")
    assert "2 actions" in outcomes.freezing_problem(2)


@pytest.mark.parametrize("model", [IqaOutcome, IqaReply, IqaClosing])
def test_what_was_said_can_only_be_added_to(model):
    assert model.__append_only__
