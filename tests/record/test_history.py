"""What happened to an enrolment, a KSB and a piece, told from the ledger."""

from __future__ import annotations

import pytest
from flask import Flask

from kbstrack.assessment import service as assessment
from kbstrack.assessment import signing
from kbstrack.confirmation.rules import DECLARATIONS, Asked
from kbstrack.errors import NotFound
from kbstrack.evidence import service as evidence
from kbstrack.ledger.rules import What
from kbstrack.people import enrolling
from kbstrack.people import service as people
from kbstrack.record import history
from kbstrack.record.history import ON_A_PAGE, History
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
    proved,
    submit,
    text,
)
from tests.confirmation.asking import SAW, ask, follower, state
from tests.conftest import CountStatements
from tests.record.sampled import add_samples

BEGINNING = [
    "Line Manager A of Employer A became the line manager, from 1 September 2025",
    "Assessor A became the assessor, from 1 September 2025",
    "Apprentice A was enrolled on ST9999 version 1.0",
]


def titles(found: History) -> list[str]:
    return [line.title for line in found.lines]


def whole_way(world: World):
    piece = make_evidence(world, claims=["K1"], at=MONDAY)
    decide(world, piece, not_yet_met("K1"), at=TUESDAY)
    evidence.save_draft(world.apprentice, piece, text=text(), revision=0, at=WEDNESDAY)
    submit(world, piece, at=WEDNESDAY)
    decide(world, piece, met("K1"), sign_offs={"K1": ""}, at=THURSDAY)
    signing.reopen(
        world.assessor, world.enrolment_id, "K1", round=1, reason="Not current.", at=FRIDAY
    )
    return piece


def test_a_new_enrolment_begins_with_who_is_on_what_and_with_whom(world: World):
    found = history.see_history(world.apprentice, world.enrolment_id)

    assert titles(found) == BEGINNING
    assert {line.role for line in found.lines} <= {"operator", "administrator"}


def test_the_whole_way_of_a_ksb_is_told_with_the_latest_first(world: World):
    whole_way(world)

    found = history.see_ksb_history(world.assessor, world.enrolment_id, "K1")

    assert [(line.title, line.by, line.role) for line in found.lines] == [
        ("The sign-off of K1 was reopened", "Assessor A", "assessor"),
        ("K1 was signed off", "Assessor A", "assessor"),
        ("K1 was decided on E1, version 2: met", "Assessor A", "assessor"),
        ("E1, version 2, was submitted for K1", "Apprentice A", "apprentice"),
        ("K1 was decided on E1, version 1: not yet met", "Assessor A", "assessor"),
        ("E1, version 1, was submitted for K1", "Apprentice A", "apprentice"),
    ]


def test_a_ksb_that_only_drafts_claim_has_no_history(world: World):
    make_draft(world)

    assert history.see_ksb_history(world.assessor, world.enrolment_id, "K1").lines == ()


def test_the_history_of_a_piece_leaves_out_what_concerns_others(world: World):
    piece = whole_way(world)
    make_evidence(world, claims=["K1"], title="Another", at=FRIDAY)

    found = history.see_piece_history(world.apprentice, piece)

    assert [line.seen.label for line in found.lines if line.seen] == [
        "E1, version 2",
        "E1, version 2",
        "E1, version 1",
        "E1, version 1",
    ]


def test_taking_a_piece_back_is_told(world: World):
    piece = make_evidence(world)
    assessment.withdraw_evidence(
        world.apprentice, piece, version_number=1, reason="The wrong file.", at=TUESDAY
    )

    found = history.see_piece_history(world.apprentice, piece)

    assert titles(found)[0] == "E1, version 1 was withdrawn"
    page = history.see_entry(world.apprentice, world.enrolment_id, found.lines[0].entry.sequence)
    assert page.texts == (("Reason", "The wrong file."),)


def test_an_entry_shows_what_was_seen_declared_and_worded_then(world: World):
    whole_way(world)
    lines = history.see_ksb_history(world.assessor, world.enrolment_id, "K1").lines

    signed = history.see_entry(world.line_manager, world.enrolment_id, lines[1].entry.sequence)
    decided = history.see_entry(world.line_manager, world.enrolment_id, lines[2].entry.sequence)

    assert [seen.label for seen in signed.basis] == ["E1, version 2"]
    assert signed.proof == proved(THURSDAY)
    assert dict(signed.texts)["What was declared"].startswith("I declare that I have looked")
    assert [(item.ksb.code, item.is_the_same) for item in decided.wordings] == [("K1", True)]
    assert decided.line.seen is not None
    assert decided.line.seen.version_number == 2
    assert decided.flaws == ()


def test_a_witness_statement_is_told_in_the_words_that_were_signed(world: World):
    piece = make_evidence(world)
    ask(world, piece, what=Asked.WITNESS_STATEMENT)
    state(follower())
    line = history.see_piece_history(world.apprentice, piece).lines[0]

    page = history.see_entry(world.apprentice, world.enrolment_id, line.entry.sequence)

    assert page.texts == (
        ("What was seen", SAW.statement),
        ("What was declared", DECLARATIONS[Asked.WITNESS_STATEMENT]),
    )
    assert page.particulars == (
        ("Seen", "27 February 2026"),
        ("Job role", SAW.job_role),
        ("How they know the apprentice", SAW.relationship),
        ("Contact", SAW.contact),
    )


def test_what_quality_assurance_writes_to_the_assessor_is_not_told_to_others(world: World):
    piece = make_evidence(world, claims=["K1"])
    decide(world, piece, met("K1"))
    add_samples(world)
    lines = history.see_ksb_history(world.apprentice, world.enrolment_id, "K1").lines
    found = next(line for line in lines if line.entry.what == What.IQA_OUTCOME)

    page = history.see_entry(world.apprentice, world.enrolment_id, found.entry.sequence)

    assert page.texts == (("What was declared", "I looked."),)


def test_what_quality_assurance_did_is_told_with_the_decision_and_the_outcome(world: World):
    piece = make_evidence(world, claims=["K1"])
    decide(world, piece, met("K1"))
    add_samples(world)

    lines = history.see_ksb_history(world.assessor, world.enrolment_id, "K1").lines
    told = {line.entry.what: line for line in lines}

    subject = "about K1 of E1, version 1"
    assert {what: told[what].title for what in (What.IQA_OUTCOME, What.IQA_REPLY)} == {
        What.IQA_OUTCOME: "The decision on K1 of E1, version 1 was looked at by quality assurance: "
        "action required",
        What.IQA_REPLY: f"The assessor answered what quality assurance had asked for {subject}",
    }
    closing = told[What.IQA_CLOSING]
    assert closing.title == f"What quality assurance had asked for {subject} was closed"
    page = history.see_entry(world.assessor, world.enrolment_id, closing.entry.sequence)
    assert page.line.seen is not None
    assert page.line.seen.evidence_id == piece
    assert [item.ksb.code for item in page.wordings] == ["K1"]


def test_a_person_keeps_the_name_they_had_when_they_did_it(world: World):
    whole_way(world)
    member = world.people["assessor"]
    people.change_member(
        world.administrator,
        member.id,
        name="Ada Married",
        email=member.email,
        roles=dict.fromkeys(member.roles),
        revision=member.revision,
        at=FRIDAY,
    )

    found = history.see_ksb_history(world.apprentice, world.enrolment_id, "K1")

    assert found.lines[0].by == "Assessor A"


def test_ending_correcting_and_resuming_are_told(world: World):
    enrolling.end_enrolment(
        world.administrator,
        world.enrolment_id,
        ended_on=FRIDAY.date(),
        reason="Left the employer.",
        at=FRIDAY,
    )
    enrolling.resume_enrolment(world.administrator, world.enrolment_id, at=FRIDAY)

    found = history.see_history(world.apprentice, world.enrolment_id)

    assert titles(found)[:2] == [
        "The end of the enrolment was taken back",
        "The enrolment was ended",
    ]


def test_a_long_history_comes_in_pages(world: World):
    pieces = -(-ON_A_PAGE // 2)
    for number in range(pieces):
        piece = make_evidence(world, title=f"Piece {number}")
        decide(world, piece, met("K1"))
    total = 2 * pieces + len(BEGINNING)

    first = history.see_history(world.apprentice, world.enrolment_id)
    second = history.see_history(world.apprentice, world.enrolment_id, number=2)

    assert (first.total, first.pages) == (total, 2)
    assert len(first.lines) == ON_A_PAGE
    assert len(second.lines) == total - ON_A_PAGE
    assert history.see_history(world.apprentice, world.enrolment_id, number=99).number == 2


def test_a_longer_history_takes_no_more_questions_to_the_database(
    world: World, count_statements: CountStatements
):
    whole_way(world)
    with count_statements() as few:
        history.see_history(world.apprentice, world.enrolment_id)
    for number in range(5):
        decide(world, make_evidence(world, title=f"Piece {number}"), met("K1"))
    with count_statements() as many:
        history.see_history(world.apprentice, world.enrolment_id)

    assert len(many) == len(few)


@pytest.mark.parametrize("sequence", [0, 99, -1, 10**26])
def test_an_entry_that_does_not_exist_is_not_found(world: World, sequence: int):
    with pytest.raises(NotFound):
        history.see_entry(world.apprentice, world.enrolment_id, sequence)


def test_a_draft_has_no_history_for_anybody(app: Flask, world: World):
    draft = make_draft(world)

    for actor in (world.apprentice, world.assessor):
        with pytest.raises(NotFound):
            history.see_piece_history(actor, draft)
