"""The files of a class: every portfolio under a name of its own, an index, and what is missing."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

from kbstrack.formats import say_count
from kbstrack.people.enrolment_queries import EnrolmentRow
from kbstrack.portfolio.class_parts import ClassParts, MadePart
from kbstrack.portfolio.naming import file_name
from kbstrack.storage.safe_names import own_name, safe_name
from kbstrack.storage.zips import Entry, entry_of
from kbstrack.tables import csv_file

INDEX = "index.csv"
NOT_MADE = "not-made.txt"

MOST_UNITS = 120
"""Windows' 260 for a whole path, without a folder of up to 140 to unpack it in."""

HEAD = (
    "Apprentice",
    "ULN",
    "Standard",
    "Version",
    "Employer",
    "Assessor",
    "KSBs met",
    "KSBs in all",
    "Pages",
    "Record of",
    "File",
    "Not printed",
    "Not made",
)


def entries(rows: Sequence[EnrolmentRow], parts: ClassParts, folder: Path) -> list[Entry]:
    """What is in the ZIP, in the order of `rows`; the PDFs lie in `folder` by enrolment."""
    made = [row for row in rows if row.id in parts.made]
    taken: set[str] = set()
    for name in (INDEX, NOT_MADE):
        own_name(name, taken)
    names = {row.id: own_name(_name(row, parts.made[row.id]), taken) for row in made}
    found = [entry_of(INDEX, _index(rows, parts, names))]
    if parts.failed:
        found.append(entry_of(NOT_MADE, _not_made(rows, parts)))
    for row in made:
        part = parts.made[row.id]
        found.append(Entry(names[row.id], part.size_bytes, part.crc32, folder / part_name(row.id)))
    return found


def part_name(enrolment_id: uuid.UUID) -> str:
    """What one portfolio is called in the folder of its job."""
    return f"{enrolment_id}.pdf"


def _name(row: EnrolmentRow, part: MadePart) -> str:
    name = file_name(row.apprentice, row.standard_reference, part.issued_on)
    return safe_name(name, MOST_UNITS)


def _index(
    rows: Sequence[EnrolmentRow], parts: ClassParts, names: Mapping[uuid.UUID, str]
) -> bytes:
    lines = []
    for row in rows:
        part = parts.made.get(row.id)
        lines.append(
            (
                row.apprentice,
                row.uln,
                row.standard_reference,
                row.standard_version,
                row.employer,
                row.assessor,
                part and part.met_count,
                part and part.ksb_count,
                part and part.pages,
                part and part.issued_on.isoformat(),
                names.get(row.id),
                "; ".join(part.not_shown) if part else None,
                parts.failed.get(row.id),
            )
        )
    return csv_file(HEAD, lines)


def _not_made(rows: Sequence[EnrolmentRow], parts: ClassParts) -> bytes:
    """For people, on any computer."""
    failed = [row for row in rows if row.id in parts.failed]
    lines = [
        f"{say_count(len(failed), 'portfolio')} of {len(rows)} could not be made. Nothing is lost: "
        "the evidence, decisions and sign-offs are safe.",
        *(
            f"\n{row.apprentice}, ULN {row.uln}, {row.standard_reference} version "
            f"{row.standard_version}:\n{parts.failed[row.id]}"
            for row in failed
        ),
    ]
    return "".join(f"{line}\n" for line in lines).replace("\n", "\r\n").encode()
