"""What a person may read of frozen issues, and what anybody may ask with a code or a PDF."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kbstrack import access, current
from kbstrack.access import Action, Actor
from kbstrack.errors import NotFound
from kbstrack.issues import queries
from kbstrack.issues.queries import IssueRow
from kbstrack.issues.rules import initials, read_code
from kbstrack.ledger import queries as ledger
from kbstrack.ledger.rules import Entry, What
from kbstrack.people import enrolment_queries
from kbstrack.people.enrolment_queries import EnrolmentRow
from kbstrack.portfolio.rules import Portfolio
from kbstrack.portfolio.spelling import read_record

DAMAGED = (
    "The bytes of this issue are not those that were frozen. Nothing is handed out: tell whoever "
    "runs this server to look at `kbstrack fsck`."
)


@dataclass(frozen=True, slots=True)
class IssueList:
    """All issues of a portfolio, and whether this person may freeze the next one."""

    issues: tuple[IssueRow, ...]
    may_freeze: bool


@dataclass(frozen=True, slots=True)
class IssuePage:
    """One issue, whose it is, and its entry in the ledger."""

    enrolment: EnrolmentRow
    issue: IssueRow
    entry: Entry | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What anybody is told of an issue who has its code, or, with the name, its PDF."""

    number: int
    kind: str
    issued_by: str
    whom: str
    frozen_at: datetime
    latest_number: int
    standard: str

    @property
    def is_superseded(self) -> bool:
        """Whether a newer issue of the same portfolio exists."""
        return self.latest_number > self.number


def see_issues(actor: Actor, enrolment_id: uuid.UUID) -> IssueList:
    """The issues of a portfolio, the newest one first. Raises NotFound, NotAllowed."""
    enrolment = enrolment_queries.enrolment(enrolment_id)
    access.require(actor, Action.PORTFOLIO_SEE, enrolment.scope)
    may_freeze = access.allows(actor, Action.PORTFOLIO_FREEZE, enrolment.scope)
    return IssueList(tuple(queries.issues(enrolment_id)), may_freeze)


def see_issue(actor: Actor, enrolment_id: uuid.UUID, number: int | None = None) -> IssuePage:
    """One issue; without a number the newest one. Raises NotFound, NotAllowed."""
    enrolment = enrolment_queries.enrolment(enrolment_id)
    access.require(actor, Action.PORTFOLIO_SEE, enrolment.scope)
    # An address can name a number that no database can compare with.
    found = queries.issue(enrolment_id, None if number is None else min(number, 2**31 - 1))
    if found is None:
        none = "No issue of this portfolio was frozen yet."
        raise NotFound(none if number is None else f"There is no issue {number} of it.")
    return IssuePage(enrolment, found, ledger.entry_of(What.ISSUE, found.id))


def issue_pdf(issue: IssueRow) -> Path:
    """Where the signed PDF lies, every byte compared. Raises NotFound when it is damaged."""
    return _whole(issue.pdf_sha256)


def frozen_portfolio(issue: IssueRow) -> Portfolio:
    """The data that was frozen. Raises NotFound when its bytes are damaged."""
    return read_record(_whole(issue.record_sha256).read_bytes())


def answer_to_code(text: str) -> Answer | None:
    """What a short code says; whose portfolio it is in initials only. None for no such issue."""
    code = read_code(text)
    found = queries.issue_with(code=code) if code is not None else None
    return _answer(found, with_name=False) if found is not None else None


def answer_to_pdf(sha256: str) -> Answer | None:
    """What the SHA-256 of a PDF says to whoever has the PDF. None when it is no issue's."""
    found = queries.issue_with(pdf_sha256=sha256)
    return _answer(found, with_name=True) if found is not None else None


def _answer(issue: IssueRow, *, with_name: bool) -> Answer:
    portfolio = frozen_portfolio(issue)
    return Answer(
        number=issue.number,
        kind=issue.kind,
        issued_by=f"{portfolio.provider}, UKPRN {portfolio.ukprn}",
        whom=portfolio.apprentice if with_name else initials(portfolio.apprentice),
        frozen_at=issue.frozen_at,
        latest_number=issue.latest_number,
        standard=(
            f"{portfolio.standard.title}, {portfolio.standard.reference} version "
            f"{portfolio.standard.version}"
        ),
    )


def _whole(sha256: str) -> Path:
    store = current.store()
    path = store.path(sha256)
    if not path.is_file() or not store.verify(sha256):
        raise NotFound(DAMAGED)
    return path
