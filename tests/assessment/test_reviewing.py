"""What an assessor has before them: offers to sign off, earlier decisions, the next piece."""

from __future__ import annotations

import uuid
from datetime import date

import pytest

from kbstrack.assessment import reading, reviewing, service
from kbstrack.assessment.rules import DecisionText, Outcome
from kbstrack.assessment.signing import sign_off
from kbstrack.errors import NotAllowed, NotFound
from kbstrack.evidence import service as evidence
from kbstrack.people import enrolling
from tests.builders import (
    FRIDAY,
    MONDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    World,
    decide,
    make_draft,
    make_evidence,
    make_world,
    met,
    not_yet_met,
    proved,
    submit,
    text,
)


def review(world: World, item: uuid.UUID) -> reviewing.ReviewPage:
    """What the assessor sees of a piece."""
    return reviewing.see_review(world.assessor, item)


def hand_in_again(world: World, item: uuid.UUID, **given: object) -> None:
    """The next version of a piece."""
    evidence.save_draft(world.apprentice, item, text=text(**given), revision=0, at=THURSDAY)
    submit(world, item, at=THURSDAY)


def test_the_queue_has_the_assessors_own_apprentices_oldest_first(world: World) -> None:
    later = make_evidence(world, claims=["S1", "K2", "K1"], at=TUESDAY)
    first = make_evidence(world, at=MONDAY)
    decide(world, make_evidence(world, at=MONDAY), met("K1"))
    make_draft(world)
    elsewhere = make_world(mark="b", ukprn="10000002", uln="9000000024")
    make_evidence(elsewhere)

    queue = reading.see_queue(world.assessor)

    assert [row.evidence_id for row in queue] == [first, later]
    assert queue[1].codes == ("K1", "K2", "S1")
    assert reading.see_queue(world.other_assessor) == []


def test_the_queue_leaves_out_enrolments_that_have_ended(world: World) -> None:
    make_evidence(world)
    enrolling.end_enrolment(
        world.administrator,
        world.enrolment_id,
        ended_on=date(2026, 3, 3),
        reason="Changed employer.",
        at=TUESDAY,
    )

    assert reading.see_queue(world.assessor) == []


def test_only_its_assessor_reviews_a_piece(world: World) -> None:
    item = make_evidence(world)

    for name, error in {
        "apprentice": NotAllowed,
        "administrator": NotAllowed,
        "line_manager": NotAllowed,
        "other_assessor": NotFound,
        "other_manager": NotFound,
    }.items():
        with pytest.raises(error):
            reviewing.see_review(world.actor(name), item)


def test_sign_off_is_offered_for_what_the_assessor_may_sign(world: World) -> None:
    decide(world, make_evidence(world, claims=["S1"]), met("S1"))
    item = make_evidence(world, claims=["K1", "S1", "B1"])

    offers = review(world, item).offers

    counts = {code: (offer.accepted_count, offer.is_enough) for code, offer in offers.items()}
    assert counts == {"K1": (1, True), "S1": (2, True)}


def test_a_first_piece_is_not_enough_where_two_are_asked_for(world: World) -> None:
    offer = review(world, make_evidence(world, claims=["S1"])).offers["S1"]

    assert (offer.accepted_count, offer.pieces_needed, offer.is_enough) == (1, 2, False)


def test_the_pieces_own_earlier_decision_is_not_counted_twice(world: World) -> None:
    item = make_evidence(world, claims=["S1", "K1"])
    decide(world, item, met("S1"), not_yet_met("K1"))
    hand_in_again(world, item, claims=("S1", "K1"))

    assert review(world, item).offers["S1"].accepted_count == 1


def test_what_is_signed_off_already_is_not_offered(world: World) -> None:
    decide(world, make_evidence(world), met("K1"), sign_offs={"K1": ""})

    assert "K1" not in review(world, make_evidence(world)).offers


def test_an_earlier_decision_stands_beside_the_claim_with_what_changed(world: World) -> None:
    item = make_evidence(world, claims=["K1", "S1"])
    decide(world, item, met("K1", "Clear."), not_yet_met("S1"))
    hand_in_again(world, item, claims=("K1", "S1", "S2"), description="Now with my notes.")

    found = review(world, item).earlier

    assert [earlier.decision.feedback for earlier in found["K1"]] == ["Clear."]
    assert found["K1"][0].changes == ("the description",)
    assert found["S2"] == ()


def test_everything_that_matters_for_a_claim_counts_as_a_change(world: World) -> None:
    item = make_evidence(world)
    decide(world, item, not_yet_met("K1"))
    hand_in_again(world, item, title="Another", first_on=date(2026, 2, 1))

    (earlier,) = review(world, item).earlier["K1"]

    assert earlier.changes == ("the title", "kind or date")


def test_the_next_piece_is_the_one_that_waits_longest(world: World) -> None:
    make_evidence(world, title="Second", at=TUESDAY)
    make_evidence(world, title="First", at=MONDAY)
    item = make_evidence(world, at=WEDNESDAY)

    found = review(world, item)

    assert found.next_up is not None
    assert found.next_up.title == "First"


def test_a_decided_piece_is_closed_and_offers_nothing(world: World) -> None:
    item = make_evidence(world)
    decide(world, item, met("K1"))

    found = review(world, item)

    assert (found.is_open, dict(found.offers), found.next_up) == (False, {}, None)
    assert "decided meanwhile" in reviewing.why_closed(found, asked=1, turn=0)


def test_a_closed_piece_says_why(world: World) -> None:
    item = make_evidence(world)
    assert reviewing.why_closed(review(world, item), asked=1, turn=0) == ""

    service.withdraw_evidence(world.apprentice, item, version_number=1, reason="", at=TUESDAY)
    assert "withdrew" in reviewing.why_closed(review(world, item), asked=1, turn=0)

    hand_in_again(world, item)
    assert "version 2" in reviewing.why_closed(review(world, item), asked=1, turn=0)


def test_all_that_is_wrong_with_an_answer_is_found_at_once(world: World) -> None:
    item = make_evidence(world, claims=["K1", "S1", "S2"])
    decisions = [
        DecisionText("K1", None),
        met("S1"),
        DecisionText("S2", Outcome.NOT_YET_MET),
    ]

    found = reviewing.problems(
        review(world, item),
        decisions,
        sign_offs={"S1": "", "S2": ""},
        is_declared=False,
        at=TUESDAY,
    )

    assert [problem.field for problem in found] == [
        "K1-outcome",
        "S2-feedback",
        "sign_off",
        "S1-reason",
        "is_declared",
    ]


def test_a_ksb_signed_off_since_is_left_to_the_decision_to_refuse(world: World) -> None:
    item = make_evidence(world)
    decide(world, make_evidence(world), met("K1"))
    sign_off(
        world.assessor,
        world.enrolment_id,
        "K1",
        reason="",
        is_declared=True,
        proof=proved(FRIDAY),
        at=FRIDAY,
    )

    found = reviewing.problems(
        review(world, item), [met("K1")], sign_offs={"K1": ""}, is_declared=True, at=FRIDAY
    )

    assert found == []
