"""What waits for a countersigner: theirs alone, by apprentice, the oldest first."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from kbstrack.assessment import countersign_queries
from kbstrack.assessment.countersign_queries import WaitingRow
from kbstrack.assessment.signing import sign_off
from kbstrack.people import enrolling
from tests.assessment.countersigned import agree_on, answer, decision_on, disagree, submit_again
from tests.builders import (
    MONDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    World,
    decide,
    make_evidence,
    met,
    not_yet_met,
    not_yet_qualified,
    proved,
)
from tests.conftest import CountStatements


def waiting(world: World, name: str = "other_assessor") -> list[WaitingRow]:
    """The queue of somebody."""
    return countersign_queries.waiting(world.actor(name))


@pytest.fixture(autouse=True)
def marked(world: World) -> None:
    """The assessor is not yet qualified."""
    not_yet_qualified(world)


def test_the_decisions_on_one_piece_are_one_row(app: Flask, world: World) -> None:
    item = make_evidence(world, claims=["S1", "K1"])
    decide(world, item, met("K1"), not_yet_met("S1"))

    (row,) = waiting(world)

    assert (row.evidence_id, row.codes) == (item, ("K1", "S1"))
    assert (row.apprentice, row.assessor, row.since) == ("Apprentice A", "Assessor A", TUESDAY)


def test_nobody_else_has_it_in_their_queue(world: World) -> None:
    decide(world, make_evidence(world), met("K1"))

    for name in ("assessor", "apprentice", "line_manager", "administrator"):
        assert waiting(world, name) == []


def test_what_was_answered_or_overtaken_or_has_ended_waits_no_more(world: World) -> None:
    agreed, returned, overtaken = (make_evidence(world) for _ in range(3))
    for item in (agreed, returned):
        decide(world, item, met("K1"))
    decide(world, overtaken, not_yet_met("K1"))
    assert len(waiting(world)) == 3

    agree_on(world, agreed)
    assert len(waiting(world)) == 2
    answer(world, disagree(decision_on(returned)))
    assert [row.evidence_id for row in waiting(world)] == [overtaken]
    submit_again(world, overtaken)
    assert waiting(world) == []

    decide(world, returned, met("K1"), at=WEDNESDAY)
    assert len(waiting(world)) == 1
    enrolling.end_enrolment(
        world.administrator,
        world.enrolment_id,
        ended_on=date(2026, 3, 4),
        reason="Moved away.",
        at=WEDNESDAY,
    )
    assert waiting(world) == []


def test_a_sign_off_waits_beside_the_pieces(world: World) -> None:
    first = make_evidence(world)
    decide(world, first, met("K1"), at=TUESDAY)
    agree_on(world, first)
    sign_off(
        world.assessor,
        world.enrolment_id,
        "K1",
        reason="",
        is_declared=True,
        proof=proved(WEDNESDAY),
        at=WEDNESDAY,
    )
    decide(world, make_evidence(world, claims=["S1"]), met("S1"), at=THURSDAY)

    assert [(row.evidence_id is None, row.codes) for row in waiting(world)] == [
        (True, ("K1",)),
        (False, ("S1",)),
    ]


def test_a_longer_queue_takes_as_many_queries(
    world: World, count_statements: CountStatements
) -> None:
    decide(world, make_evidence(world), met("K1"))
    with count_statements() as one:
        waiting(world)
    for _ in range(5):
        decide(world, make_evidence(world, at=MONDAY), met("K1"))

    with count_statements() as many:
        rows = waiting(world)

    assert len(rows) == 6
    assert len(many) == len(one)
