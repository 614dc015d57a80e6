"""What a second signature says and needs: functions of values."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from kbstrack.assessment.rules import clean_reason
from kbstrack.errors import RuleBroken, refuse_any
from kbstrack.evidence.rules import Missing

COUNTERSIGNED_MEANWHILE = (
    "This was countersigned meanwhile. What you wrote is still here, but it was not saved."
)
OVERTAKEN = (
    "The apprentice submitted a later version meanwhile, so what was decided on the one before no "
    "longer waits for you. The later version is decided on first."
)

COUNTERSIGN_DECLARATIONS = {
    "decision": (
        "I declare that I have looked at the evidence and at each decision that I agree with here, "
        "that I took no part in making it, and that in my judgement it is right."
    ),
    "sign_off": (
        "I declare that I have looked at the evidence that this sign-off rests on, that I took no "
        "part in making it, and that in my judgement the apprentice has met this KSB."
    ),
}
"""By what is countersigned."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a countersigner says to one decision or sign-off: agreed, or why not.

    `label` is the KSB's code; `is_agreed` is None while nothing was chosen.
    """

    subject_id: uuid.UUID
    label: str
    is_agreed: bool | None
    remark: str = ""


def clean_answer(answer: Answer) -> Answer:
    """The same with its remark cleaned. Raises RuleBroken when that is too long."""
    return Answer(answer.subject_id, answer.label, answer.is_agreed, clean_reason(answer.remark))


def problems(answers: Sequence[Answer], *, is_declared: bool) -> list[Missing]:
    """What is wrong with cleaned answers, each with its field, such as `K1-remark`.

    Agreeing needs the declaration, and disagreeing a reason.
    """
    found = []
    for answer in answers:
        if answer.is_agreed is None:
            sentence = f"Select whether you agree on {answer.label}."
            found.append(Missing(f"{answer.label}-is_agreed", sentence))
        elif not answer.is_agreed and not answer.remark:
            sentence = f"Say why you don't agree on {answer.label}: the assessor reads it."
            found.append(Missing(f"{answer.label}-remark", sentence))
    if not is_declared and any(answer.is_agreed for answer in answers):
        found.append(Missing("is_declared", "Tick the declaration to countersign."))
    return found


def check_answers(answers: Sequence[Answer], *, is_declared: bool) -> None:
    """Every answer is complete. Raises RuleBroken naming the field."""
    if not answers:
        raise RuleBroken("Answer at least one decision.")
    refuse_any(
        RuleBroken(problem.sentence, field=problem.field)
        for problem in problems(answers, is_declared=is_declared)
    )
