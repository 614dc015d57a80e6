"""Files, wordings and values that were damaged: each is named with its place, in a sentence."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from kbstrack import current
from kbstrack.current import store
from kbstrack.db import db
from kbstrack.evidence.models import StoredFile
from kbstrack.record.checking import check
from kbstrack.record.standards import usable_catalogue
from tests.builders import World
from tests.record.full import NOTES, make_full
from tests.record.hand import outside_hand


@pytest.fixture
def full(app: Flask) -> World:
    return make_full()


def said(world: World) -> str:
    """Everything that a check finds, a line each."""
    return "\n".join(f"{flaw.place}: {flaw.sentence}" for flaw in check(world.enrolment_id).flaws)


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


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
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
    """PostgreSQL does not take them."""
    with outside_hand() as hand, hand.touching() as connection:
        connection.exec_driver_sql(statement.replace("UPDATE", "UPDATE OR IGNORE"))

    assert place in said(full)
