"""What a person finds first."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date

import pytest

from kbstrack.access import Actor, Role
from kbstrack.assessment.decision_queries import ActionRow, DecisionRow
from kbstrack.assessment.list_queries import EvidenceItem
from kbstrack.assessment.rules import Outcome
from kbstrack.evidence.rules import EvidenceState
from kbstrack.people import enrolling
from kbstrack.people.beside import Beside
from kbstrack.progress.today import current_enrolment, decided_lately, see_today, to_fix
from tests.builders import (
    DUE,
    FRIDAY,
    MONDAY,
    PLANNED_END,
    START,
    TUESDAY,
    World,
    decide,
    make_draft,
    make_evidence,
    make_world,
    met,
    not_yet_met,
)


def titles(items: tuple[EvidenceItem, ...]) -> list[str]:
    return [item.title for item in items]


def test_an_apprentice_finds_what_came_back_what_is_begun_and_what_waits(world):
    returned = make_evidence(world, title="Came back", claims=["K1", "K2"])
    decide(world, returned, met("K1"), not_yet_met("K2", "Say which cloth.\nAnd why."))
    make_draft(world, title="Begun")
    make_evidence(world, title="Waits")
    decide(world, make_evidence(world, title="Accepted"), met("K1"))

    mine = see_today(world.apprentice, at=FRIDAY).apprentice

    assert mine is not None
    assert [(fix.item.title, fix.codes, fix.feedback) for fix in mine.to_fix] == [
        ("Came back", ("K2",), "Say which cloth.")
    ]
    assert mine.to_fix[0].item.due_on == DUE
    assert titles(mine.drafts) == ["Begun"]
    assert titles(mine.waiting) == ["Waits"]
    assert mine.can_write


def test_nothing_is_to_be_put_right_once_the_enrolment_has_ended(world):
    decide(world, make_evidence(world), not_yet_met("K1"))
    enrolling.end_enrolment(
        world.administrator, world.enrolment_id, ended_on=START, reason="Left.", at=FRIDAY
    )

    mine = see_today(world.apprentice, at=FRIDAY).apprentice

    assert mine is not None
    assert mine.to_fix == ()
    assert not mine.can_write


def test_a_person_finds_a_part_for_each_role_they_hold(world):
    roles = frozenset({(world.provider_id, Role.ASSESSOR), (world.provider_id, Role.ADMINISTRATOR)})
    both = Actor(world.people["assessor"].person_id, roles)

    found = see_today(both, at=FRIDAY)

    assert found.assessor is not None
    assert [row.provider.name for row in found.providers] == ["Provider A"]
    assert (found.apprentice, found.managed, found.is_apprentice) == (None, None, False)


def test_somebody_without_a_role_learns_who_knows_them(world):
    person = world.people["other_assessor"]
    nobody = Actor(person.person_id)

    found = see_today(nobody, at=FRIDAY)

    assert not found.has_role
    assert found.known_at == ("Provider A",)


def test_a_provider_in_figures_counts_people_and_enrolments_and_names_who_is_behind(world):
    other = make_world(ukprn="10000002", uln="9000000024", mark="b")
    make_evidence(other)

    (here,) = see_today(world.administrator, at=FRIDAY).providers

    assert here.people_count == len(world.people)
    assert len(here.running) == 1
    assert here.ended_count == 0
    assert [row.enrolment.apprentice for row in here.behind] == ["Apprentice A"]


def test_the_current_enrolment_is_the_one_that_runs(world):
    enrolling.end_enrolment(
        world.administrator, world.enrolment_id, ended_on=START, reason="Moved on.", at=MONDAY
    )
    again = enrolling.enrol(
        world.administrator,
        world.provider_id,
        apprentice_id=world.people["apprentice"].person_id,
        uln="9000000016",
        standard_reference="ST9999",
        standard_version="1.0",
        start_on=START,
        planned_end_on=PLANNED_END,
        beside=_beside(world),
        at=TUESDAY,
    )

    current = current_enrolment(world.apprentice)

    assert current is not None
    assert current.id == again.id


def _beside(world: World) -> Beside:
    return Beside(
        assessor_id=world.people["assessor"].person_id,
        employer_id=world.employer_id,
        line_manager_id=world.people["line_manager"].person_id,
    )


ITEM = EvidenceItem(
    id=uuid.UUID(int=1),
    number=1,
    title="Piece",
    kind=None,
    first_on=None,
    last_on=None,
    codes=("K1", "K2"),
    state=EvidenceState.ACTION_REQUIRED,
    version_number=2,
    has_draft=False,
    changed_at=MONDAY,
    due_on=None,
)


def refusal(code: str, feedback: str = "More, please.", version: int = 2) -> DecisionRow:
    """A decision of not yet met on the piece above."""
    return DecisionRow(
        id=uuid.UUID(int=9),
        evidence_id=ITEM.id,
        evidence_number=1,
        version_id=uuid.UUID(int=version),
        version_number=version,
        code=code,
        outcome=Outcome.NOT_YET_MET,
        feedback=feedback,
        is_valid=True,
        is_authentic=True,
        is_current=False,
        is_sufficient=False,
        assessor="Ada",
        assessor_id=uuid.UUID(int=8),
        decided_at=TUESDAY,
        actions=(ActionRow("Do it.", DUE),),
    )


def test_what_is_due_first_stands_first_and_what_has_no_day_last():
    days = [None, date(2026, 3, 20), date(2026, 3, 5)]
    items = [replace(ITEM, number=number, due_on=day) for number, day in enumerate(days, start=1)]

    found = to_fix(items, [], today=date(2026, 3, 6))

    assert [(fix.item.number, fix.is_overdue) for fix in found] == [
        (3, True),
        (2, False),
        (1, False),
    ]


def test_a_piece_due_today_is_not_late():
    (fix,) = to_fix([replace(ITEM, due_on=DUE)], [], today=DUE)

    assert not fix.is_overdue


def test_only_what_was_refused_on_the_latest_version_is_to_be_put_right():
    refused = [refusal("K2"), refusal("K1", version=1)]

    (fix,) = to_fix([ITEM], refused, today=DUE)

    assert fix.codes == ("K2",)


def test_what_is_to_be_improved_is_told_before_what_is_met():
    praised = replace(refusal("K1", "Lovely."), outcome=Outcome.MET)

    (row,) = decided_lately([ITEM], [praised, refusal("K2", "Say which cloth.\nAnd why.")])

    assert (row.feedback, row.decided_at) == ("Say which cloth.", TUESDAY)


def test_a_ksb_met_without_a_word_gives_way_to_one_with_words():
    silent = replace(refusal("K1", ""), outcome=Outcome.MET)
    praised = replace(refusal("K2", "Lovely."), outcome=Outcome.MET)

    (row,) = decided_lately([ITEM], [silent, praised])

    assert row.feedback == "Lovely."


def test_of_pieces_decided_at_the_same_moment_the_later_one_stands_first():
    items = [replace(ITEM, id=uuid.UUID(int=number), number=number) for number in range(1, 6)]
    rows = [replace(refusal("K1"), evidence_id=item.id) for item in items]

    assert [row.item.number for row in decided_lately(items, rows)] == [5, 4, 3]


def test_after_the_enrolment_has_ended_what_came_back_counts_as_decided(world):
    decide(world, make_evidence(world, title="Came back"), not_yet_met("K1"))
    enrolling.end_enrolment(
        world.administrator, world.enrolment_id, ended_on=START, reason="Left.", at=FRIDAY
    )

    mine = see_today(world.apprentice, at=FRIDAY).apprentice

    assert mine is not None
    assert [row.item.title for row in mine.decided] == ["Came back"]


@pytest.mark.parametrize(
    ("feedback", "shown"),
    [
        ("Short.", "Short."),
        ("First line.\n\nSecond.", "First line."),
        ("word " * 60, ("word " * 32).strip() + " …"),
        ("x" * 300, "x" * 160 + " …"),
    ],
)
def test_a_long_feedback_is_shortened_to_its_beginning(feedback, shown):
    (fix,) = to_fix([ITEM], [refusal("K1", feedback)], today=DUE)

    assert fix.feedback == shown
