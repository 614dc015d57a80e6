"""Which decisions are risky, and why: exactly when each reason says."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import timedelta

from kbstrack.quality.risks import (
    AT_ONCE_PIECES,
    AT_ONCE_WITHIN,
    FIRST_DECISIONS,
    GAP_DAYS,
    NEW_ASSESSOR_DECISIONS,
    DecisionFacts,
    Risk,
    risks_of,
)
from tests.builders import MONDAY

KSB = ("ST9999", "1.0", "K1")


def fact(number: int, **changes: object) -> DecisionFacts:
    """The decision of this number: one a day, each on a piece of its own, by one assessor."""
    given: dict[str, object] = {
        "decision_id": uuid.UUID(int=number),
        "assessor_id": uuid.UUID(int=1000),
        "enrolment_id": uuid.UUID(int=2000),
        "apprentice_id": uuid.UUID(int=3000),
        "evidence_id": uuid.UUID(int=4000 + number),
        "version_id": uuid.UUID(int=5000 + number),
        "ksb": KSB,
        "decided_at": MONDAY + timedelta(days=number),
        "is_met": True,
    }
    return DecisionFacts(**(given | changes))  # type: ignore[arg-type]


def with_risk(
    risk: Risk, rows: Collection[DecisionFacts], sampled: Collection[tuple[str, str, str]] = (KSB,)
) -> list[int]:
    """The numbers of the decisions for which it holds."""
    found = risks_of(rows, sampled=sampled)
    return sorted(key.int for key, risks in found.items() if risk in risks)


def test_what_was_decided_by_somebody_not_yet_qualified_is_risky() -> None:
    rows = [fact(1, is_unqualified=True), fact(2)]

    assert with_risk(Risk.UNQUALIFIED, rows) == [1]


def test_an_assessor_is_new_for_their_first_decisions_here() -> None:
    rows = [fact(number) for number in range(1, 30)]

    assert with_risk(Risk.NEW_ASSESSOR, rows) == list(range(1, NEW_ASSESSOR_DECISIONS + 1))


def test_the_first_decisions_of_each_apprentice_are_risky() -> None:
    own = [fact(number) for number in range(1, 7)]
    other = [fact(number, enrolment_id=uuid.UUID(int=2001)) for number in range(11, 13)]

    expected = [*range(1, FIRST_DECISIONS + 1), 11, 12]
    assert with_risk(Risk.FIRST_DECISIONS, [*other, *own]) == expected


def test_signed_off_with_fewer_pieces_is_overridden() -> None:
    assert with_risk(Risk.OVERRIDDEN, [fact(1, is_overridden=True), fact(2)]) == [1]


def test_met_with_something_left_to_do_is_borderline() -> None:
    rows = [fact(1, has_actions=True), fact(2, has_actions=True, is_met=False), fact(3)]

    assert with_risk(Risk.BORDERLINE, rows) == [1]


def test_met_after_not_yet_met_on_the_same_piece_is_borderline() -> None:
    piece, other = uuid.UUID(int=1), uuid.UUID(int=2)
    rows = [
        fact(1, evidence_id=piece, is_met=False),
        fact(2, evidence_id=piece),
        fact(3, evidence_id=other),
        fact(4, evidence_id=piece, ksb=("ST9999", "1.0", "S1")),
    ]

    assert with_risk(Risk.BORDERLINE, rows) == [2]


def test_a_ksb_counts_as_never_sampled_for_its_own_standard_version() -> None:
    rows = [fact(1), fact(2, ksb=("ST9999", "1.1", "K1"))]

    assert with_risk(Risk.NEVER_SAMPLED, rows) == [2]


def test_a_long_gap_before_a_decision_is_risky_and_the_first_decision_has_none() -> None:
    late = MONDAY + timedelta(days=1 + GAP_DAYS, seconds=1)
    rows = [
        fact(1, decided_at=MONDAY + timedelta(days=1)),
        fact(2, decided_at=late),
        fact(3, decided_at=late),
        fact(4, decided_at=late + timedelta(days=GAP_DAYS)),
    ]

    assert with_risk(Risk.LONG_GAP, rows) == [2, 3]


def test_what_was_taken_back_is_risky() -> None:
    assert with_risk(Risk.REOPENED, [fact(1, is_reopened=True), fact(2)]) == [1]


def test_many_pieces_within_half_an_hour_are_risky_and_many_claims_of_one_piece_are_not() -> None:
    many = [
        fact(number, decided_at=MONDAY + timedelta(minutes=number))
        for number in range(1, AT_ONCE_PIECES + 1)
    ]
    one = [
        fact(number, decided_at=MONDAY + timedelta(days=9), version_id=uuid.UUID(int=1))
        for number in range(20, 30)
    ]
    apart = fact(40, decided_at=MONDAY + AT_ONCE_WITHIN + timedelta(hours=1))

    found = with_risk(Risk.AT_ONCE, [*many, *one, apart])

    assert found == list(range(1, AT_ONCE_PIECES + 1))


def test_the_order_in_which_decisions_come_makes_no_difference() -> None:
    rows = [fact(number) for number in range(1, 40)]

    assert risks_of(rows, sampled=()) == risks_of(rows[::-1], sampled=())
