"""What others confirmed or saw, gathered for the portfolio."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from kbstrack.confirmation import queries
from kbstrack.confirmation.queries import ConfirmationRow, StatementRow
from kbstrack.formats import say_period
from kbstrack.portfolio.rules import PortfolioPiece, PortfolioSaid

Pieces = tuple[PortfolioPiece, ...]


def with_said(pieces: Pieces, enrolment_id: uuid.UUID) -> Pieces:
    """The pieces with what was signed about each of their versions."""
    said = _said_of(enrolment_id)
    return tuple(
        replace(
            piece,
            versions=tuple(
                replace(version, said=said.get((piece.number, version.number), ()))
                for version in piece.versions
            ),
        )
        for piece in pieces
    )


def _said_of(enrolment_id: uuid.UUID) -> Mapping[tuple[int, int], tuple[PortfolioSaid, ...]]:
    """By number of the piece and of the version, in the order it was signed."""
    found: dict[tuple[int, int], list[PortfolioSaid]] = defaultdict(list)
    for row in queries.confirmations(enrolment_id):
        if row.evidence_number is not None and row.version_number is not None:
            found[row.evidence_number, row.version_number].append(_confirmed(row))
    for statement in queries.statements(enrolment_id):
        place = statement.evidence_number, statement.version_number
        found[place].append(_stated(statement))
    return {
        place: tuple(sorted(rows, key=lambda row: (row.signed_at, row.short_hash)))
        for place, rows in found.items()
    }


def _confirmed(row: ConfirmationRow) -> PortfolioSaid:
    return PortfolioSaid(
        heading="Confirmed by the employer" if row.is_by_employer else "Confirmed",
        words=row.remark,
        note="",
        name=row.name,
        asked_name=(row.asked_name or "") if row.is_other_name else "",
        job_role=row.job_role,
        declaration=row.declaration,
        signed_at=row.signed_at,
        short_hash=row.short_hash,
    )


def _stated(row: StatementRow) -> PortfolioSaid:
    return PortfolioSaid(
        heading="Witness statement",
        words=row.statement,
        note=f"Seen {say_period(row.seen_on, row.seen_until)}. {row.relationship}. "
        f"Contact: {row.contact}",
        name=row.name,
        asked_name=(row.asked_name or "") if row.is_other_name else "",
        job_role=row.job_role,
        declaration=row.declaration,
        signed_at=row.signed_at,
        short_hash=row.short_hash,
    )
