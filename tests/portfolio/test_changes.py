"""What was changed, confirmed or taken back is in the portfolio, beside what it was decided on."""

from __future__ import annotations

from kbstrack.assessment.redeciding import reopen_decision
from kbstrack.portfolio.rules import PieceState, Portfolio, PortfolioKsb
from kbstrack.portfolio.service import build_portfolio
from tests.assessment.changing import hand_in_changed, renew, sign, signed
from tests.builders import FRIDAY, THURSDAY, WEDNESDAY, World, decide, make_evidence, met


def built(world: World) -> Portfolio:
    """The portfolio on Friday."""
    return build_portfolio(world.apprentice, world.enrolment_id, at=FRIDAY)


def k1(portfolio: Portfolio) -> PortfolioKsb:
    """The row of K1."""
    return next(ksb for ksb in portfolio.ksbs if ksb.code == "K1")


def test_a_piece_that_was_changed_says_what_still_counts(world: World) -> None:
    item = make_evidence(world, claims=["K1", "S1"])
    decide(world, item, met("K1"), met("S1"))
    sign(world)
    hand_in_changed(world, item)

    found = built(world)

    piece, ksb = found.pieces[0], k1(found)
    assert (piece.state, piece.still_met) == (PieceState.SUBMITTED, ("K1", "S1"))
    assert (ksb.state, ksb.changed_numbers) == ("met", (1,))
    assert ksb.sign_offs[0].changes == (
        "E1 was changed, and its new version waits for a decision.",
    )


def test_a_sign_off_that_was_confirmed_says_so_and_is_marked_no_longer(world: World) -> None:
    item = make_evidence(world)
    decide(world, item, met("K1"))
    sign(world)
    hand_in_changed(world, item)
    decide(world, item, met("K1"), at=THURSDAY)
    renew(world, reason="The notes make it clearer.")

    ksb = k1(built(world))

    assert (ksb.changed_numbers, ksb.sign_offs[0].changes) == ((), ())
    (renewal,) = ksb.sign_offs[0].renewals
    assert (renewal.name, renewal.reason) == ("Assessor A", "The notes make it clearer.")
    assert "what was changed" in renewal.declaration


def test_a_sign_off_keeps_what_it_was_given_on_beside_what_it_was_confirmed_on(
    world: World,
) -> None:
    item = make_evidence(world, claims=["K1", "S1"])
    decide(world, item, met("K1"), met("S1"))
    sign(world)
    hand_in_changed(world, item, claims=["S1"])
    decide(world, item, met("S1"), at=THURSDAY)
    decide(world, make_evidence(world), met("K1"), at=THURSDAY)
    renew(world)

    (row,) = k1(built(world)).sign_offs

    assert (row.piece_numbers, row.renewals[0].piece_numbers) == ((1,), (2,))


def test_a_decision_that_was_taken_back_stays_readable(world: World) -> None:
    item = make_evidence(world)
    decide(world, item, met("K1"))
    sign(world)
    (decision_id,) = signed(world).decision_ids
    reopen_decision(world.assessor, decision_id, reason="The date was wrong.", at=WEDNESDAY)

    claim = built(world).pieces[0].latest.claims[0]
    assert built(world).pieces[0].state is PieceState.SUBMITTED
    assert claim.decision is not None
    assert claim.decision.reopening is not None
    assert claim.decision.reopening.reason == "The date was wrong."

    decide(world, item, met("K1", "Now it is right."), at=THURSDAY)
    claim = built(world).pieces[0].latest.claims[0]
    assert claim.decision is not None
    assert (claim.decision.feedback, claim.decision.reopening) == ("Now it is right.", None)
    assert [row.reopening.reason for row in claim.former if row.reopening] == [
        "The date was wrong."
    ]
