"""A sign-off by an assessor not yet qualified: what it rests on, and its second signature."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import func, select

from kbstrack.assessment import queries, sign_off_queries
from kbstrack.assessment.countersign_rules import COUNTERSIGN_DECLARATIONS
from kbstrack.assessment.models import Countersignature, Reopening
from kbstrack.assessment.reading import see_returned
from kbstrack.assessment.signing import reopen, sign_off
from kbstrack.db import db
from kbstrack.errors import Conflict, RuleBroken
from kbstrack.evidence import queries as evidence_queries
from kbstrack.ledger import queries as ledger
from kbstrack.mail.models import Message
from tests.assessment.countersigned import (
    agree,
    agree_on,
    answer,
    disagree,
    sign_off_of,
)
from tests.builders import (
    THURSDAY,
    World,
    decide,
    make_evidence,
    met,
    not_yet_qualified,
    proved,
)


def sign(world: World, code: str = "K1", *, by: str = "assessor", reason: str = "") -> None:
    """Sign off on Thursday."""
    sign_off(
        world.actor(by),
        world.enrolment_id,
        code,
        reason=reason,
        is_declared=True,
        proof=proved(THURSDAY),
        at=THURSDAY,
    )


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


def test_nothing_is_signed_off_on_a_decision_that_waits(world: World, decided: uuid.UUID) -> None:
    for code in ("K1", "S1"):
        with pytest.raises(RuleBroken, match="waits for its countersignature") as refusal:
            sign(world, code, reason="It is clear to me.")
        assert refusal.value.field == f"{code}-reason"


def test_a_sign_off_together_with_the_decision_is_refused(world: World) -> None:
    not_yet_qualified(world)
    item = make_evidence(world)

    with pytest.raises(RuleBroken, match="waits for its countersignature"):
        decide(world, item, met("K1"), sign_offs={"K1": ""})

    assert queries.open_codes(evidence_queries.evidence(item).versions[0].id) == ["K1"]


def test_the_employer_cannot_sign_off_on_a_decision_that_waits_either(world: World) -> None:
    not_yet_qualified(world)
    item = make_evidence(world, claims=["B1"])
    decide(world, item, met("B1"))

    with pytest.raises(RuleBroken, match="waits for its countersignature"):
        sign(world, "B1", by="line_manager", reason="I saw it.")
    agree_on(world, item, ["B1"])
    sign(world, "B1", by="line_manager")

    assert sign_off_of(world, "B1").counts


def test_a_sign_off_by_somebody_not_yet_qualified_waits_itself(
    world: World, decided: uuid.UUID
) -> None:
    agree_on(world, decided)
    sign(world)

    before = sign_off_of(world)
    assert (before.stands, before.counts) == (True, False)
    assert before.countersigner == "Other Assessor A"
    assert sign_off_queries.count_met([world.enrolment_id]) == {}

    answer(world, agree(before))

    after = sign_off_of(world)
    assert (after.counts, after.countersigned_by) == (True, "Other Assessor A")
    assert sign_off_queries.count_met([world.enrolment_id]) == {world.enrolment_id: 1}
    declaration = COUNTERSIGN_DECLARATIONS["sign_off"]
    found = select(Countersignature.declaration).where(Countersignature.sign_off_id == after.id)
    assert db.session.scalar(found) == declaration


def test_a_sign_off_that_is_not_agreed_to_is_reopened_with_the_reason(
    world: World, decided: uuid.UUID
) -> None:
    agree_on(world, decided)
    sign(world)

    answer(world, disagree(sign_off_of(world), "Ask for one more piece."))

    row = sign_off_of(world)
    assert (row.stands, row.reopened_by) == (False, "Other Assessor A")
    assert row.reopening_reason == "Ask for one more piece."
    assert ledger.entries(world.enrolment_id)[-1].role == "countersigner"
    subject = "1 sign-off came back to you"
    message = db.session.scalars(select(Message).where(Message.subject == subject)).one()
    assert f"/enrolments/{world.enrolment_id}/ksbs/K1\n" in message.body
    assert "one more piece" not in message.body
    sign(world)
    assert sign_off_of(world).round == 2


def test_a_sign_off_that_came_back_waits_for_its_assessor_until_it_is_signed_again(
    world: World, decided: uuid.UUID
) -> None:
    agree_on(world, decided)
    sign(world)
    assert see_returned(world.assessor) == []
    answer(world, disagree(sign_off_of(world), "Ask for one more piece."))

    (row,) = see_returned(world.assessor)

    assert (row.apprentice, row.code) == ("Apprentice A", "K1")
    assert (row.returned_by, row.reason) == ("Other Assessor A", "Ask for one more piece.")
    assert see_returned(world.other_assessor) == see_returned(world.line_manager) == []
    sign(world)
    assert see_returned(world.assessor) == []


def test_what_the_assessor_reopened_themselves_did_not_come_back(
    world: World, decided: uuid.UUID
) -> None:
    agree_on(world, decided)
    sign(world)
    reopen(world.assessor, world.enrolment_id, "K1", round=1, reason="Too soon.", at=THURSDAY)

    assert see_returned(world.assessor) == []


def test_a_sign_off_that_was_reopened_cannot_be_countersigned(
    world: World, decided: uuid.UUID
) -> None:
    agree_on(world, decided)
    sign(world)
    row = sign_off_of(world)
    reopen(world.assessor, world.enrolment_id, "K1", round=1, reason="Too soon.", at=THURSDAY)

    with pytest.raises(Conflict, match="reopened meanwhile"):
        answer(world, agree(row))

    assert (count(Reopening), count(Countersignature)) == (1, 1)
