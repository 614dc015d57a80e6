"""Sign-offs of all kinds after a change: what they rest on then, and where they are listed."""

from __future__ import annotations

import pytest

from kbstrack.assessment.change_queries import changed_sign_offs
from kbstrack.assessment.changes import RENEWAL_DECLARATIONS, ChangeKind
from kbstrack.assessment.redeciding import reopen_decision
from kbstrack.errors import RuleBroken
from kbstrack.evidence import queries as evidence_queries
from tests.assessment.changing import changes, hand_in_changed, kinds, renew, sign, signed
from tests.builders import (
    THURSDAY,
    World,
    decide,
    make_evidence,
    met,
    not_yet_met,
)


def test_fewer_pieces_than_asked_for_need_a_reason(world: World) -> None:
    one, two = make_evidence(world, claims=["S1"]), make_evidence(world, claims=["S1"])
    for each in (one, two):
        decide(world, each, met("S1"))
    sign(world, "S1")
    hand_in_changed(world, one, claims=["S1"])
    decide(world, one, not_yet_met("S1"), at=THURSDAY)
    assert kinds(world, "S1") == [ChangeKind.NOT_YET_MET]

    with pytest.raises(RuleBroken, match="1 of the 2 accepted pieces"):
        renew(world, "S1")
    renew(world, "S1", reason="The other piece shows all of it.")

    assert len(signed(world, "S1").decision_ids) == 1


def test_a_version_that_drops_the_claim_is_marked_once_it_is_decided(world: World) -> None:
    item = make_evidence(world, claims=["K1", "S1"])
    decide(world, item, met("K1"), met("S1"))
    sign(world)

    hand_in_changed(world, item, claims=["S1"])
    assert kinds(world) == [ChangeKind.WAITS]
    decide(world, item, met("S1"), at=THURSDAY)

    assert kinds(world) == [ChangeKind.NOT_CLAIMED]
    decide(world, make_evidence(world), met("K1"), at=THURSDAY)
    renew(world)
    assert len(signed(world).decision_ids) == 1
    assert kinds(world) == []


def test_what_rests_on_nothing_any_more_is_reopened_whatever_the_reason(world: World) -> None:
    item = make_evidence(world, claims=["K1", "S1"])
    decide(world, item, met("K1"), met("S1"))
    sign(world)
    hand_in_changed(world, item, claims=["S1"])
    decide(world, item, met("S1"), at=THURSDAY)

    with pytest.raises(RuleBroken, match="Reopen K1 instead of confirming its sign-off"):
        renew(world, reason="I saw it on two visits.")


def test_the_line_manager_needs_no_piece_to_confirm_what_they_see(world: World) -> None:
    item = make_evidence(world, claims=["B1", "S1"])
    decide(world, item, met("B1"), met("S1"))
    sign(world, "B1", by="line_manager")
    hand_in_changed(world, item, claims=["S1"])
    decide(world, item, met("S1"), at=THURSDAY)

    renew(world, "B1", by="line_manager", reason="I see it every day.")

    assert signed(world, "B1").decision_ids == ()


def test_the_line_manager_confirms_what_the_standard_gives_them(world: World) -> None:
    item = make_evidence(world, claims=["B1"])
    decide(world, item, met("B1"))
    sign(world, "B1", by="line_manager")
    hand_in_changed(world, item, claims=["B1"])
    decide(world, item, met("B1"), at=THURSDAY)

    renew(world, "B1", by="line_manager")

    assert signed(world, "B1").renewals[0].declaration == RENEWAL_DECLARATIONS["employer"]


def test_the_list_of_what_was_changed_says_what_each_page_says(world: World) -> None:
    items = {}
    for code in ("K1", "S1", "S2"):
        items[code] = make_evidence(world, claims=[code])
        decide(world, items[code], met(code))
        sign(world, code)
    hand_in_changed(world, items["K1"])
    (decision_id,) = signed(world, "S2").decision_ids
    reopen_decision(world.assessor, decision_id, reason="Wrong date.", at=THURSDAY)

    found = changed_sign_offs([world.enrolment_id])

    assert [(row.code, row.apprentice, row.role) for row in found] == [
        ("K1", "Apprentice A", "assessor"),
        ("S2", "Apprentice A", "assessor"),
    ]
    assert {row.code: row.changes for row in found} == {
        code: changes(world, code) for code in ("K1", "S2")
    }
    assert changed_sign_offs([]) == []
    assert evidence_queries.evidence(items["S1"]).current is not None
