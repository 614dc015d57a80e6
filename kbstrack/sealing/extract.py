"""The extract of a ledger that goes with an issue: every entry up to its head, nobody's name.

Entries that are not for its readers (internal quality assurance) are withheld: of them there is
only what links the chain.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kbstrack.canonical import Json, canonical_json
from kbstrack.errors import RuleBroken
from kbstrack.ledger.rules import FIRST_PREVIOUS, Entry, entry_hash, moment, place

FORMAT = "kbstrack-ledger-1"
NAME = "ledger.json"
MOST_BYTES = 200_000_000

_WRONG = "The extract of the ledger is none of kbstrack's, or it was cut off or changed."


@dataclass(frozen=True, slots=True)
class Withheld:
    """An entry of which there are only the hashes."""

    sequence: int
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class Extract:
    """A chain from its first entry on."""

    enrolment_id: uuid.UUID
    entries: tuple[Entry | Withheld, ...]

    @property
    def head(self) -> tuple[int, str]:
        """Sequence and hash of the last entry; zero and nothing when there is none."""
        return (self.entries[-1].sequence, self.entries[-1].hash) if self.entries else (0, "")


def write_extract(
    enrolment_id: uuid.UUID, entries: Iterable[Entry], *, withheld: Collection[str]
) -> bytes:
    """The extract's file; `withheld` names the kinds of entries (`what`) that are not shown."""
    return canonical_json(
        {
            "format": FORMAT,
            "enrolment": str(enrolment_id),
            "entries": [
                _hashes(row) | ({} if row.what in withheld else _said(row)) for row in entries
            ],
        }
    )


def read_extract(content: bytes) -> Extract:
    """What an extract's file says. Raises RuleBroken when it is none."""
    try:
        found = json.loads(content)
        enrolment_id = uuid.UUID(found["enrolment"])
        entries = tuple(_entry(enrolment_id, row) for row in found["entries"])
        is_ours = found["format"] == FORMAT
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise RuleBroken(_WRONG) from error
    if not is_ours:
        raise RuleBroken(_WRONG)
    return Extract(enrolment_id, entries)


def extract_problem(extract: Extract) -> str | None:
    """The first place at which the chain does not hold, as a sentence."""
    expected, previous = 1, FIRST_PREVIOUS
    for entry in extract.entries:
        name = place(entry) if isinstance(entry, Entry) else f"entry {entry.sequence}"
        if entry.sequence != expected or entry.previous_hash != previous:
            return f"{name} does not follow from the entry before it."
        if isinstance(entry, Entry) and entry_hash(entry) != entry.hash:
            return f"what {name} says is not what was hashed."
        expected, previous = entry.sequence + 1, entry.hash
    return None


def _hashes(entry: Entry) -> dict[str, Json]:
    return {"sequence": entry.sequence, "previous": entry.previous_hash, "hash": entry.hash}


def _said(entry: Entry) -> dict[str, Json]:
    return {
        "what": entry.what,
        "subject": str(entry.subject_id),
        "facts": entry.facts,
        "texts": entry.texts_hash,
        "side": entry.side_hash,
        "by": str(entry.by_id) if entry.by_id else None,
        "role": entry.role,
        "at": moment(entry.at),
    }


def _entry(enrolment_id: uuid.UUID, row: Any) -> Entry | Withheld:
    """Raises KeyError, TypeError, ValueError."""
    if "what" not in row:
        return Withheld(int(row["sequence"]), str(row["previous"]), str(row["hash"]))
    return Entry(
        enrolment_id=enrolment_id,
        sequence=int(row["sequence"]),
        what=str(row["what"]),
        subject_id=uuid.UUID(row["subject"]),
        facts=str(row["facts"]),
        texts_hash=str(row["texts"]),
        side_hash=str(row["side"]),
        by_id=None if row["by"] is None else uuid.UUID(row["by"]),
        role=str(row["role"]),
        at=datetime.fromisoformat(row["at"]),
        previous_hash=str(row["previous"]),
        hash=str(row["hash"]),
    )
