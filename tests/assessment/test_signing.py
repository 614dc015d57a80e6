"""Signing a KSB off and reopening it: by the right role, and never erased."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from sqlalchemy import func, select

from kbstrack.access import OPERATOR
from kbstrack.assessment import sign_off_queries
from kbstrack.assessment.models import Reopening, SignOff, SignOffBasis
from kbstrack.assessment.rules import SIGN_OFF_DECLARATIONS
from kbstrack.assessment.signing import reopen, sign_off
from kbstrack.assessment.standing import SignOffRow
from kbstrack.db import db
from kbstrack.errors import Conflict, NotAllowed, NotFound, RuleBroken
from kbstrack.people import enrolling
from tests.builders import (
    FRIDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    World,
    decide,
    make_evidence,
    met,
    not_yet_met,
    proved,
)


def sign(
    world: World,
    code: str = "K1",
    *,
    by: str = "assessor",
    reason: str = "",
    is_declared: bool = True,
    key: uuid.UUID | None = None,
) -> None:
    """Sign off on Wednesday."""
    sign_off(
        world.actor(by),
        world.enrolment_id,
        code,
        reason=reason,
        is_declared=is_declared,
        proof=proved(WEDNESDAY),
        at=WEDNESDAY,
        key=key,
    )


def reopen_it(
    world: World,
    code: str = "K1",
    *,
    by: str = "assessor",
    round: int = 1,
    reason: str = "A witness took it back.",
    key: uuid.UUID | None = None,
) -> None:
    """Reopen on Thursday."""
    reopen(
        world.actor(by),
        world.enrolment_id,
        code,
        round=round,
        reason=reason,
        at=THURSDAY,
        key=key,
    )


def signed(world: World, code: str = "K1") -> list[SignOffRow]:
    """Every sign-off of a KSB."""
    return sign_off_queries.sign_offs(world.enrolment_id, code=code)


def count(model: type) -> int:
    """How many rows a table has."""
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def ready(world: World) -> World:
    """K1 has its one accepted piece, S1 one of its two, B1 its one."""
    decide(world, make_evidence(world, claims=["K1", "S1", "B1"]), met("K1"), met("S1"), met("B1"))
    return world


def test_a_ksb_with_its_accepted_pieces_is_signed_off(ready: World) -> None:
    sign(ready)

    (row,) = signed(ready)
    assert (row.role, row.name, row.signed_at) == ("assessor", "Assessor A", WEDNESDAY)
    assert row.declaration == SIGN_OFF_DECLARATIONS["assessor"]
    assert row.stands
    assert len(row.decision_ids) == 1


def test_the_sign_off_rests_on_accepted_pieces_only(ready: World) -> None:
    decide(ready, make_evidence(ready), not_yet_met("K1"))
    make_evidence(ready)
    decide(ready, make_evidence(ready), met("K1"))

    sign(ready)

    assert len(signed(ready)[0].decision_ids) == 2


def test_only_the_role_that_the_standard_names_signs_and_reopens(ready: World) -> None:
    errors = {
        ("line_manager", "K1"): NotAllowed,
        ("apprentice", "K1"): NotAllowed,
        ("administrator", "K1"): NotAllowed,
        ("other_assessor", "K1"): NotFound,
        ("assessor", "B1"): NotAllowed,
        ("other_manager", "B1"): NotFound,
        ("assessor", "Z9"): NotFound,
    }

    for (by, code), error in errors.items():
        with pytest.raises(error):
            sign(ready, code, by=by)
        with pytest.raises(error):
            reopen_it(ready, code, by=by)

    assert count(SignOff) == 0


def test_a_behaviour_that_the_standard_gives_to_the_employer_is_theirs(ready: World) -> None:
    sign(ready, "B1", by="line_manager")

    (row,) = signed(ready, "B1")
    assert (row.role, row.declaration) == ("employer", SIGN_OFF_DECLARATIONS["employer"])


def test_the_command_line_signs_nothing(ready: World) -> None:
    with pytest.raises(NotAllowed):
        sign_off(
            OPERATOR,
            ready.enrolment_id,
            "K1",
            reason="",
            is_declared=True,
            proof=proved(WEDNESDAY),
            at=WEDNESDAY,
        )


def test_fewer_pieces_than_asked_for_need_a_reason(ready: World) -> None:
    with pytest.raises(RuleBroken, match="1 of the 2") as refusal:
        sign(ready, "S1")
    assert refusal.value.field == "S1-reason"

    sign(ready, "S1", reason="  It shows two builds. ")

    assert signed(ready, "S1")[0].reason == "It shows two builds."


def test_nothing_is_signed_without_the_declaration(ready: World) -> None:
    with pytest.raises(RuleBroken) as refusal:
        sign(ready, is_declared=False)

    assert refusal.value.field == "is_declared"
    assert count(SignOff) == 0


def test_a_ksb_that_is_signed_off_cannot_be_signed_again(ready: World) -> None:
    sign(ready)

    with pytest.raises(Conflict, match="signed off meanwhile"):
        sign(ready)

    assert count(SignOff) == 1


def test_the_same_form_sent_twice_signs_once(ready: World) -> None:
    key = uuid.uuid4()

    sign(ready, key=key)
    sign(ready, key=key)

    assert count(SignOff) == 1


def test_reopening_keeps_the_sign_off_and_says_who_and_why(ready: World) -> None:
    sign(ready)

    reopen_it(ready)

    (row,) = signed(ready)
    assert not row.stands
    assert (row.reopened_by, row.reopened_at) == ("Assessor A", THURSDAY)
    assert row.reopening_reason == "A witness took it back."
    assert (row.name, row.signed_at, len(row.decision_ids)) == ("Assessor A", WEDNESDAY, 1)


def test_reopening_needs_a_reason(ready: World) -> None:
    sign(ready)

    with pytest.raises(RuleBroken) as refusal:
        reopen_it(ready, reason=" \n ")

    assert refusal.value.field == "reason"
    assert signed(ready)[0].stands


def test_after_a_reopening_a_second_round_begins(ready: World) -> None:
    sign(ready)
    reopen_it(ready)

    sign_off(
        ready.assessor,
        ready.enrolment_id,
        "K1",
        reason="",
        is_declared=True,
        proof=proved(FRIDAY),
        at=FRIDAY,
    )

    assert [(row.round, row.stands) for row in signed(ready)] == [(1, False), (2, True)]
    assert count(SignOffBasis) == 2


def test_a_reopening_belongs_to_its_round(ready: World) -> None:
    """A page from before the second round reopens nothing of it."""
    sign(ready)
    reopen_it(ready)
    sign(ready)

    with pytest.raises(Conflict, match="reopened meanwhile"):
        reopen_it(ready, round=1)

    assert [row.stands for row in signed(ready)] == [False, True]


@pytest.mark.parametrize("times", [0, 1])
def test_what_is_not_signed_off_cannot_be_reopened(ready: World, times: int) -> None:
    for _ in range(times):
        sign(ready)
        reopen_it(ready)

    with pytest.raises(Conflict):
        reopen_it(ready)

    assert count(Reopening) == times


def test_the_same_reopening_sent_twice_counts_once(ready: World) -> None:
    sign(ready)
    key = uuid.uuid4()

    reopen_it(ready, key=key)
    reopen_it(ready, key=key)

    assert count(Reopening) == 1


def test_nothing_is_signed_or_reopened_once_the_enrolment_has_ended(ready: World) -> None:
    sign(ready)
    enrolling.end_enrolment(
        ready.administrator,
        ready.enrolment_id,
        ended_on=date(2026, 3, 3),
        reason="Changed employer.",
        at=TUESDAY,
    )

    with pytest.raises(RuleBroken, match="ended"):
        sign(ready, "S1", reason="Enough.")
    with pytest.raises(RuleBroken, match="ended"):
        reopen_it(ready)


def test_how_many_are_met_counts_standing_sign_offs(ready: World) -> None:
    sign(ready)
    sign(ready, "S1", reason="Enough.")
    reopen_it(ready)

    assert sign_off_queries.count_met([ready.enrolment_id]) == {ready.enrolment_id: 1}
