"""One stop of the walk through all pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Stop:
    """A page to look at: as it opens, or as it comes back after `press` with `fill` in it."""

    who: str
    path: str
    press: str = ""
    fill: Mapping[str, str] = field(default_factory=dict)
    status: int = 200

    @property
    def name(self) -> str:
        """`apprentice-/evidence/{draft}/edit-refused`."""
        return f"{self.who or 'nobody'}-{self.path}{'-refused' if self.press else ''}"


def each(who: str, *paths: str) -> tuple[Stop, ...]:
    """Pages that somebody opens one after the other."""
    return tuple(Stop(who, path) for path in paths)
