"""How the pieces of an enrolment stand for its KSBs, and which sign-offs stand: plain values."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim of one submitted version with what was decided on it, if anything."""

    evidence_id: uuid.UUID
    evidence_number: int
    title: str
    version_number: int
    code: str
    submitted_at: datetime
    is_withdrawn: bool
    decision_id: uuid.UUID | None
    is_met: bool | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How one piece stands for one KSB: by its latest version that was not withdrawn, and by
    the last decision."""

    evidence_id: uuid.UUID
    evidence_number: int
    title: str
    is_waiting: bool
    decision_id: uuid.UUID | None
    is_met: bool | None
    last_at: datetime


def standings(claims: Iterable[ClaimRow]) -> dict[str, list[Standing]]:
    """How every piece stands for every KSB that its latest standing version claims, by KSB code.

    A withdrawn version is as if it had not been handed in: the version before it, which was
    decided, stands again. While a newer version waits, the decision on the one before still
    counts: it was made on exactly that version, and nothing has replaced it.
    """
    pieces: dict[uuid.UUID, list[ClaimRow]] = {}
    for claim in claims:
        if not claim.is_withdrawn:
            pieces.setdefault(claim.evidence_id, []).append(claim)
    found: dict[str, list[Standing]] = {}
    for rows in pieces.values():
        latest = max(row.version_number for row in rows)
        for row in rows:
            if row.version_number == latest:
                same = [other for other in rows if other.code == row.code]
                found.setdefault(row.code, []).append(_standing(row, same))
    for standing in found.values():
        standing.sort(key=lambda item: item.evidence_number)
    return found


def accepted(standing: Iterable[Standing]) -> list[Standing]:
    """The pieces that count for a KSB: those whose standing decision is "met"."""
    return [item for item in standing if item.is_met]


@dataclass(frozen=True, slots=True)
class SignOffRow:
    """The final "met" of one KSB; `reopened_at` when it no longer stands. `employer` is the one
    for whom a line manager signed; None for an assessor."""

    id: uuid.UUID
    code: str
    round: int
    role: str
    name: str
    declaration: str
    reason: str
    signed_at: datetime
    decision_ids: tuple[uuid.UUID, ...]
    reopened_at: datetime | None
    reopened_by: str | None
    reopening_reason: str | None
    employer: str | None = None

    @property
    def stands(self) -> bool:
        """Whether it was not reopened."""
        return self.reopened_at is None


def _standing(latest: ClaimRow, same: list[ClaimRow]) -> Standing:
    decided = [row for row in same if row.decision_id is not None]
    last = max(decided, key=lambda row: row.version_number, default=None)
    return Standing(
        evidence_id=latest.evidence_id,
        evidence_number=latest.evidence_number,
        title=latest.title,
        is_waiting=latest.decision_id is None,
        decision_id=last.decision_id if last else None,
        is_met=last.is_met if last else None,
        last_at=max(latest.submitted_at, (last and last.decided_at) or latest.submitted_at),
    )
