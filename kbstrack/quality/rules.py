"""How a sample is drawn: weights, bands, shares and a seed; the same for whoever repeats it."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from kbstrack.canonical import canonical_json
from kbstrack.clock import day_of
from kbstrack.errors import RuleBroken, refuse_any
from kbstrack.formats import say_count, say_period
from kbstrack.quality.risks import DecisionFacts, Risk, risks_of

SETTLING = timedelta(minutes=2)
"""What was saved this long before a drawing is there for certain; anything later is left out, so
that drawing again can't find what was still being saved then."""

MOST_WEIGHT = 100
MOST_NAME_CHARACTERS = 100
MOST_SEED_CHARACTERS = 64


class Phase(StrEnum):
    """When in an apprenticeship the sample looks."""

    INTERIM = "interim"
    FINAL = "final"

    @property
    def label(self) -> str:
        """`Interim`, `Final`."""
        return self.value.capitalize()


class Band(StrEnum):
    """How risky a decision is; one that was added by hand has no risk of its own."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    BY_HAND = "by_hand"

    @property
    def label(self) -> str:
        """`High risk`, …, `Added by hand`."""
        return "Added by hand" if self is Band.BY_HAND else f"{self.value.capitalize()} risk"


BANDS = (Band.HIGH, Band.MEDIUM, Band.LOW)
"""The bands that are drawn from, the riskiest first."""

DEFAULT_WEIGHTS: Mapping[Risk, int] = {
    Risk.UNQUALIFIED: 40,
    Risk.NEW_ASSESSOR: 20,
    Risk.FIRST_DECISIONS: 15,
    Risk.OVERRIDDEN: 35,
    Risk.BORDERLINE: 20,
    Risk.NEVER_SAMPLED: 15,
    Risk.LONG_GAP: 10,
    Risk.REOPENED: 30,
    Risk.AT_ONCE: 20,
}

DEFAULT_SHARES: Mapping[Band, int] = {Band.HIGH: 50, Band.MEDIUM: 25, Band.LOW: 10}


@dataclass(frozen=True, slots=True)
class SamplingRule:
    """The weight of each risk, the score from which a band begins, and each band's share in
    per cent."""

    weights: Mapping[Risk, int] = field(default_factory=lambda: dict(DEFAULT_WEIGHTS))
    high_from: int = 40
    medium_from: int = 20
    shares: Mapping[Band, int] = field(default_factory=lambda: dict(DEFAULT_SHARES))

    def score(self, risks: Iterable[Risk]) -> int:
        """The weights of these risks together."""
        return sum(self.weights[risk] for risk in set(risks))

    def band(self, score: int) -> Band:
        """The band in which a score lies."""
        if score >= self.high_from:
            return Band.HIGH
        return Band.MEDIUM if score >= self.medium_from else Band.LOW

    def to_draw(self, band: Band, count: int) -> int:
        """How many of `count` decisions of a band are drawn: its share, rounded up, so at least
        one where there is any."""
        return -(-count * self.shares[band] // 100)


@dataclass(frozen=True, slots=True)
class PlanText:
    """What somebody says of a plan before it is drawn."""

    name: str
    from_on: date
    until_on: date
    phase: Phase
    rule: SamplingRule
    seed: str


@dataclass(frozen=True, slots=True)
class Scored:
    """A decision that a plan considers, with its risks and the score they give."""

    decision_id: uuid.UUID
    score: int
    band: Band
    risks: tuple[Risk, ...]


def scored(decision_id: uuid.UUID, risks: Sequence[Risk], rule: SamplingRule) -> Scored:
    """A decision with the score and the band that the rule gives its risks."""
    score = rule.score(risks)
    return Scored(decision_id, score, rule.band(score), tuple(risks))


def place(seed: str, decision_id: uuid.UUID) -> str:
    """Where a decision stands in its band's queue: the SHA-256 (hex) of seed, a colon, its id."""
    return hashlib.sha256(f"{seed}:{decision_id}".encode()).hexdigest()


def sample(decisions: Iterable[Scored], rule: SamplingRule, seed: str) -> list[Scored]:
    """The decisions that are drawn, the riskiest band first, each band in order of `place`.

    The same decisions, rule and seed give the same sample, in whatever order they come.
    """
    queues: dict[Band, list[Scored]] = defaultdict(list)
    for item in {item.decision_id: item for item in decisions}.values():
        queues[item.band].append(item)
    drawn = []
    for band in BANDS:
        queue = sorted(queues[band], key=lambda item: place(seed, item.decision_id))
        drawn += queue[: rule.to_draw(band, len(queue))]
    return drawn


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a plan considers and what it draws; both the riskiest band first, then by `place`."""

    considered: tuple[Scored, ...]
    drawn: tuple[Scored, ...]


def draw(
    decisions: Collection[DecisionFacts],
    *,
    sampled: Collection[tuple[str, str, str]],
    text: PlanText,
    made_by: uuid.UUID,
) -> Drawing:
    """Draw a plan from all decisions of the training provider, in whatever order they come.

    `sampled` are the KSBs of which some decision was sampled before.
    """
    risks = risks_of(decisions, sampled=sampled)
    considered = [
        scored(row.decision_id, risks[row.decision_id], text.rule)
        for row in decisions
        if text.from_on <= day_of(row.decided_at) <= text.until_on
        and made_by
        not in {row.assessor_id, row.countersigner_id, row.apprentice_id, *row.signer_ids}
        and (text.phase is Phase.INTERIM or row.is_signed_off)
    ]
    considered.sort(key=lambda item: (BANDS.index(item.band), place(text.seed, item.decision_id)))
    return Drawing(tuple(considered), tuple(sample(considered, text.rule, text.seed)))


def counts(decisions: Iterable[Scored]) -> dict[Band, int]:
    """How many decisions there are in each band."""
    found = dict.fromkeys(BANDS, 0)
    for item in decisions:
        found[item.band] += 1
    return found


def check_plan(text: PlanText, *, today: date) -> None:
    """A plan can be drawn. Raises RuleBroken with everything that is wrong, each with its field."""
    found = []

    def refuse(field_name: str, sentence: str) -> None:
        found.append(RuleBroken(sentence, field=field_name))

    if not text.name:
        refuse("name", "Enter a name for the plan, such as “Autumn 2026, interim”.")
    if len(text.name) > MOST_NAME_CHARACTERS:
        refuse("name", f"Shorten the name to {MOST_NAME_CHARACTERS} characters or fewer.")
    if text.from_on > today:
        refuse("from_on", "The first day must not be in the future: nothing is decided yet.")
    if text.until_on < text.from_on:
        refuse("until_on", "The last day must not be before the first day.")
    _check_rule(text.rule, refuse)
    if not text.seed:
        refuse("seed", "Enter a seed: any letters and digits.")
    if len(text.seed) > MOST_SEED_CHARACTERS:
        refuse("seed", f"Shorten the seed to {MOST_SEED_CHARACTERS} characters or fewer.")
    refuse_any(found)


def _check_rule(rule: SamplingRule, refuse: Callable[[str, str], None]) -> None:
    for risk, weight in rule.weights.items():
        if not 0 <= weight <= MOST_WEIGHT:
            refuse(risk.value, f"{risk.label}: enter a weight from 0 to {MOST_WEIGHT}.")
    if rule.medium_from < 1:
        refuse("medium_from", "Medium risk must begin at a score of 1 or more.")
    if rule.high_from <= rule.medium_from:
        refuse("high_from", "High risk must begin at a higher score than medium risk.")
    for band in BANDS:
        if not 1 <= rule.shares[band] <= 100:
            refuse(f"{band.value}_share", f"{band.label}: enter a share from 1 to 100 per cent.")


def as_json(rule: SamplingRule) -> str:
    """The rule as canonical JSON, as it is stored and hashed."""
    return canonical_json(
        {
            "weights": {risk.value: weight for risk, weight in rule.weights.items()},
            "high_from": rule.high_from,
            "medium_from": rule.medium_from,
            "shares": {band.value: share for band, share in rule.shares.items()},
        }
    ).decode()


def from_json(text: str) -> SamplingRule:
    """The rule that was stored."""
    found = json.loads(text)
    return SamplingRule(
        weights={risk: found["weights"].get(risk.value, 0) for risk in Risk},
        high_from=found["high_from"],
        medium_from=found["medium_from"],
        shares={Band(key): share for key, share in found["shares"].items()},
    )


def in_words(text: PlanText) -> list[str]:
    """The whole rule in sentences: enough for an outsider to repeat the drawing."""
    rule, shares = text.rule, text.rule.shares
    which = (
        "Every decision of these days is considered"
        if text.phase is Phase.INTERIM
        else "Every decision of these days on which a standing sign-off rests is considered"
    )
    return [
        f"{which}: {say_period(text.from_on, text.until_on)}, in London. What "
        "whoever makes the plan decided, countersigned, signed off or handed in is left out, and "
        "so is what was saved in the last two minutes before the drawing.",
        "Each decision's score is the sum of the weights of the risks that hold for it.",
        f"A score of {rule.high_from} or more is high risk, {rule.medium_from} or more is medium "
        "risk, anything less is low risk.",
        f"{shares[Band.HIGH]}% of the high, {shares[Band.MEDIUM]}% of the medium and "
        f"{shares[Band.LOW]}% of the low risk decisions are drawn. Each number is rounded up, so "
        "there is at least one from every band that has decisions.",
        f"Within a band, decisions stand in order of the SHA-256 of the text “{text.seed}:” "
        "followed by the decision's id, and are taken from the top.",
    ]


def say_drawn(drawn: int, considered: int) -> str:
    """`12 of 90 decisions`."""
    return f"{drawn} of {say_count(considered, 'decision')}"
