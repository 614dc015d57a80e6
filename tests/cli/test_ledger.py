"""`kbstrack ledger`: what it says of a record, whole or not, and of its keys and checkpoints."""

from __future__ import annotations

import json
import shutil

import pytest
from click.testing import CliRunner

from kbstrack import current
from kbstrack.cli import main
from kbstrack.db import db
from kbstrack.evidence.models import EvidenceVersion
from tests.builders import ULNS, make_evidence, make_world
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
