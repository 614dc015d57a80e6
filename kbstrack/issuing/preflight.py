"""Looking a portfolio through before it is frozen, and where each thing can be mended."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from kbstrack import access, current
from kbstrack.access import Action, Actor
from kbstrack.canonical import sha256_of
from kbstrack.evidence import queries as evidence_queries
from kbstrack.issues import queries
from kbstrack.issues.queries import IssueRow
from kbstrack.people import enrolment_queries
from kbstrack.people.enrolment_queries import EnrolmentRow
from kbstrack.people.pinned import standard_of
from kbstrack.portfolio.preflight import Circumstances, Remark, remarks, remarks_of_files
from kbstrack.portfolio.rules import Portfolio
from kbstrack.portfolio.service import settled_portfolio
from kbstrack.quality import queries as quality


@dataclass(frozen=True, slots=True)
class Preflight:
    """A portfolio as it could be frozen now, and what is missing or odd in it.

    `unknown_files` is the number of PDFs, and of office documents where they are printed, of which
    nobody knows yet whether they can be; `evidence_ids` has the pieces by their labels,
    `open_actions` the samples of quality assurance.
    """

    enrolment: EnrolmentRow
    portfolio: Portfolio
    remarks: tuple[Remark, ...]
    unknown_files: int
    evidence_ids: Mapping[str, uuid.UUID]
    open_actions: tuple[uuid.UUID, ...]
    latest: IssueRow | None

    @property
    def blocking(self) -> tuple[Remark, ...]:
        """What has to be mended first."""
        return tuple(remark for remark in self.remarks if remark.is_blocking)

    @property
    def warnings(self) -> tuple[Remark, ...]:
        """What can be overridden with a reason."""
        return tuple(remark for remark in self.remarks if not remark.is_blocking)

    @property
    def noted(self) -> tuple[str, ...]:
        """The warnings in words, as they are kept with the issue."""
        return tuple(remark.text for remark in self.warnings)

    @property
    def seen(self) -> str:
        """What a form about this list carries, so that nothing is overridden that nobody read."""
        return sha256_of([remark.text for remark in self.remarks])


def see_preflight(actor: Actor, enrolment_id: uuid.UUID, *, at: datetime) -> Preflight:
    """Look through the portfolio as it stands. Raises NotFound, NotAllowed, Conflict."""
    # Drawing needs libraries that most pages do not.
    from kbstrack.pdf.looked import look_into
    from kbstrack.pdf.wished import office_wish

    enrolment = enrolment_queries.enrolment(enrolment_id)
    access.require(actor, Action.PORTFOLIO_FREEZE, enrolment.scope)
    portfolio = settled_portfolio(actor, enrolment_id, at=at)
    settings = current.settings()
    office = office_wish(settings, at)
    known = look_into(portfolio, current.derived(), current.store().read, office)
    actions = quality.open_actions(enrolment_id)
    found = remarks(
        portfolio,
        standard_of(enrolment).portfolio_rules,
        Circumstances(
            open_actions=len(actions),
            not_shown=known.not_shown,
            size_bytes=size_of(portfolio),
            most_bytes=settings.receiver_most_bytes,
        ),
    )
    return Preflight(
        enrolment=enrolment,
        portfolio=portfolio,
        remarks=found,
        unknown_files=known.unknown_count,
        evidence_ids={
            f"E{row.number}": row.id for row in evidence_queries.evidence_of(enrolment_id)
        },
        open_actions=tuple(row.id for row in actions),
        latest=queries.issue(enrolment_id),
    )


def with_not_shown(found: Preflight, lines: tuple[str, ...]) -> Preflight:
    """The same, knowing by now what cannot be printed."""
    said = remarks_of_files(Circumstances(not_shown=lines))
    known = {remark.sentence for remark in found.remarks}
    new = tuple(remark for remark in said if remark.sentence not in known)
    return replace(found, remarks=(*found.remarks, *new), unknown_files=0)


def size_of(portfolio: Portfolio) -> int:
    """The bytes of all files of a portfolio, each once."""
    files = {
        file.sha256: file.size_bytes
        for piece in portfolio.pieces
        for version in piece.versions
        for file in version.files
    }
    return sum(files.values())
