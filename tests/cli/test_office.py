"""`kbstrack office`, and what other commands say of LibreOffice."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kbstrack import current
from kbstrack.cli import main
from kbstrack.cli.office import OFF, say_problem
from kbstrack.config import Settings
from kbstrack.db import db
from kbstrack.demo.office import shortlist
from kbstrack.evidence import service as evidence
from kbstrack.pdf.office import converting
from tests.builders import MONDAY, ULNS, World, make_evidence
from tests.pdf.office.made import NAME, WELL, stand_in, starts


@pytest.fixture
def program(app, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in that the environment names, which also points to the instance of `app`."""
    settings = app.extensions[current.SETTINGS]
    found = stand_in(tmp_path / "own")
    monkeypatch.setenv("KBSTRACK_HOME", str(settings.home))
    monkeypatch.setenv("KBSTRACK_DATABASE", settings.database_url)
    monkeypatch.setenv("KBSTRACK_STANDARDS", str(settings.standards_directories[0]))
    monkeypatch.setenv("KBSTRACK_OFFICE", str(found))
    monkeypatch.setenv("KBSTRACK_OFFICE_CONFINED", "no")
    return found


def run(*arguments: object) -> Result:
    """What a command says."""
    db.session.rollback()
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_it_is_tried_for_real(program: Path):
    result = run("office")

    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(f"{NAME} ({program}) made a page in ")
    assert "but it can read this machine's files and reach the network" in result.stdout
    assert "document.rtf" in starts(program)[0]


def test_switched_off_it_says_so(program: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("KBSTRACK_OFFICE")

    result = run("office")

    assert (result.exit_code, result.stdout) == (0, OFF + "\n")


def test_one_that_starts_and_fails_is_told(program: Path):
    stand_in(program.parent, "exit 5")

    result = run("office")

    assert result.exit_code == 1
    assert result.stderr == f"{NAME} ({program}) starts, but fails: {converting.NOT_MADE}\n"


def test_one_that_is_not_there_is_told_by_the_command_and_where_a_server_starts(
    program: Path, capsys: pytest.CaptureFixture[str]
):
    program.unlink()
    words = f"KBSTRACK_OFFICE names {program}, which is not there or is no program"

    result = run("office")
    say_problem(Settings(Path("home"), "sqlite://", office=str(program)))

    assert result.exit_code == 1
    assert words in result.stderr
    said = capsys.readouterr().out
    assert words in said
    assert "Until then office documents are attached, but not printed." in said


def test_where_nothing_is_wrong_a_server_says_nothing(
    program: Path, capsys: pytest.CaptureFixture[str]
):
    settings = Settings(Path("home"), "sqlite://", office=str(program), office_is_confined=False)

    say_problem(settings)
    say_problem(replace(settings, office=""))

    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("body", "not_printed"), [(WELL, ""), ("exit 1", f"report.docx: {converting.NOT_MADE}")]
)
def test_a_portfolio_says_that_pages_are_made_and_of_what_none_are(
    program: Path, world: World, tmp_path: Path, body: str, not_printed: str
):
    stand_in(program.parent, body)
    document = evidence.add_upload(
        world.apprentice,
        world.enrolment_id,
        stream=io.BytesIO(shortlist(1)),
        name="report.docx",
        at=MONDAY,
    )
    make_evidence(world, upload_ids=[document.upload_id])

    result = run("portfolio", ULNS[0], "--out", tmp_path / "it.pdf")

    assert result.exit_code == 0, result.output
    assert "LibreOffice makes pages of 1 office document first." in result.stderr
    said = [line for line in result.stderr.splitlines() if line.startswith("Not printed: ")]
    assert said == ([f"Not printed: E1, {not_printed}"] if not_printed else [])
    assert (tmp_path / "it.pdf").read_bytes().startswith(b"%PDF")
