"""What is said of a portfolio before it is frozen, and what of it can be overridden."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from kbstrack.portfolio.preflight import Circumstances, Mend, Remark, remarks
from kbstrack.portfolio.rules import PieceState, Portfolio, PortfolioSecond
from kbstrack.standards.rules import PortfolioRules
from tests.pdf.samples import make_piece, make_portfolio, make_said, make_sign_off, make_version

RULES = PortfolioRules(reason="")
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def confirmed(number: int = 1, **changes: object) -> Portfolio:
    piece = make_piece(number, make_version(said=(make_said(),), **changes))
    return make_portfolio(piece)


def all_met(portfolio: Portfolio) -> Portfolio:
    ksbs = tuple(replace(ksb, state="met", sign_offs=(make_sign_off(1),)) for ksb in portfolio.ksbs)
    return replace(portfolio, ksbs=ksbs)


def said(portfolio: Portfolio, rules: PortfolioRules = RULES, **about: object) -> list[str]:
    return [remark.text for remark in remarks(portfolio, rules, Circumstances(**about))]


def test_a_finished_portfolio_has_no_remark():
    assert said(all_met(confirmed())) == []


def test_every_ksb_that_is_not_met_is_named_and_leads_to_its_page():
    portfolio = all_met(confirmed())
    open_too = tuple(
        replace(ksb, state="in progress", sign_offs=()) if ksb.code in ("K3", "S2") else ksb
        for ksb in portfolio.ksbs
    )
    [remark] = remarks(replace(portfolio, ksbs=open_too), RULES, Circumstances())

    assert remark == Remark("2 KSBs are not met.", Mend.KSB, ("K3", "S2"))
    assert remark.text == "2 KSBs are not met (K3 and S2)."


def test_a_sign_off_that_waits_for_its_second_signature_is_told_apart():
    portfolio = all_met(confirmed())
    waiting = make_sign_off(1, second=PortfolioSecond("Ruth Hallworth", None))
    changed = tuple(
        replace(ksb, state="ready for review", sign_offs=(waiting,)) if ksb.code == "K1" else ksb
        for ksb in portfolio.ksbs
    )

    assert said(replace(portfolio, ksbs=changed)) == [
        "1 sign-off waits for its countersignature (K1)."
    ]


def test_what_was_changed_since_it_was_signed_off_or_decided_is_said():
    portfolio = all_met(confirmed())
    changed = tuple(
        replace(ksb, sign_offs=(make_sign_off(1, changes=("E1 has a new version.",)),))
        if ksb.code == "K1"
        else ksb
        for ksb in portfolio.ksbs
    )
    pieces = tuple(replace(piece, still_met=("K1",)) for piece in portfolio.pieces)

    assert said(replace(portfolio, ksbs=changed, pieces=pieces)) == [
        "1 KSB rests on evidence that was changed since its sign-off (K1).",
        "1 piece was changed since it was decided on (E1).",
    ]


def test_pieces_that_wait_were_returned_or_nobody_confirmed_are_named():
    portfolio = make_portfolio(
        make_piece(1, make_version(said=(make_said(),)), state=PieceState.SUBMITTED),
        make_piece(2, make_version(said=(make_said(),)), state=PieceState.ACTION_REQUIRED),
        make_piece(3, make_version()),
    )

    assert said(all_met(portfolio)) == [
        "1 piece waits for a decision (E1).",
        "1 piece was returned to the apprentice (E2).",
        "1 piece is confirmed by nobody at work (E3).",
    ]


def test_what_a_witness_says_needs_no_other_confirmation():
    piece = make_piece(1, make_version(kind="Witness testimony"))

    assert said(all_met(make_portfolio(piece))) == []


def test_the_standards_own_rules_are_looked_at():
    strict = PortfolioRules(reason="", reflective_accounts_allowed=False, min_pieces=2)
    portfolio = all_met(confirmed(kind="Reflective account"))

    assert said(portfolio) == []
    assert said(portfolio, strict) == [
        "1 piece is a reflective account, which this standard does not allow (E1).",
        "There is 1 piece of evidence; this standard asks for at least 2.",
    ]
    many = all_met(
        make_portfolio(*(make_piece(n, make_version(said=(make_said(),))) for n in (1, 2)))
    )
    assert said(many, PortfolioRules(reason="", max_pieces=1)) == [
        "There are 2 pieces of evidence; this standard takes at most 1."
    ]


def test_files_that_cannot_be_printed_and_too_many_bytes_are_said():
    found = said(
        all_met(confirmed()),
        not_shown=("E1, form.pdf: It is encrypted.",),
        size_bytes=3_000_000_000,
        most_bytes=2_000_000_000,
    )

    assert found == [
        "Not printed: E1, form.pdf: It is encrypted (E1).",
        "All files together have 3.0 GB; receivers take 2.0 GB at once, so the bundle comes in "
        "parts.",
    ]


def test_an_open_action_and_an_empty_portfolio_block_and_come_first():
    found = remarks(make_portfolio(), RULES, Circumstances(open_actions=1))

    assert [remark.is_blocking for remark in found] == [True, True, False]
    assert found[0].mend is Mend.QUALITY
    assert found[1].text == "No evidence has been submitted yet."
