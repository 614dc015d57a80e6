"""What a bundle is made of: an issue as it was frozen, and how its bundle is to be laid out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kbstrack.portfolio.issue import PortfolioIssue
from kbstrack.portfolio.rules import Portfolio
from kbstrack.sealing.manifest import IssueName
from kbstrack.storage.stored import Stored


class Layout(StrEnum):
    """How folders are laid out: as kbstrack does, or as some organisations ask for it."""

    PLAIN = "plain"
    ASSESSMENT_ORGANISATION = "assessment-organisation"


@dataclass(frozen=True, slots=True)
class FrozenIssue:
    """An issue whose PDF, `record.json` and `ledger.json` lie in the store, and its originals.

    `name` and `portfolio_sha256` are those of the manifest inside the PDF; `portfolio` is what
    `record.json` says, with its `issue`.
    """

    name: IssueName
    portfolio: Portfolio
    portfolio_sha256: str
    pdf: Stored
    record: Stored
    ledger: Stored

    @property
    def said(self) -> PortfolioIssue:
        """What the portfolio says of its freezing."""
        assert self.portfolio.issue is not None, "a working copy has no bundle"
        return self.portfolio.issue
