"""Whole enrolments and entries that were removed, added or doubled: each is named."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import delete, insert, text, update

from kbstrack.ids import new_id
from kbstrack.ledger import queries
from kbstrack.people.models import Enrolment
from kbstrack.record.checking import check, count_enrolments, every_enrolment
from kbstrack.record.naming import Naming
from kbstrack.record.rules import entry_flaws
from kbstrack.record.sources import SOURCES
from kbstrack.record.spelling import spelling_flaws
from tests.builders import World
from tests.record.full import make_full
from tests.record.hand import outside_hand


@pytest.fixture
def full(app: Flask) -> World:
    return make_full()


def said_of_all() -> dict[uuid.UUID, list[str]]:
    """What a check of everything finds, by enrolment."""
    found = {
        enrolment_id: [f"{flaw.place}: {flaw.sentence}" for flaw in check(enrolment_id).flaws]
        for enrolment_id in every_enrolment()
    }
    assert count_enrolments() == len(found)
    return found


def test_an_enrolment_whose_row_is_gone_is_still_checked(full: World):
    with outside_hand() as hand, hand.touching() as connection:
        connection.execute(delete(Enrolment).where(Enrolment.id == full.enrolment_id))

    assert said_of_all() == {
        full.enrolment_id: ["the enrolment: its row is gone, but it was entered."]
    }


def test_one_bit_of_an_enrolments_id_leaves_a_gap_and_one_too_many(full: World):
    other = uuid.UUID(int=full.enrolment_id.int ^ 1)
    with outside_hand() as hand, hand.touching() as connection:
        connection.execute(
            update(Enrolment).where(Enrolment.id == full.enrolment_id).values(id=other)
        )

    assert said_of_all() == {
        full.enrolment_id: ["the enrolment: its row is gone, but it was entered."],
        other: ["the enrolment: nothing says how it was made: it was added past the ledger."],
    }


def test_an_enrolment_added_past_the_ledger_is_found(full: World):
    table, added = Enrolment.__table__, new_id()
    with outside_hand() as hand:
        (row,) = hand.rows(table)
        with hand.touching() as connection:
            connection.execute(
                insert(Enrolment).values({**row, "id": added, "standard_reference": "ST0002"})
            )

    assert said_of_all() == {
        full.enrolment_id: [],
        added: ["the enrolment: nothing says how it was made: it was added past the ledger."],
    }


def test_a_second_entry_of_the_same_row_is_found_where_the_database_lets_it_in(full: World):
    entries = queries.entries(full.enrolment_id)
    events = [event for source in SOURCES.values() for event in source(full.enrolment_id)]
    doubled = [*entries, replace(entries[3], sequence=len(entries) + 1)]

    (flaw,) = entry_flaws(doubled, events, Naming(events))

    assert flaw.place == f"entry {len(doubled)} ({entries[3].what})"
    assert flaw.sentence == "the row that it tells of has an entry before it already."


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("column", ["sequence", "role", "hash", "what"])
def test_a_value_that_became_one_of_another_kind_is_a_flaw(full: World, column: str):
    with outside_hand() as hand, hand.touching() as connection:
        connection.execute(text(f"UPDATE ledger_entry SET {column} = x'ff00' WHERE sequence = 3"))

    assert check(full.enrolment_id).flaws


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("evidence_version", "number"),
        ("evidence_version", "sha256"),
        ("decision", "code"),
        ("claim", "code"),
        ("claim", "statement_hash"),
        ("sign_off", "code"),
        ("enrolment_state", "number"),
        ("enrolment_state", "standard_hash"),
        ("ledger_entry", "what"),
        ("ledger_entry", "facts"),
        ("ledger_side", "salt"),
    ],
)
def test_a_value_deleted_where_there_must_be_one_is_a_flaw(full: World, table: str, column: str):
    """The rule that there must be one is taken out of the database first."""
    with outside_hand() as hand, hand.touching() as connection:
        for statement in (
            "PRAGMA writable_schema = 1",
            f"UPDATE sqlite_master SET sql = replace(sql, ' NOT NULL', '') WHERE name = '{table}'",
            "PRAGMA writable_schema = RESET",
            f"UPDATE {table} SET {column} = NULL",
        ):
            connection.execute(text(statement))

    assert check(full.enrolment_id, broken={}).flaws


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_table_that_is_gone_is_named(full: World):
    with outside_hand() as hand, hand.touching() as connection:
        connection.execute(text("DROP TABLE ledger_side"))

    assert [flaw.place for flaw in spelling_flaws()] == ["the table ledger_side"]
    assert check(full.enrolment_id, broken={}).flaws
