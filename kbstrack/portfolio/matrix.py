"""The rows of the portfolio's matrix: each KSB with its pieces and its sign-offs."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from kbstrack.assessment.decision_queries import DecisionRow
from kbstrack.assessment.standing import SignOffRow
from kbstrack.people.enrolment_queries import EnrolmentRow
from kbstrack.portfolio.rules import (
    PortfolioKsb,
    PortfolioPiece,
    PortfolioRenewal,
    PortfolioReopening,
    PortfolioSignOff,
)
from kbstrack.portfolio.seconds import second_of
from kbstrack.progress.rules import KsbProgress, Progress

Decisions = Mapping[uuid.UUID, Mapping[str, DecisionRow]]
"""By version id, then by KSB code."""


def matrix_rows(
    enrolment: EnrolmentRow,
    progress: Progress,
    signed: Sequence[SignOffRow],
    decisions: Decisions,
    pieces: Sequence[PortfolioPiece],
) -> tuple[PortfolioKsb, ...]:
    """Every KSB of the standard, with the sign-offs of each in the order they were given."""
    numbers = _numbers(decisions, pieces)
    return tuple(
        _ksb(enrolment, item, [row for row in signed if row.code == item.ksb.code], numbers)
        for item in progress.ksbs
    )


def _numbers(decisions: Decisions, pieces: Sequence[PortfolioPiece]) -> dict[uuid.UUID, int]:
    """The number of the piece that each decision was on, as far as it is in the portfolio."""
    present = {piece.number for piece in pieces}
    last = [row for found in decisions.values() for row in found.values()]
    return {
        row.id: row.evidence_number
        for found in last
        for row in (found, *found.former)
        if row.evidence_number in present
    }


def _ksb(
    enrolment: EnrolmentRow,
    item: KsbProgress,
    signed: Sequence[SignOffRow],
    numbers: Mapping[uuid.UUID, int],
) -> PortfolioKsb:
    ksb = item.ksb
    changes = tuple(change.sentence for change in item.changes)
    return PortfolioKsb(
        code=ksb.code,
        kind=ksb.kind,
        title=ksb.title,
        statement=ksb.statement,
        points=ksb.points,
        state=item.state.value,
        accepted_count=item.accepted_count,
        pieces_needed=ksb.pieces_needed,
        piece_numbers=tuple(piece.evidence_number for piece in item.pieces),
        sign_offs=tuple(
            _sign_off(enrolment, row, numbers, changes if row.stands else ()) for row in signed
        ),
        changed_numbers=tuple(
            piece.evidence_number for piece in item.pieces if piece.counts_though_changed
        ),
    )


def _pieces_below(
    decision_ids: Sequence[uuid.UUID], numbers: Mapping[uuid.UUID, int]
) -> tuple[int, ...]:
    return tuple(sorted({numbers[key] for key in decision_ids if key in numbers}))


def _sign_off(
    enrolment: EnrolmentRow,
    row: SignOffRow,
    numbers: Mapping[uuid.UUID, int],
    changes: tuple[str, ...],
) -> PortfolioSignOff:
    reopening = None
    if row.reopened_at is not None:
        reopening = PortfolioReopening(
            row.reopening_reason or "", row.reopened_by or "", row.reopened_at
        )
    is_employer = row.role == "employer"
    return PortfolioSignOff(
        name=row.name,
        role="Employer" if is_employer else "Assessor",
        organisation=(row.employer or "") if is_employer else enrolment.provider,
        signed_at=row.signed_at,
        declaration=row.declaration,
        reason=row.reason,
        piece_numbers=_pieces_below(row.signed_on_ids, numbers),
        reopening=reopening,
        renewals=tuple(
            PortfolioRenewal(
                name=renewal.name,
                signed_at=renewal.signed_at,
                declaration=renewal.declaration,
                reason=renewal.reason,
                piece_numbers=_pieces_below(renewal.decision_ids, numbers),
            )
            for renewal in row.renewals
        ),
        changes=changes,
        second=second_of(row),
    )
