"""How much of a standard is met, and why: functions of claims, decisions and sign-offs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kbstrack.assessment.changes import Change, changes_since
from kbstrack.assessment.sign_off_rules import Basis, basis_of
from kbstrack.assessment.standing import ClaimRow, SignOffRow, Standing, standings
from kbstrack.formats import join_words
from kbstrack.standards.rules import Ksb, KsbKind, Standard

BEHIND_BY_POINTS = 15
"""How many percentage points progress may stay behind time before a caseload says so."""


class KsbState(StrEnum):
    """How far a KSB has come; computed, never stored."""

    NOT_STARTED = "not started"
    IN_PROGRESS = "in progress"
    READY = "ready for review"
    MET = "met"


@dataclass(frozen=True, slots=True)
class KsbProgress:
    """One KSB of an enrolment: its state, the pieces that claim it, and why it is so.

    `basis` is what a sign-off could rest on now. `changes` are what was changed since it was
    signed off; they take nothing from its state.
    """

    ksb: Ksb
    state: KsbState
    pieces: tuple[Standing, ...]
    basis: Basis
    sign_off: SignOffRow | None
    last_decision: ClaimRow | None
    reason: str
    changes: tuple[Change, ...] = ()

    @property
    def accepted_count(self) -> int:
        """How many pieces are accepted for it."""
        return self.basis.accepted_count


@dataclass(frozen=True, slots=True)
class KindProgress:
    """How far the KSBs of one kind, or all of them, have come."""

    label: str
    met_count: int
    total_count: int

    @property
    def percent(self) -> int:
        """Whole percent, rounded down: 100 means all."""
        return percent(self.met_count, self.total_count)


@dataclass(frozen=True, slots=True)
class Progress:
    """A whole standard: `ksbs` in natural order."""

    ksbs: tuple[KsbProgress, ...]

    def of_kind(self, kind: KsbKind) -> tuple[KsbProgress, ...]:
        """The KSBs of one kind."""
        return tuple(item for item in self.ksbs if item.ksb.kind is kind)

    @property
    def total(self) -> KindProgress:
        """All KSBs together."""
        return _count("All KSBs", self.ksbs)

    @property
    def kinds(self) -> tuple[tuple[KsbKind, KindProgress], ...]:
        """Each kind that the standard has."""
        return tuple(
            (kind, _count(kind.heading, self.of_kind(kind)))
            for kind in KsbKind
            if self.of_kind(kind)
        )

    def count(self, state: KsbState) -> int:
        """How many KSBs are in a state."""
        return sum(item.state is state for item in self.ksbs)

    @property
    def counted(self) -> tuple[KsbProgress, ...]:
        """What counts as met."""
        return tuple(item for item in self.ksbs if item.state is KsbState.MET)

    @property
    def changed(self) -> tuple[KsbProgress, ...]:
        """What was signed off and stands on something that was changed since."""
        return tuple(item for item in self.ksbs if item.changes)

    @property
    def has_changed_pieces(self) -> bool:
        """Whether some piece counts by a decision on an earlier version."""
        return any(piece.counts_though_changed for item in self.ksbs for piece in item.pieces)

    @property
    def missing(self) -> tuple[KsbProgress, ...]:
        """What does not count yet; each says why in `reason`."""
        return tuple(item for item in self.ksbs if item.state is not KsbState.MET)


TESTIMONY_ONLY = (
    "Only what witnesses say they saw is accepted so far. That is never the only basis of a met: "
    "it needs an accepted piece of another kind too, such as a work product or an observation."
)


@dataclass(frozen=True, slots=True)
class Pace:
    """Progress beside the time that has gone."""

    time_percent: int
    met_percent: int

    @property
    def gap(self) -> int:
        """By how many points progress lags behind time; less than nothing when it is ahead."""
        return self.time_percent - self.met_percent

    @property
    def is_behind(self) -> bool:
        """Whether progress lags so far behind time that somebody should look."""
        return self.gap > BEHIND_BY_POINTS

    @property
    def sentence(self) -> str:
        """Why it is called behind or not."""
        verdict = "That is behind" if self.is_behind else "That is on track"
        return (
            f"{self.time_percent}% of the time has gone and {self.met_percent}% of the KSBs are "
            f"met. {verdict}: more than {BEHIND_BY_POINTS} points between them count as behind."
        )


def percent(part: int, whole: int) -> int:
    """Whole percent, rounded down."""
    return 100 * part // whole if whole else 0


def time_percent(start_on: date, planned_end_on: date, *, today: date) -> int:
    """How much of the planned time has gone, 0 to 100."""
    days, gone = (planned_end_on - start_on).days, (today - start_on).days
    return percent(min(max(gone, 0), days), days)


def progress(
    standard: Standard, claims: Sequence[ClaimRow], sign_offs: Sequence[SignOffRow]
) -> Progress:
    """How far every KSB of the standard has come.

    A KSB is met when a sign-off stands and has every signature that it needs. It is ready for
    review when something waits for somebody: an undecided claim, a decision or a sign-off for its
    countersignature, or as many accepted pieces as the standard asks for; for an assessor, what
    witnesses say they saw is never enough by itself. It is in progress when some submitted piece
    claims it, and not started otherwise; drafts do not count.
    """
    standing = standings(claims)
    signed = {row.code: row for row in sign_offs if row.stands}
    decided: dict[str, ClaimRow] = {}
    for claim in claims:
        last = decided.get(claim.code)
        if claim.decided_at and (
            last is None or last.decided_at is None or claim.decided_at > last.decided_at
        ):
            decided[claim.code] = claim
    return Progress(
        tuple(
            ksb_progress(
                ksb,
                standing.get(ksb.code, []),
                sign_off=signed.get(ksb.code),
                last_decision=decided.get(ksb.code),
                signer=standard.sign_off_roles.role_for(ksb.kind),
                changes=_changes(claims, signed.get(ksb.code)),
            )
            for ksb in standard.ksbs
        )
    )


def ksb_progress(
    ksb: Ksb,
    pieces: Sequence[Standing],
    *,
    sign_off: SignOffRow | None,
    last_decision: ClaimRow | None,
    signer: str,
    changes: tuple[Change, ...] = (),
) -> KsbProgress:
    """How far one KSB has come; `signer` is the role that signs it off."""
    basis = basis_of(ksb, signer, pieces)
    is_waiting = any(item.is_waiting or item.waits_for_countersignature for item in pieces)
    is_enough = basis.is_enough and basis.has_a_ground
    if sign_off is not None and sign_off.counts:
        state = KsbState.MET
    elif sign_off is not None or is_waiting or is_enough:
        state = KsbState.READY
    else:
        state = KsbState.IN_PROGRESS if pieces else KsbState.NOT_STARTED
    return KsbProgress(
        ksb=ksb,
        state=state,
        pieces=tuple(pieces),
        basis=basis,
        sign_off=sign_off,
        last_decision=last_decision,
        reason=_reason(basis, pieces, sign_off=sign_off),
        changes=changes,
    )


def _changes(claims: Sequence[ClaimRow], sign_off: SignOffRow | None) -> tuple[Change, ...]:
    return changes_since(claims, sign_off.decision_ids) if sign_off is not None else ()


def _reason(basis: Basis, pieces: Sequence[Standing], *, sign_off: SignOffRow | None) -> str:
    if sign_off is not None:
        signed = f"Signed off by {sign_off.name}"
        if sign_off.counts:
            return f"{signed}."
        return f"{signed}; waits for {whose(sign_off.countersigner)} countersignature."
    if not pieces:
        return "No submitted evidence claims it yet."
    if basis.is_enough and not basis.has_a_ground:
        return TESTIMONY_ONLY
    if basis.is_enough:
        return f"It has enough accepted evidence and waits for the {basis.signer}'s sign-off."
    waiting = [f"E{item.evidence_number}" for item in pieces if item.is_waiting]
    returned = [
        f"E{item.evidence_number}"
        for item in pieces
        if item.is_met is False and not item.is_waiting and not item.waits_for_countersignature
    ]
    parts = []
    if basis.pieces_needed > 1:
        parts.append(f"{basis.accepted_count} of {basis.pieces_needed} pieces are accepted")
    if waiting:
        verb = "waits" if len(waiting) == 1 else "wait"
        parts.append(f"{join_words(waiting)} {verb} for a decision")
    parts += _to_countersign(pieces)
    if returned:
        parts.append(f"{join_words(returned)} {'is' if len(returned) == 1 else 'are'} not yet met")
    return "; ".join(parts) + "."


def whose(name: str | None) -> str:
    """`Grace Hall's`; without a name `a`, so that a sentence can go on with what is theirs."""
    return f"{name}'s" if name else "a"


def _to_countersign(pieces: Sequence[Standing]) -> list[str]:
    waiting: dict[str | None, list[str]] = {}
    for item in pieces:
        if item.waits_for_countersignature and not item.is_waiting:
            waiting.setdefault(item.countersigner, []).append(f"E{item.evidence_number}")
    return [
        f"{join_words(labels)} {'waits' if len(labels) == 1 else 'wait'} for {whose(name)} "
        "countersignature"
        for name, labels in waiting.items()
    ]


def _count(label: str, items: Sequence[KsbProgress]) -> KindProgress:
    return KindProgress(label, sum(item.state is KsbState.MET for item in items), len(items))
