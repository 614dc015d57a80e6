"""Comparing what rows say with what was entered: functions of values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from kbstrack.ledger.rules import (
    Entry,
    Event,
    Flaw,
    What,
    facts_text,
    moment,
    place,
    salted_hash,
)
from kbstrack.record.naming import Naming

Key = tuple[str, str]
"""What an entry tells of, and the id of the row."""


def key_of(told: Entry | Event) -> Key:
    """By which an entry finds its row."""
    return str(told.what), str(told.subject_id)


def entry_flaws(
    entries: Sequence[Entry], events: Sequence[Event], naming: Naming, *, is_all_read: bool = True
) -> Iterator[Flaw]:
    """Where entries and rows do not say the same: every row has its entry and every entry its row.

    `is_all_read` is False when some rows could not be read: then none is called missing.
    """
    rows = {key_of(event): event for event in events}
    for entry in entries:
        event = rows.get(key_of(entry))
        if event is not None:
            yield from _differences(entry, event, naming)
        elif is_all_read:
            yield Flaw(place(entry), "the row that it tells of is gone, or is no longer its own.")
    entered: set[Key] = set()
    for entry in entries:
        if key_of(entry) in entered:
            yield Flaw(place(entry), "the row that it tells of has an entry before it already.")
        entered.add(key_of(entry))
    for key, event in rows.items():
        if key not in entered:
            yield Flaw(
                f"a row: {naming.name(event)}",
                "it has no entry: it was added past the ledger, or its entry was removed.",
            )


def _differences(entry: Entry, event: Event, naming: Naming) -> Iterator[Flaw]:
    what = naming.name(event)
    if entry.facts != facts_text(event):
        keys = _said(_changed(entry.facts, event.facts)) or "the way it is written"
        yield Flaw(place(entry), f"{what} is not what was entered; what differs: {keys}.")
    if entry.side is None:
        yield Flaw(
            place(entry),
            f"the names and the salt beside it are gone, so what was written in {what} "
            "cannot be compared.",
        )
    elif salted_hash(entry.side.salt, event.texts) != entry.texts_hash:
        keys = _said(sorted(event.texts)) or "a text that is gone"
        yield Flaw(
            place(entry),
            f"what was written in {what} is not what was entered (something of: {keys}).",
        )
    yield from _said_otherwise(entry, event.facts)


def _said(keys: Iterable[str]) -> str:
    return ", ".join(key.replace("_", " ") for key in keys)


def _changed(entered: str, now: Mapping[str, Any]) -> list[str]:
    try:
        before = json.loads(entered)
    except (ValueError, RecursionError):
        return []
    if not isinstance(before, dict):
        return []
    nowhere = object()
    plain = json.loads(json.dumps(now))
    keys = sorted(before.keys() | plain.keys())
    return [key for key in keys if before.get(key, nowhere) != plain.get(key, nowhere)]


def _said_otherwise(entry: Entry, facts: Mapping[str, Any]) -> Iterator[Flaw]:
    """Who, when and in what role, where the row says so itself."""
    wrong = []
    by, at = _signature(facts)
    if by is not None and str(entry.by_id) != by:
        wrong.append("who did it")
    if at is not None and moment(entry.at) != at:
        wrong.append("when")
    if "role" in facts and entry.role != facts["role"]:
        wrong.append("in what role")
    if wrong:
        yield Flaw(place(entry), f"it differs from its row in: {', '.join(wrong)}.")


_MOMENTS = ("set_at", "assigned_at", "queued_at")
"""Where a row without a person says when it was made."""


def _signature(facts: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Who and when, by the columns' names: `signed_by` goes with `signed_at`."""
    for key, value in facts.items():
        stem = key.removesuffix("_by")
        if stem != key and f"{stem}_at" in facts:
            return value, facts[f"{stem}_at"]
    return None, next((facts[key] for key in _MOMENTS if key in facts), None)


def state_flaws(
    present: Mapping[str, Any], events: Iterable[Event], *, is_all_read: bool = True
) -> Iterator[Flaw]:
    """Where an enrolment's present row is not what was last entered of it.

    `present` has the row's columns as they go into JSON; `is_all_read` as in `entry_flaws`.
    """
    states = [event for event in events if event.what is What.ENROLMENT]
    if not states:
        if is_all_read:
            sentence = "nothing says how it was made: it was added past the ledger."
            yield Flaw("the enrolment", sentence)
        return
    last = max(states, key=lambda event: int(event.facts["number"]))  # type: ignore[arg-type]
    said = {**last.facts, **last.texts}
    shared = set(present) - {"id"}
    columns = sorted(key for key in shared if key in _STATE and present[key] != said.get(key))
    if columns:
        yield Flaw("the enrolment", f"it is not as it was last entered: {_said(columns)}.")


_STATE = frozenset(
    {
        "provider_id",
        "apprentice_id",
        "uln",
        "standard_reference",
        "standard_version",
        "standard_hash",
        "start_on",
        "planned_end_on",
        "ended_on",
        "end_reason",
    }
)


def succession_flaws(
    what: What, periods: Mapping[str, tuple[str, str | None]], entries: Iterable[Entry]
) -> Iterator[Flaw]:
    """Where those who stood beside an enrolment do not follow each other.

    `periods` has the rows' (assigned, ended) by id; the entries give their order.
    """
    ids = [str(entry.subject_id) for entry in entries if entry.what == what]
    known = [(entry_id, *periods[entry_id]) for entry_id in ids if entry_id in periods]
    word = what.value
    for number, (_, _, ended_at) in enumerate(known, start=1):
        is_last = number == len(known)
        follower = None if is_last else known[number][1]
        if ended_at == follower:
            continue
        if is_last:
            yield Flaw(f"{word} {number}", f"they ended at {ended_at}, and nobody followed.")
        else:
            yield Flaw(
                f"{word} {number}",
                f"they ended at {ended_at or 'no time'}, but the next one began at {follower}.",
            )
