"""What a sign-off and its confirmation need to rest on, as tables."""

from __future__ import annotations

import pytest

from kbstrack.assessment.sign_off_rules import Basis, check_sign_off, sign_off_problems
from kbstrack.errors import RuleBroken

WAITS = "waits for its countersignature"
TESTIMONY = "A witness statement is never the only basis of a met"
NOTHING = "accept at least one piece that is no witness testimony"
FEWER = "say why that is enough"


def basis(
    accepted: int, needed: int = 1, *, testimony: int = 0, waiting: int = 0, by: str = "assessor"
) -> Basis:
    return Basis("S1", by, needed, accepted, testimony, waiting)


@pytest.mark.parametrize(
    ("rests_on", "reason", "is_declared", "wrong"),
    [
        (basis(1), "", True, []),
        (basis(3, 2), "", True, []),
        (basis(1, 2), "It covers both.", True, []),
        (basis(2, 2, testimony=1), "", True, []),
        (basis(1, 2), "", True, ["S1-reason"]),
        (basis(1), "", False, ["is_declared"]),
        (basis(0, 2), "", False, ["S1-reason", "is_declared"]),
        (basis(0), "Prior learning.", True, ["S1-reason"]),
        (basis(1, testimony=1), "Enough anyway.", True, ["S1-reason"]),
    ],
)
def test_what_a_sign_off_needs(
    rests_on: Basis, reason: str, is_declared: bool, wrong: list[str]
) -> None:
    given = {"reason": reason, "is_declared": is_declared}
    found = sign_off_problems(rests_on, **given)

    assert [problem.field for problem in found] == wrong
    if wrong:
        with pytest.raises(RuleBroken) as refusal:
            check_sign_off(rests_on, **given)
        assert refusal.value.field == wrong[0]
    else:
        check_sign_off(rests_on, **given)


@pytest.mark.parametrize(
    ("rests_on", "sentence"),
    [
        (basis(0), NOTHING),
        (basis(0, 3), NOTHING),
        (basis(1, testimony=1), TESTIMONY),
        (basis(1, 2, testimony=1), TESTIMONY),
        (basis(0, waiting=1), WAITS),
        (basis(1, 2, testimony=1, waiting=1), WAITS),
        (basis(0, waiting=1, by="employer"), WAITS),
        (basis(1, waiting=1), ""),
        (basis(0, by="employer"), ""),
        (basis(1, testimony=1, by="employer"), ""),
    ],
)
def test_no_reason_helps_an_assessor_where_there_is_nothing_to_rest_on(
    rests_on: Basis, sentence: str
) -> None:
    found = sign_off_problems(rests_on, reason="Enough anyway.", is_declared=True)

    assert len(found) == bool(sentence)
    assert sentence in rests_on.obstacle
    assert bool(rests_on.obstacle) == bool(sentence)


@pytest.mark.parametrize(
    ("rests_on", "sentence"),
    [
        (basis(0), "Reopen S1 instead of confirming its sign-off: nothing is accepted"),
        (basis(1, testimony=1), "Reopen S1 instead of confirming its sign-off: only witness"),
        (basis(1, 2), ""),
        (basis(0, by="employer"), ""),
    ],
)
def test_a_sign_off_that_rests_on_nothing_any_more_is_reopened(
    rests_on: Basis, sentence: str
) -> None:
    found = sign_off_problems(rests_on, reason="Enough.", is_declared=True, is_renewal=True)

    assert [problem.sentence.startswith(sentence) for problem in found] == [True] * bool(sentence)


def test_an_employer_says_why_where_there_are_fewer_pieces_than_asked_for() -> None:
    (problem,) = sign_off_problems(basis(0, by="employer"), reason="", is_declared=True)

    assert FEWER in problem.sentence
