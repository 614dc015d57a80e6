"""Whether the portfolio as data and the extract of the ledger tell the same."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from kbstrack.canonical import canonical_json, sha256_of
from kbstrack.errors import RuleBroken
from kbstrack.formats import say_count
from kbstrack.ledger.rules import Entry, What, moment
from kbstrack.sealing.extract import Extract

FORMAT = "kbstrack-record-1"
_WRONG = "record.json is none of kbstrack's, or it was cut off or changed."

Thing = tuple[Any, ...]
"""What identifies a version, a decision or a sign-off in both."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of: versions by their hash, decisions and sign-offs with their moment, and
    whether these were taken back."""

    versions: Counter[Thing]
    decisions: Counter[Thing]
    sign_offs: Counter[Thing]

    def say(self) -> str:
        """How many there are."""
        return ", ".join(
            (
                say_count(self.versions.total(), "version"),
                say_count(self.decisions.total(), "decision"),
                say_count(self.sign_offs.total(), "sign-off"),
            )
        )


@dataclass(frozen=True, slots=True)
class Record:
    """`record.json`: the hash of the portfolio in it, which issue (number, kind, code, moment) and
    which head of the ledger it names, what it tells of, and whose portfolio on what it is."""

    portfolio_sha256: str
    issue: tuple[int, str, str, str]
    ledger: tuple[int, str]
    told: Told
    whose: str


def read_record(content: bytes) -> Record:
    """What `record.json` says. Raises RuleBroken when it is none, or written in another way."""
    try:
        found = json.loads(content)
        portfolio = found["portfolio"]
        is_ours = found["format"] == FORMAT and canonical_json(found) == content
        told = Told(
            versions=Counter((version["sha256"],) for version in _versions(portfolio)),
            decisions=Counter(_decisions(portfolio)),
            sign_offs=Counter(_sign_offs(portfolio)),
        )
        issue, ledger = _issue(portfolio["issue"]), _head(portfolio)
        whose = _whose(portfolio)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise RuleBroken(_WRONG) from error
    if not is_ours:
        raise RuleBroken(_WRONG)
    return Record(sha256_of(portfolio), issue, ledger, told, whose)


def told_by(extract: Extract) -> Told:
    """What the ledger tells of, without versions that were withdrawn and what was decided on them.

    Raises RuleBroken when its facts are not such as the ledger has them.
    """
    try:
        return _told_by([entry for entry in extract.entries if isinstance(entry, Entry)])
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise RuleBroken("What the extract of the ledger says cannot be read.") from error


def disagreement(record: Told, ledger: Told) -> str | None:
    """The first thing of which only one of them tells, as a sentence."""
    for what, in_record, in_ledger in (
        ("version", record.versions, ledger.versions),
        ("decision", record.decisions, ledger.decisions),
        ("sign-off", record.sign_offs, ledger.sign_offs),
    ):
        if more := list((in_record - in_ledger).elements()):
            return f"record.json has a {what} that is not in the ledger so: {_say(more[0])}."
        if more := list((in_ledger - in_record).elements()):
            return f"The ledger has a {what} that is not in record.json so: {_say(more[0])}."
    return None


def _told_by(entries: list[Entry]) -> Told:
    facts = {entry.sequence: json.loads(entry.facts) for entry in entries}
    subjects = {
        what: {entry.subject_id for entry in entries if entry.what == what}
        for what in (What.WITHDRAWAL, What.DECISION_REOPENING, What.REOPENING)
    }
    versions: Counter[Thing] = Counter()
    decisions: Counter[Thing] = Counter()
    sign_offs: Counter[Thing] = Counter()
    for entry in entries:
        said = facts[entry.sequence]
        if entry.what == What.SUBMISSION and entry.subject_id not in subjects[What.WITHDRAWAL]:
            versions[said["sha256"],] += 1
        elif entry.what == What.DECISION and (said["version_sha256"],) in versions:
            is_taken_back = entry.subject_id in subjects[What.DECISION_REOPENING]
            is_met = said["outcome"] == "met"
            at = _moment(said["decided_at"])
            decisions[said["version_sha256"], said["code"], is_met, at, is_taken_back] += 1
        elif entry.what == What.SIGN_OFF:
            is_taken_back = entry.subject_id in subjects[What.REOPENING]
            at = _moment(said["signed_at"])
            sign_offs[said["code"], said["role"].capitalize(), at, is_taken_back] += 1
    return Told(versions, decisions, sign_offs)


def _issue(said: Any) -> tuple[int, str, str, str]:
    at = moment(datetime.fromisoformat(said["frozen_at"]))
    return said["number"], said["kind"], said["code"], at


def _head(portfolio: Any) -> tuple[int, str]:
    return portfolio["ledger_sequence"], portfolio["ledger_hash"]


def _whose(portfolio: Any) -> str:
    standard = portfolio["standard"]
    return (
        f"of {portfolio['apprentice']}, ULN {portfolio['uln']}, "
        f"on {standard['reference']} version {standard['version']}"
    )


def _versions(portfolio: Any) -> Iterator[Any]:
    for piece in portfolio["pieces"]:
        yield from piece["versions"]


def _decisions(portfolio: Any) -> Iterator[Thing]:
    for version in _versions(portfolio):
        for claim in version["claims"]:
            for made in (*claim["former"], claim["decision"]):
                if made is not None:
                    at, is_taken_back = _moment(made["decided_at"]), made["reopening"] is not None
                    yield version["sha256"], claim["code"], made["is_met"], at, is_taken_back


def _sign_offs(portfolio: Any) -> Iterator[Thing]:
    for ksb in portfolio["ksbs"]:
        for given in ksb["sign_offs"]:
            at, is_taken_back = _moment(given["signed_at"]), given["reopening"] is not None
            yield ksb["code"], given["role"].capitalize(), at, is_taken_back


def _moment(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(UTC).isoformat()


def _say(thing: Thing) -> str:
    """What identifies it, on one line: `K1, met, 2026-03-02T09:30:00+00:00`."""
    said = {True: "yes", False: "no"}
    return ", ".join(said[part] if isinstance(part, bool) else str(part) for part in thing)
