"""What is wrong with a standard's file: a place, and a sentence that says what to write instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

# Nobody reads more, and a hostile file must not fill a disk with sentences about itself.
MOST_PROBLEMS = 500


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to put right in a file. `line` counts from 1; 0 means the file as a whole."""

    file: str
    line: int
    severity: Literal["error", "warning"]
    message: str

    @property
    def is_error(self) -> bool:
        """Whether the file is refused because of it."""
        return self.severity == "error"

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return visible(f"{place}: {self.severity}: {self.message}")


class TooManyProblemsError(Exception):
    """The report is full; whoever checks the file stops here."""


@dataclass(slots=True)
class Report:
    """Collects the problems of one file; raises TooManyProblemsError when they do not end."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def error(self, line: int, message: str) -> None:
        """The file is refused because of this."""
        self._add(Problem(self.file, line, "error", message))

    def warning(self, line: int, message: str) -> None:
        """Worth a look; the file is still used."""
        self._add(Problem(self.file, line, "warning", message))

    def _add(self, problem: Problem) -> None:
        if len(self.problems) >= MOST_PROBLEMS:
            message = f"There are more than {MOST_PROBLEMS} problems. Correct these first."
            self.problems.append(Problem(self.file, 0, "error", message))
            raise TooManyProblemsError
        self.problems.append(problem)


def visible(text: str) -> str:
    """The text with a question mark for whatever could steer a terminal or cannot be printed."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)


def shorten(text: str, width: int = 60) -> str:
    """A text as it may be quoted in a message: one line, at most `width` characters."""
    line = " ".join(text.split())
    return line if len(line) <= width else f"{line[: width - 1]}…"


def say_problems(problems: Iterable[Problem]) -> str:
    """Every problem on a line of its own, in order of file and line."""
    ordered = sorted(problems, key=lambda item: (item.file, item.line))
    return "\n".join(str(problem) for problem in ordered)
