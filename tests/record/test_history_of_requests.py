"""What a history tells of those who were asked to confirm something, and to whom."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kbstrack.confirmation import answering, reminders
from kbstrack.confirmation import service as asking
from kbstrack.ledger.rules import What
from kbstrack.record import history
from tests.builders import THURSDAY, TUESDAY, WEDNESDAY, World, make_evidence
from tests.confirmation.asking import ask, follower


def test_a_request_that_ended_is_told_with_whom_and_what_it_was_about(world: World):
    piece = make_evidence(world)
    again = asking.ask_again(world.apprentice, ask(world, piece), at=WEDNESDAY)
    asking.revoke(world.apprentice, again, at=THURSDAY)

    found = history.see_piece_history(world.apprentice, piece)

    ended = [line for line in found.lines if line.entry.what == What.REQUEST_REVOCATION]
    assert [line.title for line in ended] == [
        "The request to Sam Ortiz about E1, version 1 was taken back (request 2)",
        "The request to Sam Ortiz about E1, version 1 was sent again with a new link (request 1)",
    ]
    assert {line.seen.evidence_id for line in ended if line.seen} == {piece}


@pytest.mark.parametrize(
    ("name", "knows"),
    [("apprentice", True), ("assessor", True), ("line_manager", False), ("administrator", False)],
)
def test_who_was_asked_is_told_to_those_only_who_may_ask(world: World, name: str, knows: bool):
    piece = make_evidence(world)
    asking.revoke(world.apprentice, ask(world, piece), at=WEDNESDAY)
    ask(world, piece, at=WEDNESDAY)
    answering.decline_by_link(follower(WEDNESDAY), reason="Not me", at=WEDNESDAY)

    actor = world.actor(name)
    lines = history.see_piece_history(actor, piece).lines
    pages = [history.see_entry(actor, world.enrolment_id, line.entry.sequence) for line in lines]

    ends = [line for line in lines if line.entry.what == What.REQUEST_REVOCATION]
    assert [line.by for line in ends] == [
        "Sam Ortiz" if knows else "Whoever was asked",
        "Apprentice A",
    ]
    shown = [line.title + line.by for line in (*lines, *(page.line for page in pages))]
    assert any("Sam Ortiz" in text for text in shown) is knows


def test_a_reminder_is_told_with_what_it_was_about(world: World):
    piece = make_evidence(world)
    ask(world, piece)
    reminders.send_due(TUESDAY + timedelta(days=6))

    line = history.see_piece_history(world.apprentice, piece).lines[0]

    assert line.title == "Somebody was reminded of the request about E1, version 1 (request 1)"
    assert (line.by, line.role) == ("kbstrack", "by itself")
    page = history.see_entry(world.line_manager, world.enrolment_id, line.entry.sequence)
    assert page.flaws == ()
