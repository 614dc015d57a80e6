"""Commands that hand out frozen issues: byte for byte, whole, or a sentence."""

from __future__ import annotations

import hashlib
import os
import shutil
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kbstrack.app import instance
from kbstrack.cli import main
from kbstrack.issues import queries
from kbstrack.issues.queries import IssueRow
from tests.builders import ULNS, World, make_evidence, make_world
from tests.conftest import STANDARDS
from tests.issuing.issued import frozen_pdf


@pytest.fixture
def issues(
    tmp_path: Path, migrated_file: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[IssueRow, ...]:
    """An instance with two issues of one portfolio, the newest first."""
    for name in list(os.environ):
        if name.startswith("KBSTRACK_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("KBSTRACK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("KBSTRACK_STANDARDS", str(STANDARDS))
    (tmp_path / "home").mkdir()
    shutil.copyfile(migrated_file, tmp_path / "home" / "kbstrack.sqlite")
    with instance():
        world: World = make_world()
        make_evidence(world, title="A shortlist of kites")
        frozen_pdf(world, 1)
        frozen_pdf(world, 2)
        return tuple(queries.issues(world.enrolment_id))


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(main, [str(part) for part in arguments], prog_name="kbstrack")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.mark.parametrize(("which", "place"), [("latest", 0), ("2", 0), ("1", 1)])
def test_an_issue_is_written_byte_for_byte(issues, tmp_path, which, place):
    target = tmp_path / "issue.pdf"
    result = run("portfolio", ULNS[0], "--issue", which, "--out", target)

    assert result.exit_code == 0, result.output
    assert hashlib.sha256(target.read_bytes()).hexdigest() == issues[place].pdf_sha256


@pytest.mark.parametrize(
    ("which", "status", "words"),
    [("3", 1, "There is no issue 3"), ("newest", 2, "Write the number"), ("-1", 2, "Write")],
)
def test_an_issue_that_is_not_there_leaves_no_file(issues, tmp_path, which, status, words):
    target = tmp_path / "issue.pdf"
    result = run("portfolio", ULNS[0], "--issue", which, "--out", target)

    assert result.exit_code == status
    assert words in result.output
    assert not target.exists()


def test_a_bundle_is_written_under_its_own_name_and_kept(issues, tmp_path):
    folder = tmp_path / "bundles"
    folder.mkdir()
    result = run("bundle", ULNS[0], "--out", folder)
    [written] = folder.iterdir()

    assert result.exit_code == 0, result.output
    assert written.name == "Portfolio ST9999 Apprentice A 9000000016 issue 2.zip"
    with zipfile.ZipFile(written) as bundle:
        assert bundle.testzip() is None
    again = run("bundle", ULNS[0], "--out", folder)
    assert again.exit_code == 2
    assert "is there already" in again.output
    assert run("bundle", ULNS[0], "--out", folder, "--force").exit_code == 0
    assert list(folder.iterdir()) == [written]


def test_the_other_layout_has_the_folders_that_assessment_organisations_ask_for(issues, tmp_path):
    result = run("bundle", ULNS[0], "--layout", "assessment-organisation", "--out", tmp_path)
    [written] = tmp_path.glob("*.zip")

    assert result.exit_code == 0, result.output
    with zipfile.ZipFile(written) as bundle:
        folders = {name.split("/")[1] for name in bundle.namelist() if name.count("/") > 1}
    assert folders >= {"Summative portfolio", "Employer reference", "Gateway form"}


def test_a_bundle_needs_an_issue_and_a_folder(issues, tmp_path):
    assert "There is no issue 9" in run("bundle", ULNS[0], "--issue", 9, "--out", tmp_path).output
    assert run("bundle", ULNS[0], "--out", tmp_path / "nowhere").exit_code == 2
