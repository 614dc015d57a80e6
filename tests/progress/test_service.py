"""Reading progress: one matrix, and many enrolments, at a constant price."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kbstrack.access import Role
from kbstrack.assessment import signing
from kbstrack.errors import NotFound
from kbstrack.people import enrolling
from kbstrack.progress import service
from kbstrack.progress.rules import KsbState
from tests.builders import (
    FRIDAY,
    MONDAY,
    START,
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
)


def states(world: World) -> dict[str, KsbState]:
    found = service.see_progress(world.assessor, world.enrolment_id, at=FRIDAY)
    return {item.ksb.code: item.state for item in found.progress.ksbs}


def test_the_matrix_shows_what_was_submitted_decided_and_signed(world):
    make_draft(world, claims=["B1"])
    make_evidence(world, claims=["K2"])
    returned = make_evidence(world, claims=["S2"])
    decide(world, returned, not_yet_met("S2"))
    accepted = make_evidence(world, claims=["K1", "S1"])
    decide(world, accepted, met("K1"), met("S1"), sign_offs={"K1": ""})

    assert states(world) == {
        "K1": KsbState.MET,
        "K2": KsbState.READY,
        "S1": KsbState.IN_PROGRESS,
        "S2": KsbState.IN_PROGRESS,
        "B1": KsbState.NOT_STARTED,
    }


def test_a_matrix_costs_the_same_for_two_pieces_and_for_twenty(world, count_statements):
    def cost() -> int:
        actor = world.assessor
        with count_statements() as statements:
            service.see_progress(actor, world.enrolment_id, at=FRIDAY)
        return len(statements)

    for _ in range(2):
        make_evidence(world, claims=["K1", "S1"])
    few = cost()
    for _ in range(18):
        make_evidence(world, claims=["K1", "S1"])

    assert cost() == few


@pytest.mark.parametrize("stranger", ["other_assessor", "other_manager"])
def test_somebody_who_does_not_stand_beside_the_enrolment_finds_nothing(world, stranger):
    with pytest.raises(NotFound):
        service.see_progress(world.actor(stranger), world.enrolment_id, at=FRIDAY)


def test_an_administrator_of_another_provider_finds_nothing(world):
    other = make_world(ukprn="10000002", uln="9000000024", mark="b")

    with pytest.raises(NotFound):
        service.see_progress(other.administrator, world.enrolment_id, at=FRIDAY)


def test_an_unknown_ksb_is_not_found(world):
    with pytest.raises(NotFound):
        service.see_ksb(world.assessor, world.enrolment_id, "K99")


def test_only_the_role_that_the_standard_names_is_offered_the_sign_off(world):
    offered = {
        (code, person)
        for code in ("K1", "B1")
        for person in ("assessor", "line_manager", "apprentice", "administrator")
        if service.see_ksb(world.actor(person), world.enrolment_id, code).can_sign
    }

    assert offered == {("K1", "assessor"), ("B1", "line_manager")}


def test_nobody_is_offered_a_sign_off_once_the_enrolment_has_ended(world):
    enrolling.end_enrolment(
        world.administrator, world.enrolment_id, ended_on=START, reason="Left.", at=FRIDAY
    )

    assert not service.see_ksb(world.assessor, world.enrolment_id, "K1").can_sign


def test_time_stands_still_once_an_enrolment_has_ended(world):
    enrolling.end_enrolment(
        world.administrator,
        world.enrolment_id,
        ended_on=START + timedelta(days=1),
        reason="Left.",
        at=FRIDAY,
    )
    later = FRIDAY + timedelta(days=700)

    assert service.see_progress(world.assessor, world.enrolment_id, at=later).pace.time_percent == 0


def test_the_sign_offs_of_a_ksb_come_with_the_latest_first(world):
    piece = make_evidence(world)
    decide(world, piece, met("K1"), sign_offs={"K1": ""}, at=TUESDAY)
    signing.reopen(world.assessor, world.enrolment_id, "K1", round=1, reason="Hm.", at=WEDNESDAY)
    signing.sign_off(
        world.assessor,
        world.enrolment_id,
        "K1",
        reason="",
        is_declared=True,
        proof=proved(FRIDAY),
        at=FRIDAY,
    )

    page = service.see_ksb(world.assessor, world.enrolment_id, "K1")

    assert [(row.round, row.stands) for row in page.sign_offs] == [(2, True), (1, False)]


def test_a_caseload_row_says_how_far_somebody_is_and_what_waits(world):
    piece = make_evidence(world, claims=["K1"], at=MONDAY)
    decide(world, piece, met("K1"), sign_offs={"K1": ""})
    make_evidence(world, claims=["K2"], at=WEDNESDAY)

    row = service.see_caseload(world.assessor, Role.ASSESSOR, at=FRIDAY)[0]

    assert (row.met.met_count, row.met.total_count, row.met.percent) == (1, 5, 20)
    assert row.waiting_count == 1
    assert row.last_submitted_at == WEDNESDAY


def test_a_reopened_ksb_no_longer_counts_in_a_caseload(world):
    piece = make_evidence(world)
    decide(world, piece, met("K1"), sign_offs={"K1": ""}, at=TUESDAY)
    signing.reopen(world.assessor, world.enrolment_id, "K1", round=1, reason="Hm.", at=WEDNESDAY)

    assert service.see_caseload(world.assessor, Role.ASSESSOR, at=FRIDAY)[0].met.met_count == 0


def test_each_role_has_a_caseload_of_its_own(world):
    def names(person: str, role: Role) -> list[str]:
        rows = service.see_caseload(world.actor(person), role, at=FRIDAY)
        return [row.enrolment.apprentice for row in rows]

    assert names("assessor", Role.ASSESSOR) == ["Apprentice A"]
    assert names("line_manager", Role.EMPLOYER) == ["Apprentice A"]
    assert names("apprentice", Role.APPRENTICE) == ["Apprentice A"]
    assert names("other_assessor", Role.ASSESSOR) == []
    assert names("assessor", Role.EMPLOYER) == []
