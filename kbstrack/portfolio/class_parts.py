"""What a job that makes the portfolios of a class has so far, as values: made, and not made."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kbstrack.errors import RuleBroken

MOST = 500
"""So many portfolios can be made at once: some hours, and some gigabytes."""


@dataclass(frozen=True, slots=True)
class MadePart:
    """One portfolio that was made; `not_shown` has a line for everything that is not printed."""

    size_bytes: int
    crc32: int
    pages: int
    met_count: int
    ksb_count: int
    issued_on: date
    not_shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClassParts:
    """By enrolment: the portfolios that were made, and why others could not be."""

    made: Mapping[uuid.UUID, MadePart]
    failed: Mapping[uuid.UUID, str]

    @property
    def size_bytes(self) -> int:
        """Of all that were made."""
        return sum(part.size_bytes for part in self.made.values())

    def missing(self, enrolment_ids: Sequence[uuid.UUID]) -> list[uuid.UUID]:
        """Those that are neither, in their order."""
        return [id_ for id_ in enrolment_ids if id_ not in self.made and id_ not in self.failed]

    def with_made(self, enrolment_id: uuid.UUID, part: MadePart) -> ClassParts:
        """And this one."""
        return ClassParts({**self.made, enrolment_id: part}, self.failed)

    def with_failed(self, enrolment_id: uuid.UUID, why: str) -> ClassParts:
        """And this one, for this reason: a sentence for people."""
        return ClassParts(self.made, {**self.failed, enrolment_id: why})


def check_how_many(count: int) -> None:
    """Raises RuleBroken when it is none, or more than can be made at once."""
    if not count:
        raise RuleBroken("Select at least one apprentice", field="enrolments")
    if count > MOST:
        raise RuleBroken(
            f"{count} portfolios are too many for one ZIP: it holds {MOST} at most. "
            "Narrow the list, and make several.",
            field="enrolments",
        )


def as_result(parts: ClassParts) -> dict[str, Any]:
    """As the job keeps it: plain values, nobody's name."""
    return {
        "made": {
            str(id_): {
                "size_bytes": part.size_bytes,
                "crc32": part.crc32,
                "pages": part.pages,
                "met_count": part.met_count,
                "ksb_count": part.ksb_count,
                "issued_on": part.issued_on.isoformat(),
                "not_shown": list(part.not_shown),
            }
            for id_, part in parts.made.items()
        },
        "failed": {str(id_): why for id_, why in parts.failed.items()},
    }


def parts_of(result: Mapping[str, Any]) -> ClassParts:
    """What `as_result` wrote; nothing when the job has not begun."""
    made = {
        uuid.UUID(id_): MadePart(
            **{
                **part,
                "issued_on": date.fromisoformat(part["issued_on"]),
                "not_shown": tuple(part["not_shown"]),
            }
        )
        for id_, part in result.get("made", {}).items()
    }
    return ClassParts(made, {uuid.UUID(id_): why for id_, why in result.get("failed", {}).items()})
