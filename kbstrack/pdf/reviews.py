"""Decisions as they were made: one sitting of an assessor answers several claims at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kbstrack.portfolio.rules import (
    PortfolioActionPoint,
    PortfolioClaim,
    PortfolioDecision,
    PortfolioVersion,
)

QUESTIONS = ("valid", "authentic", "current", "sufficient")


@dataclass(frozen=True, slots=True)
class Answer:
    """One of the four questions about a piece, and how it was answered."""

    question: str
    is_yes: bool


@dataclass(frozen=True, slots=True)
class Review:
    """The claims that one assessor decided at one time; what they share is said once.

    `answers` and `action_points` are empty when the claims differ in them; then each claim says
    its own.
    """

    assessor: str
    decided_at: datetime
    claims: tuple[PortfolioClaim, ...]
    answers: tuple[Answer, ...]
    action_points: tuple[PortfolioActionPoint, ...]


def answers(decision: PortfolioDecision) -> tuple[Answer, ...]:
    """Valid, authentic, current, sufficient, in this order."""
    given = (
        decision.is_valid,
        decision.is_authentic,
        decision.is_current,
        decision.is_sufficient,
    )
    return tuple(Answer(*pair) for pair in zip(QUESTIONS, given, strict=True))


def reviews(version: PortfolioVersion) -> tuple[Review, ...]:
    """The sittings in which this version was decided, the first one first."""
    sittings: dict[tuple[datetime, str], list[PortfolioClaim]] = {}
    for claim in version.claims:
        if claim.decision is not None:
            key = (claim.decision.decided_at, claim.decision.assessor)
            sittings.setdefault(key, []).append(claim)
    return tuple(
        _review(assessor, decided_at, claims)
        for (decided_at, assessor), claims in sorted(sittings.items(), key=lambda item: item[0])
    )


def waiting(version: PortfolioVersion) -> tuple[PortfolioClaim, ...]:
    """The claims that nobody has decided on."""
    return tuple(claim for claim in version.claims if claim.decision is None)


def _review(assessor: str, decided_at: datetime, claims: list[PortfolioClaim]) -> Review:
    decisions = [claim.decision for claim in claims if claim.decision is not None]
    given = {answers(decision) for decision in decisions}
    points = {decision.action_points for decision in decisions}
    return Review(
        assessor=assessor,
        decided_at=decided_at,
        claims=tuple(claims),
        answers=given.pop() if len(given) == 1 else (),
        action_points=points.pop() if len(points) == 1 else (),
    )
