"""Who is replaced while they write hears so and keeps their words; nobody else learns anything."""

from __future__ import annotations

import pytest

from kbstrack.access import Role
from kbstrack.assessment.models import Decision, Reopening, SignOff
from kbstrack.assessment.signing import sign_off
from kbstrack.people import enrolling, replacing
from tests.assessment.changing import hand_in_changed
from tests.assessment.countersigned import rename
from tests.builders import (
    TUESDAY,
    World,
    decide,
    make_evidence,
    make_member,
    met,
    not_yet_qualified,
    proved,
)
from tests.pages import Pages
from tests.web.assessing import answers, count, path

WORDS = "I went through all of it twice."


@pytest.fixture
def assessor(pages: Pages, world: World, now) -> Pages:
    """The assessor, looking at pages on Tuesday."""
    return pages.sign_in(world.people["assessor"].person_id)


def replace_assessor(world: World) -> None:
    replacing.replace_assessor(
        world.administrator,
        world.enrolment_id,
        assessor_id=world.other_assessor.person_id,
        from_on=TUESDAY.date(),
        at=TUESDAY,
    )


def sign(world: World) -> None:
    sign_off(
        world.assessor,
        world.enrolment_id,
        "K1",
        reason="",
        is_declared=True,
        proof=proved(TUESDAY),
        at=TUESDAY,
    )


def ksb(world: World, act: str) -> str:
    return f"/enrolments/{world.enrolment_id}/ksbs/K1/{act}"


def says_so(page) -> bool:
    return (
        page.heading == "This was changed meanwhile"
        and "no longer there for you" in page.text
        and WORDS in page.text
    )


def test_a_review_by_who_was_replaced_is_not_saved_and_not_lost(assessor: Pages, world: World):
    page = assessor.get(path(make_evidence(world)))
    replace_assessor(world)

    refused = assessor.submit(
        page, answers("K1", K1__feedback=WORDS), button="Save decision", status=409
    )

    assert says_so(refused)
    assert "Shortlist" not in refused.text
    assert count(Decision) == 0


def test_a_sign_off_by_who_was_replaced_is_not_saved_and_not_lost(assessor: Pages, world: World):
    decide(world, make_evidence(world), met("K1"))
    page = assessor.get(ksb(world, "sign-off"))
    replace_assessor(world)

    refused = assessor.submit(page, {"reason": WORDS, "is_declared": True}, status=409)

    assert says_so(refused)
    assert count(SignOff) == 0


@pytest.mark.parametrize("act", ["reopen", "confirm"])
def test_what_is_said_of_a_sign_off_by_who_was_replaced_is_not_lost(
    assessor: Pages, world: World, act: str
):
    item = make_evidence(world)
    decide(world, item, met("K1"))
    sign(world)
    hand_in_changed(world, item, at=TUESDAY)
    decide(world, item, met("K1"), at=TUESDAY)
    page = assessor.get(ksb(world, act))
    replace_assessor(world)

    assert says_so(assessor.submit(page, {"reason": WORDS}, status=409))
    assert count(Reopening) == 0


def test_a_countersigner_who_is_no_longer_named_keeps_their_words(pages: Pages, world: World, now):
    not_yet_qualified(world)
    item = make_evidence(world)
    decide(world, item, met("K1"))
    grace = pages.sign_in(world.other_assessor.person_id)
    page = grace.get(f"/evidence/{item}/countersign")
    third = make_member(world.provider_id, "third", Role.ASSESSOR)
    rename(world, third.person_id)

    refused = grace.submit(
        page, {"K1-is_agreed": "return", "K1-remark": WORDS, "is_declared": True}, status=409
    )

    assert says_so(refused)


def test_words_about_an_enrolment_that_ended_are_not_lost(assessor: Pages, world: World):
    decide(world, make_evidence(world), met("K1"))
    page = assessor.get(ksb(world, "sign-off"))
    enrolling.end_enrolment(
        world.administrator,
        world.enrolment_id,
        ended_on=TUESDAY.date(),
        reason="Left.",
        at=TUESDAY,
    )

    refused = assessor.submit(page, {"reason": WORDS, "is_declared": True}, status=422)

    assert WORDS in refused.text


def test_whoever_never_had_the_page_gets_the_page_for_what_is_not_there(
    app, assessor: Pages, world: World
):
    item = make_evidence(world)
    mine = assessor.get(path(item))
    sent = {name: mine.value_of(name) for name in ("csrf_token", "writer")} | {"reason": WORDS}
    other = Pages(app).sign_in(world.people["other_manager"].person_id)

    for by, address, given in (
        (other, path(item), sent),
        (other, path(item), {"reason": WORDS}),
        (assessor, path(world.enrolment_id), sent),
    ):
        refused = by.post(address, given, status=404)
        assert WORDS not in refused.text
        assert "given to somebody else" not in refused.text


def test_opening_the_page_again_tells_who_was_replaced_nothing(assessor: Pages, world: World):
    item = make_evidence(world)
    assessor.get(path(item))
    replace_assessor(world)

    assert assessor.get(path(item), status=404).heading == "Page not found"
