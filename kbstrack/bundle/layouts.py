"""Where everything lies in a bundle: its folders, the documents made for it, the originals."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from kbstrack.bundle import pages
from kbstrack.bundle.issued import FrozenIssue, Layout
from kbstrack.bundle.matrix import matrix_csv
from kbstrack.bundle.names import MOST_PATH_UNITS, file_name, folder_name
from kbstrack.bundle.workbook import matrix_workbook
from kbstrack.bundle.zipped import Entry, document
from kbstrack.evidence.rules import EvidenceKind
from kbstrack.portfolio.rules import PortfolioFile, PortfolioPiece, PortfolioVersion
from kbstrack.portfolio.spelling import NAME as RECORD
from kbstrack.portfolio.spelling import SCHEMA_NAME, json_schema
from kbstrack.sealing.extract import NAME as LEDGER
from kbstrack.storage.safe_names import MOST_NAME_UNITS, own_name, safe_name, units

PDF = "portfolio.pdf"
SUMMATIVE = "Summative portfolio/"
CERTIFICATES = "Certificates/"
EMPLOYER = "Employer reference/"
GATEWAY = "Gateway form/"
_NONE_HERE = "What belongs here.html"

MOST_PARTS = 99
_MOST_PERSON_UNITS = 28


@dataclass(frozen=True, slots=True)
class PieceFiles:
    """A piece of evidence with the folder of its originals ("" when it has none) and the files."""

    piece: PortfolioPiece
    folder: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Laid:
    """A bundle before it is split; paths are those within `root`, the one folder that holds all.

    `documents` are in the first part.
    """

    layout: Layout
    root: str
    documents: tuple[Entry, ...]
    pieces: tuple[PieceFiles, ...]


def lay_out(issue: FrozenIssue, layout: Layout) -> Laid:
    """The whole bundle but for the README and the manifest, which each part has of its own."""
    portfolio = issue.portfolio
    root = _root(issue, layout)
    is_plain = layout is Layout.PLAIN
    main = "" if is_plain else SUMMATIVE
    room = MOST_PATH_UNITS - units(part_root(root, MOST_PARTS, MOST_PARTS)) - 1
    pieces = tuple(
        _piece_files(piece, CERTIFICATES if not is_plain and is_certificate(piece) else main, room)
        for piece in portfolio.pieces
    )
    folders = {found.piece.number: found.folder for found in pieces}
    documents = [
        Entry(main + PDF, issue.pdf.sha256, issue.pdf.size_bytes, "The portfolio's PDF"),
        document(f"{main}matrix.csv", matrix_csv(portfolio)),
        document(f"{main}matrix.xlsx", matrix_workbook(portfolio, folders)),
        Entry(RECORD, issue.record.sha256, issue.record.size_bytes, "The record as data"),
        document(SCHEMA_NAME, json.dumps(json_schema(), indent=2, ensure_ascii=False).encode()),
        Entry(LEDGER, issue.ledger.sha256, issue.ledger.size_bytes, "The ledger's file"),
    ]
    if not is_plain:
        documents += _for_organisations(issue)
    return Laid(layout, root, tuple(documents), pieces)


def part_root(root: str, number: int, count: int) -> str:
    """The folder of one part, which is the name of its file without the ending, too."""
    return root if count == 1 else f"{root} part {number} of {count}"


def is_certificate(piece: PortfolioPiece) -> bool:
    """Whether the piece is of the kind "Certificate" as it stands."""
    return piece.latest.kind == EvidenceKind.CERTIFICATE.label


def _root(issue: FrozenIssue, layout: Layout) -> str:
    portfolio = issue.portfolio
    person = safe_name(portfolio.apprentice, _MOST_PERSON_UNITS)
    if layout is Layout.ASSESSMENT_ORGANISATION:
        return f"{person} {portfolio.uln}"
    reference = portfolio.standard.reference
    return f"Portfolio {reference} {person} {portfolio.uln} issue {issue.said.number}"


def _for_organisations(issue: FrozenIssue) -> Iterator[Entry]:
    portfolio = issue.portfolio
    if not any(is_certificate(piece) and _has_files(piece) for piece in portfolio.pieces):
        yield document(CERTIFICATES + _NONE_HERE, pages.no_certificates(portfolio))
    has_words = bool(pages.said_of(portfolio) or pages.signed_by_employer(portfolio))
    name = "What the employer and witnesses said.html" if has_words else _NONE_HERE
    yield document(EMPLOYER + name, pages.employer_reference(portfolio))
    summary = f"{portfolio.standard.terms.gateway.capitalize()} summary.html"
    yield document(GATEWAY + safe_name(summary), pages.gateway_summary(issue))


def _has_files(piece: PortfolioPiece) -> bool:
    return any(version.files for version in piece.versions)


def _piece_files(piece: PortfolioPiece, parent: str, room: int) -> PieceFiles:
    if not _has_files(piece):
        return PieceFiles(piece, "", ())
    folder = f"{parent}{folder_name(piece.label, piece.latest.title)}/"
    return PieceFiles(piece, folder, tuple(_originals(piece, folder, room)))


def _originals(piece: PortfolioPiece, folder: str, room: int) -> Iterator[Entry]:
    """Files of all versions, the first one first; bytes that several have, with the newest."""
    for version, files in _newest_of_each(piece):
        place = f"{folder}v{version.number}/" if len(piece.versions) > 1 else folder
        most_units = min(MOST_NAME_UNITS, room - units(place))
        taken: set[str] = set()
        for file in files:
            name = own_name(file_name(file.name, file.media_type, most_units), taken, most_units)
            yield Entry(
                path=place + name,
                sha256=file.sha256,
                size_bytes=file.size_bytes,
                label=f"The file {file.name} of {piece.label}",
            )


def _newest_of_each(
    piece: PortfolioPiece,
) -> list[tuple[PortfolioVersion, list[PortfolioFile]]]:
    seen: set[str] = set()
    found = []
    for version in reversed(piece.versions):
        files = []
        for file in version.files:
            if file.sha256 not in seen:
                seen.add(file.sha256)
                files.append(file)
        found.append((version, files))
    return found[::-1]
