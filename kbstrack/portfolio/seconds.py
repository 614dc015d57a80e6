"""Second signatures as the portfolio prints them."""

from __future__ import annotations

from kbstrack.assessment.decision_queries import DecisionRow
from kbstrack.assessment.standing import SignOffRow
from kbstrack.portfolio.rules import PortfolioSecond


def second_of(row: DecisionRow | SignOffRow) -> PortfolioSecond | None:
    """The countersignature that a decision or a sign-off has or waits for; None without one."""
    if not row.needs_countersignature:
        return None
    return PortfolioSecond(row.countersigned_by or row.countersigner or "", row.countersigned_at)
