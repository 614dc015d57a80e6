"""What a check of an issue found: one sentence for each thing that was looked at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kbstrack.errors import RuleBroken


class NotChecked(RuleBroken):
    """It could not be looked at: no issue of kbstrack, or damaged beyond reading."""


class NoIssue(NotChecked):
    """It is something else."""


class Mark(StrEnum):
    """How something was found. `NOTE` says what to know, and what was not looked at."""

    WELL = "well"
    WRONG = "wrong"
    NOTE = "note"

    @property
    def sign(self) -> str:
        """What stands before its sentence."""
        return {Mark.WELL: "✓", Mark.WRONG: "✗", Mark.NOTE: "–"}[self]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: `about` names what was looked at, for programs."""

    mark: Mark
    about: str
    sentence: str


def well(about: str, sentence: str) -> Finding:
    """It is as it was issued."""
    return Finding(Mark.WELL, about, shown(sentence))


def wrong(about: str, sentence: str) -> Finding:
    """It is not as it was issued."""
    return Finding(Mark.WRONG, about, shown(sentence))


def note(about: str, sentence: str) -> Finding:
    """Something to know."""
    return Finding(Mark.NOTE, about, shown(sentence))


def shown(text: str) -> str:
    """The text without what would steer a terminal: files say what their makers like."""
    return "".join(
        character if character.isprintable() else f"⟨U+{ord(character):04X}⟩" for character in text
    )
