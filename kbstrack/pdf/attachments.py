"""Originals that go with the document because paper cannot show them: office files, sound, film."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from kbstrack.pdf.papers import Papers
from kbstrack.pdf.printable import printable
from kbstrack.portfolio.rules import Portfolio, PortfolioFile, PortfolioPiece

# They may be as large as a whole portfolio; an office document never is.
_BOUNDED = frozenset({"audio", "video"})


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside the document: `name` is its own among them, `sha256` names its bytes.

    Every name begins with its piece (`E12 `), so none is that of a file of ours.
    """

    name: str
    description: str
    media_type: str
    sha256: str
    size_bytes: int
    modified_at: datetime


def attachments(portfolio: Portfolio, papers: Papers, *, most_bytes: int) -> tuple[Attachment, ...]:
    """What is attached, in the order of the pieces; each file's bytes once.

    Everything whose content is not printed as a whole: sound and film up to `most_bytes`.
    """
    found: dict[str, Attachment] = {}
    names: set[str] = set()
    for piece, file, submitted_at in _files(portfolio):
        if file.sha256 in found or not _belongs(file, papers, most_bytes):
            continue
        name = _own_name(printable(f"{piece.label} {file.name}"), names)
        names.add(name.casefold())
        found[file.sha256] = Attachment(
            name=name,
            description=_described(piece, file),
            media_type=file.media_type,
            sha256=file.sha256,
            size_bytes=file.size_bytes,
            modified_at=submitted_at,
        )
    return tuple(found.values())


def _files(portfolio: Portfolio) -> Iterator[tuple[PortfolioPiece, PortfolioFile, datetime]]:
    for piece in portfolio.pieces:
        for version in reversed(piece.versions):
            for file in version.files:
                yield piece, file, version.submitted_at


def _described(piece: PortfolioPiece, file: PortfolioFile) -> str:
    said = f"{file.name}, from evidence {piece.label}"
    return f"{said}: {file.caption}" if file.caption else said


def _belongs(file: PortfolioFile, papers: Papers, most_bytes: int) -> bool:
    if file.image is not None:
        return False
    if file.paper_sha256 is not None:
        return bool(papers.problems(file.paper_sha256))
    return file.family not in _BOUNDED or file.size_bytes <= most_bytes


def _own_name(name: str, taken: set[str]) -> str:
    """The name, with a number before its ending if another file has it."""
    stem, dot, ending = name.rpartition(".")
    stem, ending = (stem, dot + ending) if stem else (name, "")
    number = 1
    while name.casefold() in taken:
        number += 1
        name = f"{stem} ({number}){ending}"
    return name
