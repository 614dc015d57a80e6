"""What happened to a KSB, told in order."""

from __future__ import annotations

import pytest

from kbstrack.assessment import service, signing
from kbstrack.errors import NotFound
from kbstrack.evidence import service as evidence
from kbstrack.progress.history import see_ksb_history
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
    met,
    not_yet_met,
    submit,
    text,
)


def told(world: World, code: str = "K1") -> list[tuple[str, str]]:
    found = see_ksb_history(world.assessor, world.enrolment_id, code)
    return [(happening.title, happening.by) for happening in found.happenings]


def test_a_ksb_that_only_drafts_claim_has_no_history(world):
    make_draft(world)

    assert told(world) == []


def test_the_whole_way_of_a_ksb_is_told_with_the_latest_first(world):
    piece = make_evidence(world, claims=["K1"], at=MONDAY)
    decide(world, piece, not_yet_met("K1"), at=TUESDAY)
    evidence.save_draft(world.apprentice, piece, text=text(), revision=0, at=WEDNESDAY)
    submit(world, piece, at=WEDNESDAY)
    decide(world, piece, met("K1"), sign_offs={"K1": ""}, at=THURSDAY)
    signing.reopen(
        world.assessor, world.enrolment_id, "K1", round=1, reason="Not current.", at=FRIDAY
    )

    assert told(world) == [
        ("K1 reopened", "Assessor A"),
        ("K1 signed off", "Assessor A"),
        ("E1, version 2, decided: met", "Assessor A"),
        ("E1, version 2, submitted", "Apprentice A"),
        ("E1 decided: not yet met", "Assessor A"),
        ("E1 submitted", "Apprentice A"),
    ]


def test_a_withdrawn_piece_stays_in_the_history(world):
    piece = make_evidence(world)
    service.withdraw_evidence(world.apprentice, piece, version_number=1, reason="", at=TUESDAY)

    assert told(world) == [("E1 submitted, withdrawn later", "Apprentice A")]


def test_what_happened_to_another_ksb_of_the_same_piece_is_not_told(world):
    piece = make_evidence(world, claims=["K1", "K2"])
    decide(world, piece, met("K1"), met("K2"), sign_offs={"K2": ""}, at=TUESDAY)

    assert told(world) == [
        ("E1 decided: met", "Assessor A"),
        ("E1 submitted", "Apprentice A"),
    ]


def test_a_stranger_does_not_learn_that_there_is_a_history(world):
    make_evidence(world)

    with pytest.raises(NotFound):
        see_ksb_history(world.other_assessor, world.enrolment_id, "K1")
