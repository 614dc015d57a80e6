"""The documents that kbstrack makes for an assessment organisation's folders, as pages of HTML.

They say what the record says and name what it does not hold. They need nothing but a browser.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kbstrack import formats
from kbstrack.bundle.issued import FrozenIssue
from kbstrack.evidence.rules import EvidenceKind
from kbstrack.portfolio.rules import (
    Portfolio,
    PortfolioKsb,
    PortfolioPiece,
    PortfolioSaid,
    PortfolioSignOff,
    PortfolioVersion,
)

TEMPLATES = Path(__file__).parents[1] / "templates" / "bundle"
EMPLOYER = "Employer"
TESTIMONIES = (EvidenceKind.WITNESS_TESTIMONY.label, EvidenceKind.EXPERT_WITNESS_TESTIMONY.label)


@dataclass(frozen=True, slots=True)
class SaidOf:
    """What somebody confirmed or saw, and of which version of which piece."""

    piece: PortfolioPiece
    version: PortfolioVersion
    said: PortfolioSaid


@dataclass(frozen=True, slots=True)
class Signed:
    """A sign-off that stands, with its KSB."""

    ksb: PortfolioKsb
    sign_off: PortfolioSignOff


def said_of(portfolio: Portfolio) -> tuple[SaidOf, ...]:
    """Every confirmation and witness statement, by piece and version."""
    return tuple(
        SaidOf(piece, version, said)
        for piece in portfolio.pieces
        for version in piece.versions
        for said in version.said
    )


def signed(portfolio: Portfolio) -> tuple[Signed, ...]:
    """Every sign-off that stands, in the order of the KSBs."""
    return tuple(Signed(ksb, ksb.sign_off) for ksb in portfolio.ksbs if ksb.sign_off is not None)


def signed_by_employer(portfolio: Portfolio) -> tuple[Signed, ...]:
    """The sign-offs that stand and were given by the line manager."""
    return tuple(found for found in signed(portfolio) if found.sign_off.role == EMPLOYER)


def testimonies(portfolio: Portfolio) -> tuple[PortfolioPiece, ...]:
    """The pieces that are witness testimony, which the apprentice handed in like any other."""
    return tuple(piece for piece in portfolio.pieces if piece.latest.kind in TESTIMONIES)


def not_met(portfolio: Portfolio) -> dict[str, list[str]]:
    """The codes of the KSBs that are not met, by how far they are."""
    found: dict[str, list[str]] = {}
    for ksb in portfolio.ksbs:
        if ksb.state != "met":
            found.setdefault(ksb.state, []).append(ksb.code)
    return found


def employer_reference(portfolio: Portfolio) -> bytes:
    """What the employer confirmed and witnesses said, or that there is nothing of it."""
    return _page(
        "employer_reference.html",
        portfolio=portfolio,
        said=said_of(portfolio),
        signed=signed_by_employer(portfolio),
        testimonies=testimonies(portfolio),
    )


def no_certificates(portfolio: Portfolio) -> bytes:
    """That no certificate is in the record, and what belongs into this folder."""
    return _page("no_certificates.html", portfolio=portfolio)


def gateway_summary(issue: FrozenIssue) -> bytes:
    """How ready the record is for gateway, and what is still to be added."""
    return _page(
        "gateway_summary.html",
        portfolio=issue.portfolio,
        issue=issue.said,
        signed=signed(issue.portfolio),
        not_met=not_met(issue.portfolio),
    )


def _page(template: str, **values: object) -> bytes:
    return _environment().get_template(template).render(**values).encode()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(date=formats.say_date, time=formats.say_time)
    environment.globals.update(period=formats.say_period)
    return environment
