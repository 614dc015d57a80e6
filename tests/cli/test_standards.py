"""`kbstrack standards`: what it prints and how it ends."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from kbstrack.cli import main
from kbstrack.standards.catalogue import builtin_directory, load_catalogue

TINY = Path(__file__).parent.parent / "data" / "tiny.yaml"
ST0321 = builtin_directory() / "st0321.yaml"


def run(*arguments, standards="", columns="80"):
    environment = {"KBSTRACK_STANDARDS": str(standards), "COLUMNS": columns}
    return CliRunner().invoke(
        main, ["standards", *map(str, arguments)], env=environment, prog_name="kbstrack"
    )


def test_list_names_each_standard_with_its_version_and_counts():
    result = run("list", standards=TINY.parent)

    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "ST0321  1.0   Recruitment resourcer, level 2: 9 knowledge, 17 skills and 9 behaviours",
        "ST9999  1.0   Kite maker, level 2: 2 knowledge, 2 skills and 1 behaviour",
    ]


def test_list_can_be_read_by_programs():
    found = json.loads(run("list", "--json").stdout)

    assert [(item["reference"], item["version"]) for item in found] == [("ST0321", "1.0")]


def test_show_as_json_has_every_ksb_in_natural_order():
    shown = json.loads(run("show", "ST0321", "--json").stdout)

    standard = load_catalogue([builtin_directory()]).latest("ST0321")
    assert shown["reference"] == "ST0321"
    assert shown["version"] == "1.0"
    assert shown["content_hash"] == standard.content_hash
    assert [ksb["code"] for ksb in shown["ksbs"]] == list(standard.codes)
    assert shown["ksbs"][6] == {
        "code": "K7",
        "kind": "knowledge",
        "title": None,
        "statement": (
            "The principles and importance of using research, for resourcing, including:"
        ),
        "points": [
            "quantitative and qualitative research methods",
            "research validity and reliability",
            "sources of research information",
        ],
    }
    assert shown["ksbs"][-1]["title"] == "Good questioning and listening"
    assert "Open Government Licence v3.0" in shown["licence"]


def test_show_is_wrapped_to_the_terminal_and_ends_with_the_licence():
    result = run("show", "st0321", columns="72")

    assert result.exit_code == 0
    long = [line for line in result.output.splitlines() if len(line) > 72]
    assert [line.split(":")[0] for line in long] == ["Content hash"]
    flowing = " ".join(result.output.split())
    for ksb in load_catalogue([builtin_directory()]).latest("ST0321").ksbs:
        assert f"{ksb.code} {ksb.wording}" in flowing
    assert flowing.endswith("licensed under the Open Government Licence v3.0.")


def test_guidance_is_shown_only_when_asked_for_and_says_what_it_is():
    prompt = "What have you built this month?"

    assert prompt not in run("show", "ST9999", standards=TINY.parent).output
    asked = run("show", "ST9999", "--guidance", standards=TINY.parent).output
    assert f"guidance: {prompt}" in asked


def test_show_takes_the_version_it_is_asked_for(tmp_path):
    text = TINY.read_text(encoding="utf-8")
    for version in ("1.9", "1.10"):
        changed = text.replace("version: 1.0", f"version: {version}")
        (tmp_path / f"{version}.yaml").write_text(changed, encoding="utf-8")

    latest = json.loads(run("show", "ST9999", "--json", standards=tmp_path).stdout)
    asked = run("show", "ST9999", "--version", "1.9", "--json", standards=tmp_path)

    assert latest["version"] == "1.10"
    assert json.loads(asked.stdout)["version"] == "1.9"


@pytest.mark.parametrize("arguments", [["ST0001"], ["ST0321", "--version", "9.9"], ["🪁"], [""]])
def test_an_unknown_standard_is_answered_with_where_to_look(arguments):
    result = run("show", *arguments)

    assert result.exit_code == 1
    assert "`kbstrack standards list` shows what there is." in result.stderr


def test_check_is_content_with_the_standards_that_come_with_kbstrack():
    result = run("check", ST0321, TINY)

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "Checked 2 files: 0 errors, 0 warnings.\n"


def test_check_reports_every_error_of_every_file(tmp_path):
    text = TINY.read_text(encoding="utf-8")
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    first.write_text(text.replace("level: 2", "level: two"), encoding="utf-8")
    second.write_text(text.replace("kind: behaviour", "kind: mood"), encoding="utf-8")

    result = run("check", first, second)

    lines = result.stdout.splitlines()
    assert result.exit_code == 1
    assert lines[0].startswith(f'{first}:7: error: level is "two"')
    assert lines[1].startswith(f'{second}:62: error: kind of B1 is "mood"')
    assert lines[2] == "Checked 2 files: 2 errors, 0 warnings."


def test_check_ends_well_when_there_are_only_warnings(tmp_path):
    path = tmp_path / "gap.yaml"
    text = TINY.read_text(encoding="utf-8").replace("- code: S2", "- code: S3")
    path.write_text(text, encoding="utf-8")

    result = run("check", path)

    assert result.exit_code == 0
    assert "warning: S2 is missing before S3" in result.stdout
    assert result.stdout.endswith("Checked 1 file: 0 errors, 1 warning.\n")


def test_check_says_which_file_cannot_be_read_and_checks_the_others(tmp_path):
    result = run("check", tmp_path / "nowhere.yaml", tmp_path, TINY)

    assert result.exit_code == 2
    assert "nowhere.yaml: error: This cannot be read (no such file or directory)" in result.stderr
    assert f"{tmp_path}: error: This cannot be read (is a directory)" in result.stderr
    assert result.stdout == "Checked 1 file: 0 errors, 0 warnings.\n"


def test_check_finds_one_version_in_two_files(tmp_path):
    copy = tmp_path / "copy.yaml"
    copy.write_bytes(TINY.read_bytes())

    result = run("check", TINY, copy)

    assert result.exit_code == 1
    assert f"{copy}: error: ST9999 version 1.0 is already defined in {TINY}" in result.stdout


def test_check_needs_a_file():
    assert run("check").exit_code == 2


@pytest.mark.parametrize("content", [b"\x00" * 2_000_000, b"\xff\xfe", b"[" * 900_000, b"\x1b[2J"])
def test_check_never_ends_in_a_traceback(tmp_path, content):
    path = tmp_path / "bad.yaml"
    path.write_bytes(content)

    result = run("check", path)

    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert "\x1b" not in result.output


def test_a_bad_file_stops_list_and_show_in_the_words_of_check(tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text("level: two\n", encoding="utf-8")

    problems = run("check", path).stdout.splitlines()[:-1]
    for arguments in (["list"], ["show", "ST0321"]):
        result = run(*arguments, standards=tmp_path)
        assert result.exit_code == 1
        assert result.stderr.splitlines() == problems


def test_json_stays_json_where_the_output_cannot_show_every_letter():
    result = subprocess.run(
        [sys.executable, "-m", "kbstrack", "standards", "show", "ST0321", "--json"],
        check=False,
        capture_output=True,
        env={"PYTHONIOENCODING": "latin-1", "PATH": ""},
    )

    shown = json.loads(result.stdout)
    assert "candidate’s" in shown["ksbs"][11]["statement"]
