"""Entries removed, added and swapped, files and wordings changed: each is named with its place."""

from __future__ import annotations

import contextvars
import json
import uuid
from dataclasses import replace
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Uuid, delete, event, insert, literal, select, update

from kbstrack.assessment.models import Decision, SignOff
from kbstrack.db import db
from kbstrack.ids import new_id
from kbstrack.ledger import queries
from kbstrack.ledger.models import LedgerEntry, LedgerSide
from kbstrack.ledger.rules import chain_flaws
from kbstrack.people.models import (
    AssessorAssignment,
    Employer,
    EmployerAssignment,
    Enrolment,
    Member,
    Person,
    Provider,
)
from kbstrack.quality.models import ConsideredDecision
from kbstrack.record.checking import check, every_enrolment
from kbstrack.record.whole import whole_flaws
from tests.builders import ULNS, WEDNESDAY, World, make_evidence, make_world
from tests.conftest import CountStatements
from tests.record.forging import rewrite
from tests.record.full import make_full
from tests.record.hand import kept_tables, outside_hand


@pytest.fixture
def full(app: Flask) -> World:
    return make_full()


def said(world: World) -> str:
    """Everything that a check finds, a line each."""
    return "\n".join(f"{flaw.place}: {flaw.sentence}" for flaw in check(world.enrolment_id).flaws)


def remove(world: World, sequence: int) -> None:
    with outside_hand() as hand, hand.touching() as connection:
        for model in (LedgerSide, LedgerEntry):
            connection.execute(
                delete(model).where(
                    model.enrolment_id == world.enrolment_id, model.sequence == sequence
                )
            )


def test_a_removed_last_entry_is_found_by_its_row(full: World):
    last = queries.entries(full.enrolment_id)[-1]
    remove(full, last.sequence)

    assert said(full) == (
        "a row: the enrolment's facts (number 3): it has no entry: it was added past the ledger, "
        "or its entry was removed."
    )


def test_a_removed_entry_is_found_by_the_next_one_and_by_its_row(full: World):
    remove(full, 5)

    assert "entry 6 (decision): entry 5 before it is missing or was changed." in said(full)
    assert "it has no entry" in said(full)


def test_an_entry_added_with_a_chain_computed_anew_tells_of_no_row(full: World):
    chain = queries.entries(full.enrolment_id)
    added = replace(chain[-1], subject_id=uuid.uuid4())
    rewrite([*chain, added])

    assert said(full) == (
        f"entry {len(chain) + 1} (enrolment): the row that it tells of is gone, or is no longer "
        "its own."
    )


def test_two_entries_that_change_places_are_found(full: World):
    fourth, fifth = queries.entries(full.enrolment_id)[3:5]
    table = LedgerEntry.__table__
    with outside_hand() as hand:
        for entry, number in ((fourth, 1000), (fifth, 4)):
            row = next(row for row in hand.rows(table) if row["hash"] == entry.hash)
            hand.update(table, row, {**row, "sequence": number})
        row = next(row for row in hand.rows(table) if row["hash"] == fourth.hash)
        hand.update(table, row, {**row, "sequence": 5})

    found = said(full)
    assert "entry 4 (decision): it does not follow from the entry before it." in found
    assert "entry 5 (submission): what it says is not what was hashed." in found


def test_names_beside_an_entry_that_is_not_there_are_found(full: World):
    elsewhere = new_id()
    added = {"sequence": 999, "salt": "00", "by_name": "Mallory", "names": "{}"}
    with outside_hand() as hand, hand.touching() as connection:
        for enrolment_id in (full.enrolment_id, elsewhere):
            connection.execute(insert(LedgerSide).values(enrolment_id=enrolment_id, **added))

    assert said(full) == (
        "the names beside entry 999: there is no such entry: they were added past the ledger, or "
        "it was removed."
    )
    assert elsewhere in set(every_enrolment())
    assert any(flaw.place == "the names beside entry 999" for flaw in check(elsewhere).flaws)


@pytest.mark.parametrize("change", ["changed", "added", "removed"])
def test_what_a_sampling_plan_was_drawn_from_is_part_of_the_record(full: World, change: str):
    table = ConsideredDecision.__table__
    others = select(Decision.id).where(Decision.id.not_in(select(table.c.decision_id))).limit(1)
    other_id = db.session.scalars(others).one()
    with outside_hand() as hand, hand.touching() as connection:
        connection.execute(
            {
                "changed": update(table).values(risks="first reopened"),
                "removed": delete(table),
                "added": insert(table).from_select(
                    table.columns.keys(),
                    select(table.c.plan_id, literal(other_id, Uuid()), *list(table.c)[2:]),
                ),
            }[change]
        )

    sentence = (
        "the sampling plan Spring: what it was drawn from is not what was kept then: a decision, "
        "its score, band or risks were changed, added or removed."
    )
    assert said(full) == sentence
    assert sentence in {f"{flaw.place}: {flaw.sentence}" for flaw in whole_flaws()}


def test_a_row_added_past_the_ledger_is_found(full: World):
    first = db.session.scalars(select(SignOff).limit(1)).one()
    values = {name: getattr(first, name) for name in SignOff.__table__.columns.keys()}  # noqa: SIM118
    with outside_hand() as hand, hand.touching() as connection:
        connection.execute(insert(SignOff).values(values | {"id": new_id(), "code": "S2"}))

    assert "a row: the sign-off of S2: it has no entry: it was added past the ledger" in said(full)


def test_somebody_else_named_as_the_one_who_decided_is_found_even_in_a_new_chain(full: World):
    chain = queries.entries(full.enrolment_id)
    place = next(number for number, entry in enumerate(chain) if entry.what == "decision")
    chain[place] = replace(chain[place], by_id=full.administrator.person_id, at=WEDNESDAY)
    rewrite(chain)

    assert said(full) == (
        f"entry {place + 1} (decision): it differs from its row in: who did it, when."
    )


def test_the_enrolment_itself_cannot_be_changed_past_the_ledger(full: World):
    for table, columns in (
        (Enrolment.__table__, {"uln": "9000000059", "apprentice_id": uuid.uuid4()}),
        (AssessorAssignment.__table__, {"assessor_id": uuid.uuid4(), "ended_at": WEDNESDAY}),
        (EmployerAssignment.__table__, {"line_manager_id": uuid.uuid4(), "ended_at": WEDNESDAY}),
    ):
        for name, value in columns.items():
            with outside_hand() as hand:
                row = hand.rows(table)[0]
                with hand.changed(table, row, table.columns[name], value):
                    assert said(full) != "", f"{table.name}.{name}"
    assert said(full) == ""


def test_nobodys_name_number_address_or_words_stand_in_the_entries(full: World):
    written = texts_of_rows()
    assert {"Say how you chose.", "Provider A", "9000000016", "apprentice@a.example"} <= written

    with outside_hand() as hand:
        for row in hand.rows(LedgerEntry.__table__):
            content = json.dumps({key: str(value) for key, value in row.items()})
            assert [text for text in written if text in content] == []


def texts_of_rows() -> set[str]:
    """What people wrote, and how they are called and reached: every text with a space, an @, or
    the digits of a ULN."""
    tables = [
        *kept_tables(),
        *(model.__table__ for model in (Provider, Employer, Person, Member, Enrolment)),
    ]
    with outside_hand() as hand:
        values = {
            value
            for table in tables
            if table.name not in {"ledger_entry"}
            for row in hand.rows(table)
            for value in row.values()
            if isinstance(value, str)
        }
    return {value for value in values if " " in value or "@" in value or value.startswith("9000")}


def test_a_chain_verifies_by_itself_when_names_and_salts_are_erased(full: World):
    with outside_hand() as hand, hand.touching() as connection:
        connection.execute(delete(LedgerSide))

    entries = queries.entries(full.enrolment_id)

    assert {entry.side for entry in entries} == {None}
    assert chain_flaws(entries) == []
    assert "the names and the salt beside it are gone" in said(full)


def test_a_check_asks_the_database_as_often_for_much_as_for_little(
    full: World, count_statements: CountStatements
):
    small = make_world(mark="b", ukprn="10000002", uln=ULNS[1])
    with count_statements() as for_little:
        check(small.enrolment_id, broken={})
    with count_statements() as for_much:
        check(full.enrolment_id, broken={})

    assert len(for_much) == len(for_little) < 80


def test_what_is_added_while_a_record_is_checked_is_no_flaw(app: Flask):
    world = make_world()
    make_evidence(world)
    begun: list[str] = []

    def add() -> None:
        with app.app_context():
            make_evidence(world, title="Meanwhile")
            db.session.remove()

    def meanwhile(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "FROM ledger_entry" in statement and not begun:
            begun.append(statement)
            thread = Thread(target=contextvars.Context().run, args=(add,))
            thread.start()
            thread.join()

    event.listen(db.engine, "after_cursor_execute", meanwhile)
    first = check(world.enrolment_id)

    assert begun
    assert (first.flaws, first.versions) == ((), 1)
    assert check(world.enrolment_id).versions == 2
