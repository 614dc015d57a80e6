"""What a portfolio says of itself once it is frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PortfolioIssue:
    """Which frozen issue it is; a working copy is none.

    `kind` is `interim` or `gateway`; `code` is the short one for `check_url`; `noted` says what was
    missing or odd when it was frozen, a sentence each, and `reason` why it was frozen all the same.
    """

    number: int
    kind: str
    code: str
    check_url: str
    frozen_at: datetime
    frozen_by: str
    noted: tuple[str, ...] = ()
    reason: str = ""
