"""The pages of internal quality assurance: plans, samples, answers, coverage."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kbstrack.access import Role
from kbstrack.assessment.redeciding import reopen_decision
from kbstrack.db import db
from kbstrack.people import queries as people
from kbstrack.quality import plan_queries, planning, queries, service
from kbstrack.quality.outcomes import IqaResult, SampleState
from kbstrack.quality.rules import BANDS, SamplingRule
from tests.builders import MONDAY, TUESDAY, decide, make_evidence, make_member, met, proved
from tests.quality.sampling import plan_text

ALL = SamplingRule(shares=dict.fromkeys(BANDS, 100))
FIELDS = {"name": "Spring", "from_on": ["1", "3", "2026"], "until_on": ["31", "3", "2026"]}


@pytest.fixture
def decided(world):
    """K1 and S1 of one piece, decided on Monday."""
    item = make_evidence(world, claims=["K1", "S1"], title="=Call notes")
    decide(world, item, met("K1"), met("S1"), at=MONDAY)
    return world


@pytest.fixture
def member(world):
    return make_member(world.provider_id, "iqa", Role.IQA)


@pytest.fixture
def iqa(pages, member, now):
    """The quality assurer, looking at pages on Tuesday."""
    return pages.sign_in(member.person_id)


def drawn(world, member, **changes):
    """A plan of everything, made on Tuesday, and its samples."""
    actor = people.actor_of(member.person_id)
    text = plan_text(rule=ALL, **changes)
    plan_id = planning.make_plan(actor, world.provider_id, text=text, at=TUESDAY)
    return plan_id, queries.samples_of(plan_id)


def judged(sample, member, result=IqaResult.ACTION_REQUIRED):
    service.judge(
        people.actor_of(member.person_id),
        sample.id,
        result=result,
        feedback="Page two is missing.",
        due_on=TUESDAY.date(),
        is_declared=True,
        proof=proved(TUESDAY),
        at=TUESDAY,
    )


def state(sample):
    db.session.rollback()
    return queries.sample(sample.id).state


def test_without_a_plan_the_first_page_says_what_one_is_for(iqa, world):
    page = iqa.get("/quality")

    assert "No sampling plan yet" in page.text
    assert "Make a sampling plan" in page.links()


def test_a_plan_is_previewed_and_then_drawn(iqa, decided):
    page = iqa.submit(iqa.get("/quality/plans/new"), FIELDS, button="Preview")
    assert "What it would draw" in page.text
    assert page.value_of("name") == "Spring"
    assert plan_queries.plans(decided.provider_id) == []

    page = iqa.submit(page, {}, button="Draw and save")

    assert page.heading == "Spring"
    assert "2 decisions to look at again" in page.text or "1 decision to look" in page.text
    db.session.rollback()
    seed = plan_queries.plans(decided.provider_id)[0].text.seed
    assert f"Seed: {seed}" in page.text
    assert "rounded up" in page.text


def test_a_plan_that_cannot_be_drawn_keeps_what_was_typed(iqa, decided):
    fields = FIELDS | {"name": "", "reopened": "lots", "seed": "wind"}

    page = iqa.submit(iqa.get("/quality/plans/new"), fields, button="Draw and save", status=422)

    assert "Enter a name for the plan" in page.errors
    assert "Reopened: enter a whole number" in page.errors
    assert page.value_of("seed") == "wind"
    assert page.value_of("reopened") == "lots"


def test_rules_of_a_plan_are_said_at_their_fields(iqa, decided):
    fields = FIELDS | {"high_from": "10", "low_share": "0"}

    page = iqa.submit(iqa.get("/quality/plans/new"), fields, button="Preview", status=422)

    assert "High risk must begin at a higher score than medium risk." in page.errors
    assert "Low risk: enter a share from 1 to 100 per cent." in page.errors


def test_a_plan_is_drawn_again_and_is_the_same(iqa, decided, member):
    plan_id, _ = drawn(decided, member)

    page = iqa.get(f"/quality/plans/{plan_id}/again")

    assert page.heading == "The same sample"


def test_what_a_plan_was_drawn_from_can_be_downloaded(iqa, decided, member):
    plan_id, samples = drawn(decided, member)

    answer = iqa.get(f"/quality/plans/{plan_id}/decisions.csv")

    lines = answer.response.get_data().decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert {line.split(",")[0] for line in lines[1:]} == {str(s.decision_id) for s in samples}


def test_a_sampled_decision_opens_with_its_whole_trail(iqa, decided, member):
    _, (sample, _) = drawn(decided, member)

    page = iqa.get(f"/quality/samples/{sample.id}")

    assert "Clear and current." in page.text
    assert "This shows" in page.text
    assert "Then I rang three people." in page.text
    assert "Entry" in page.text
    assert "It is not signed off yet." in page.text
    assert "How wind lifts a kite" in page.text or "S1" in page.text


def test_an_outcome_is_recorded_and_goes_to_the_assessor(iqa, decided, member):
    _, (sample, _) = drawn(decided, member)
    page = iqa.get(f"/quality/samples/{sample.id}")

    page = iqa.submit(
        page,
        {
            "result": "action_required",
            "feedback": "Page two is missing.",
            "due_on": ["20", "3", "2026"],
            "is_declared": True,
        },
        button="Record the outcome",
    )

    assert "the assessor is told what to do" in page.text
    assert state(sample) is SampleState.ACTION_REQUIRED


def test_an_outcome_that_lacks_something_keeps_what_was_written(iqa, decided, member):
    _, (sample, _) = drawn(decided, member)

    page = iqa.submit(
        iqa.get(f"/quality/samples/{sample.id}"),
        {"result": "action_required", "feedback": "Look again."},
        button="Record the outcome",
        status=422,
    )

    assert page.errors == [
        "Enter the day by which it is to be done.",
        "Tick the declaration to sign.",
    ]
    assert page.value_of("feedback") == "Look again."


def test_an_empty_outcome_with_an_old_proof_hears_of_everything_at_once(iqa, decided, member, now):
    _, [first, *_] = drawn(decided, member)
    page = iqa.get(f"/quality/samples/{first.id}")
    now.shift(timedelta(hours=1))

    page = iqa.submit(page, {}, status=422)

    assert page.errors[-1] == "Enter your password to sign."
    assert len(page.errors) > 1
    assert state(first) is SampleState.WAITING


def test_an_outcome_recorded_meanwhile_shows_it_and_keeps_what_was_written(iqa, decided, member):
    _, (sample, _) = drawn(decided, member)
    page = iqa.get(f"/quality/samples/{sample.id}")
    judged(sample, member)

    page = iqa.submit(
        page,
        {"result": "agreed", "feedback": "All is well.", "is_declared": True},
        button="Record the outcome",
        status=409,
    )

    assert "recorded meanwhile" in page.errors[0]
    assert "Page two is missing." in page.text
    assert "All is well." in page.text


def test_the_assessor_finds_an_action_first_answers_it_and_it_is_closed(
    iqa, decided, member, pages
):
    _, (sample, _) = drawn(decided, member)
    judged(sample, member)
    assessor = pages.sign_in(decided.people["assessor"].person_id)
    assert "Quality assurance asks you for something" in assessor.get("/").text
    page = assessor.get(f"/quality/actions/{sample.id}")
    assert "Reopen the decision" in page.links()

    page = assessor.submit(page, {"text": "It is on the back."}, button="Send the answer")

    assert "Your answer is sent" in page.text
    assert "Quality assurance asks you" not in assessor.get("/").text
    iqa = pages.sign_in(member.person_id)
    assert "answered actions to close first" in iqa.get("/").text
    page = iqa.get(f"/quality/samples/{sample.id}/close")
    page = iqa.submit(page, {"note": "Seen."}, button="Close the action")
    assert "The action is closed." in page.text
    assert state(sample) is SampleState.CLOSED


def test_what_is_reopened_already_leaves_nothing_to_choose(pages, decided, member, now):
    _, (sample, _) = drawn(decided, member)
    judged(sample, member)
    reopen_decision(decided.assessor, sample.decision_id, reason="Right.", at=TUESDAY)
    assessor = pages.sign_in(decided.people["assessor"].person_id)

    page = assessor.get(f"/quality/actions/{sample.id}")

    assert "Choose what is right" not in page.text
    assert "is reopened already. Write below what you did" in page.text
    assert not page.html.xpath("//main//ul[contains(@class, 'govuk-list--bullet')]")


def test_an_empty_answer_is_refused_with_a_sentence(pages, decided, member, now):
    _, (sample, _) = drawn(decided, member)
    judged(sample, member)
    assessor = pages.sign_in(decided.people["assessor"].person_id)

    page = assessor.submit(
        assessor.get(f"/quality/actions/{sample.id}"), {}, button="Send the answer", status=422
    )

    assert page.errors == ["Write your answer"]


def test_an_unanswered_action_has_no_form_to_close_it(iqa, decided, member):
    _, (sample, _) = drawn(decided, member)
    judged(sample, member)

    page = iqa.get(f"/quality/samples/{sample.id}/close")

    assert "has not answered yet" in page.text


def test_reopening_the_decision_lets_the_action_be_closed(iqa, decided, member):
    _, (sample, _) = drawn(decided, member)
    judged(sample, member)
    reopen_decision(decided.assessor, sample.decision_id, reason="Right.", at=TUESDAY)

    page = iqa.submit(iqa.get(f"/quality/samples/{sample.id}/close"), button="Close the action")

    assert "The action is closed." in page.text


def test_the_assessor_learns_nothing_of_a_sample_before_its_outcome(pages, decided, member, now):
    _, (sample, _) = drawn(decided, member)
    assessor = pages.sign_in(decided.people["assessor"].person_id)

    assessor.get(f"/quality/actions/{sample.id}", status=404)
    assessor.get(f"/quality/samples/{sample.id}", status=404)
    assert "Nothing yet" in assessor.get("/quality/actions").text


def test_an_open_action_is_said_on_the_portfolios_page(iqa, decided, member):
    _, (sample, _) = drawn(decided, member)
    path = f"/enrolments/{decided.enrolment_id}/portfolio"
    assert "IQA action" not in iqa.get(path).text

    judged(sample, member)

    assert "IQA action is open" in iqa.get(path).text
