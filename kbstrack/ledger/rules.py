"""What an entry of the ledger is, how entries are hashed and chained, and what breaks a chain."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from kbstrack.canonical import Json, canonical_json, sha256_of

FIRST_PREVIOUS = "0" * 64
"""What stands in the first entry for the hash of the one before it."""

SHORT_DIGITS = 16


class What(StrEnum):
    """What an entry tells of."""

    ENROLMENT = "enrolment"
    ASSESSOR = "assessor"
    EMPLOYER = "employer"
    SUBMISSION = "submission"
    WITHDRAWAL = "withdrawal"
    DECISION = "decision"
    DECISION_REOPENING = "decision_reopening"
    COUNTERSIGNATURE = "countersignature"
    SIGN_OFF = "sign_off"
    RENEWAL = "renewal"
    REOPENING = "reopening"
    REQUEST = "request"
    REMINDER = "reminder"
    REQUEST_REVOCATION = "request_revocation"
    CONFIRMATION = "confirmation"
    WITNESS_STATEMENT = "witness_statement"
    SAMPLE = "sample"
    IQA_OUTCOME = "iqa_outcome"
    IQA_REPLY = "iqa_reply"
    IQA_CLOSING = "iqa_closing"
    ISSUE = "issue"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an enrolment, as its row says it.

    `facts` are ids, codes, numbers, days and hashes, and are kept for ever. `texts` are what
    people wrote: they stay in the row, and only their salted hash goes into the chain, so that
    they can be erased one day. `names` are those that were used at that moment; they are kept
    beside the entry and are chained in the same way.
    """

    what: What
    subject_id: uuid.UUID
    facts: Mapping[str, Json] = field(default_factory=dict)
    texts: Mapping[str, Json] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Signer:
    """Who did it: the person (None for the operator of the instance and for what it does by
    itself), the name their provider used then, and the role in which they did it."""

    person_id: uuid.UUID | None
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Side:
    """What stands beside an entry and can be erased: the salt of its hashes, and the names."""

    salt: str
    by_name: str
    names: Mapping[str, str]

    @property
    def hash(self) -> str:
        """SHA-256 (hex) of the salt and all names."""
        return salted_hash(self.salt, {"by": self.by_name, "names": dict(self.names)})


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a chain. `facts` is canonical JSON; `side` is None once it is erased."""

    enrolment_id: uuid.UUID
    sequence: int
    what: str
    subject_id: uuid.UUID
    facts: str
    texts_hash: str
    side_hash: str
    by_id: uuid.UUID | None
    role: str
    at: datetime
    previous_hash: str
    hash: str
    side: Side | None = None

    @property
    def short_hash(self) -> str:
        """Enough of the hash to compare by eye: `1f3a 9c04 77de 0b21`."""
        return short_hash(self.hash)


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something in the record that is not as it was: where, and what."""

    place: str
    sentence: str


def short_hash(digest: str) -> str:
    """The first 16 digits of a hash in groups of four."""
    start = digest[:SHORT_DIGITS]
    return " ".join(start[place : place + 4] for place in range(0, len(start), 4))


def salted_hash(salt: str, value: Json) -> str:
    """SHA-256 (hex) that says nothing about the value to whoever has not got the salt."""
    return sha256_of({"salt": salt, "value": value})


def facts_text(event: Event) -> str:
    """The event's facts as canonical JSON (RFC 8785)."""
    return canonical_json(event.facts).decode()


def moment(at: datetime) -> str:
    """A moment as it is hashed: UTC, with microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def entry_hash(entry: Entry) -> str:
    """SHA-256 (hex) over everything the entry says, the hash before it included."""
    return sha256_of(
        {
            "enrolment": str(entry.enrolment_id),
            "sequence": entry.sequence,
            "what": entry.what,
            "subject": str(entry.subject_id),
            "facts": entry.facts,
            "texts": entry.texts_hash,
            "side": entry.side_hash,
            "by": str(entry.by_id) if entry.by_id else None,
            "role": entry.role,
            "at": moment(entry.at),
            "previous": entry.previous_hash,
        }
    )


def chain_flaws(entries: Iterable[Entry]) -> list[Flaw]:
    """Where a chain, given in order of its sequence, is broken: by itself, without the rows."""
    found: list[Flaw] = []
    expected, previous = 1, FIRST_PREVIOUS
    for entry in entries:
        if entry.sequence != expected:
            missing = f"entry {expected}" if entry.sequence > expected else "the order"
            found.append(Flaw(place(entry), f"{missing} before it is missing or was changed."))
        if entry.previous_hash != previous:
            found.append(Flaw(place(entry), "it does not follow from the entry before it."))
        if entry_hash(entry) != entry.hash:
            found.append(Flaw(place(entry), "what it says is not what was hashed."))
        if entry.side is not None and entry.side.hash != entry.side_hash:
            found.append(Flaw(place(entry), "the names beside it were changed."))
        expected, previous = entry.sequence + 1, entry.hash
    return found


def place(entry: Entry) -> str:
    """What to call an entry: `entry 12 (decision)`."""
    return f"entry {entry.sequence} ({entry.what.replace('_', ' ')})"
