"""Two tabs, two people: the second hears what happened and keeps what they typed."""

from __future__ import annotations

import pytest

from kbstrack.assessment import service
from kbstrack.assessment.models import Decision, SignOff
from kbstrack.assessment.signing import sign_off
from kbstrack.evidence import service as evidence
from kbstrack.people import enrolling
from tests.builders import TUESDAY, decide, make_evidence, met, proved, submit, text
from tests.web.assessing import answers, count, path, save

TYPED = {
    "K1-outcome": "not_yet_met",
    "K1-questions": ["valid"],
    "K1-feedback": "My careful sentence.",
    "K1-actions-0-text": "Add notes",
    "K1-actions-0-due_on": ["20", "3", "2026"],
}


@pytest.fixture
def assessor(pages, world, now):
    """The assessor, looking at pages on Tuesday."""
    return pages.sign_in(world.people["assessor"].person_id)


def test_decided_meanwhile_shows_the_decision_and_everything_typed(assessor, world):
    item = make_evidence(world)
    page = assessor.get(path(item))
    decide(world, item, met("K1", "The first one."))

    page = save(assessor, page, TYPED, status=409)

    assert page.heading == "This was decided meanwhile"
    assert "The first one." in page.text
    (kept,) = page.html.xpath("//textarea[@readonly]")
    assert kept.text.strip() == (
        "K1: Not yet met\n"
        "Yes to: valid\n"
        "Feedback: My careful sentence.\n"
        "Action: Add notes (by 20 3 2026)"
    )
    assert page.links()["Open the evidence"] == f"/evidence/{item}"
    assert count(Decision) == 1


def test_an_action_without_a_day_is_kept_without_one(assessor, world):
    item = make_evidence(world)
    page = assessor.get(path(item))
    decide(world, item, met("K1"))

    page = save(assessor, page, TYPED | {"K1-actions-0-due_on": ["", "", ""]}, status=409)

    (kept,) = page.html.xpath("//textarea[@readonly]")
    assert kept.text.strip().endswith("\nAction: Add notes")


def test_an_unfinished_answer_to_a_decided_piece_hears_of_it_too(assessor, world):
    item = make_evidence(world)
    page = assessor.get(path(item))
    decide(world, item, met("K1"))

    for button in ("Save decision", "Add another action for K1"):
        fields = {"K1-feedback": "Half a sent"}
        answer = assessor.submit(page, fields, button=button, status=409)
        assert answer.heading == "This was decided meanwhile"
        assert "Half a sent" in answer.text


def test_withdrawn_meanwhile_keeps_what_was_typed(assessor, world):
    item = make_evidence(world)
    page = assessor.get(path(item))
    service.withdraw_evidence(world.apprentice, item, version_number=1, reason="", at=TUESDAY)

    page = save(assessor, page, TYPED, status=409)

    assert page.heading == "This was withdrawn meanwhile"
    assert "My careful sentence." in page.text


def test_a_new_version_meanwhile_leads_to_it_with_what_was_typed(assessor, world):
    item = make_evidence(world)
    page = assessor.get(path(item))
    service.withdraw_evidence(world.apprentice, item, version_number=1, reason="", at=TUESDAY)
    evidence.save_draft(world.apprentice, item, text=text(claims=["S1"]), revision=0, at=TUESDAY)
    submit(world, item, at=TUESDAY)

    page = save(assessor, page, TYPED, status=409)

    assert "submitted version 2 meanwhile" in page.text
    assert "My careful sentence." in page.text
    assert page.links()["Review version 2"] == path(item)
    assert count(Decision) == 0


def test_a_ksb_signed_off_meanwhile_leaves_the_form_as_it_was(assessor, world):
    item = make_evidence(world)
    decide(world, make_evidence(world), met("K1"))
    page = assessor.get(path(item))
    sign_off(
        world.assessor,
        world.enrolment_id,
        "K1",
        reason="",
        is_declared=True,
        proof=proved(TUESDAY),
        at=TUESDAY,
    )

    fields = answers("K1", K1__feedback="Kept", sign_off=["K1"], is_declared=True)
    page = save(assessor, page, fields, status=409)

    assert page.errors == ["This was signed off meanwhile. Look at the sign-off before you go on."]
    assert page.value_of("K1-feedback").strip() == "Kept"
    assert "K1 is signed off already, by Assessor A" in page.text
    assert count(Decision) == 1

    assert "Decided on E1: accepted. 1 met." in save(assessor, page).text
    assert count(SignOff) == 1


def test_an_enrolment_that_ended_meanwhile_refuses_and_keeps_what_was_typed(assessor, world):
    item = make_evidence(world)
    page = assessor.get(path(item))
    enrolling.end_enrolment(
        world.administrator,
        world.enrolment_id,
        ended_on=TUESDAY.date(),
        reason="Left.",
        at=TUESDAY,
    )

    page = save(assessor, page, TYPED, status=409)

    assert "This enrolment has ended" in page.text
    assert "My careful sentence." in page.text


def test_a_version_that_nobody_was_shown_is_never_decided_on(assessor, world):
    page = assessor.get(path(make_evidence(world)))

    for version in ("", "0", "7", "-1", "²", "9" * 5000, "one"):
        save(assessor, page, answers("K1", version=version), status=409)

    assert count(Decision) == 0


def test_an_answer_written_while_signed_out_comes_back_beside_the_decision(
    app, pages, world, now, give_password
):
    """The session ended, somebody decided, and only then the person signs in again."""
    person = world.people["assessor"].person_id
    give_password(person)
    item = make_evidence(world)
    page = pages.sign_in(person).get(path(item))
    with pages.client.session_transaction(base_url=pages.base_url) as session:
        for name in ("_user_id", "_fresh", "signed_in_at"):
            session.pop(name, None)
    sign_in = save(pages, page, TYPED)
    decide(world, item, met("K1", "The first one."))

    page = pages.submit(
        sign_in,
        {"email": "assessor@a.example", "password": "violet ladder tomorrow"},
        status=409,
    )

    assert page.heading == "This was decided meanwhile"
    assert "My careful sentence." in page.text
