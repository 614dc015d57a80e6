"""What is no longer as it was when a KSB was signed off on it: plain values."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kbstrack.assessment.standing import ClaimRow, SignOffRow, Standing, accepted, pieces
from kbstrack.canonical import sha256_of
from kbstrack.errors import Conflict, RuleBroken

TOKEN_DIGITS = 16

RENEWAL_DECLARATIONS = {
    "assessor": (
        "I declare that I have looked myself at what was changed in the evidence for this KSB "
        "since it was signed off, that what it rests on now is valid, authentic, current and "
        "sufficient, and that in my judgement the apprentice still meets it."
    ),
    "employer": (
        "I declare that I know what was changed in the evidence for this KSB since it was signed "
        "off, that I have seen the apprentice show this KSB at work, and that in my judgement "
        "they still meet it."
    ),
}

CONFIRMED_MEANWHILE = (
    "Nothing is changed since this sign-off any more: it was confirmed meanwhile, or the change "
    "was withdrawn. Look at the KSB before you go on."
)
RENEWED_MEANWHILE = (
    "This sign-off was confirmed meanwhile. Look at the confirmation before you reopen it."
)
OTHER_MEANWHILE = (
    "What this sign-off rests on is not what it was when you opened this page. What you wrote is "
    "still here, but it was not saved: look at the pieces below, then sign."
)
NOT_QUALIFIED = (
    "You are not yet qualified as an assessor, so you can’t confirm a sign-off alone. Reopen it "
    "and sign it off again: your countersigner then signs as well."
)


class ChangeKind(StrEnum):
    """What became of a decision that a sign-off rests on."""

    WAITS = "a newer version waits"
    MET = "a newer version is met"
    NOT_YET_MET = "a newer version is not yet met"
    NOT_CLAIMED = "a newer version no longer claims it"
    UNSIGNED = "a newer decision waits for a countersignature"
    TAKEN_BACK = "the decision was taken back"
    MADE_AGAIN = "the decision was taken back and made again"


_SENTENCES = {
    ChangeKind.WAITS: "{piece} was changed, and its new version waits for a decision.",
    ChangeKind.MET: "{piece} was changed, and its new version is met.",
    ChangeKind.NOT_YET_MET: "{piece} was changed, and its new version is not yet met.",
    ChangeKind.NOT_CLAIMED: "{piece} was changed, and its new version no longer claims {code}.",
    ChangeKind.UNSIGNED: "{piece} was decided again, and that waits for a countersignature.",
    ChangeKind.TAKEN_BACK: "The decision on {piece} was taken back and is to be made again.",
    ChangeKind.MADE_AGAIN: "The decision on {piece} was taken back and made again.",
}

_UNSETTLED = frozenset({ChangeKind.WAITS, ChangeKind.UNSIGNED, ChangeKind.TAKEN_BACK})


@dataclass(frozen=True, slots=True)
class Change:
    """One piece that is not as it was when a KSB was signed off on it."""

    evidence_id: uuid.UUID
    evidence_number: int
    code: str
    kind: ChangeKind

    @property
    def is_waiting(self) -> bool:
        """Whether somebody has to decide or to countersign before the sign-off is looked at."""
        return self.kind in _UNSETTLED

    @property
    def sentence(self) -> str:
        """What happened, in a sentence."""
        return _SENTENCES[self.kind].format(piece=f"E{self.evidence_number}", code=self.code)


def changes_since(
    claims: Iterable[ClaimRow], decision_ids: Iterable[uuid.UUID]
) -> tuple[Change, ...]:
    """What is not as it was in the pieces that these decisions were made on, by piece number.

    `claims` are all claims of these pieces. A newer version that was withdrawn changes nothing.
    """
    asked, found = frozenset(decision_ids), []
    for rows in pieces(claims).values():
        latest = max(row.version_number for row in rows)
        newest = [row for row in rows if row.version_number == latest]
        for row in rows:
            if asked.intersection((row.decision_id, *row.taken_back_ids)):
                kind = _kind(row, newest, asked)
                if kind is not None:
                    found.append(Change(row.evidence_id, row.evidence_number, row.code, kind))
    found.sort(key=lambda change: (change.evidence_number, change.code, change.kind))
    return tuple(dict.fromkeys(found))


def check_renewable(changes: Sequence[Change], *, is_qualified: bool, counts: bool) -> None:
    """A sign-off can be confirmed on what it rests on now. Raises RuleBroken or Conflict.

    `counts` is False while it waits for a countersignature.
    """
    if not changes:
        raise Conflict(CONFIRMED_MEANWHILE)
    if not is_qualified:
        raise RuleBroken(NOT_QUALIFIED)
    if not counts:
        raise RuleBroken(
            "This sign-off waits for its countersignature: it can be confirmed once that is there."
        )
    if waiting := [change for change in changes if change.is_waiting]:
        raise RuleBroken(
            f"{' '.join(change.sentence for change in waiting)} "
            "That comes first, then the sign-off can be confirmed."
        )


def state_token(sign_offs: Iterable[SignOffRow], pieces_now: Iterable[Standing]) -> str:
    """What a page about signing one KSB was made on: its sign-offs and its accepted pieces.

    A form carries it back, so that nobody signs for what they had not before them.
    """
    return sha256_of(
        {
            "sign_offs": sorted(
                [row.round, row.stands, len(row.renewals), row.countersigned_at is not None]
                for row in sign_offs
            ),
            "rests_on": sorted(str(item.decision_id) for item in accepted(pieces_now)),
        }
    )[:TOKEN_DIGITS]


def _kind(row: ClaimRow, newest: list[ClaimRow], asked: frozenset[uuid.UUID]) -> ChangeKind | None:
    """What became of a decision asked about, which was made on this claim; None if it stands."""
    if row in newest:
        return _kind_on_same_version(row, asked)
    if any(other.decision_id is None for other in newest):
        return ChangeKind.WAITS
    now = next((other for other in newest if other.code == row.code), None)
    if now is None:
        return ChangeKind.NOT_CLAIMED
    if not now.counts:
        return ChangeKind.UNSIGNED
    return ChangeKind.MET if now.is_met else ChangeKind.NOT_YET_MET


def _kind_on_same_version(row: ClaimRow, asked: frozenset[uuid.UUID]) -> ChangeKind | None:
    if row.decision_id in asked:
        return None
    if row.decision_id is None:
        return ChangeKind.TAKEN_BACK
    return ChangeKind.MADE_AGAIN if row.counts else ChangeKind.UNSIGNED
