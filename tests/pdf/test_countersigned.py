"""What the document says of second signatures: given, or waited for, never by colour alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kbstrack.portfolio.rules import Portfolio, PortfolioReopening, PortfolioSecond
from tests.pdf.paper import Paper
from tests.pdf.samples import (
    MONDAY,
    make_claim,
    make_decision,
    make_piece,
    make_portfolio,
    make_sign_off,
    make_version,
)

WAITING = PortfolioSecond("Grace Hall", None)
GIVEN = PortfolioSecond("Grace Hall", MONDAY)


def portfolio_with(second: PortfolioSecond) -> Portfolio:
    """One decision and one sign-off that need a second signature."""
    version = make_version(claims=(make_claim("S1", make_decision(second=second)),))
    signed = make_sign_off(1, second=second)
    return make_portfolio(make_piece(1, version), sign_offs={"S1": (signed,)})


def text_of(paper: Paper) -> str:
    """Every word, in order."""
    return " ".join(" ".join(paper.texts).split())


def test_what_waits_for_a_countersignature_says_so_in_words(
    draw: Callable[[Portfolio], Paper],
) -> None:
    text = text_of(draw(portfolio_with(WAITING)))

    assert text.count("Waits for Grace Hall’s countersignature") == 2
    assert "Waits for a countersignature" in text
    assert "Countersigned by" not in text


def test_a_countersignature_is_printed_with_its_name_and_day(
    draw: Callable[[Portfolio], Paper],
) -> None:
    text = text_of(draw(portfolio_with(GIVEN)))

    assert text.count("Countersigned by Grace Hall, 2 March 2026") == 2
    assert "Waits for" not in text


def test_a_decision_that_was_taken_back_waits_for_nobody(
    draw: Callable[[Portfolio], Paper],
) -> None:
    returned = PortfolioReopening("Whose notes are they?", "Grace Hall", MONDAY)
    decision = replace(make_decision(second=WAITING), reopening=returned)
    version = make_version(claims=(make_claim("S1", decision),))

    text = text_of(draw(make_portfolio(make_piece(1, version))))

    assert "Whose notes are they?" in text
    assert "Grace Hall’s countersignature" not in text
