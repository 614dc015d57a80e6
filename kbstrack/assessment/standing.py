"""How the pieces of an enrolment stand for its KSBs, and which sign-offs stand: plain values."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim of one submitted version with the decision on it that stands, if any.

    `counts` is False while that decision waits for the countersignature of `countersigner`.
    """

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
    counts: bool = True
    is_testimony: bool = False
    countersigner: str | None = None
    # The decisions on this claim that no longer stand.
    taken_back_ids: tuple[uuid.UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """How one piece stands for one KSB: by its latest version that was not withdrawn, and by
    the last decision, made on `decided_version`. `is_changed` when that is an earlier version;
    `is_taken_back` when a decision on the latest was taken back and is to be made again."""

    evidence_id: uuid.UUID
    evidence_number: int
    title: str
    is_waiting: bool
    decision_id: uuid.UUID | None
    is_met: bool | None
    version_number: int
    submitted_at: datetime
    decided_version: int | None = None
    decided_at: datetime | None = None
    is_changed: bool = False
    is_taken_back: bool = False
    waits_for_countersignature: bool = False
    is_testimony: bool = False
    countersigner: str | None = None

    @property
    def counts_though_changed(self) -> bool:
        """Whether it is met by a decision on an earlier version, until the newer is decided."""
        return self.is_changed and bool(self.is_met)


def standings(claims: Iterable[ClaimRow]) -> dict[str, list[Standing]]:
    """How every piece stands for every KSB that its latest standing version claims, by KSB code.

    A withdrawn version is as if it had not been handed in: the version before it, which was
    decided, stands again. While a newer version waits, the decision on the one before still
    counts: it was made on exactly that version, and nothing has replaced it; that holds for a
    KSB that the newer version no longer claims, too.
    """
    found: dict[str, list[Standing]] = {}
    for rows in pieces(claims).values():
        latest = max(row.version_number for row in rows)
        newest = [row for row in rows if row.version_number == latest]
        is_waiting = any(row.decision_id is None for row in newest)
        for code in dict.fromkeys(row.code for row in rows):
            same = [row for row in rows if row.code == code]
            now = next((row for row in newest if row.code == code), None)
            if now is not None or is_waiting:
                found.setdefault(code, []).append(_standing(newest[0], now, same))
    for standing in found.values():
        standing.sort(key=lambda item: item.evidence_number)
    return found


def accepted(standing: Iterable[Standing]) -> list[Standing]:
    """The pieces that count for a KSB: those whose standing decision is "met" and needs no
    further signature."""
    return [item for item in standing if item.is_met and not item.waits_for_countersignature]


def uncountersigned(standing: Iterable[Standing]) -> list[Standing]:
    """The pieces that will count once their "met" is countersigned."""
    return [item for item in standing if item.is_met and item.waits_for_countersignature]


@dataclass(frozen=True, slots=True)
class SignOffRow:
    """The final "met" of one KSB; `reopened_at` when it no longer stands. `employer` is the one
    for whom a line manager signed; None for an assessor. `signed_on_ids` are the decisions it
    rested on when it was signed, `decision_ids` those it rests on now: after a renewal those of
    the last renewal. `countersigner` is who signs second, while
    that is waited for."""

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
    signed_by: uuid.UUID | None = None
    proof_method: str = ""
    needs_countersignature: bool = False
    countersigned_at: datetime | None = None
    countersigned_by: str | None = None
    renewals: tuple[RenewalRow, ...] = ()
    countersigner: str | None = None
    signed_on_ids: tuple[uuid.UUID, ...] = ()

    @property
    def stands(self) -> bool:
        """Whether it was not reopened."""
        return self.reopened_at is None

    @property
    def counts(self) -> bool:
        """Whether it stands and has every signature it needs."""
        return self.stands and (
            not self.needs_countersignature or self.countersigned_at is not None
        )


@dataclass(frozen=True, slots=True)
class RenewalRow:
    """A sign-off confirmed after its evidence was changed."""

    id: uuid.UUID
    number: int
    name: str
    declaration: str
    reason: str
    signed_at: datetime
    decision_ids: tuple[uuid.UUID, ...]


def pieces(claims: Iterable[ClaimRow]) -> dict[uuid.UUID, list[ClaimRow]]:
    """The claims of each piece, without those of versions that were withdrawn."""
    found: dict[uuid.UUID, list[ClaimRow]] = {}
    for claim in claims:
        if not claim.is_withdrawn:
            found.setdefault(claim.evidence_id, []).append(claim)
    return found


def _standing(newest: ClaimRow, now: ClaimRow | None, same: list[ClaimRow]) -> Standing:
    """`now` is the newest version's own claim of the KSB, `same` those of all versions."""
    decided = [row for row in same if row.decision_id is not None]
    last = max(decided, key=lambda row: row.version_number, default=None)
    return Standing(
        evidence_id=newest.evidence_id,
        evidence_number=newest.evidence_number,
        title=newest.title,
        is_waiting=now is not None and now.decision_id is None,
        decision_id=last.decision_id if last else None,
        is_met=last.is_met if last else None,
        version_number=newest.version_number,
        submitted_at=newest.submitted_at,
        decided_version=last.version_number if last else None,
        decided_at=last.decided_at if last else None,
        is_changed=last is not None and last.version_number != newest.version_number,
        is_taken_back=now is not None and now.decision_id is None and bool(now.taken_back_ids),
        waits_for_countersignature=last is not None and not last.counts,
        is_testimony=(last or newest).is_testimony,
        countersigner=last.countersigner if last else None,
    )
