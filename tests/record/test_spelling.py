"""Values that read the same when a bit of them is changed are found all the same."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Date, Table, Uuid

from kbstrack.db import UtcDateTime
from kbstrack.ledger.rules import Flaw
from kbstrack.record.checking import check
from kbstrack.record.spelling import READ_TOO, spelling_flaws, spelt_tables
from tests.builders import ULNS, World, make_world
from tests.conftest import CountStatements
from tests.record.full import make_full
from tests.record.hand import Hand, outside_hand

OF_NO_ENROLMENT = {
    "factor_reset": "how somebody may sign in",
    "auditor_revocation": "a link for an auditor, which can be for several enrolments",
    "considered_decision.decision_id": "it says whose row it is, and finds nobody",
}
"""Tables and columns that are looked through as a whole only, and why."""


@pytest.fixture
def full(app: Flask) -> World:
    return make_full()


def test_what_kbstrack_wrote_is_written_as_it_should_be(full: World):
    assert list(spelling_flaws()) == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("ledger_entry", "subject_id", "upper(subject_id)"),
        ("ledger_entry", "at", "replace(at, ' ', 'T')"),
        ("ledger_entry", "at", "replace(at, '.', ',')"),
        ("decision", "decided_by", "upper(decided_by)"),
        ("decision", "is_valid", "is_valid + 2"),
        ("action_point", "due_on", "replace(due_on, '-', '')"),
    ],
)
def test_a_value_that_is_spelt_otherwise_is_named(full: World, table, column, value):
    """PostgreSQL keeps values and no spelling."""
    with outside_hand() as hand, hand.touching() as connection:
        connection.exec_driver_sql(f"UPDATE {table} SET {column} = {value}")

    found = {(flaw.place.split(", row ")[0], flaw.sentence) for flaw in spelling_flaws()}

    assert (
        f"the table {table}",
        f"its {column} is not written as kbstrack writes it: a bit was changed.",
    ) in found or check(full.enrolment_id, broken={}).flaws


def test_every_table_that_a_check_reads_is_looked_through(
    full: World, count_statements: CountStatements
):
    with count_statements() as statements:
        check(full.enrolment_id, broken={}, alone=False)

    read = {
        name
        for statement in statements
        for name in re.findall(r"\b(?:FROM|JOIN) ([a-z_]+)", statement)
    }
    assert {"enrolment", "assessor_assignment", "ledger_side"} <= read
    assert read - {table.name for table in spelt_tables()} == set()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("table", [model.__table__ for model in READ_TOO], ids=str)
def test_one_bit_of_any_id_day_or_moment_that_reads_the_same_is_named(full: World, table: Table):
    """Such a bit in an assignment takes somebody's access away, and nothing else shows it."""
    missed = []
    with outside_hand() as hand:
        for column, rowid, value in spelt_values(hand, table):
            for other in alike(value):
                write(hand, table, column, rowid, other)
                flaws = list(spelling_flaws())
                if not names(flaws, table, column):
                    missed.append(f"{column} as {other!r}: {flaws}")
            write(hand, table, column, rowid, value)

    assert "; ".join(missed) == ""
    assert list(spelling_flaws()) == []


def spelt_values(hand: Hand, table: Table) -> Iterator[tuple[str, int, str]]:
    """Each value that has a spelling, as it is written: column, row, text."""
    kinds = (Uuid, UtcDateTime, Date)
    for column in (column.name for column in table.columns if isinstance(column.type, kinds)):
        with hand.touching() as connection:
            query = f"SELECT rowid, {column} FROM {table.name} WHERE {column} IS NOT NULL"
            found = connection.exec_driver_sql(query).all()
        yield from ((column, rowid, value) for rowid, value in found)


def alike(value: str) -> list[str]:
    """The value with one bit changed in its first letter, or in each mark between its digits."""
    letter = re.search("[a-f]", value)
    marks = [] if letter is None else [letter.start()]
    marks += [place for place, mark in enumerate(value) if mark in "- :."]
    return [
        value[:place] + chr(ord(value[place]) ^ (0x20 if value[place].isalpha() else 1))
        + value[place + 1 :]
        for place in marks
    ]  # fmt: skip


def write(hand: Hand, table: Table, column: str, rowid: int, value: str) -> None:
    with hand.touching() as connection:
        connection.exec_driver_sql(
            f"UPDATE {table.name} SET {column} = ? WHERE rowid = ?", (value, rowid)
        )


def names(flaws: list[Flaw], table: Table, column: str) -> bool:
    """Whether one of the flaws says which value it is."""
    return any(
        flaw.place.startswith(f"the table {table.name}, row ")
        and flaw.sentence.startswith(f"its {column} is not written")
        for flaw in flaws
    )


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_check_of_one_enrolment_names_a_bit_that_reads_the_same(full: World):
    """In its own rows, and in the files and sampling plans that they name."""
    missed = []
    with outside_hand() as hand:
        for table in spelt_tables():
            for column, rowid, value in spelt_values(hand, table):
                if {table.name, f"{table.name}.{column}"} & set(OF_NO_ENROLMENT) or rowid > 1:
                    continue
                for other in alike(value)[:1]:
                    write(hand, table, column, rowid, other)
                    if not check(full.enrolment_id, broken={}).flaws:
                        missed.append(f"{table}.{column} as {other!r}")
                    write(hand, table, column, rowid, value)

    assert "; ".join(missed) == ""


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_check_of_one_enrolment_names_nothing_of_another_one(full: World):
    other = make_world(mark="b", ukprn="10000002", uln=ULNS[1])
    with outside_hand() as hand, hand.touching() as connection:
        connection.exec_driver_sql(
            "UPDATE assessor_assignment SET assessor_id = upper(assessor_id) "
            f"WHERE enrolment_id = '{other.enrolment_id.hex}'"
        )

    assert check(full.enrolment_id).flaws == ()
    (flaw,) = check(other.enrolment_id).flaws
    assert flaw.place.startswith("the table assessor_assignment, row ")
