"""What a link for an auditor must say, and until when it opens anything."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from kbstrack.errors import RuleBroken, refuse_any

LONGEST = timedelta(days=366)
"""A link that is needed for longer is made again: somebody then looks at who has it."""

MOST_ENROLMENTS = 2_000
MOST_NAME = 200
MOST_WHAT = 300


def check_link(
    *, name: str, organisation: str, ends_on: date | None, chosen: Collection[object], today: date
) -> None:
    """Raises RuleBroken naming every field that cannot be used."""
    found = []
    if not name:
        found.append(RuleBroken("Enter the auditor's name.", field="name"))
    for text, field, what in ((name, "name", "name"), (organisation, "organisation", "firm")):
        if len(text) > MOST_NAME:
            sentence = f"Shorten the {what} to {MOST_NAME} characters or fewer."
            found.append(RuleBroken(sentence, field=field))
    if ends_on is None:
        found.append(RuleBroken("Enter the last day on which the link works.", field="ends_on"))
    elif ends_on < today:
        found.append(RuleBroken("Enter today or a later day.", field="ends_on"))
    elif ends_on - today > LONGEST:
        found.append(
            RuleBroken("Enter a day within a year: make a new link after that.", field="ends_on")
        )
    if not chosen:
        found.append(RuleBroken("Select at least one apprentice.", field="enrolments"))
    elif len(chosen) > MOST_ENROLMENTS:
        found.append(
            RuleBroken(
                f"Select {MOST_ENROLMENTS:,} apprentices at most: make two links.",
                field="enrolments",
            )
        )
    refuse_any(found)


def is_open(*, ends_on: date, is_revoked: bool, today: date) -> bool:
    """Whether a link opens anything today."""
    return not is_revoked and today <= ends_on
