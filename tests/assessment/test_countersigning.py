"""What an assessor decides who is not yet qualified counts once it is countersigned."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from kbstrack.assessment import queries, standing
from kbstrack.assessment.countersign_rules import COUNTERSIGN_DECLARATIONS, Answer
from kbstrack.assessment.countersigning import countersign
from kbstrack.assessment.models import Countersignature, DecisionReopening
from kbstrack.assessment.redeciding import reopen_decision
from kbstrack.db import db
from kbstrack.errors import Conflict, NotFound, RuleBroken
from kbstrack.evidence import queries as evidence_queries
from kbstrack.evidence.rules import EvidenceState
from kbstrack.ledger import queries as ledger
from kbstrack.ledger.rules import What, chain_flaws
from kbstrack.mail.models import Message
from kbstrack.people import enrolling
from tests.assessment.countersigned import (
    agree,
    agree_on,
    answer,
    decision_on,
    disagree,
    qualify,
    submit_again,
)
from tests.builders import (
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


def accepted(world: World, code: str = "K1") -> int:
    """How many pieces count for a KSB."""
    found = standing.standings(queries.claim_rows(world.enrolment_id))
    return len(standing.accepted(found.get(code, [])))


def count(model: type) -> int:
    """How many rows a table has."""
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def decided(world: World) -> uuid.UUID:
    """A piece with K1 and S1 met by an assessor who is not yet qualified."""
    not_yet_qualified(world)
    item = make_evidence(world, claims=["K1", "S1"])
    decide(world, item, met("K1"), met("S1"))
    return item


def test_a_decision_does_not_count_until_it_is_countersigned(
    world: World, decided: uuid.UUID
) -> None:
    before = decision_on(decided)
    assert (before.counts, before.countersigner) == (False, "Other Assessor A")
    assert (accepted(world), accepted(world, "S1")) == (0, 0)

    answer(world, agree(before, "Well asked."))

    after = decision_on(decided)
    assert (after.counts, after.countersigned_by) == (True, "Other Assessor A")
    assert (after.countersigned_at, after.countersigner) == (WEDNESDAY, None)
    assert (accepted(world), accepted(world, "S1")) == (1, 0)


def test_a_countersignature_records_its_declaration_and_its_proof(
    world: World, decided: uuid.UUID
) -> None:
    answer(world, agree(decision_on(decided), "  Well asked. "))

    row = db.session.scalars(select(Countersignature)).one()
    assert row.declaration == COUNTERSIGN_DECLARATIONS["decision"]
    assert (row.remark, row.proof_method, row.proved_at) == ("Well asked.", "password", WEDNESDAY)
    assert row.signed_by == world.people["other_assessor"].person_id


def test_it_is_entered_into_the_ledger_and_receipted_once(world: World, decided: uuid.UUID) -> None:
    agree_on(world, decided, ["K1", "S1"])

    entries = ledger.entries(world.enrolment_id)
    assert [(entry.what, entry.role) for entry in entries[-2:]] == [
        (What.COUNTERSIGNATURE, "countersigner")
    ] * 2
    assert chain_flaws(entries) == []
    receipts = db.session.scalars(
        select(Message).where(Message.subject.startswith("Your countersignature"))
    ).all()
    assert [row.subject for row in receipts] == [
        "Your countersignature (K1 of E1, S1 of E1): receipt"
    ]
    assert entries[-1].short_hash in receipts[0].body


def test_what_a_qualified_assessor_decides_waits_for_nobody(world: World) -> None:
    item = make_evidence(world)
    decide(world, item, met("K1"))

    assert decision_on(item).counts
    with pytest.raises(NotFound):
        answer(world, agree(decision_on(item)))


def test_whether_it_waits_is_settled_when_it_is_decided(world: World, decided: uuid.UUID) -> None:
    qualify(world)
    later = make_evidence(world)
    decide(world, later, met("K1"))

    assert not decision_on(decided).counts
    assert decision_on(later).counts
    agree_on(world, decided)
    assert decision_on(decided).counts


@pytest.mark.parametrize("is_agreed", [True, False])
def test_a_decision_of_another_enrolment_is_not_found(
    world: World, decided: uuid.UUID, is_agreed: bool
) -> None:
    with pytest.raises(NotFound):
        answer(world, Answer(uuid.uuid4(), "K1", is_agreed, "Reason"))


def test_several_decisions_are_answered_in_one_go_or_none_is(
    world: World, decided: uuid.UUID
) -> None:
    first, second = decision_on(decided), decision_on(decided, "S1")

    with pytest.raises(RuleBroken) as refusal:
        answer(world, agree(first), disagree(second, " "))
    assert refusal.value.field == "S1-remark"
    assert count(Countersignature) == 0

    answer(world, agree(first), disagree(second))

    assert (count(Countersignature), count(DecisionReopening)) == (1, 1)


@pytest.mark.parametrize(
    ("is_declared", "is_proved", "field"),
    [(False, True, "is_declared"), (True, False, "proof")],
)
def test_agreeing_needs_the_declaration_and_a_fresh_proof(
    world: World, decided: uuid.UUID, is_declared: bool, is_proved: bool, field: str
) -> None:
    with pytest.raises(RuleBroken) as refusal:
        answer(world, agree(decision_on(decided)), is_declared=is_declared, is_proved=is_proved)

    assert refusal.value.field == field
    assert count(Countersignature) == 0


def test_a_proof_older_than_a_quarter_of_an_hour_is_refused(
    world: World, decided: uuid.UUID
) -> None:
    with pytest.raises(RuleBroken, match="15 minutes"):
        countersign(
            world.other_assessor,
            world.enrolment_id,
            answers=[agree(decision_on(decided))],
            is_declared=True,
            proof=proved(WEDNESDAY - timedelta(minutes=16)),
            at=WEDNESDAY,
        )


def test_an_answer_must_be_chosen(world: World, decided: uuid.UUID) -> None:
    row = decision_on(decided)

    with pytest.raises(RuleBroken) as refusal:
        answer(world, Answer(row.id, "K1", None))

    assert refusal.value.field == "K1-is_agreed"


def test_a_decision_that_is_not_agreed_to_is_taken_back_and_made_again(
    world: World, decided: uuid.UUID
) -> None:
    answer(world, disagree(decision_on(decided)))

    row = decision_on(decided)
    assert (row.stands, row.reopening_role) == (False, "countersigner")
    assert (row.reopened_by, row.reopening_reason) == (
        "Other Assessor A",
        "The record is not signed.",
    )
    assert queries.state_of(evidence_queries.evidence(decided)) is EvidenceState.SUBMITTED
    decide(world, decided, not_yet_met("K1"), at=THURSDAY)
    again = decision_on(decided)
    assert (again.round, again.is_met, again.counts) == (2, False, False)


def test_the_assessor_is_told_by_mail_what_came_back_and_not_why(
    world: World, decided: uuid.UUID
) -> None:
    answer(world, disagree(decision_on(decided)), disagree(decision_on(decided, "S1")))

    message = db.session.scalars(select(Message).where(Message.subject.contains("came back"))).one()
    assert f"/enrolments/{world.enrolment_id}/history" in message.body
    assert "Apprentice A" not in message.body
    assert message.recipient == "assessor@a.example"
    assert "K1 of E1 and S1 of E1" in message.body
    assert "not signed" not in message.body


def test_the_same_form_sent_twice_countersigns_once(world: World, decided: uuid.UUID) -> None:
    key, given = uuid.uuid4(), agree(decision_on(decided))

    answer(world, given, key=key)
    answer(world, given, key=key)

    assert count(Countersignature) == 1


def test_what_is_countersigned_cannot_be_answered_again(world: World, decided: uuid.UUID) -> None:
    row = decision_on(decided)
    answer(world, agree(row))

    with pytest.raises(Conflict, match="countersigned meanwhile"):
        answer(world, agree(row))
    with pytest.raises(Conflict, match="countersigned meanwhile"):
        answer(world, disagree(row))


def test_what_the_assessor_took_back_cannot_be_countersigned(
    world: World, decided: uuid.UUID
) -> None:
    row = decision_on(decided)
    reopen_decision(world.assessor, row.id, reason="I was too quick.", at=TUESDAY)

    with pytest.raises(Conflict, match="taken back meanwhile"):
        answer(world, agree(row), agree(decision_on(decided, "S1")))

    assert count(Countersignature) == 0


def test_a_later_version_overtakes_what_waits(world: World) -> None:
    not_yet_qualified(world)
    item = make_evidence(world)
    decide(world, item, not_yet_met("K1"))
    submit_again(world, item)

    with pytest.raises(Conflict, match="later version"):
        answer(world, agree(decision_on(item)))


def test_nothing_is_countersigned_once_the_enrolment_has_ended(
    world: World, decided: uuid.UUID
) -> None:
    enrolling.end_enrolment(
        world.administrator,
        world.enrolment_id,
        ended_on=date(2026, 3, 3),
        reason="Changed employer.",
        at=TUESDAY,
    )

    with pytest.raises(RuleBroken, match="ended"):
        answer(world, agree(decision_on(decided)))
