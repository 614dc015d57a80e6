"""The command itself: help, versions, and refusals that are sentences."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from kbstrack.cli import COMMANDS, main
from kbstrack.errors import RuleBroken

HEAVY = ["flask", "sqlalchemy", "wtforms", "weasyprint", "PIL"]


def run(*arguments, **environment):
    return CliRunner().invoke(main, list(arguments), env=environment, prog_name="kbstrack")


def test_help_lists_every_command_with_what_it_does():
    result = run("--help")

    assert result.exit_code == 0
    for name, (_, text) in COMMANDS.items():
        assert f"{name} " in result.output
        assert text in result.output


@pytest.mark.parametrize("arguments", [["--help"], ["standards", "list"]])
def test_help_and_standards_load_no_web_framework_and_no_database(arguments):
    code = (
        "import sys\nfrom kbstrack.cli import main\n"
        f"main({arguments!r}, standalone_mode=False)\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True
    )

    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[-1] == "[]"


def test_the_version_is_told():
    assert run("--version").output.startswith("kbstrack 0.")


def test_python_m_kbstrack_is_the_same_command():
    result = subprocess.run(
        [sys.executable, "-m", "kbstrack", "--help"], check=False, capture_output=True, text=True
    )

    assert result.returncode == 0
    assert result.stdout.startswith("Usage: kbstrack ")


def test_an_unknown_command_is_a_mistake_in_usage():
    result = run("standrads")

    assert result.exit_code == 2
    assert "No such command 'standrads'" in result.stderr


@pytest.fixture
def refusing(monkeypatch):
    """Commands added for a moment, each of which ends with the error it is given."""

    def add(error):
        @click.command()
        def refuse():
            raise error

        monkeypatch.setattr(f"{__name__}.refuse", refuse, raising=False)
        monkeypatch.setitem(COMMANDS, "refuse", (f"{__name__}:refuse", "Refuse."))

    return add


def test_what_the_core_refuses_is_said_in_its_sentence(refusing):
    refusing(RuleBroken("The start is after the end: change one of the two dates."))

    result = run("refuse")

    assert result.exit_code == 1
    assert result.stderr == "The start is after the end: change one of the two dates.\n"
    assert result.stdout == ""


def test_several_refusals_have_a_line_each(refusing):
    refusing(RuleBroken("Check the ULN.", others=[RuleBroken("Check the dates.")]))

    assert run("refuse").stderr == "Check the ULN.\nCheck the dates.\n"


def test_what_the_system_refuses_names_the_file(refusing):
    refusing(FileNotFoundError(2, "No such file or directory", "portfolio.pdf"))

    result = run("refuse")

    assert result.exit_code == 2
    assert result.stderr == "portfolio.pdf: No such file or directory\n"


def test_a_command_that_is_not_installed_says_so(monkeypatch):
    monkeypatch.setitem(COMMANDS, "absent", ("kbstrack.cli.absent:absent", "Not there."))

    result = run("absent")

    assert result.exit_code == 1
    assert "This installation has no command absent." in result.stderr


def test_a_command_whose_own_import_fails_is_not_called_absent(monkeypatch, tmp_path):
    (tmp_path / "needs_more.py").write_text("import a_package_that_nobody_has\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(COMMANDS, "broken", ("needs_more:broken", "Broken."))

    assert isinstance(run("broken").exception, ModuleNotFoundError)


def test_a_reader_that_stops_early_is_met_with_silence():
    writer = subprocess.Popen(
        [sys.executable, "-m", "kbstrack", "standards", "show", "ST0321", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert writer.stdout is not None
    writer.stdout.close()

    assert writer.wait(timeout=30) in {0, 1}
    assert writer.stderr is not None
    assert writer.stderr.read() == b""
    writer.stderr.close()
