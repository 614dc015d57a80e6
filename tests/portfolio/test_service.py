"""What is in a portfolio and what is not, who may have it, and that it is a value."""

from __future__ import annotations

import io
import uuid

import pytest

from kbstrack.access import OPERATOR
from kbstrack.assessment import service, signing
from kbstrack.errors import NotFound, RuleBroken
from kbstrack.evidence import service as evidence
from kbstrack.people import enrolling, replacing
from kbstrack.people.beside import Beside
from kbstrack.portfolio.contents import see_contents
from kbstrack.portfolio.rules import PieceState, Portfolio, PortfolioKsb
from kbstrack.portfolio.service import build_portfolio, find_portfolio
from tests.builders import (
    FRIDAY,
    MONDAY,
    PLANNED_END,
    START,
    THURSDAY,
    TUESDAY,
    ULNS,
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


def built(world: World, person: str = "apprentice") -> Portfolio:
    return build_portfolio(world.actor(person), world.enrolment_id, at=FRIDAY)


def ksb(portfolio: Portfolio, code: str) -> PortfolioKsb:
    return next(row for row in portfolio.ksbs if row.code == code)


def withdraw(world: World, piece: uuid.UUID, version: int = 1) -> None:
    service.withdraw_evidence(
        world.apprentice, piece, version_number=version, reason="Wrong file.", at=TUESDAY
    )


def test_files_carry_what_their_apprentice_says_of_them(world):
    notes = evidence.add_upload(
        world.apprentice,
        world.enrolment_id,
        stream=io.BytesIO(b"What I said on the telephone."),
        name="notes.txt",
        at=MONDAY,
    )
    make_evidence(world, upload_ids=[notes.upload_id], captions=["My notes of the call"])
    make_evidence(world, upload_ids=[notes.upload_id])

    files = [piece.latest.files[0] for piece in built(world).pieces]

    assert [file.caption for file in files] == ["My notes of the call", ""]


def test_a_new_enrolment_has_a_portfolio_without_pieces(world):
    portfolio = built(world)

    assert portfolio.pieces == ()
    assert [row.state for row in portfolio.ksbs] == ["not started"] * 5
    assert (portfolio.apprentice, portfolio.uln) == ("Apprentice A", ULNS[0])
    assert (portfolio.provider, portfolio.ukprn) == ("Provider A", "10000001")
    assert portfolio.issued_on == FRIDAY.date()


def test_every_submitted_piece_is_in_it_by_its_number_and_state(world):
    make_evidence(world, title="Waits")
    decide(world, make_evidence(world, title="Returned"), not_yet_met("K1"))
    decide(world, make_evidence(world, title="Accepted"), met("K1"))

    assert [(piece.label, piece.latest.title, piece.state) for piece in built(world).pieces] == [
        ("E1", "Waits", PieceState.SUBMITTED),
        ("E2", "Returned", PieceState.ACTION_REQUIRED),
        ("E3", "Accepted", PieceState.ACCEPTED),
    ]


def test_no_draft_is_in_it_whoever_asks(world):
    make_draft(world, title="Only begun")

    for person in ("apprentice", "assessor", "line_manager", "administrator"):
        assert built(world, person).pieces == ()


def test_a_draft_of_the_next_version_is_not_in_it(world):
    piece = make_evidence(world, title="Handed in")
    decide(world, piece, not_yet_met("K1"))
    evidence.save_draft(world.apprentice, piece, text=text("Changed"), revision=0, at=WEDNESDAY)

    assert built(world).pieces[0].latest.title == "Handed in"


def test_a_withdrawn_piece_is_not_in_it_and_its_number_stays_free(world):
    withdraw(world, make_evidence(world, title="Taken back"))
    make_evidence(world, title="Stays")

    portfolio = built(world)

    assert [piece.label for piece in portfolio.pieces] == ["E2"]
    assert ksb(portfolio, "K1").piece_numbers == (2,)


def test_withdrawing_the_next_version_leaves_what_was_decided_in_it(world):
    piece = make_evidence(world, claims=["K1", "S1"], title="Decided")
    decide(world, piece, met("K1"), not_yet_met("S1"), sign_offs={"K1": ""})
    evidence.save_draft(world.apprentice, piece, text=text("Changed"), revision=0, at=WEDNESDAY)
    submit(world, piece, at=WEDNESDAY)
    withdraw(world, piece, version=2)

    portfolio = built(world)

    assert [version.title for version in portfolio.pieces[0].versions] == ["Decided"]
    assert portfolio.pieces[0].state is PieceState.ACTION_REQUIRED
    assert ksb(portfolio, "K1").sign_offs[0].piece_numbers == (1,)
    assert ksb(portfolio, "S1").state == "in progress"
    assert see_contents(world.apprentice, world.enrolment_id, at=FRIDAY).withdrawn_count == 0


def test_another_apprentices_work_is_not_in_it(world):
    other = make_world(ukprn="10000002", uln=ULNS[1], mark="b")
    make_evidence(other, title="Somebody else's")
    make_evidence(world, title="Mine")

    assert [piece.latest.title for piece in built(world).pieces] == ["Mine"]


def test_every_version_is_in_it_with_what_was_decided_on_it(world):
    piece = make_evidence(world)
    decide(world, piece, not_yet_met("K1", "Say how."), at=TUESDAY)
    evidence.save_draft(world.apprentice, piece, text=text("Better"), revision=0, at=WEDNESDAY)
    submit(world, piece, at=WEDNESDAY)
    decide(world, piece, met("K1", "Now it is clear."), at=THURSDAY)

    first, second = built(world).pieces[0].versions

    assert (first.number, first.title) == (1, "Shortlist for a client")
    assert (second.number, second.title) == (2, "Better")
    judged = [version.claims[0].decision for version in (first, second)]
    assert [(row.is_met, row.feedback) for row in judged if row] == [
        (False, "Say how."),
        (True, "Now it is clear."),
    ]
    assert judged[0] is not None
    assert judged[0].action_points[0].text == "Add your notes."


def test_a_claim_that_waits_has_no_decision(world):
    make_evidence(world)

    assert built(world).pieces[0].latest.claims[0].decision is None


def test_a_sign_off_names_who_signed_for_whom_and_the_pieces_below_it(world):
    decide(world, make_evidence(world), met("K1"), at=TUESDAY)
    decide(world, make_evidence(world), met("K1"), sign_offs={"K1": ""}, at=WEDNESDAY)

    signed = ksb(built(world), "K1").sign_off

    assert signed is not None
    assert (signed.name, signed.role, signed.organisation) == (
        "Assessor A",
        "Assessor",
        "Provider A",
    )
    assert signed.piece_numbers == (1, 2)
    assert signed.signed_at == WEDNESDAY


def test_the_employers_sign_off_is_in_the_employers_name(world):
    signing.sign_off(
        world.line_manager,
        world.enrolment_id,
        "B1",
        reason="I see it every day.",
        is_declared=True,
        proof=proved(WEDNESDAY),
        at=WEDNESDAY,
    )

    signed = ksb(built(world), "B1").sign_off

    assert signed is not None
    assert (signed.role, signed.organisation) == ("Employer", "Employer A")
    assert signed.reason == "I see it every day."


def test_a_reopened_sign_off_stays_in_it_and_no_longer_stands(world):
    decide(world, make_evidence(world), met("K1"), sign_offs={"K1": ""}, at=TUESDAY)
    signing.reopen(
        world.assessor, world.enrolment_id, "K1", round=1, reason="Not his own.", at=THURSDAY
    )

    row = ksb(built(world), "K1")

    assert row.sign_off is None
    assert row.state == "ready for review"
    reopening = row.sign_offs[0].reopening
    assert reopening is not None
    assert (reopening.reason, reopening.reopened_by) == ("Not his own.", "Assessor A")


def test_equal_data_gives_an_equal_value_whoever_may_see_it(world):
    decide(world, make_evidence(world), met("K1"), sign_offs={"K1": ""})

    assert built(world) == built(world, "assessor")
    assert hash(built(world)) == hash(build_portfolio(OPERATOR, world.enrolment_id, at=FRIDAY))


@pytest.mark.parametrize("stranger", ["other_assessor", "other_manager"])
def test_who_does_not_stand_beside_the_enrolment_gets_no_portfolio(world, stranger):
    with pytest.raises(NotFound):
        built(world, stranger)


def test_a_former_assessor_gets_no_portfolio(world):
    former = world.assessor
    replacing.replace_assessor(
        world.administrator,
        world.enrolment_id,
        assessor_id=world.people["other_assessor"].person_id,
        from_on=TUESDAY.date(),
        at=TUESDAY,
    )

    with pytest.raises(NotFound):
        build_portfolio(former, world.enrolment_id, at=FRIDAY)


def test_an_enrolment_is_found_by_its_id_and_by_its_uln_with_or_without_spaces(world):
    for given in (str(world.enrolment_id), ULNS[0], "90000 00016", f" {ULNS[0]} "):
        assert find_portfolio(OPERATOR, given) == world.enrolment_id


def test_what_names_no_enrolment_is_not_found(world):
    for given in ("9000000024", "nobody", "", str(uuid.UUID(int=1))):
        with pytest.raises(NotFound, match="no enrolment"):
            find_portfolio(OPERATOR, given)


def test_a_uln_with_two_enrolments_is_answered_with_their_ids(world):
    enrolling.end_enrolment(
        world.administrator, world.enrolment_id, ended_on=START, reason="Left.", at=MONDAY
    )
    again = enrolling.enrol(
        world.administrator,
        world.provider_id,
        apprentice_id=world.people["apprentice"].person_id,
        uln=ULNS[0],
        standard_reference="ST9999",
        standard_version="1.0",
        start_on=START,
        planned_end_on=PLANNED_END,
        beside=Beside(
            assessor_id=world.people["assessor"].person_id,
            employer_id=world.employer_id,
            line_manager_id=world.people["line_manager"].person_id,
        ),
        at=TUESDAY,
    )

    with pytest.raises(RuleBroken) as refused:
        find_portfolio(OPERATOR, ULNS[0])

    assert str(world.enrolment_id) in str(refused.value)
    assert str(again.id) in str(refused.value)
