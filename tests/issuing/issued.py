"""Issues with their real data, without the time that drawing takes."""

from __future__ import annotations

from dataclasses import replace

from kbstrack.access import OPERATOR
from kbstrack.db import transaction
from kbstrack.ids import new_id
from kbstrack.issues.rules import new_code
from kbstrack.issues.service import Frozen, enter
from kbstrack.ledger import queries as ledger
from kbstrack.ledger.rules import Signer
from kbstrack.portfolio.issue import PortfolioIssue
from kbstrack.portfolio.service import build_portfolio
from kbstrack.portfolio.spelling import portfolio_sha256, record_file
from tests.builders import TUESDAY, World
from tests.record.frozen import kept

NOTED = ("1 KSB is not met (S1).",)


def frozen_pdf(world: World, number: int = 1) -> tuple[bytes, str]:
    """An issue with its real data; the PDF is as much of one as the page looks at."""
    code = new_code()
    pdf = b"%PDF-1.7\n" + b"x" * 70_000 + f"<dc:identifier>kbstrack-issue:{code}<".encode()
    issue = PortfolioIssue(
        number, "gateway", code, "https://x.example/check", TUESDAY, "Ruth", NOTED, "For now"
    )
    drawn = build_portfolio(OPERATOR, world.enrolment_id, at=TUESDAY)
    portfolio = replace(drawn, issue=issue)
    head = ledger.head(world.enrolment_id)
    assert head is not None
    frozen = Frozen(
        enrolment_id=world.enrolment_id,
        number=number,
        kind="gateway",
        code=code,
        portfolio_sha256=portfolio_sha256(portfolio),
        pdf=kept(pdf),
        pages=1,
        record=kept(record_file(portfolio)),
        extract=kept(b"{}"),
        ledger=head,
        noted=NOTED,
        reason="For now",
        job_id=new_id(),
        frozen_at=TUESDAY,
    )
    with transaction():
        enter(frozen, by=Signer(world.assessor.person_id, "Assessor", "assessor"))
    return pdf, code
