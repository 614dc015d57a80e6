"""One use case, called by somebody for a target of the cast."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from kbstrack.access import Actor
from tests.access.targets import Target
from tests.builders import TUESDAY


@dataclass(frozen=True)
class Call:
    """One use case, called for a target by somebody."""

    column: str
    function: Callable[..., Any]
    make: Callable[[Actor, Target], Any]
    hides: bool = False
    """Whether even those who may see the enrolment must not learn of this (drafts)."""
    then: str = ""
    """A second column that answers for those to whom the first says yes."""

    @property
    def name(self) -> str:
        """Module and function."""
        return f"{self.function.__module__.removeprefix('kbstrack.')}.{self.function.__name__}"


def of(
    column: str,
    function: Callable[..., Any],
    attribute: str | None = None,
    *rest: object,
    hides: bool = False,
    **given: object,
) -> Call:
    """The use case called with what the target has under `attribute`."""

    def make(actor: Actor, target: Target) -> Any:
        source = target if hasattr(target, attribute or "") else target.world
        first = [] if attribute is None else [getattr(source, attribute)]
        return function(actor, *first, *rest, **given)

    return Call(column, function, make, hides)


of_now = partial(of, at=TUESDAY)
