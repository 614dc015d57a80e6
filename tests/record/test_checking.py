"""Any one value changed in what was handed in, decided or signed is found and named."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Column, Table

from kbstrack.ledger.rules import Flaw
from kbstrack.record.checking import check
from tests.builders import World
from tests.record.full import DRAFT, make_full
from tests.record.hand import DBAPIError, Hand, Row, kept_tables, other_values, outside_hand


@pytest.fixture
def full(app: Flask) -> World:
    return make_full()


def test_a_record_in_which_nothing_was_changed_has_no_flaws(full: World):
    checked = check(full.enrolment_id)

    assert checked.flaws == ()
    assert checked.entries > 20
    assert (checked.versions, checked.files) == (3, 9)


UNDECIDED = {
    **dict.fromkeys(
        ("auditor_link", "auditor_scope", "auditor_revocation", "auditor_view"),
        "who may read a record and who did; it says nothing of what the record says",
    ),
    "factor_reset": "how somebody may sign in; it is no part of any enrolment's record",
}
"""Tables and columns with rows that are only ever added, but nothing that was decided; and why."""

DRAFTED = {"draft.txt", hashlib.sha256(DRAFT).hexdigest()}
"""By which a file is known that belongs to a draft only."""

PLACES = {
    "enrolment_state": r"enrolment",
    "stored_file": r"\bE1\b|submission|issue",
    "upload": r"\bE1\b|submission",
    "evidence_version": r"\bE\d\b|submission",
    "claim": r"\bE\d\b|submission|decision",
    "version_file": r"\bE1\b|submission",
    "withdrawal": r"withdrawal",
    "decision": r"decision",
    "action_point": r"decision",
    "sign_off": r"sign.off",
    "sign_off_basis": r"sign.off",
    "reopening": r"reopening",
    "decision_reopening": r"reopening",
    "countersignature": r"countersignature",
    "renewal": r"renew",
    "renewal_basis": r"renew",
    "confirmation_request": r"request",
    "confirmation_request_reminder": r"reminder",
    "confirmation_request_revocation": r"request",
    "confirmation": r"confirmation",
    "witness_statement": r"witness statement",
    "sampling_plan": r"sample",
    "considered_decision": r"sampling plan",
    "sample": r"sample",
    "iqa_outcome": r"IQA outcome|iqa outcome",
    "iqa_reply": r"iqa reply",
    "iqa_closing": r"iqa closing",
    "issue": r"issue",
    "ledger_entry": r"entry \d+|no entry",
    "ledger_side": r"entry \d+",
}
"""What the place or the sentence must name, by the table that was changed."""


@pytest.mark.slow
def test_any_one_value_changed_in_any_row_that_is_only_added_is_found_and_named(full: World):
    missed, refused = [], []
    with outside_hand() as hand:
        for table in kept_tables():
            if table.name in UNDECIDED:
                continue
            row = some_row(hand, table)
            for column in table.columns:
                name = f"{table.name}.{column.name}"
                if name in UNDECIDED:
                    continue
                found = flaws_of_each(hand, full, table, row, column)
                refused += [name] if found is None else []
                missed += [
                    f"{name} to {value!r}: {flaws}"
                    for value, flaws in found or ()
                    if not names(PLACES[table.name], flaws)
                ]

    assert missed == []
    # PostgreSQL keeps its own rules of a row whoever writes; there is no way around them.
    assert refused == [] or hand.engine.dialect.name == "postgresql"


def some_row(hand: Hand, table: Table) -> Row:
    """A row of what was handed in: a draft and its file belong to nothing yet."""
    rows = [row for row in hand.rows(table) if not DRAFTED & set(row.values())]
    assert rows, f"give tests/record/full.py a row of {table.name}"
    return rows[len(rows) // 2]


def names(place: str, flaws: tuple[Flaw, ...]) -> bool:
    """Whether one of the flaws says where it is."""
    return any(re.search(place, f"{flaw.place}: {flaw.sentence}") for flaw in flaws)


def flaws_of_each(
    hand: Hand, full: World, table: Table, row: Row, column: Column[Any]
) -> list[tuple[Any, tuple[Flaw, ...]]] | None:
    """What is found with each other value; None when the database takes none of them."""
    found = []
    for value in other_values(column, row[column.name]):
        try:
            with hand.changed(table, row, column, value):
                found.append((value, check(full.enrolment_id, broken={}).flaws))
        except DBAPIError:
            continue
    return found or None
