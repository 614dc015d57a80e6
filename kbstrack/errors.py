"""The few errors of the core; `web/errors.py` and `cli` say them to people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence


class KbstrackError(Exception):
    """Anything the core refuses. The message is a sentence for the person who asked."""

    @property
    def sentences(self) -> tuple[str, ...]:
        """Everything there is to say, a sentence or two each."""
        return (str(self),)


class NotFound(KbstrackError):
    """It does not exist, or this person may not know that it does (404)."""


class NotAllowed(KbstrackError):
    """This person may see it but not do that (403)."""


class RuleBroken(KbstrackError):
    """The record does not allow it now (422 beside the field, where `field` names one).

    It may carry more of its kind, so that people hear of everything at once.
    """

    def __init__(
        self, message: str, *, field: str | None = None, others: Sequence[RuleBroken] = ()
    ) -> None:
        super().__init__(message)
        self.field = field
        self._others = tuple(others)

    @property
    def problems(self) -> tuple[RuleBroken, ...]:
        """This one first, then the others."""
        return (self, *self._others)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What each of them says."""
        return tuple(str(problem) for problem in self.problems)


class Conflict(KbstrackError):
    """Somebody else was quicker: what was asked rests on an older state (409)."""


class BadStandard(KbstrackError):
    """A standard's file cannot be used; the message lists every reason, a line each."""


def check_all(*checks: Callable[[], object]) -> None:
    """Make every check, whatever the one before it said.

    Raises one RuleBroken with all that they refuse, in their order.
    """
    found: list[RuleBroken] = []
    for check in checks:
        try:
            check()
        except RuleBroken as refusal:
            found += refusal.problems
    refuse_any(found)


def refuse_any(problems: Iterable[RuleBroken]) -> None:
    """Raises them as one RuleBroken, if there are any."""
    found = list(problems)
    if found:
        raise RuleBroken(str(found[0]), field=found[0].field, others=found[1:])
