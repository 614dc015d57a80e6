"""What goes wrong in real windows: sessions that end, buttons pressed twice, two tabs at once."""

from __future__ import annotations

import pytest

from kbstrack.assessment import reading
from tests.browser import working
from tests.browser.looking import problems_in_window
from tests.browser.windows import DESK, ONE_DATABASE, PHONE
from tests.builders import decide, make_draft, make_evidence, met

pytestmark = pytest.mark.browser

SEND_THREE_TIMES = """async () => {
    const form = document.querySelector("main form");
    const send = () => fetch(location, {method: "POST", body: new FormData(form)});
    const answers = await Promise.all([send(), send(), send()]);
    return answers.map(answer => answer.url);
}"""

STORY = "I read 42 applications against the brief.\n\nThen I rang the seven best."


@ONE_DATABASE
def test_what_was_typed_is_there_again_after_the_session_ended(world, visit):
    apprentice = visit(PHONE).sign_in(world.people["apprentice"].email)
    apprentice.go_to("My evidence")
    apprentice.press("Add evidence")
    apprentice.page.get_by_label("Title").fill("Shortlist")
    apprentice.page.get_by_label("What did you do?").fill(STORY)

    apprentice.context.clear_cookies()
    apprentice.press("Save and continue")
    assert apprentice.heading == "Sign in"
    apprentice.fill_in_sign_in(world.people["apprentice"].email)

    assert apprentice.page.get_by_label("Title").input_value() == "Shortlist"
    assert apprentice.page.get_by_label("What did you do?").input_value() == STORY
    assert "You were signed out while writing" in apprentice.main
    apprentice.press("Save and continue")
    assert apprentice.heading == "Photos and files"
    (item,) = reading.list_evidence(world.apprentice, world.enrolment_id)
    assert item.title == "Shortlist"


@ONE_DATABASE
def test_a_decision_survives_the_end_of_the_session(world, visit):
    evidence_id = make_evidence(world, claims=["K1"])
    assessor = visit(DESK).sign_in(world.people["assessor"].email)
    assessor.goto(f"/evidence/{evidence_id}/review")
    working.answer_met(assessor, "K1", STORY)

    assessor.context.clear_cookies()
    assessor.press("Save decision")
    assessor.fill_in_sign_in(world.people["assessor"].email)

    claim = working.claim_part(assessor, "K1")
    assert claim.get_by_label("Feedback on K1").input_value() == STORY
    assert claim.get_by_label("Met", exact=True).is_checked()
    assessor.press("Save decision")
    assert "1 met" in assessor.main


def test_a_button_pressed_twice_makes_one_piece(world, visit):
    apprentice = visit(PHONE).sign_in(world.people["apprentice"].email)
    apprentice.go_to("My evidence")
    apprentice.press("Add evidence")
    apprentice.page.get_by_label("Title").fill("Shortlist")

    apprentice.page.get_by_role("button", name="Save and continue").dblclick()

    apprentice.page.wait_for_url("**/files")
    items = reading.list_evidence(world.apprentice, world.enrolment_id)
    assert [item.title for item in items] == ["Shortlist"]


def test_a_form_that_arrives_three_times_at_once_makes_one_piece(world, visit):
    apprentice = visit(PHONE).sign_in(world.people["apprentice"].email)
    apprentice.go_to("My evidence")
    apprentice.press("Add evidence")
    apprentice.page.get_by_label("Title").fill("Shortlist")

    answers = apprentice.page.evaluate(SEND_THREE_TIMES)

    assert {address.rpartition("/")[2] for address in answers} == {"files"}
    assert len(set(answers)) == 1
    items = reading.list_evidence(world.apprentice, world.enrolment_id)
    assert [item.title for item in items] == ["Shortlist"]


def test_a_submission_that_arrives_three_times_at_once_is_one_version(world, visit):
    evidence_id = make_draft(world)
    apprentice = visit(PHONE).sign_in(world.people["apprentice"].email)
    apprentice.goto(f"/evidence/{evidence_id}/check")
    apprentice.page.get_by_label("I declare this").check()

    answers = apprentice.page.evaluate(SEND_THREE_TIMES)

    assert {address.rpartition("/")[2] for address in answers} == {"submitted"}
    page = reading.see_evidence(world.apprentice, evidence_id)
    assert [version.number for version in page.evidence.versions] == [1]


def test_the_second_of_two_tabs_is_told_and_keeps_its_text(world, visit):
    evidence_id = make_evidence(world, claims=["K1"])
    first = visit(DESK).sign_in(world.people["assessor"].email)
    first.goto(f"/evidence/{evidence_id}/review")
    second = first.another_tab()
    second.goto(f"/evidence/{evidence_id}/review")
    working.answer_met(first, "K1", "From the first tab.")
    working.answer_not_yet_met(second, "K1", "From the second tab.")

    first.press("Save decision")
    second.press("Save decision")

    assert second.heading == "This was decided meanwhile"
    assert "From the second tab." in second.page.get_by_label("What you wrote").input_value()
    assert "From the first tab." in second.main
    page = reading.see_evidence(world.assessor, evidence_id)
    assert [item.feedback for item in page.decisions[1].values()] == ["From the first tab."]
    problems = problems_in_window(second.page)
    assert not problems, "\n".join(problems)


@ONE_DATABASE
def test_a_draft_saved_in_another_tab_is_not_overwritten_unseen(world, visit):
    evidence_id = make_draft(world)
    first = visit(PHONE).sign_in(world.people["apprentice"].email)
    first.goto(f"/evidence/{evidence_id}/edit")
    second = first.another_tab()
    second.goto(f"/evidence/{evidence_id}/edit")
    first.page.get_by_label("What did you do?").fill("Written first.")
    second.page.get_by_label("What did you do?").fill("Written second.")

    first.press("Save and continue")
    second.press("Save and continue")

    assert "There is a problem" in second.main
    assert second.page.get_by_label("What did you do?").input_value() == "Written second."
    draft = reading.see_evidence(world.apprentice, evidence_id).evidence.draft
    assert draft is not None
    assert draft.text.description == "Written first."


@ONE_DATABASE
def test_withdrawn_while_it_is_reviewed(world, visit):
    evidence_id = make_evidence(world, claims=["K1"])
    assessor = visit(DESK).sign_in(world.people["assessor"].email)
    assessor.goto(f"/evidence/{evidence_id}/review")
    working.answer_met(assessor, "K1", "A careful comparison.")
    apprentice = visit(PHONE).sign_in(world.people["apprentice"].email)
    apprentice.goto(f"/evidence/{evidence_id}/withdraw")
    apprentice.press("Take it back")

    assessor.press("Save decision")

    assert assessor.heading == "This was withdrawn meanwhile"
    typed = assessor.page.get_by_label("What you wrote").input_value()
    assert "A careful comparison." in typed


@ONE_DATABASE
def test_the_page_of_a_piece_decided_elsewhere_is_no_longer_a_form(world, visit):
    evidence_id = make_evidence(world, claims=["K1"])
    decide(world, evidence_id, met("K1"))
    assessor = visit(DESK).sign_in(world.people["assessor"].email)

    assessor.goto(f"/evidence/{evidence_id}/review")

    assert assessor.page.get_by_role("button", name="Save decision").count() == 0
    assert "Clear and current." in assessor.main
