"""`kbstrack portfolio`: the file is written whole, or not at all, and refusals are sentences."""

from __future__ import annotations

import os
import shutil
import uuid
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner, Result

from kbstrack.app import instance
from kbstrack.cli import main
from kbstrack.people import enrolling
from kbstrack.people.beside import Beside
from tests.builders import (
    MONDAY,
    PLANNED_END,
    START,
    TUESDAY,
    ULNS,
    World,
    make_evidence,
    make_world,
)
from tests.conftest import STANDARDS


@pytest.fixture
def world(tmp_path: Path, migrated_file: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """An instance with one enrolment, to which the environment points."""
    for name in list(os.environ):
        if name.startswith("KBSTRACK_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("KBSTRACK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("KBSTRACK_STANDARDS", str(STANDARDS))
    (tmp_path / "home").mkdir()
    shutil.copyfile(migrated_file, tmp_path / "home" / "kbstrack.sqlite")
    with instance():
        made = make_world()
        make_evidence(made, title="A shortlist of kites")
    return made


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(
        main, ["portfolio", *(str(argument) for argument in arguments)], prog_name="kbstrack"
    )
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_a_portfolio_is_written_by_the_uln(world, tmp_path):
    target = tmp_path / "portfolio.pdf"

    result = run(ULNS[0], "--out", target)

    assert result.exit_code == 0, result.output
    assert "Drawing the portfolio of Apprentice A, ST9999: 1 piece of evidence." in result.stderr
    assert f"Wrote {target}" in result.stdout
    with pikepdf.open(target) as document:
        assert "Apprentice A" in str(document.docinfo["/Title"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "portfolio.pdf"]


def test_a_file_that_is_there_is_kept_until_force_is_given(world, tmp_path):
    target = tmp_path / "portfolio.pdf"
    target.write_bytes(b"mine")

    refused = run(world.enrolment_id, "--out", target)
    assert refused.exit_code == 2
    assert "is there already: name another file, or add --force" in refused.stderr
    assert target.read_bytes() == b"mine"

    assert run(world.enrolment_id, "--out", target, "--force").exit_code == 0
    assert target.read_bytes().startswith(b"%PDF")


def test_a_file_is_not_touched_when_nothing_can_be_written(world, tmp_path):
    target = tmp_path / "portfolio.pdf"
    target.write_bytes(b"mine")

    result = run(uuid.UUID(int=1), "--out", target, "--force")

    assert result.exit_code == 1
    assert target.read_bytes() == b"mine"


@pytest.mark.parametrize("given", ["9000000024", "nobody"])
def test_an_unknown_enrolment_is_answered_with_a_sentence(world, tmp_path, given):
    result = run(given, "--out", tmp_path / "portfolio.pdf")

    assert result.exit_code == 1
    assert result.stderr == f"There is no enrolment with the id or ULN {given}.\n"
    assert not (tmp_path / "portfolio.pdf").exists()


def test_a_folder_that_is_not_there_is_named_before_any_work(world, tmp_path):
    result = run(ULNS[0], "--out", tmp_path / "nowhere" / "portfolio.pdf")

    assert result.exit_code == 2
    assert "There is no folder" in result.stderr
    assert "Drawing" not in result.stderr


def test_several_enrolments_with_one_uln_are_listed(world, tmp_path):
    with instance():
        enrolling.end_enrolment(
            world.administrator, world.enrolment_id, ended_on=START, reason="Left.", at=MONDAY
        )
        again = enrolling.enrol(
            world.administrator,
            world.provider_id,
            apprentice_id=world.people["apprentice"].person_id,
            uln=ULNS[0],
            standard_reference="ST9999",
            standard_version="1.0",
            start_on=START,
            planned_end_on=PLANNED_END,
            beside=Beside(
                assessor_id=world.people["assessor"].person_id,
                employer_id=world.employer_id,
                line_manager_id=world.people["line_manager"].person_id,
            ),
            at=TUESDAY,
        )

    result = run(ULNS[0], "--out", tmp_path / "portfolio.pdf")

    assert result.exit_code == 1
    assert "Several enrolments have this ULN" in result.stderr
    assert str(again.id) in result.stderr
    assert str(world.enrolment_id) in result.stderr
