"""The countersigner's pages: the queue, a piece with its decisions, and a sign-off."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kbstrack.assessment.models import Countersignature, DecisionReopening, Reopening
from kbstrack.assessment.signing import sign_off
from kbstrack.people import service as people
from tests.assessment.countersigned import (
    agree,
    agree_on,
    answer,
    decision_on,
    rename,
    submit_again,
)
from tests.builders import (
    MONDAY,
    TUESDAY,
    decide,
    make_evidence,
    met,
    not_yet_met,
    not_yet_qualified,
    proved,
)
from tests.web.assessing import count

QUEUE = "/countersigning"


@pytest.fixture
def item(world):
    """A piece with K1 met and S1 not yet met by an assessor who is not yet qualified."""
    not_yet_qualified(world)
    item = make_evidence(world, claims=["K1", "S1"], title="Call notes")
    decide(world, item, met("K1", "Clearly told."), not_yet_met("S1"), at=MONDAY)
    return item


@pytest.fixture
def grace(pages, world, item, now):
    """The countersigner, looking at pages on Tuesday."""
    return pages.sign_in(world.people["other_assessor"].person_id)


def path(item):
    return f"/evidence/{item}/countersign"


def both(first="agree", second="agree", **more):
    return {"K1-is_agreed": first, "S1-is_agreed": second, "is_declared": True} | {
        name.replace("__", "-"): value for name, value in more.items()
    }


def test_the_queue_shows_what_waits_by_apprentice(grace, item):
    page = grace.get(QUEUE)

    assert "1 item waits for your countersignature" in page.text
    assert "Apprentice A" in page.text
    assert "K1 and S1 decided by Assessor A on 2 March 2026" in page.text
    assert page.links()["E1: Call notes"] == path(item)


def test_an_empty_queue_says_what_appears_there(pages, world, now):
    page = pages.sign_in(world.people["assessor"].person_id).get(QUEUE)

    assert "Nothing waits for your countersignature" in page.text


def test_the_first_page_leads_to_what_waits(grace, item):
    page = grace.get("/")

    assert "Waiting for your countersignature" in page.text
    assert path(item) in page.links().values()


def test_the_queue_of_decisions_leads_to_what_waits_too(grace, item):
    page = grace.get("/queue")

    assert "Nothing waits for your decision" in page.text
    assert page.links()["1 item waits for your countersignature"] == QUEUE


def test_a_piece_stands_beside_its_decisions_and_the_declaration(grace, item):
    page = grace.get(path(item))

    assert page.heading == "Countersign E1: Call notes"
    assert "Clearly told." in page.text
    assert "I declare that I have looked at the evidence and at each decision" in page.text


def test_both_decisions_are_agreed_to_in_one_go(grace, world, item):
    page = grace.submit(grace.get(path(item)), both(K1__remark="Well asked."))

    assert "K1 and S1 were countersigned." in page.text
    assert count(Countersignature) == 2
    assert decision_on(item).counts
    assert "Nothing else waits for your countersignature." in page.text


def test_one_is_agreed_to_and_the_other_returned(grace, item):
    page = grace.submit(
        grace.get(path(item)), both(second="return", S1__remark="Ask for the second build.")
    )

    assert "K1 was countersigned. S1 was sent back to Assessor A." in page.text
    assert (count(Countersignature), count(DecisionReopening)) == (1, 1)


def test_the_apprentice_reads_who_sent_a_decision_back(grace, pages, world, item):
    grace.submit(grace.get(path(item)), both(second="return", S1__remark="Ask for more."))
    pages.sign_in(world.people["apprentice"].person_id)

    page = pages.get(f"/evidence/{item}")

    assert "Other Assessor A, who was to countersign, sent a decision back" in page.text
    assert "Your assessor took a decision back" not in page.text


def test_what_is_missing_is_said_at_its_field_and_nothing_is_saved(grace, item):
    page = grace.submit(
        grace.get(path(item)), {"K1-is_agreed": "return", "K1-remark": ""}, status=422
    )

    assert page.errors == [
        "Say why you don't agree on K1: the assessor reads it.",
        "Select whether you agree on S1.",
    ]
    assert "#K1-remark" in page.links().values()

    page = grace.submit(page, {"K1-is_agreed": "agree", "S1-is_agreed": "agree"}, status=422)
    assert page.errors == ["Tick the declaration to countersign."]
    assert count(Countersignature) == 0


def test_an_old_proof_asks_for_the_password_again(grace, item, now):
    page = grace.get(path(item))
    now.shift(timedelta(minutes=16))

    page = grace.submit(page, both(), status=422)

    assert page.errors == ["Enter your password to sign."]
    assert count(Countersignature) == 0


def test_who_answers_late_keeps_what_was_typed_and_reads_what_happened(grace, world, item):
    page = grace.get(path(item))
    answer(world, agree(decision_on(item)), agree(decision_on(item, "S1")))

    page = grace.submit(page, both(K1__remark="My words."), status=409)

    assert "This was countersigned meanwhile." in page.text
    assert "My words." in page.text
    assert count(Countersignature) == 2


def test_a_later_version_closes_the_page(grace, world, item):
    page = grace.get(path(item))
    submit_again(world, item)

    page = grace.submit(page, both(K1__remark="My words."), status=409)

    assert "submitted a later version meanwhile" in page.text
    assert "My words." in page.text


def test_the_next_one_is_offered_after_each(grace, world, item):
    other = make_evidence(world, title="Shortlist")
    decide(world, other, met("K1"), at=TUESDAY)

    page = grace.submit(grace.get(path(item)), both())

    assert path(other) in page.links().values()


@pytest.fixture
def signed(world, item):
    """K1 countersigned, then signed off by the assessor who is not yet qualified."""
    agree_on(world, item, ["K1", "S1"])
    sign_off(
        world.assessor,
        world.enrolment_id,
        "K1",
        reason="",
        is_declared=True,
        proof=proved(TUESDAY),
        at=TUESDAY,
    )
    return f"/enrolments/{world.enrolment_id}/ksbs/K1/countersign"


def test_a_sign_off_is_countersigned_on_its_own_page(grace, world, item, signed):
    assert signed in grace.get(QUEUE).links().values()
    page = grace.get(signed)
    assert page.heading == "Countersign the sign-off of K1"

    page = grace.submit(page, {"K1-is_agreed": "agree", "is_declared": True})

    assert "K1 was countersigned." in page.text
    assert "Countersigned by Other Assessor A" in page.text


def test_a_sign_off_is_returned_with_a_reason(grace, world, item, signed):
    page = grace.submit(
        grace.get(signed), {"K1-is_agreed": "return", "K1-remark": "One more piece."}
    )

    assert "K1 was sent back to Assessor A." in page.text
    assert count(Reopening) == 1


def test_a_sign_off_that_came_back_stands_on_the_assessors_first_page_and_queue(
    grace, world, signed
):
    grace.submit(grace.get(signed), {"K1-is_agreed": "return", "K1-remark": "One more piece."})
    pages = grace.sign_in(world.people["assessor"].person_id)

    for place in ("/", "/queue"):
        page = pages.get(place)
        assert "Other Assessor A wrote: “One more piece.”" in page.text
        assert page.links()["K1, Apprentice A"] == f"/enrolments/{world.enrolment_id}/ksbs/K1"
        assert "Nothing waits: you" not in page.text
        assert "Nothing waits for you When" not in page.text


def test_nobody_else_has_the_pages(pages, world, item, now):
    statuses = {"assessor": 403, "apprentice": 403, "line_manager": 403, "other_manager": 404}
    places = (path(item), f"/enrolments/{world.enrolment_id}/ksbs/K1/countersign")
    for name, status in statuses.items():
        pages.sign_in(world.people[name].person_id)
        for place in places:
            pages.get(place, status=status)


def test_a_countersigner_who_is_named_no_more_loses_the_pages(grace, world, item):
    third = people.invite_person(
        world.administrator,
        world.provider_id,
        name="Third Assessor",
        email="third@a.example",
        roles=dict.fromkeys(world.people["assessor"].roles),
        at=MONDAY,
    )
    rename(world, third.person_id)

    grace.get(path(item), status=404)
    assert "Nothing waits for your countersignature" in grace.get(QUEUE).text
