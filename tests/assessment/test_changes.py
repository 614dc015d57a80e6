"""What counts as changed since a sign-off: exactly what differs from what was signed on."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbstrack.assessment.changes import Change, ChangeKind, changes_since, state_token
from kbstrack.assessment.standing import ClaimRow, accepted, standings

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
CODES = ("K1", "S1")


def number(text: str) -> uuid.UUID:
    """An id that is the same for the same text."""
    return uuid.uuid5(uuid.NAMESPACE_OID, text)


def claim(
    outcome: bool | None = None,
    *,
    version: int = 1,
    code: str = "K1",
    piece: int = 1,
    round: int = 1,
    withdrawn: bool = False,
    counts: bool = True,
) -> ClaimRow:
    """A claim: met, not yet met or open, after as many taken-back decisions as `round` says."""
    name = f"{piece} {version} {code}"
    return ClaimRow(
        evidence_id=number(f"piece {piece}"),
        evidence_number=piece,
        title="A piece",
        version_number=version,
        code=code,
        submitted_at=START + timedelta(days=version),
        is_withdrawn=withdrawn,
        decision_id=None if outcome is None else number(f"{name} {round}"),
        is_met=outcome,
        decided_at=None if outcome is None else START + timedelta(days=version, hours=round),
        counts=counts,
        taken_back_ids=tuple(number(f"{name} {before}") for before in range(1, round)),
    )


SIGNED_ON = [number("1 1 K1 1")]


@pytest.mark.parametrize(
    ("claims", "kind", "sentence"),
    [
        ([claim(True)], None, ""),
        ([claim(True), claim(version=2)], ChangeKind.WAITS, "waits for a decision"),
        ([claim(True), claim(version=2, withdrawn=True)], None, ""),
        ([claim(True), claim(True, version=2)], ChangeKind.MET, "its new version is met"),
        ([claim(True), claim(False, version=2)], ChangeKind.NOT_YET_MET, "is not yet met"),
        (
            [claim(True), claim(True, version=2, counts=False)],
            ChangeKind.UNSIGNED,
            "waits for a countersignature",
        ),
        (
            [claim(True), claim(True, version=2, code="S1")],
            ChangeKind.NOT_CLAIMED,
            "no longer claims K1",
        ),
        # As long as the version that drops it waits, the claim counts on.
        ([claim(True), claim(version=2, code="S1")], ChangeKind.WAITS, "waits for a decision"),
        ([claim(round=2)], ChangeKind.TAKEN_BACK, "taken back and is to be made again"),
        ([claim(True, round=2)], ChangeKind.MADE_AGAIN, "taken back and made again"),
        ([claim(False, round=3)], ChangeKind.MADE_AGAIN, "taken back and made again"),
        ([claim(True, round=2, counts=False)], ChangeKind.UNSIGNED, "countersignature"),
        # Another piece changes nothing under this sign-off.
        ([claim(True), claim(True, piece=2), claim(version=2, piece=2)], None, ""),
    ],
)
def test_what_became_of_a_decision_that_a_sign_off_rests_on(
    claims: list[ClaimRow], kind: ChangeKind | None, sentence: str
) -> None:
    found = changes_since(claims, SIGNED_ON)

    assert [change.kind for change in found] == ([] if kind is None else [kind])
    assert all(sentence in change.sentence and "E1" in change.sentence for change in found)


@pytest.mark.parametrize("kind", list(ChangeKind))
def test_every_kind_of_change_has_a_sentence(kind: ChangeKind) -> None:
    assert Change(number("piece"), 7, "K1", kind).sentence.endswith(".")


def test_what_waits_for_somebody_comes_before_confirming() -> None:
    waiting = {kind for kind in ChangeKind if Change(number("piece"), 1, "K1", kind).is_waiting}

    assert waiting == {ChangeKind.WAITS, ChangeKind.UNSIGNED, ChangeKind.TAKEN_BACK}


@st.composite
def records(draw: st.DrawFn) -> list[ClaimRow]:
    """Some pieces with some versions, as they can come about: only the last version is open."""
    rows = []
    for piece in range(1, draw(st.integers(1, 3)) + 1):
        count = draw(st.integers(1, 3))
        for version in range(1, count + 1):
            codes = draw(st.sets(st.sampled_from(CODES), min_size=1))
            is_last = version == count
            withdrawn = draw(st.booleans())
            for code in sorted(codes):
                outcomes = (True, False, None) if is_last else (True, False)
                rows.append(
                    claim(
                        None if withdrawn else draw(st.sampled_from(outcomes)),
                        version=version,
                        code=code,
                        piece=piece,
                        round=1 if withdrawn else draw(st.integers(1, 2)),
                        withdrawn=withdrawn,
                    )
                )
    return rows


@given(before=records(), after=records())
def test_a_sign_off_is_marked_exactly_when_what_it_was_signed_on_is_not_the_last_word(
    before: list[ClaimRow], after: list[ClaimRow]
) -> None:
    """What is under it is a decision each; it is as it was when that decision stands on the
    version that counts."""
    for code in CODES:
        basis = [
            item.decision_id
            for item in accepted(standings(before).get(code, []))
            if item.decision_id is not None
        ]
        known = {key for row in after for key in (row.decision_id, *row.taken_back_ids)}
        unchanged = {
            item.decision_id
            for item in standings(after).get(code, [])
            if item.decision_id is not None and not item.is_changed
        }

        marked = changes_since(after, basis)

        expected = {key for key in basis if key in known and key not in unchanged}
        assert len(marked) == len(expected)
        assert {change.code for change in marked} <= {code}


@given(rows=records())
def test_nothing_is_marked_at_the_moment_of_signing_on_decided_pieces(
    rows: list[ClaimRow],
) -> None:
    for standing in standings(rows).values():
        settled = [item for item in accepted(standing) if not item.is_changed]
        ids = [item.decision_id for item in settled if item.decision_id is not None]
        assert changes_since(rows, ids) == ()


@given(rows=records())
def test_the_order_of_the_claims_does_not_matter(rows: list[ClaimRow]) -> None:
    ids = [row.decision_id for row in rows if row.decision_id is not None]

    assert changes_since(rows, ids) == changes_since(list(reversed(rows)), ids)


def test_a_page_is_known_by_what_it_showed() -> None:
    one, two = standings([claim(True)])["K1"], standings([claim(True, version=2)])["K1"]
    open_too = standings([claim(True), claim(piece=2)])["K1"]

    assert state_token([], one) != state_token([], two)
    # What is not accepted is no part of what is signed for.
    assert state_token([], one) == state_token([], open_too)
