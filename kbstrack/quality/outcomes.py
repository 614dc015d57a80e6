"""What an internal quality assurer may say of a sampled decision, and what follows from it."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from kbstrack.errors import Conflict, RuleBroken, refuse_any
from kbstrack.evidence.rules import clean_text
from kbstrack.formats import say_count

MOST_CHARACTERS = 5_000
LATEST_DUE = timedelta(days=366)

DECLARATION = (
    "I declare that I have looked at this decision with the evidence it was made on, that "
    "neither the work nor the decision is my own, and that this is my judgement of it."
)

JUDGED_MEANWHILE = "The outcome of this sample was recorded meanwhile. Look at it before you go on."
CLOSED_MEANWHILE = "This action was closed meanwhile. Look at what was written before you go on."


class IqaResult(StrEnum):
    """What quality assurance says of a decision."""

    AGREED = "agreed"
    ACTION_REQUIRED = "action_required"

    @property
    def label(self) -> str:
        """`Agreed`, `Action required`."""
        return self.value.replace("_", " ").capitalize()


class SampleState(StrEnum):
    """How far a sample has come; computed, never stored."""

    WAITING = "to be looked at"
    AGREED = "agreed"
    ACTION_REQUIRED = "action required"
    ANSWERED = "answered"
    CLOSED = "closed"

    @property
    def is_open_action(self) -> bool:
        """Whether an action is still to be done, answered or closed."""
        return self in {SampleState.ACTION_REQUIRED, SampleState.ANSWERED}

    @property
    def is_to_be_done(self) -> bool:
        """Whether the assessor has not answered yet."""
        return self is SampleState.ACTION_REQUIRED


def sample_state(result: IqaResult | None, *, is_answered: bool, is_closed: bool) -> SampleState:
    """The state that follows from what was recorded."""
    if result is None:
        return SampleState.WAITING
    if result is IqaResult.AGREED:
        return SampleState.AGREED
    if is_closed:
        return SampleState.CLOSED
    return SampleState.ANSWERED if is_answered else SampleState.ACTION_REQUIRED


def check_outcome(
    result: IqaResult | None,
    *,
    feedback: str,
    due_on: date | None,
    is_declared: bool,
    today: date,
) -> None:
    """An outcome can be recorded. Raises RuleBroken with everything that is wrong."""
    found = []
    if result is None:
        found.append(RuleBroken("Select agreed or action required.", field="result"))
    if result is IqaResult.ACTION_REQUIRED:
        if not feedback:
            sentence = "Write to the assessor what is to be done, and why."
            found.append(RuleBroken(sentence, field="feedback"))
        if due_on is None:
            found.append(RuleBroken("Enter the day by which it is to be done.", field="due_on"))
        elif not today <= due_on <= today + LATEST_DUE:
            sentence = "Enter a day from today on, within a year."
            found.append(RuleBroken(sentence, field="due_on"))
    if not is_declared:
        found.append(RuleBroken("Tick the declaration to sign.", field="is_declared"))
    refuse_any(found)


def clean_words(text: str, *, field: str, missing: str = "") -> str:
    """What somebody wrote, cleaned; `missing` is what to say when there is nothing.

    Raises RuleBroken at the field when it is empty and must not be, or too long.
    """
    cleaned = clean_text(text)
    if missing and not cleaned:
        raise RuleBroken(missing, field=field)
    if len(cleaned) > MOST_CHARACTERS:
        raise RuleBroken(f"Shorten this to {MOST_CHARACTERS:,} characters or fewer.", field=field)
    return cleaned


def check_answerable(state: SampleState) -> None:
    """An assessor can answer. Raises RuleBroken, or Conflict once the action is closed."""
    if state is SampleState.CLOSED:
        raise Conflict(CLOSED_MEANWHILE)
    if not state.is_open_action:
        raise RuleBroken("Nothing is asked for here, so there is nothing to answer.")


def check_closable(state: SampleState, *, is_own: bool) -> None:
    """An action can be closed; `is_own` when its answer is one's own doing.

    Raises RuleBroken, or Conflict when it is closed already.
    """
    if state is SampleState.CLOSED:
        raise Conflict(CLOSED_MEANWHILE)
    if state is SampleState.ACTION_REQUIRED:
        raise RuleBroken(
            "The assessor has not answered yet: they reopen the decision or the sign-off, or "
            "write why not. Then you can close the action."
        )
    if state is not SampleState.ANSWERED:
        raise RuleBroken("There is no action here that could be closed.")
    if is_own:
        raise RuleBroken(
            "You answered this action yourself, decided or signed what came after it, or assess "
            "this apprentice now, so somebody else must close it."
        )


def freezing_problem(open_count: int) -> str:
    """Why a portfolio can't be frozen as far as quality assurance goes; empty when it can."""
    if not open_count:
        return ""
    is_one = open_count == 1
    return (
        f"{say_count(open_count, 'action')} of internal quality assurance "
        f"{'is' if is_one else 'are'} open. The portfolio can't be frozen until the assessor has "
        f"answered and the quality assurer has closed {'it' if is_one else 'them'}."
    )
