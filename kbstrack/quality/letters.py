"""The texts of the messages of quality assurance: (subject, body), plain and short."""

from __future__ import annotations

import uuid

from kbstrack.current import settings
from kbstrack.formats import say_date
from kbstrack.quality.queries import SampleRow

Letter = tuple[str, str]


def action_required(sample: SampleRow) -> Letter:
    """To the assessor: what is asked for, and by when; names of apprentices stay out of mail."""
    assert sample.due_on is not None
    return (
        "Internal quality assurance asks you for something",
        "Hello,\n\n"
        f"An internal quality assurer looked at one of your decisions, {sample.code} of "
        f"E{sample.evidence_number}, and asks for an action by {say_date(sample.due_on)}.\n\n"
        "Read what is asked, and answer, here:\n"
        f"{_action_link(sample.id)}\n\n"
        "You answer by reopening the decision or the sign-off, or by writing why not.\n",
    )


def answered(sample: SampleRow) -> Letter:
    """To the quality assurer: there is something to look at again."""
    return (
        "An action of internal quality assurance was answered",
        "Hello,\n\n"
        f"The assessor answered your action about E{sample.evidence_number} for {sample.code}.\n\n"
        "Look at it, and close the action when it is done, here:\n"
        f"{settings().public_url}/quality/samples/{sample.id}\n",
    )


def _action_link(sample_id: uuid.UUID) -> str:
    return f"{settings().public_url}/quality/actions/{sample_id}"
