"""What makes decisions and sign-offs possible, as tables."""

from __future__ import annotations

from datetime import date

import pytest

from kbstrack.assessment import rules, turns
from kbstrack.assessment.rules import ActionText, DecisionText, Outcome
from kbstrack.errors import Conflict, RuleBroken
from kbstrack.evidence.rules import EvidenceState
from tests.builders import met, not_yet_met

TODAY = date(2026, 3, 3)
TOMORROW = date(2026, 3, 4)
YESTERDAY = date(2026, 3, 2)


def fields(*decisions: DecisionText, signed_with: tuple[str, ...] = ()) -> list[str]:
    """The fields that something is wrong with."""
    found = rules.problems(decisions, signed_with=signed_with, today=TODAY)
    return [problem.field for problem in found]


def with_actions(*actions: ActionText) -> DecisionText:
    """Not yet met, with these action points."""
    return DecisionText("K1", Outcome.NOT_YET_MET, feedback="Say why.", actions=actions)


def test_met_with_four_answers_is_complete_without_feedback() -> None:
    assert fields(met("K1", feedback="")) == []


def test_not_yet_met_is_complete_with_feedback_alone() -> None:
    assert fields(DecisionText("K1", Outcome.NOT_YET_MET, feedback="Say why.")) == []


@pytest.mark.parametrize("question", ["valid", "authentic", "current", "sufficient"])
def test_met_needs_each_of_the_four_answers(question: str) -> None:
    answers = {
        f"is_{name}": name != question for name in ("valid", "authentic", "current", "sufficient")
    }
    decision = DecisionText("K1", Outcome.MET, **answers)

    (problem,) = rules.problems([decision], today=TODAY)

    assert problem.field == "K1-questions"
    assert question in problem.sentence


@pytest.mark.parametrize(
    ("decision", "wrong"),
    [
        (DecisionText("K1", None), ["K1-outcome"]),
        (DecisionText("K1", None, feedback="Good."), ["K1-outcome"]),
        (DecisionText("K1", Outcome.MET), ["K1-questions"]),
        (DecisionText("K1", Outcome.NOT_YET_MET), ["K1-feedback"]),
        (met("K1", feedback="x" * 5_000), []),
        (met("K1", feedback="x" * 5_001), ["K1-feedback"]),
        (with_actions(ActionText("Do it", TODAY)), []),
        (with_actions(ActionText("Do it", YESTERDAY)), ["K1-actions-0-due_on"]),
        (with_actions(ActionText("Do it", None)), ["K1-actions-0-due_on"]),
        (with_actions(ActionText("", TOMORROW)), ["K1-actions-0-text"]),
        (with_actions(ActionText("x" * 500, TOMORROW)), []),
        (with_actions(ActionText("x" * 501, TOMORROW)), ["K1-actions-0-text"]),
        (
            with_actions(ActionText("Do it", TODAY), ActionText("", YESTERDAY)),
            ["K1-actions-1-text", "K1-actions-1-due_on"],
        ),
        (with_actions(*[ActionText("Do it", TODAY)] * 10), []),
        (with_actions(*[ActionText("Do it", TODAY)] * 11), ["K1-actions"]),
    ],
)
def test_every_slip_is_named_with_its_field(decision: DecisionText, wrong: list[str]) -> None:
    assert fields(decision) == wrong


def test_all_slips_of_all_claims_are_found_at_once() -> None:
    found = fields(DecisionText("K1", None), DecisionText("S1", Outcome.NOT_YET_MET), met("B1"))

    assert found == ["K1-outcome", "S1-feedback"]


def test_what_is_not_yet_met_cannot_be_signed_off_with_it() -> None:
    assert fields(not_yet_met("K1", action=""), signed_with=("K1",)) == ["sign_off"]
    assert fields(met("K1"), signed_with=("K1",)) == []


def test_texts_are_cleaned_and_empty_actions_left_out() -> None:
    decision = DecisionText(
        "K1",
        Outcome.MET,
        feedback="  Good\r\nwork\x00 ",
        is_valid=True,
        actions=(ActionText("  ", None), ActionText(" Do it ", TODAY), ActionText("", TODAY)),
    )

    cleaned = rules.clean_decision(decision)

    assert cleaned.feedback == "Good\nwork"
    assert cleaned.actions == (ActionText("Do it", TODAY), ActionText("", TODAY))
    assert (cleaned.is_valid, cleaned.is_authentic) == (True, False)


@pytest.mark.parametrize("codes", [["K1"], ["K1", "K1"], ["K1", "S1", "B1"], ["K1", "S2"], []])
def test_every_claim_needs_exactly_one_decision(codes: list[str]) -> None:
    with pytest.raises(RuleBroken, match="every claim"):
        rules.check_decisions([met(code) for code in codes], claimed=["K1", "S1"], today=TODAY)


def test_complete_decisions_pass_in_any_order() -> None:
    rules.check_decisions([met("S1"), met("K1")], claimed=["K1", "S1"], today=TODAY)


def test_a_ksb_that_is_not_claimed_cannot_be_signed_off_with_the_decision() -> None:
    with pytest.raises(RuleBroken, match="S1 is not claimed here"):
        rules.check_decisions([met("K1")], claimed=["K1"], signed_with=["S1"], today=TODAY)


@pytest.mark.parametrize(
    ("state", "error"),
    [
        (EvidenceState.DRAFT, None),
        (EvidenceState.ACTION_REQUIRED, None),
        (EvidenceState.WITHDRAWN, None),
        (EvidenceState.SUBMITTED, Conflict),
        (EvidenceState.ACCEPTED, None),
    ],
)
def test_when_a_version_can_be_handed_in(
    state: EvidenceState, error: type[Exception] | None
) -> None:
    if error is None:
        turns.check_submittable(state)
    else:
        with pytest.raises(error):
            turns.check_submittable(state)


@pytest.mark.parametrize(
    ("state", "asked", "sentence"),
    [
        (EvidenceState.SUBMITTED, 2, ""),
        (EvidenceState.SUBMITTED, 1, "submitted version 2 meanwhile"),
        (EvidenceState.WITHDRAWN, 2, "withdrew this piece meanwhile"),
        (EvidenceState.ACCEPTED, 3, "withdrew this piece meanwhile"),
        (EvidenceState.ACCEPTED, 2, "decided meanwhile"),
        (EvidenceState.ACTION_REQUIRED, 2, "decided meanwhile"),
    ],
)
def test_when_a_version_can_be_decided_on(state: EvidenceState, asked: int, sentence: str) -> None:
    if not sentence:
        turns.check_decidable(state, latest=2, asked=asked)
    else:
        with pytest.raises(Conflict, match=sentence):
            turns.check_decidable(state, latest=2, asked=asked)


@pytest.mark.parametrize("state", [state for state in EvidenceState if state != "submitted"])
def test_only_what_waits_can_be_taken_back(state: EvidenceState) -> None:
    turns.check_withdrawable(EvidenceState.SUBMITTED)
    with pytest.raises(Conflict):
        turns.check_withdrawable(state)


def test_what_is_decided_again_can_not_be_withdrawn() -> None:
    with pytest.raises(Conflict, match="deciding on this piece again"):
        turns.check_withdrawable(EvidenceState.SUBMITTED, is_redecided=True)


@pytest.mark.parametrize(
    ("is_taken_back", "is_replaced", "sentence"),
    [
        (True, False, "taken back meanwhile"),
        (True, True, "taken back meanwhile"),
        (False, True, "later version of this piece"),
    ],
)
def test_a_decision_is_taken_back_once_and_only_while_it_is_the_last_word(
    is_taken_back: bool, is_replaced: bool, sentence: str
) -> None:
    turns.check_can_be_taken_back(is_taken_back=False, is_replaced=False)
    with pytest.raises(Conflict, match=sentence):
        turns.check_can_be_taken_back(is_taken_back=is_taken_back, is_replaced=is_replaced)


def test_a_reason_is_cleaned_and_has_an_end() -> None:
    assert rules.clean_reason("  It covers\r\nboth. ") == "It covers\nboth."
    with pytest.raises(RuleBroken, match="2,000"):
        rules.clean_reason("x" * 2_001)


def test_codes_are_in_natural_order() -> None:
    assert rules.in_order(["B1", "K10", "S1", "K2"]) == ["K2", "K10", "S1", "B1"]
