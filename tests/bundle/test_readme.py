"""The README can be followed to the letter by somebody who has never heard of kbstrack."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from kbstrack.bundle.issued import Layout
from kbstrack.bundle.readme import CHECKS
from tests.bundle.bundles import piece_with, portfolio_with, unpacked

NEEDED = ("sh", "jq", "sha256sum", "openssl", "sed")
with_tools = pytest.mark.skipif(
    any(shutil.which(tool) is None for tool in NEEDED), reason=f"needs {', '.join(NEEDED)}"
)


@pytest.fixture
def folder(shelf, tmp_path) -> Path:
    """A bundle unpacked, with names that shells trip over."""
    names = ("a 'b' $c.pdf", "-rf.pdf", "مستند.pdf", '"signature" `x`.pdf')
    files = [shelf.file(name, name.encode()) for name in names]
    (content,) = shelf.zips(shelf.plan(shelf.freeze(portfolio_with(piece_with(1, *files)))))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(tmp_path / "out")
    (found,) = (tmp_path / "out").iterdir()
    return found


def commands(folder: Path, *, first: str) -> str:
    """The block of commands that begins so, with the folder of its own for temporary files."""
    blocks = re.findall(r"((?:^    .*\n)+)", CHECKS, re.MULTILINE)
    (block,) = (block for block in blocks if block.strip().startswith(first))
    return block.replace("/tmp/", f"{folder.parent}/")


def run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", script], cwd=folder, capture_output=True, text=True, check=False
    )


@with_tools
def test_the_commands_find_every_file_as_it_was(folder):
    done = run(commands(folder, first="jq"), folder)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@with_tools
def test_the_commands_find_a_changed_file(folder):
    (folder / "portfolio.pdf").write_bytes(b"another")

    done = run(commands(folder, first="jq"), folder)

    assert done.returncode == 1
    assert "portfolio.pdf: FAILED" in done.stdout


@with_tools
def test_the_commands_find_the_signature_good(folder):
    done = run(commands(folder, first="printf"), folder)

    assert done.returncode == 0, done.stderr
    assert "Signature Verified Successfully" in done.stdout


@with_tools
def test_the_commands_find_a_changed_list(folder):
    manifest = folder / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(b'"number":1', b'"number":2'))

    assert run(commands(folder, first="printf"), folder).returncode == 1


@pytest.mark.parametrize("layout", list(Layout))
def test_it_names_the_issue_the_files_and_the_licence(shelf, layout):
    issue = shelf.freeze(
        portfolio_with(piece_with(1, shelf.file("a.pdf", b"1")), piece_with(2, title="Words\u202e"))
    )
    files = unpacked(*shelf.zips(shelf.plan(issue, layout)))
    text = files["README.txt"].decode()

    assert text.startswith("Portfolio of Amara Nwosu-Bell, ULN 9000000016\n")
    assert "Code 7K2M-9QWX-4TRB, to be looked up at https://portfolio.example/check" in text
    assert "E2  Words (accepted)\n    no files" in text
    assert "Open Government Licence v3.0" in text
    assert "kbstrack verify FILE.zip" in text
    in_a_browser = text.split("How to check it")[1].split("With kbstrack")[0]
    assert "choose the file\nportfolio.pdf." in in_a_browser
    assert "\n    https://portfolio.example/check\n" in in_a_browser
    listed = re.findall(r"^(\S.*?)  +\S", text.split("What is what")[1], re.MULTILINE)
    for name in (name for name in listed if name.endswith((".pdf", ".csv", ".json", ".xlsx"))):
        assert name in files


def test_a_bundle_in_one_part_speaks_of_no_parts(shelf):
    files = unpacked(*shelf.zips(shelf.plan(shelf.freeze(portfolio_with()))))

    assert b"This is part" not in files["README.txt"]
    assert b"There are none." in files["README.txt"]
