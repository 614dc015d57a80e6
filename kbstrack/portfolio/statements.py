"""The statements of authenticity that are printed for signature in ink."""

from __future__ import annotations

from kbstrack.portfolio.rules import PortfolioStatement


def for_signature(
    *, apprentice: str, assessor: str, provider: str, line_manager: str, employer: str
) -> tuple[PortfolioStatement, ...]:
    """One statement for each of the three who stand behind the portfolio."""
    return (
        PortfolioStatement(
            heading="Apprentice",
            text=(
                "I confirm that the evidence in this portfolio is my own work, and that where "
                "others took part it says what was theirs."
            ),
            signer=apprentice,
            signer_role="Apprentice",
        ),
        PortfolioStatement(
            heading="Assessor",
            text=(
                "I confirm that the decisions and sign-offs under my name in this portfolio are "
                "mine, and that I made them on the evidence as it is printed here."
            ),
            signer=assessor,
            signer_role=f"Assessor, {provider}",
        ),
        PortfolioStatement(
            heading="Employer",
            text=(
                "I confirm that, to the best of my knowledge, the evidence in this portfolio is "
                "attributable to the apprentice and comes from their work with us."
            ),
            signer=line_manager,
            signer_role=f"Line manager, {employer}",
        ),
    )
