"""Values that read the same when a bit of them is changed are found all the same."""

from __future__ import annotations

import pytest
from flask import Flask

from kbstrack.record.checking import check
from kbstrack.record.spelling import spelling_flaws
from tests.builders import World
from tests.record.full import make_full
from tests.record.hand import outside_hand


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
