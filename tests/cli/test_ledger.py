"""`kbstrack ledger`: what it says of a record, whole or not, and of its keys and checkpoints."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from kbstrack import current
from kbstrack.cli import main
from kbstrack.db import db
from kbstrack.evidence.models import EvidenceVersion
from kbstrack.ledger import queries
from tests.builders import ULNS, make_evidence, make_world
from tests.record.forging import rewrite
from tests.record.hand import outside_hand


@pytest.fixture
def run(app, monkeypatch, tmp_path):
    """Run `kbstrack ledger …` on the instance of `app`; it must end with `exit_code`."""
    settings = app.extensions[current.SETTINGS]
    standards = tmp_path / "standards"
    shutil.copytree(settings.standards_directories[0], standards)
    monkeypatch.setenv("KBSTRACK_HOME", str(settings.home))
    monkeypatch.setenv("KBSTRACK_DATABASE", settings.database_url)
    monkeypatch.setenv("KBSTRACK_STANDARDS", str(standards))

    def run(*arguments, exit_code=0):
        db.session.rollback()
        result = CliRunner().invoke(main, ["ledger", *map(str, arguments)])
        assert result.exit_code == exit_code, result.output
        return result.output

    return run


@pytest.fixture
def world(app):
    world = make_world()
    make_evidence(world)
    return world


def spoil(title="Shortlist for a friend"):
    """Another title in the only version."""
    table = EvidenceVersion.__table__
    with outside_hand() as hand:
        row = hand.rows(table)[0]
        hand.update(table, row, {**row, "title": title})


def test_a_whole_record_is_said_to_be_whole(run, world):
    said = run("verify")

    assert "Checked 1 enrolment: 4 entries, 1 version, 0 files" in said
    assert "Everything is as it was entered." in said


def test_what_was_changed_is_named_and_the_command_fails(run, world):
    spoil()

    said = run("verify", ULNS[0], exit_code=1)

    assert f"Enrolment {world.enrolment_id}:" in said
    assert "entry 4 (submission): what was written in the submission in E1, version 1" in " ".join(
        said.split()
    )
    assert "Found 2 flaws." in said


def test_programs_are_told_the_same(run, world):
    assert json.loads(run("verify", "--json"))["is_sound"] is True

    spoil()
    found = json.loads(run("verify", "--json", exit_code=1))

    assert found["is_sound"] is False
    assert [flaw["place"] for flaw in found["flawed"][str(world.enrolment_id)]] == [
        "entry 4 (submission)",
        "E1, version 1",
    ]


def test_an_enrolment_that_is_not_there_is_said_in_a_sentence(run, world):
    assert "There is no enrolment" in run("verify", "12", exit_code=1)


def test_an_instance_without_enrolments_has_nothing_to_find(run):
    assert "Checked 0 enrolments" in run("verify")


def test_a_checkpoint_is_written_and_the_record_is_compared_with_it(run, world, tmp_path):
    path = tmp_path / "tuesday.json"
    assert "Wrote" in run("checkpoint", path)
    assert json.loads(run("checkpoint"))["format"] == "kbstrack-checkpoint-1"

    said = run("verify", "--since", path)

    assert "Compared with the checkpoint of" in said
    assert "Everything is as it was entered." in said


def test_a_file_that_is_there_is_not_replaced_by_a_checkpoint(run, world, tmp_path):
    path = tmp_path / "mine.txt"
    path.write_text("Mine")

    assert "File exists" in run("checkpoint", path, exit_code=2)
    assert path.read_text() == "Mine"


def test_a_chain_that_was_rewritten_is_shown_by_a_checkpoint(run, world, tmp_path):
    path = tmp_path / "tuesday.json"
    run("checkpoint", path)
    rewrite(queries.entries(world.enrolment_id)[:-1])

    said = " ".join(run("verify", world.enrolment_id, "--since", path, exit_code=1).split())

    assert "entry 4: the checkpoint of" in said
    assert "the chain was rewritten or cut after that" in said


def test_keys_can_be_kept_elsewhere_and_trusted_instead_of_the_instances(run, world, tmp_path):
    checkpoint, keys = tmp_path / "tuesday.json", tmp_path / "keys.json"
    run("checkpoint", checkpoint)
    keys.write_text(run("keys"))
    shutil.rmtree(current.settings().home / "keys")

    assert "Everything" in run("verify", "--since", checkpoint, "--keys", keys)
    assert "no keys" in run("verify", "--since", checkpoint, exit_code=1)
    run("checkpoint")
    assert "another instance" in run("verify", "--since", checkpoint, exit_code=1)


def test_a_new_key_signs_and_the_former_one_stays_listed(run, world):
    assert "There is no key yet" in run("keys", exit_code=1)
    run("checkpoint")
    assert "signs from now on" in run("rotate-key")

    listed = json.loads(run("keys"))["keys"]

    assert ["until" in key for key in listed] == [True, False]


def test_what_is_no_checkpoint_is_refused_before_anything_is_read(run, world, tmp_path):
    path = tmp_path / "tuesday.json"
    run("checkpoint", path)
    path.write_bytes(path.read_bytes()[:-9])

    assert "is no checkpoint of kbstrack" in run("verify", "--since", path, exit_code=1)
    assert "does not exist" in run("verify", "--since", tmp_path / "nothing", exit_code=2)


def test_a_standard_worded_otherwise_and_one_that_cannot_be_read_are_named(run, world):
    path = Path(os.environ["KBSTRACK_STANDARDS"]) / "tiny.yaml"
    path.write_text(path.read_text().replace("How wind lifts a kite", "How wind lifts a site"))

    assert "K1 of ST9999 version 1.0: its wording is not" in run("verify", exit_code=1)

    path.write_text("reference: [")
    said = run("verify", exit_code=1)
    assert "tiny.yaml" in said
    assert "ST9999 version 1.0: the file of this standard is missing or cannot be used" in said


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_row_that_cannot_be_read_at_all_is_said_in_a_sentence(run, world):
    with outside_hand() as hand, hand.touching() as connection:
        connection.exec_driver_sql("UPDATE enrolment SET start_on = 'x'")
    assert "cannot be read: it was damaged" in run("verify", ULNS[0], exit_code=1)
    assert "the table enrolment: a value in its column start_on" in " ".join(
        run("verify", exit_code=1).split()
    )

    with outside_hand() as hand, hand.touching() as connection:
        connection.exec_driver_sql("UPDATE enrolment SET id = 'x'")
    assert "The ids in the table enrolment cannot be read" in run("verify", exit_code=1)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("table", "column"),
    [("employer_assignment", "line_manager_id"), ("enrolment", "provider_id")],
)
def test_a_bit_that_reads_the_same_is_named_once_whether_one_or_all_are_checked(
    run, world, table, column
):
    """PostgreSQL keeps values and no spelling."""
    with outside_hand() as hand, hand.touching() as connection:
        connection.exec_driver_sql(f"UPDATE {table} SET {column} = upper({column})")

    for arguments in ([world.enrolment_id], []):
        said = " ".join(run("verify", *arguments, exit_code=1).split())
        assert f"its {column} is not written as kbstrack writes it: a bit was changed." in said
        assert "Found 1 flaw." in said
