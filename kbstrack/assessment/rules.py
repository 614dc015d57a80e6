"""What makes decisions and sign-offs possible, and which pieces count for a KSB."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kbstrack.errors import RuleBroken, refuse_any
from kbstrack.evidence.rules import Missing, clean_text
from kbstrack.standards.rules import natural_key

MOST_FEEDBACK_CHARACTERS = 5_000
MOST_ACTION_CHARACTERS = 500
MOST_ACTIONS = 10

SIGNED_MEANWHILE = "This was signed off meanwhile. Look at the sign-off before you go on."
REOPENED_MEANWHILE = "This was reopened meanwhile. Look at the reason before you go on."

SIGN_OFF_DECLARATIONS = {
    "assessor": (
        "I declare that I have looked at the evidence for this KSB myself, that it is valid, "
        "authentic, current and sufficient, and that in my judgement the apprentice has met it."
    ),
    "employer": (
        "I declare that I have seen the apprentice show this KSB at work, and that in my "
        "judgement they have met it."
    ),
}


class Outcome(StrEnum):
    """An assessor's answer to one claim."""

    MET = "met"
    NOT_YET_MET = "not_yet_met"

    @property
    def label(self) -> str:
        """`Met`, `Not yet met`."""
        return self.value.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True)
class ActionText:
    """What the apprentice is to do, by when."""

    text: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class DecisionText:
    """What an assessor answers for one claim; the four questions are those of assessment
    practice: valid, authentic, current, sufficient."""

    code: str
    outcome: Outcome | None
    feedback: str = ""
    is_valid: bool = False
    is_authentic: bool = False
    is_current: bool = False
    is_sufficient: bool = False
    actions: tuple[ActionText, ...] = ()

    @property
    def is_met(self) -> bool:
        """Whether the claim is met."""
        return self.outcome is Outcome.MET


def clean_decision(decision: DecisionText) -> DecisionText:
    """The same with its texts cleaned, and without actions that are empty."""
    actions = tuple(
        ActionText(clean_text(action.text), action.due_on)
        for action in decision.actions
        if clean_text(action.text) or action.due_on
    )
    return DecisionText(
        code=decision.code,
        outcome=decision.outcome,
        feedback=clean_text(decision.feedback),
        is_valid=decision.is_valid,
        is_authentic=decision.is_authentic,
        is_current=decision.is_current,
        is_sufficient=decision.is_sufficient,
        actions=actions,
    )


def problems(
    decisions: Sequence[DecisionText], *, signed_with: Collection[str] = (), today: date
) -> list[Missing]:
    """What is wrong with cleaned decisions, each with its field, such as `K1-feedback`.

    An action is named by its place among those that are not empty: `K1-actions-0-due_on`.
    `signed_with` are the codes that are to be signed off together with the decisions.
    """
    found = []
    for decision in decisions:
        found += _problems_of(decision, today)
        if decision.code in signed_with and decision.outcome is Outcome.NOT_YET_MET:
            found.append(
                Missing(
                    "sign_off",
                    f"{decision.code} can't be signed off with a decision of not yet met: "
                    "untick it, or decide met.",
                )
            )
    return found


def check_decisions(
    decisions: Sequence[DecisionText],
    *,
    claimed: Collection[str],
    signed_with: Collection[str] = (),
    today: date,
) -> None:
    """Every claim has exactly one complete decision. Raises RuleBroken naming the field."""
    if sorted(decision.code for decision in decisions) != sorted(claimed):
        raise RuleBroken("Decide on every claim of this evidence, each once.")
    for code in in_order(signed_with):
        if code not in claimed:
            raise RuleBroken(f"{code} is not claimed here: sign it off on its own page.")
    refuse_any(
        RuleBroken(problem.sentence, field=problem.field)
        for problem in problems(decisions, signed_with=signed_with, today=today)
    )


def clean_reason(text: str, *, most: int = 2_000) -> str:
    """The reason for a withdrawal, a sign-off or a reopening; may be empty.

    Raises RuleBroken when it is too long.
    """
    reason = clean_text(text)
    if len(reason) > most:
        raise RuleBroken(f"Shorten the reason to {most:,} characters or fewer.", field="reason")
    return reason


def _problems_of(decision: DecisionText, today: date) -> list[Missing]:
    code = decision.code
    if decision.outcome is None:
        return [Missing(f"{code}-outcome", f"Select met or not yet met for {code}.")]
    found = []
    if decision.is_met:
        answers = {
            "valid": decision.is_valid,
            "authentic": decision.is_authentic,
            "current": decision.is_current,
            "sufficient": decision.is_sufficient,
        }
        if unanswered := [name for name, is_yes in answers.items() if not is_yes]:
            found.append(
                Missing(
                    f"{code}-questions",
                    f"{code} can only be met when it is {' and '.join(unanswered)}: "
                    "tick it, or decide not yet met.",
                )
            )
    elif not decision.feedback:
        found.append(
            Missing(f"{code}-feedback", f"Say what is missing for {code}, so that it can be met.")
        )
    if len(decision.feedback) > MOST_FEEDBACK_CHARACTERS:
        found.append(
            Missing(
                f"{code}-feedback",
                f"Shorten the feedback on {code} to {MOST_FEEDBACK_CHARACTERS:,} characters.",
            )
        )
    return found + _action_problems(decision, today)


def _action_problems(decision: DecisionText, today: date) -> list[Missing]:
    code, found = decision.code, []
    if len(decision.actions) > MOST_ACTIONS:
        found.append(
            Missing(f"{code}-actions", f"Give {MOST_ACTIONS} action points at most for {code}.")
        )
    for position, action in enumerate(decision.actions):
        field = f"{code}-actions-{position}"
        if not action.text:
            sentence = f"Write what is to be done for {code} by this day."
            found.append(Missing(f"{field}-text", sentence))
        elif len(action.text) > MOST_ACTION_CHARACTERS:
            sentence = f"Shorten the action for {code} to {MOST_ACTION_CHARACTERS} characters."
            found.append(Missing(f"{field}-text", sentence))
        if action.due_on is None:
            sentence = f"Enter by when the action for {code} is to be done."
            found.append(Missing(f"{field}-due_on", sentence))
        elif action.due_on < today:
            sentence = f"Enter today or a later day for the action on {code}."
            found.append(Missing(f"{field}-due_on", sentence))
    return found


def in_order(codes: Iterable[str]) -> list[str]:
    """KSB codes in natural order."""
    return sorted(codes, key=natural_key)
