"""One document turned into a PDF by a program that behaves, hangs, crashes or lies."""

from __future__ import annotations

import io
import os
import select
import stat
import sys
import tempfile
from pathlib import Path

import pikepdf
import pytest

from kbstrack.pdf.foreign.pages import MOST_PAGES
from kbstrack.pdf.office import converting
from kbstrack.pdf.office.converting import KINDS, Conversion, Limits, convert
from kbstrack.pdf.office.program import OfficeSetting, find_program
from kbstrack.storage.kinds import FAMILIES, FileFamily
from tests.pdf.office.made import DOCX, WELL, stand_in, starts


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made, so that a test sees what is left of them."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def converted(folder: Path, body: str = WELL, **limits) -> Conversion:
    """What comes of a document with this program."""
    program = find_program(OfficeSetting(str(stand_in(folder / "own", body)), is_confined=False))
    return convert(program, b"the document", DOCX, Limits(**limits))


def left_in(folder: Path) -> list[str]:
    """The temporary folders of ours that are still there."""
    return [name for name in os.listdir(folder) if name.startswith(("kbstrack-", "look-"))]


on_linux = pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such handles")


def has_ended(number: int) -> bool:
    """Whether the process of this number ends: it was told to, but the machine may be slow."""
    try:
        handle = os.pidfd_open(number)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], 60)[0])
    finally:
        os.close(handle)


def test_a_good_program_gives_a_pdf_and_leaves_nothing_behind(tmp_path: Path, temporary: Path):
    found = converted(tmp_path)

    assert not found.problem
    with pikepdf.open(io.BytesIO(found.pdf)) as pdf:
        assert len(pdf.pages) == 2
    assert left_in(temporary) == []


def test_it_is_asked_without_macros_for_the_pages_that_are_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    noted = tmp_path / "noted"
    keep = f'{WELL}; cp -r profile "{noted}"; env > "{noted}/env"; cp document.docx "{noted}"'
    monkeypatch.setenv("KBSTRACK_SMTP_PASSWORD", "secret")

    converted(tmp_path, keep)

    [start] = starts(tmp_path / "own" / "soffice")
    for part in ("--headless", "--norestore", "--nologo", "--nolockcheck", "writer_pdf_Export"):
        assert part in start
    assert f'"1-{MOST_PAGES + 1}"' in start
    settings = (noted / "user" / "registrymodifications.xcu").read_text()
    assert 'DisableMacrosExecution" oor:op="fuse"><value>true' in settings
    assert 'BlockUntrustedRefererLinks" oor:op="fuse"><value>true' in settings
    said = (noted / "env").read_text()
    assert "secret" not in said
    assert "PYTHON" not in said
    assert (noted / "document.docx").read_bytes() == b"the document"


def test_no_two_documents_share_a_profile(tmp_path: Path):
    converted(tmp_path)
    converted(tmp_path)

    first, second = starts(tmp_path / "own" / "soffice")
    assert first.split()[0].startswith("-env:UserInstallation=file:///")
    assert first.split()[0] != second.split()[0]


@on_linux
@pytest.mark.slow
def test_one_that_hangs_is_ended_with_all_it_started(tmp_path: Path, temporary: Path):
    noted = tmp_path / "running"
    found = converted(
        tmp_path, f'sleep 600 & echo "$$ $!" > "{noted}"; {WELL}; wait', wall_seconds=5
    )

    assert (found.problem, found.may_pass) == (converting.TOO_MUCH, True)
    assert all(has_ended(int(number)) for number in noted.read_text().split())
    assert left_in(temporary) == []


@on_linux
def test_what_still_runs_when_it_has_answered_is_ended_too(tmp_path: Path):
    noted = tmp_path / "running"

    found = converted(tmp_path, f'sleep 600 & echo "$!" > "{noted}"; {WELL}')

    assert not found.problem
    assert has_ended(int(noted.read_text()))


@pytest.mark.parametrize(
    ("body", "limits", "problem"),
    [
        ("exit 0", {}, converting.NOT_MADE),
        (f"{WELL}; exit 81", {}, converting.NOT_MADE),
        (f"{WELL}; kill -SEGV $$", {}, converting.NOT_MADE),
        # What the system sends where a file grows too large is not passed over.
        (f"kill -XFSZ $$; {WELL}", {}, converting.NOT_MADE),
        ("ln -s /etc/passwd document.pdf", {}, converting.NOT_MADE),
        ("mkdir document.pdf", {}, converting.NOT_MADE),
        ("mkfifo document.pdf", {}, converting.NOT_MADE),
        ("while :; do :; done", {"cpu_seconds": 1}, converting.TOO_MUCH),
        ("head -c 9000000 /dev/zero > document.pdf", {"file_bytes": 100_000}, converting.NOT_MADE),
        ("echo hello > document.pdf", {}, converting.NOT_SAFE),
        ("echo '%PDF-1.7 and no more' > document.pdf", {}, converting.NOT_SAFE),
        (f"{WELL}; truncate -s 300 document.pdf", {}, converting.NOT_SAFE),
        (": > document.pdf", {}, converting.NOT_SAFE),
    ],
)
def test_one_that_fails_is_a_sentence_that_stays(tmp_path: Path, body, limits, problem):
    found = converted(tmp_path, body, **limits)

    assert (found.pdf, found.problem, found.may_pass) == (b"", problem, False)


def test_what_it_made_is_cleaned_like_a_pdf_that_was_handed_in(tmp_path: Path):
    stand_in(tmp_path / "own")
    acting = tmp_path / "acting.pdf"
    with pikepdf.open(tmp_path / "own" / "made.pdf") as pdf:
        pdf.Root.OpenAction = pikepdf.Dictionary(
            S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)")
        )
        pdf.save(acting)

    found = converted(tmp_path, f'cp "{acting}" document.pdf')

    with pikepdf.open(io.BytesIO(found.pdf)) as pdf:
        assert "/OpenAction" not in pdf.Root


def test_every_office_document_that_is_taken_has_its_way_out():
    office = {kind for kind, family in FAMILIES.items() if family is FileFamily.OFFICE}

    assert set(KINDS) == office


def test_nobody_else_can_look_into_the_folder(tmp_path: Path):
    noted = tmp_path / "mode"

    converted(tmp_path, f'stat -c %a . > "{noted}"; {WELL}')

    assert int(noted.read_text(), 8) == stat.S_IRWXU
