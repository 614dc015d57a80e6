"""How pieces stand for KSBs, as tables of claims."""

from __future__ import annotations

import uuid
from datetime import datetime

import pytest

from kbstrack.assessment.standing import ClaimRow, Standing, accepted, standings
from tests.builders import FRIDAY, MONDAY, THURSDAY, TUESDAY, WEDNESDAY

PIECES = {number: uuid.UUID(int=number) for number in range(1, 5)}
SUBMITTED = {1: MONDAY, 2: WEDNESDAY, 3: FRIDAY}
DECIDED = {1: TUESDAY, 2: THURSDAY, 3: FRIDAY}


def claim(
    outcome: bool | None = None,
    *,
    piece: int = 1,
    version: int = 1,
    code: str = "K1",
    withdrawn: bool = False,
) -> ClaimRow:
    """A claim of a version: met, not yet met, or undecided."""
    is_decided = outcome is not None
    return ClaimRow(
        evidence_id=PIECES[piece],
        evidence_number=piece,
        title=f"Piece {piece}, version {version}",
        version_number=version,
        code=code,
        submitted_at=SUBMITTED[version],
        is_withdrawn=withdrawn,
        decision_id=uuid.uuid5(PIECES[piece], f"{version} {code}") if is_decided else None,
        is_met=outcome,
        decided_at=DECIDED[version] if is_decided else None,
    )


def facts(standing: Standing) -> tuple[bool, bool | None, datetime]:
    """Whether it waits, its standing decision, and when anything happened last."""
    last_at = standing.decided_at or standing.submitted_at
    return standing.is_waiting, standing.is_met, max(standing.submitted_at, last_at)


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([claim()], (True, None, MONDAY)),
        ([claim(True)], (False, True, TUESDAY)),
        ([claim(False)], (False, False, TUESDAY)),
        # A newer version waits: the decision before it still counts.
        ([claim(True), claim(version=2)], (True, True, WEDNESDAY)),
        ([claim(False), claim(version=2)], (True, False, WEDNESDAY)),
        # It was decided: the newer decision replaces the older one.
        ([claim(False), claim(True, version=2)], (False, True, THURSDAY)),
        ([claim(True), claim(False, version=2)], (False, False, THURSDAY)),
        ([claim(False), claim(False, version=2), claim(version=3)], (True, False, FRIDAY)),
        # An undecided version in between was withdrawn.
        (
            [claim(False), claim(version=2, withdrawn=True), claim(True, version=3)],
            (False, True, FRIDAY),
        ),
    ],
)
def test_a_piece_stands_by_its_latest_version_and_last_decision(
    claims: list[ClaimRow], expected: tuple[bool, bool | None, datetime]
) -> None:
    (found,) = standings(claims)["K1"]

    assert facts(found) == expected


@pytest.mark.parametrize("claims", [[], [claim(withdrawn=True)]])
def test_a_piece_without_a_version_that_stands_claims_nothing(claims: list[ClaimRow]) -> None:
    assert standings(claims) == {}


@pytest.mark.parametrize("outcome", [True, False])
def test_withdrawing_the_next_version_takes_no_decision_out_of_the_record(outcome: bool) -> None:
    before = [claim(outcome)]

    assert standings([*before, claim(version=2, withdrawn=True)]) == standings(before)


def test_a_claim_that_the_latest_version_dropped_counts_until_that_one_is_decided() -> None:
    before = [claim(True), claim(True, code="S1")]

    assert list(standings([*before, claim(version=2, code="S1")])) == ["K1", "S1"]
    assert list(standings([*before, claim(True, version=2, code="S1")])) == ["S1"]


def test_a_claim_that_is_new_in_the_latest_version_waits() -> None:
    found = standings([claim(True), claim(version=2), claim(version=2, code="S1")])

    assert facts(found["S1"][0]) == (True, None, WEDNESDAY)
    assert facts(found["K1"][0]) == (True, True, WEDNESDAY)


def test_pieces_are_listed_by_number_with_their_latest_title() -> None:
    found = standings(
        [claim(piece=3), claim(piece=1), claim(piece=1, version=2), claim(True, piece=2)]
    )["K1"]

    assert [item.title for item in found] == [
        "Piece 1, version 2",
        "Piece 2, version 1",
        "Piece 3, version 1",
    ]


def test_the_order_of_claims_does_not_matter() -> None:
    claims = [claim(False), claim(True, version=2), claim(version=3), claim(True, piece=2)]

    assert standings(claims) == standings(list(reversed(claims)))


def test_only_pieces_whose_standing_decision_is_met_are_accepted() -> None:
    found = standings([claim(True), claim(False, piece=2), claim(piece=3), claim(True, piece=4)])[
        "K1"
    ]

    assert [item.evidence_number for item in accepted(found)] == [1, 4]
