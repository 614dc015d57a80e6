"""Evidence changed after it was signed off: marked, and confirmed or reopened by the signer."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import func, select

from kbstrack.assessment import queries, service, sign_off_queries, standing
from kbstrack.assessment.change_queries import changed_sign_offs
from kbstrack.assessment.changes import RENEWAL_DECLARATIONS, ChangeKind, state_token
from kbstrack.assessment.models import Renewal
from kbstrack.assessment.redeciding import reopen_decision
from kbstrack.assessment.signing import reopen, sign_off
from kbstrack.db import db
from kbstrack.errors import Conflict, NotAllowed, NotFound, RuleBroken
from kbstrack.ledger import queries as ledger
from kbstrack.ledger.rules import What, chain_flaws
from kbstrack.mail.models import Message
from kbstrack.progress.service import see_progress
from tests.assessment.changing import hand_in_changed, kinds, renew, sign, signed
from tests.assessment.countersigned import rename
from tests.builders import (
    FRIDAY,
    MONDAY,
    THURSDAY,
    TUESDAY,
    World,
    decide,
    make_evidence,
    met,
    proved,
)


def count() -> int:
    """How many confirmations there are."""
    return db.session.scalar(select(func.count()).select_from(Renewal)) or 0


def token(world: World, code: str = "K1") -> str:
    """What a page about signing a KSB shows now."""
    pieces = standing.standings(queries.claim_rows(world.enrolment_id, code=code)).get(code, [])
    return state_token(sign_off_queries.sign_offs(world.enrolment_id, code=code), pieces)


@pytest.fixture
def item(world: World) -> uuid.UUID:
    """A piece on which K1 was signed off."""
    evidence_id = make_evidence(world)
    decide(world, evidence_id, met("K1"))
    sign(world)
    return evidence_id


@pytest.fixture
def changed(world: World, item: uuid.UUID) -> uuid.UUID:
    """The same after its apprentice changed it and it was met again."""
    hand_in_changed(world, item)
    decide(world, item, met("K1"), at=THURSDAY)
    return item


def test_a_change_marks_and_takes_nothing_from_the_percentage(
    world: World, item: uuid.UUID
) -> None:
    before = see_progress(world.assessor, world.enrolment_id, at=FRIDAY).progress

    hand_in_changed(world, item)

    after = see_progress(world.assessor, world.enrolment_id, at=FRIDAY).progress
    assert kinds(world) == [ChangeKind.WAITS]
    assert (after.total, after.changed[0].ksb.code) == (before.total, "K1")


def test_a_change_that_was_withdrawn_marks_nothing(world: World, item: uuid.UUID) -> None:
    hand_in_changed(world, item)
    service.withdraw_evidence(world.apprentice, item, version_number=2, reason="", at=THURSDAY)

    assert kinds(world) == []
    assert changed_sign_offs([world.enrolment_id]) == []


def test_confirming_ends_the_mark_and_keeps_what_was_declared(
    world: World, changed: uuid.UUID
) -> None:
    assert kinds(world) == [ChangeKind.MET]

    renew(world, reason="The notes make it clearer.")

    row = signed(world)
    assert kinds(world) == []
    (renewal,) = row.renewals
    assert (renewal.number, renewal.name, renewal.signed_at) == (1, "Assessor A", THURSDAY)
    assert renewal.declaration == RENEWAL_DECLARATIONS["assessor"]
    assert renewal.reason == "The notes make it clearer."
    assert row.decision_ids == renewal.decision_ids
    assert row.stands


def test_a_second_change_is_marked_and_confirmed_anew(world: World, changed: uuid.UUID) -> None:
    renew(world)
    hand_in_changed(world, changed, at=FRIDAY)
    assert kinds(world) == [ChangeKind.WAITS]
    decide(world, changed, met("K1"), at=FRIDAY)

    renew(world, at=FRIDAY)

    assert [row.number for row in signed(world).renewals] == [1, 2]
    assert kinds(world) == []


def test_it_is_entered_into_the_ledger_with_a_receipt(world: World, changed: uuid.UUID) -> None:
    renew(world, reason="Looked at the notes.")

    entries = ledger.entries(world.enrolment_id)
    assert (entries[-1].what, entries[-1].role) == (What.RENEWAL, "assessor")
    assert "notes" not in entries[-1].facts
    assert chain_flaws(entries) == []
    subjects = db.session.scalars(select(Message.subject)).all()
    assert "Your confirmation of the sign-off of K1: receipt" in subjects


def test_nothing_is_confirmed_while_the_change_waits(world: World, item: uuid.UUID) -> None:
    hand_in_changed(world, item)

    with pytest.raises(RuleBroken, match=r"E1 was changed.*That comes first"):
        renew(world)
    assert count() == 0


def test_nothing_is_confirmed_while_a_decision_is_made_again(world: World, item: uuid.UUID) -> None:
    (decision_id,) = signed(world).decision_ids
    reopen_decision(world.assessor, decision_id, reason="Wrong date.", at=THURSDAY)
    assert kinds(world) == [ChangeKind.TAKEN_BACK]
    with pytest.raises(RuleBroken, match="to be made again"):
        renew(world)

    decide(world, item, met("K1"), at=THURSDAY)

    assert kinds(world) == [ChangeKind.MADE_AGAIN]
    renew(world)
    assert kinds(world) == []


def test_without_a_change_there_is_nothing_to_confirm(world: World, item: uuid.UUID) -> None:
    with pytest.raises(Conflict, match="Nothing is changed"):
        renew(world)


def test_it_is_confirmed_once(world: World, changed: uuid.UUID) -> None:
    renew(world)

    with pytest.raises(Conflict, match="confirmed meanwhile"):
        renew(world)
    assert count() == 1


def test_the_same_form_sent_twice_confirms_once(world: World, changed: uuid.UUID) -> None:
    key = uuid.uuid4()

    renew(world, key=key)
    renew(world, key=key)

    assert count() == 1


def test_what_the_page_did_not_show_is_not_confirmed(world: World, changed: uuid.UUID) -> None:
    seen = token(world)
    decide(world, make_evidence(world, at=MONDAY), met("K1"), at=THURSDAY)

    with pytest.raises(Conflict, match="not what it was"):
        renew(world, seen=seen)
    renew(world, seen=token(world))
    assert count() == 1


def test_what_the_page_did_not_show_is_not_signed_off(world: World) -> None:
    decide(world, make_evidence(world), met("K1"))
    seen = token(world)
    decide(world, make_evidence(world), met("K1"))

    with pytest.raises(Conflict, match="not what it was"):
        sign_off(
            world.assessor,
            world.enrolment_id,
            "K1",
            reason="",
            is_declared=True,
            proof=proved(TUESDAY),
            at=TUESDAY,
            seen=seen,
        )


def test_a_reopened_sign_off_can_not_be_confirmed(world: World, changed: uuid.UUID) -> None:
    reopen(world.assessor, world.enrolment_id, "K1", round=1, reason="No.", at=THURSDAY)

    with pytest.raises(Conflict, match="reopened meanwhile"):
        renew(world)


def test_a_page_from_before_it_was_confirmed_reopens_nothing(
    world: World, changed: uuid.UUID
) -> None:
    renew(world)

    with pytest.raises(Conflict, match="confirmed meanwhile"):
        reopen(
            world.assessor,
            world.enrolment_id,
            "K1",
            round=1,
            renewals=0,
            reason="No.",
            at=THURSDAY,
        )
    assert signed(world).stands


def test_the_declaration_is_needed(world: World, changed: uuid.UUID) -> None:
    with pytest.raises(RuleBroken) as refused:
        renew(world, is_declared=False)
    assert refused.value.field == "is_declared"


@pytest.mark.parametrize(
    ("by", "error"),
    [
        ("apprentice", NotAllowed),
        ("line_manager", NotAllowed),
        ("administrator", NotAllowed),
        ("other_assessor", NotFound),
    ],
)
def test_only_the_role_that_signs_confirms(
    world: World, changed: uuid.UUID, by: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        renew(world, by=by)
    assert count() == 0


def test_an_assessor_who_is_not_yet_qualified_is_told_to_sign_off_again(
    world: World, changed: uuid.UUID
) -> None:
    rename(world, world.people["other_assessor"].person_id)

    with pytest.raises(RuleBroken, match="Reopen it and sign it off again"):
        renew(world)
    assert count() == 0
