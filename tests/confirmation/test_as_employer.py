"""The line manager with an account: the same declarations, a fresh proof, their own people only."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest

from kbstrack.confirmation import as_employer, queries, reading, request_queries
from kbstrack.confirmation.rules import (
    DECLARATIONS,
    KSB_DECLARATION,
    Asked,
    ConfirmationText,
    RequestState,
)
from kbstrack.errors import Conflict, NotAllowed, NotFound, RuleBroken
from kbstrack.ledger.queries import entry_of
from kbstrack.ledger.rules import What
from tests.builders import TUESDAY, World, make_evidence, make_world, proved
from tests.confirmation.asking import SAM, SAW, ask, ledger_is_sound, messages

TEXT = ConfirmationText("Line Manager A", "Team lead", "")


def confirm(world: World, item: uuid.UUID, **given):
    asked = {
        "version_number": 1,
        "text": TEXT,
        "is_declared": True,
        "proof": proved(TUESDAY),
        "at": TUESDAY,
    }
    as_employer.confirm(given.pop("by", world.line_manager), item, **(asked | given))


def give_statement(world: World, item: uuid.UUID, **given):
    asked = {
        "version_number": 1,
        "text": SAW,
        "is_declared": True,
        "proof": proved(TUESDAY),
        "at": TUESDAY,
    }
    as_employer.give_statement(given.pop("by", world.line_manager), item, **(asked | given))


def confirm_ksb(world: World, code: str, **given):
    asked = {"text": TEXT, "is_declared": True, "proof": proved(TUESDAY), "at": TUESDAY}
    as_employer.confirm_ksb(world.line_manager, world.enrolment_id, code, **(asked | given))


def test_the_line_manager_confirms_a_piece_and_gets_a_receipt(world: World):
    item = make_evidence(world)

    confirm(world, item)

    [row] = queries.confirmations(world.enrolment_id)
    assert row.is_by_employer
    assert row.proof_method == "password"
    assert row.declaration == DECLARATIONS[Asked.CONFIRMATION]
    entry = entry_of(What.CONFIRMATION, row.id)
    assert entry is not None
    assert entry.side is not None
    assert (entry.role, entry.side.names) == ("employer", {"employer": "Employer A"})
    assert any(entry.short_hash in letter.body for letter in messages("line_manager@a.example"))
    assert ledger_is_sound(world.enrolment_id)


def test_the_line_manager_says_what_they_saw(world: World):
    item = make_evidence(world)

    give_statement(world, item)

    [row] = queries.statements(world.enrolment_id)
    assert (row.statement, row.is_by_employer) == (SAW.statement, True)
    assert ledger_is_sound(world.enrolment_id)


@pytest.mark.parametrize("do", [confirm, give_statement])
def test_an_old_proof_is_refused(world: World, do):
    item = make_evidence(world)

    for proof in (None, proved(TUESDAY - timedelta(minutes=16))):
        with pytest.raises(RuleBroken) as refused:
            do(world, item, proof=proof)
        assert refused.value.field == "proof"


@pytest.mark.parametrize("do", [confirm, give_statement])
def test_nobody_signs_the_same_version_twice_but_the_same_form_may_come_twice(world: World, do):
    item, key = make_evidence(world), uuid.uuid4()
    do(world, item, key=key)
    do(world, item, key=key)

    with pytest.raises(Conflict, match="signed this already"):
        do(world, item)


@pytest.mark.parametrize("do", [confirm, give_statement])
def test_only_the_present_line_manager_may(world: World, do):
    item = make_evidence(world)
    elsewhere = make_world(mark="b", ukprn="10000002")

    for who in (world.apprentice, world.assessor, world.administrator):
        with pytest.raises(NotAllowed):
            do(world, item, by=who)
    for who in (world.actor("other_manager"), elsewhere.line_manager, elsewhere.administrator):
        with pytest.raises(NotFound):
            do(world, item, by=who)


def test_an_open_request_to_their_own_address_is_answered_by_it(world: World):
    item = make_evidence(world)
    to_them = replace(SAM, email="line_manager@a.example")
    request_id = ask(world, item, text=to_them)
    other = ask(world, item)
    assert [row.id for row in reading.see_waiting(world.line_manager, at=TUESDAY)] == [request_id]
    assert reading.see_waiting(world.actor("other_manager"), at=TUESDAY) == []

    confirm(world, item)

    assert request_queries.request(request_id).state(TUESDAY) is RequestState.ANSWERED
    assert request_queries.request(other).state(TUESDAY) is RequestState.OPEN
    assert reading.see_waiting(world.line_manager, at=TUESDAY) == []


def test_a_ksb_is_confirmed_in_its_exact_wording(world: World):
    confirm_ksb(world, "K1")

    [row] = queries.confirmations(world.enrolment_id)
    assert (row.code, row.declaration) == ("K1", KSB_DECLARATION)
    assert ledger_is_sound(world.enrolment_id)
    with pytest.raises(Conflict):
        confirm_ksb(world, "K1")


def test_what_the_employer_signs_off_is_not_confirmed_beside_that(world: World):
    with pytest.raises(RuleBroken, match="sign it off instead"):
        confirm_ksb(world, "B1")


def test_lists_say_what_the_employer_or_somebody_else_confirmed(world: World):
    from tests.confirmation.asking import confirm as confirm_by_link
    from tests.confirmation.asking import follower

    by_employer, by_link, neither = (make_evidence(world) for _ in range(3))
    confirm(world, by_employer)
    for item in (by_employer, by_link):
        ask(world, item)
        confirm_by_link(follower())

    assert reading.marks(world.enrolment_id) == {
        by_employer: "Confirmed by the employer",
        by_link: "Confirmed",
    }
    assert neither not in reading.marks(world.enrolment_id)
