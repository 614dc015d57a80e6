"""The matrix as a table: a row for every KSB, what it rests on, and a column for every piece."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kbstrack.clock import day_of
from kbstrack.portfolio.marks import claims_of, mark_among
from kbstrack.portfolio.rules import (
    Portfolio,
    PortfolioKsb,
    PortfolioPiece,
    PortfolioSaid,
    PortfolioSignOff,
)
from kbstrack.storage.names import one_line
from kbstrack.tables import csv_file

Value = str | int | date | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the matrix: its heading, and how wide it is on paper (in characters)."""

    heading: str
    width: int


COLUMNS = (
    Column("Code", 6),
    Column("Kind", 11),
    Column("Statement", 48),
    Column("State", 12),
    Column("Signed off by", 18),
    Column("As", 18),
    Column("Signed off on", 12),
    Column("Countersigned by", 14),
    Column("Accepted pieces", 9),
    Column("Pieces needed", 8),
    Column("Evidence", 16),
    Column("Confirmed or witnessed by", 25),
    Column("Changed since signed off", 20),
)


def matrix_csv(portfolio: Portfolio) -> bytes:
    """`matrix.csv`: the columns above, then a column for each piece with a word where it claims
    the KSB. The heading of the statements has the licence of their wording."""
    head = [column.heading for column in COLUMNS]
    head[2] = f"{head[2]} ({portfolio.standard.licence})"
    head += [f"{piece.label} {one_line(piece.latest.title)}" for piece in portfolio.pieces]
    columns = [(piece.number, claims_of(piece)) for piece in portfolio.pieces]
    rows = (
        [
            *ksb_row(portfolio, ksb),
            *(
                mark.word if (mark := mark_among(ksb, number, claims)) else ""
                for number, claims in columns
            ),
        ]
        for ksb in portfolio.ksbs
    )
    return csv_file(head, rows)


def ksb_row(portfolio: Portfolio, ksb: PortfolioKsb) -> list[Value]:
    """The row of one KSB; days are days, numbers are numbers, lists are one text."""
    sign_off = ksb.sign_off
    pieces = [piece for piece in portfolio.pieces if piece.number in ksb.piece_numbers]
    return [
        ksb.code,
        ksb.kind.label,
        wording(ksb),
        ksb.state,
        sign_off.name if sign_off else "",
        f"{sign_off.role}, {sign_off.organisation}" if sign_off else "",
        day_of(sign_off.signed_at) if sign_off else None,
        countersigned(sign_off),
        ksb.accepted_count,
        ksb.pieces_needed,
        ", ".join(piece.label for piece in pieces),
        "; ".join(witness for piece in pieces for witness in _witnesses(piece)),
        " ".join(sign_off.changes) if sign_off else "",
    ]


def wording(ksb: PortfolioKsb) -> str:
    """The official text in one line, as published."""
    title = f"{ksb.title}: " if ksb.title else ""
    return title + " - ".join((ksb.statement, *ksb.points))


def countersigned(sign_off: PortfolioSignOff | None) -> str:
    """Who signed second, or that this is waited for; nothing where nobody needs to."""
    if sign_off is None or sign_off.second is None:
        return ""
    if sign_off.second.signed_at is None:
        return f"waiting for {sign_off.second.name or 'a countersigner'}"
    return f"{sign_off.second.name}, {day_of(sign_off.second.signed_at).isoformat()}"


def _witnesses(piece: PortfolioPiece) -> Iterator[str]:
    """Who confirmed or saw the piece: of an earlier version it is said which."""
    for version in piece.versions:
        place = piece.label
        if version is not piece.latest:
            place = f"{place} version {version.number}"
        for said in version.said:
            yield f"{place}: {_witness(said)}"


def _witness(said: PortfolioSaid) -> str:
    role = f", {said.job_role}" if said.job_role else ""
    return f"{said.name}{role} ({said.heading.lower()}, {day_of(said.signed_at).isoformat()})"
