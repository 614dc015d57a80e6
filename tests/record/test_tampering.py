"""Entries removed, added and swapped, files and wordings changed: each is named with its place."""

from __future__ import annotations

import json
import shutil
import uuid
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select

from kbstrack import current
from kbstrack.assessment.models import SignOff
from kbstrack.current import store
from kbstrack.db import db
from kbstrack.evidence.models import StoredFile
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
from kbstrack.record.checking import check
from kbstrack.record.standards import usable_catalogue
from tests.builders import ULNS, WEDNESDAY, World, make_world
from tests.conftest import CountStatements
from tests.record.forging import rewrite
from tests.record.full import NOTES, make_full
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


@pytest.mark.parametrize("which", ["sha256", "copy_sha256"])
def test_any_bit_of_a_file_and_of_its_checked_copy_counts(full: World, which):
    query = select(getattr(StoredFile, which)).where(StoredFile.copy_sha256.is_not(None))
    path = store().path(str(db.session.scalars(query).one()))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o600)
    path.write_bytes(bytes(content))

    what = "the file" if which == "sha256" else "the checked copy of"
    assert said(full).splitlines() == [
        f"{what} whiteboard.png of E1, version {number}: its bytes are not those that were "
        "handed in."
        for number in (1, 2)
    ]


def test_a_file_that_is_gone_is_named(full: World):
    (notes,) = db.session.scalars(select(StoredFile.sha256).where(StoredFile.family == "text"
        , StoredFile.size_bytes == len(NOTES)))  # fmt: skip
    store().path(notes).unlink()

    assert "the file notes.txt of E1, version 2: its bytes are missing." in said(full)


@pytest.fixture
def standards(app: Flask, tmp_path: Path) -> Path:
    """A copy of the standards that the check reads instead."""
    folder = tmp_path / "standards"
    shutil.copytree(current.settings().standards_directories[0], folder)
    return folder


def with_standards(app: Flask, folder: Path) -> list[str]:
    app.extensions[current.CATALOGUE], flaws = usable_catalogue([folder])
    return [f"{flaw.place}: {flaw.sentence}" for flaw in flaws]


def test_a_ksb_worded_otherwise_is_named_with_what_was_made_on_it(
    app: Flask, full: World, standards: Path
):
    path = standards / "tiny.yaml"
    path.write_text(path.read_text().replace("How wind lifts a kite", "How wind lifts a site"))
    with_standards(app, standards)

    whole, ksb = said(full).splitlines()
    assert whole == (
        "ST9999 version 1.0: the file of this standard was changed since the apprentice's "
        "enrolment."
    )
    assert ksb.startswith(
        "K1 of ST9999 version 1.0: its wording is not the one that these were made on: "
    )
    assert "the submission in E1, version 1" in ksb
    assert "the decision of K1 in E1, version 1" in ksb
    assert "the sign-off of K1" in ksb


@pytest.mark.parametrize("content", ["", "reference: [", "\0"])
def test_a_standard_that_cannot_be_used_is_named(app: Flask, full: World, standards: Path, content):
    (standards / "tiny.yaml").write_text(content)
    flaws = with_standards(app, standards)

    assert any("tiny.yaml" in flaw for flaw in flaws)
    assert said(full) == (
        "ST9999 version 1.0: the file of this standard is missing or cannot be used."
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


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("UPDATE decision SET decided_at = 'x'", "the table decision: a value in its column"),
        ("UPDATE evidence_version SET title = CAST(X'ff' AS TEXT)", "in its column title"),
        ("UPDATE ledger_entry SET subject_id = 'x'", "the table ledger_entry"),
        ("UPDATE enrolment_state SET number = 'x'", "the enrolment's facts (number x)"),
        ("UPDATE ledger_entry SET facts = '['", "entry 1 (enrolment)"),
        ("UPDATE ledger_side SET names = '[1'", "entry 1 (enrolment): the names beside it"),
        ("UPDATE claim SET code = ''", "entry 4 (submission)"),
        ("UPDATE upload SET uploaded_at = 7", "the table upload"),
        ("UPDATE evidence_version SET kind = X'00'", "evidence"),
        ("UPDATE evidence_version SET first_on = '2026-02-30'", "in its column first_on"),
        ("UPDATE stored_file SET sha256 = '../../etc'", "entry 4 (submission)"),
        ("UPDATE assessor_assignment SET ended_at = ''", "the table assessor_assignment"),
    ],
)
def test_values_that_no_column_can_have_are_named_without_a_traceback(
    full: World, statement, place
):
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL does not take them")
    with outside_hand() as hand, hand.touching() as connection:
        connection.exec_driver_sql(statement.replace("UPDATE", "UPDATE OR IGNORE"))

    assert place in said(full)


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

    assert len(for_much) == len(for_little) < 40
