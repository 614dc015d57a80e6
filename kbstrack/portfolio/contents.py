"""What a portfolio would contain if it were issued now, in figures, and what stays outside."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from kbstrack.access import Actor
from kbstrack.assessment import reading
from kbstrack.evidence.rules import EvidenceState
from kbstrack.portfolio.rules import PieceState, Portfolio, PortfolioPiece
from kbstrack.portfolio.service import build_portfolio
from kbstrack.quality import queries as quality


@dataclass(frozen=True, slots=True)
class Contents:
    """A portfolio in figures; a file that several versions have counts once.

    `draft_count` is 0 for everybody but the apprentice, who alone knows of drafts; `waiting` and
    `returned` are the pieces that are not accepted yet; `sign_off_count` has the sign-offs that
    stand; `open_actions` are those of internal quality assurance that are not closed.
    """

    enrolment_id: uuid.UUID
    portfolio: Portfolio
    piece_count: int
    accepted_count: int
    waiting: tuple[PortfolioPiece, ...]
    returned: tuple[PortfolioPiece, ...]
    picture_count: int
    other_file_count: int
    sign_off_count: int
    reopened_count: int
    met_count: int
    ksb_count: int
    draft_count: int
    withdrawn_count: int
    open_actions: int

    @property
    def is_complete(self) -> bool:
        """Whether every KSB is met and nothing waits."""
        return self.met_count == self.ksb_count and not self.waiting and not self.returned


def see_contents(actor: Actor, enrolment_id: uuid.UUID, *, at: datetime) -> Contents:
    """What the portfolio of an enrolment contains now. Raises NotFound, NotAllowed."""
    portfolio = build_portfolio(actor, enrolment_id, at=at)
    items = reading.list_evidence(actor, enrolment_id)
    states = [item.state for item in items]
    # A piece whose next version was withdrawn is in it with what was decided before.
    present = {piece.number for piece in portfolio.pieces}
    outside = [item.state for item in items if item.number not in present]
    sign_offs = [sign_off for ksb in portfolio.ksbs for sign_off in ksb.sign_offs]
    standing = [sign_off for sign_off in sign_offs if sign_off.reopening is None]
    files = [
        file for piece in portfolio.pieces for version in piece.versions for file in version.files
    ]
    return Contents(
        enrolment_id=enrolment_id,
        portfolio=portfolio,
        piece_count=len(portfolio.pieces),
        accepted_count=len(_in_state(portfolio, PieceState.ACCEPTED)),
        waiting=_in_state(portfolio, PieceState.SUBMITTED),
        returned=_in_state(portfolio, PieceState.ACTION_REQUIRED),
        picture_count=len({file.sha256 for file in files if file.image is not None}),
        other_file_count=len({file.sha256 for file in files if file.image is None}),
        sign_off_count=len(standing),
        reopened_count=len(sign_offs) - len(standing),
        met_count=sum(summary.met_count for summary in portfolio.summaries),
        ksb_count=sum(summary.total_count for summary in portfolio.summaries),
        draft_count=states.count(EvidenceState.DRAFT),
        withdrawn_count=outside.count(EvidenceState.WITHDRAWN),
        open_actions=len(quality.open_actions(enrolment_id)),
    )


def _in_state(portfolio: Portfolio, state: PieceState) -> tuple[PortfolioPiece, ...]:
    return tuple(piece for piece in portfolio.pieces if piece.state is state)
