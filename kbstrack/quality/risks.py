"""What makes a decision worth a second look: functions of what was decided, when and by whom."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

NEW_ASSESSOR_DECISIONS = 20
FIRST_DECISIONS = 3
GAP_DAYS = 42
AT_ONCE_PIECES = 5
AT_ONCE_WITHIN = timedelta(minutes=30)


class Risk(StrEnum):
    """A reason to look at a decision again."""

    UNQUALIFIED = "unqualified"
    NEW_ASSESSOR = "new_assessor"
    FIRST_DECISIONS = "first_decisions"
    OVERRIDDEN = "overridden"
    BORDERLINE = "borderline"
    NEVER_SAMPLED = "never_sampled"
    LONG_GAP = "long_gap"
    REOPENED = "reopened"
    AT_ONCE = "at_once"

    @property
    def label(self) -> str:
        """In a few words, for lists and forms."""
        return LABELS[self]

    @property
    def meaning(self) -> str:
        """Exactly when it holds, so that anybody can check it."""
        return MEANINGS[self]


LABELS = {
    Risk.UNQUALIFIED: "Assessor not yet qualified",
    Risk.NEW_ASSESSOR: "Assessor new here",
    Risk.FIRST_DECISIONS: "First decisions on an apprentice",
    Risk.OVERRIDDEN: "Signed off with fewer pieces than asked for",
    Risk.BORDERLINE: "Borderline",
    Risk.NEVER_SAMPLED: "KSB never sampled",
    Risk.LONG_GAP: "Long gap before it",
    Risk.REOPENED: "Reopened",
    Risk.AT_ONCE: "Many pieces at one moment",
}

MEANINGS = {
    Risk.UNQUALIFIED: "the assessor was not yet qualified when they decided",
    Risk.NEW_ASSESSOR: (
        f"it is among the first {NEW_ASSESSOR_DECISIONS} decisions of this assessor at this "
        "training provider"
    ),
    Risk.FIRST_DECISIONS: (
        f"it is among the first {FIRST_DECISIONS} decisions on this apprentice's evidence"
    ),
    Risk.OVERRIDDEN: (
        "a sign-off rests on it that was given, with a reason, on fewer pieces than the "
        "standard asks for"
    ),
    Risk.BORDERLINE: (
        "it is “met” although something was left to do, or after the same piece was not yet "
        "met for this KSB"
    ),
    Risk.NEVER_SAMPLED: "no decision on this KSB of the standard was sampled here before",
    Risk.LONG_GAP: (
        f"the decision before it for this apprentice was more than {GAP_DAYS} days earlier"
    ),
    Risk.REOPENED: "it, or a sign-off that rests on it, was taken back",
    Risk.AT_ONCE: (
        f"the assessor decided on {AT_ONCE_PIECES} or more pieces within half an hour of it"
    ),
}


@dataclass(frozen=True, slots=True)
class DecisionFacts:
    """A decision as far as risk goes. `ksb` is standard, version and code."""

    decision_id: uuid.UUID
    assessor_id: uuid.UUID
    enrolment_id: uuid.UUID
    apprentice_id: uuid.UUID
    evidence_id: uuid.UUID
    version_id: uuid.UUID
    ksb: tuple[str, str, str]
    decided_at: datetime
    is_met: bool
    is_unqualified: bool = False
    has_actions: bool = False
    is_overridden: bool = False
    is_reopened: bool = False
    is_signed_off: bool = False
    countersigner_id: uuid.UUID | None = None
    signer_ids: frozenset[uuid.UUID] = frozenset()


def risks_of(
    decisions: Iterable[DecisionFacts], *, sampled: Collection[tuple[str, str, str]]
) -> dict[uuid.UUID, tuple[Risk, ...]]:
    """The risks of every decision, in the order of `Risk`.

    `decisions` are all of the training provider, in whatever order; `sampled` the KSBs of which
    some decision was sampled before.
    """
    ordered = sorted(decisions, key=lambda row: (row.decided_at, row.decision_id))
    by_assessor, by_enrolment = _grouped(ordered)
    found: dict[uuid.UUID, set[Risk]] = {row.decision_id: _own_risks(row) for row in ordered}
    for rows in by_assessor.values():
        for row in rows[:NEW_ASSESSOR_DECISIONS]:
            found[row.decision_id].add(Risk.NEW_ASSESSOR)
        for row in _at_once(rows):
            found[row.decision_id].add(Risk.AT_ONCE)
    for rows in by_enrolment.values():
        for row in rows[:FIRST_DECISIONS]:
            found[row.decision_id].add(Risk.FIRST_DECISIONS)
        for row in _after_a_gap(rows):
            found[row.decision_id].add(Risk.LONG_GAP)
        for row in _met_after_all(rows):
            found[row.decision_id].add(Risk.BORDERLINE)
    for row in ordered:
        if row.ksb not in sampled:
            found[row.decision_id].add(Risk.NEVER_SAMPLED)
    return {key: tuple(risk for risk in Risk if risk in held) for key, held in found.items()}


def _grouped(
    ordered: Sequence[DecisionFacts],
) -> tuple[Mapping[uuid.UUID, list[DecisionFacts]], Mapping[uuid.UUID, list[DecisionFacts]]]:
    by_assessor: dict[uuid.UUID, list[DecisionFacts]] = defaultdict(list)
    by_enrolment: dict[uuid.UUID, list[DecisionFacts]] = defaultdict(list)
    for row in ordered:
        by_assessor[row.assessor_id].append(row)
        by_enrolment[row.enrolment_id].append(row)
    return by_assessor, by_enrolment


def _own_risks(row: DecisionFacts) -> set[Risk]:
    held = {
        Risk.UNQUALIFIED: row.is_unqualified,
        Risk.OVERRIDDEN: row.is_overridden,
        Risk.BORDERLINE: row.is_met and row.has_actions,
        Risk.REOPENED: row.is_reopened,
    }
    return {risk for risk, holds in held.items() if holds}


def _at_once(rows: Sequence[DecisionFacts]) -> list[DecisionFacts]:
    """Those with many pieces of the same assessor around them; `rows` are in order of time."""
    found, first, after = [], 0, 0
    for row in rows:
        while rows[first].decided_at < row.decided_at - AT_ONCE_WITHIN:
            first += 1
        while after < len(rows) and rows[after].decided_at <= row.decided_at + AT_ONCE_WITHIN:
            after += 1
        if len({near.version_id for near in rows[first:after]}) >= AT_ONCE_PIECES:
            found.append(row)
    return found


def _after_a_gap(rows: Sequence[DecisionFacts]) -> list[DecisionFacts]:
    gap, found = timedelta(days=GAP_DAYS), []
    last: datetime | None = None
    previous: datetime | None = None
    for row in rows:
        if row.decided_at != last:
            previous, last = last, row.decided_at
        # What is decided in one go has the same gap before it.
        if previous is not None and row.decided_at - previous > gap:
            found.append(row)
    return found


def _met_after_all(rows: Sequence[DecisionFacts]) -> list[DecisionFacts]:
    refused: set[tuple[uuid.UUID, str]] = set()
    found = []
    for row in rows:
        claim = (row.evidence_id, row.ksb[2])
        if not row.is_met:
            refused.add(claim)
        elif claim in refused:
            found.append(row)
    return found
