"""`kbstrack verify`: what it says of an issue and how it ends, with nothing but the file."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from kbstrack.cli import main
from kbstrack.record.keys import public_keys
from tests.sealing.bundles import manifest_of, zipped
from tests.sealing.conftest import issue  # noqa: F401 - a fixture

pytestmark = pytest.mark.slow


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run `kbstrack verify …`; it must end with `exit_code`."""
    monkeypatch.setenv("KBSTRACK_HOME", str(tmp_path / "nowhere"))

    def run(*arguments, exit_code):
        result = CliRunner().invoke(main, ["verify", *map(str, arguments)])
        assert result.exit_code == exit_code, result.output
        return result.output

    return run


@pytest.fixture
def pdf(issue, tmp_path):  # noqa: F811
    """An issue's PDF as somebody received it."""
    path = tmp_path / "portfolio.pdf"
    path.write_bytes(issue.signed)
    return path


@pytest.fixture
def keys_file(issue, tmp_path):  # noqa: F811
    """The list of keys that they saved."""
    path = tmp_path / "keys.json"
    path.write_text(json.dumps(public_keys(issue.home).plain()))
    return path


def test_an_issue_ends_with_0_and_a_sentence(run, pdf, keys_file):
    assert run(pdf, exit_code=0).endswith("give the saved list with --keys.\n")
    said = run(pdf, "--keys", keys_file, exit_code=0).splitlines()

    assert said[-1] == "Everything is as it was issued by the instance whose keys you saved."
    assert {line[0] for line in said[:-1]} == {"✓", "–"}


def test_a_changed_one_ends_with_1(run, pdf):
    content = pdf.read_bytes()
    pdf.write_bytes(content.replace(b"D:20260327000000Z", b"D:20260328000000Z") + b"\n")

    assert "✗ The signature does not cover the whole file" in run(pdf, exit_code=1)


def test_what_cannot_be_checked_ends_with_2(run, tmp_path, pdf):
    text = tmp_path / "notes.txt"
    text.write_text("Nothing of ours.")

    assert run(text, exit_code=2) == "Not checked. It is neither a PDF nor a ZIP file.\n"
    assert "does not exist" in run(tmp_path / "missing.pdf", exit_code=2)
    assert "no list of kbstrack's keys" in run(pdf, "--keys", text, exit_code=2)


def test_programs_get_json(run, pdf):
    said = json.loads(run(pdf, "--json", exit_code=0))

    assert (said["status"], said["outcome"]) == (0, "as issued")
    assert said["checks"][0] == {
        "mark": "well",
        "about": "signature",
        "sentence": "Nothing was changed since it was signed: the signature covers the whole file.",
    }


def test_a_bundle_is_checked_too(run, issue, tmp_path, keys_file):  # noqa: F811
    import io

    from kbstrack.sealing.checking_pdf import check_pdf

    said = check_pdf(io.BytesIO(issue.signed), None).signed.manifest
    files = {"portfolio.pdf": issue.signed}
    path = tmp_path / "bundle.zip"
    path.write_bytes(
        zipped([("manifest.json", manifest_of(issue.home, said, files)), *files.items()])
    )

    assert "of the same issue" in run(path, "--keys", keys_file, exit_code=0)
    path.write_bytes(path.read_bytes() + b"\0")
    assert "✗ Between or around the files of the ZIP" in run(path, exit_code=1)


def test_it_needs_neither_application_nor_database(pdf):
    """Also: nothing that takes long to load and is not needed."""
    code = (
        "import sys; from kbstrack.cli import main\n"
        "try: main(['verify', sys.argv[1]])\n"
        "except SystemExit as end: assert end.code == 0, end.code\n"
        "loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "assert not loaded & {'flask', 'sqlalchemy', 'weasyprint', 'alembic'}, loaded\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, str(pdf)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
        env={"PATH": "/nowhere", "PYTHONPATH": str(Path(__file__).parents[2])},
    )

    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
