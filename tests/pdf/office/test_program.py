"""Which program it is: what is not there or does not answer is said in a sentence."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kbstrack.errors import RuleBroken
from kbstrack.pdf.office.confining import confined
from kbstrack.pdf.office.program import ON, OfficeSetting, find_program
from tests.pdf.office.made import NAME, stand_in


def find(program: object, *, is_confined: bool = False):
    return find_program(OfficeSetting(str(program), is_confined))


def test_the_program_that_is_named_tells_its_version(tmp_path: Path):
    program = stand_in(tmp_path / "own")

    found = find(program)

    assert (found.path, found.name, found.bubblewrap) == (program, NAME, None)


def test_yes_means_the_soffice_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    program = stand_in(tmp_path / "own")
    monkeypatch.setenv("PATH", str(program.parent))

    assert find(ON).path == program

    program.rename(program.with_name("libreoffice"))
    assert find(ON).path == program.with_name("libreoffice")


def test_a_program_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    plain = tmp_path / "plain"
    plain.write_text("no program")

    for path in (tmp_path / "soffice", tmp_path, plain):
        with pytest.raises(RuleBroken, match=rf"KBSTRACK_OFFICE names {path}, which is not there"):
            find(path)
    with pytest.raises(RuleBroken, match="there is no soffice on the PATH: install LibreOffice"):
        find(ON)


def test_without_bubblewrap_it_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    program = stand_in(tmp_path / "own")
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(RuleBroken, match=r"install it [(]Debian: bubblewrap[)]"):
        find(program, is_confined=True)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("echo no library found >&2; exit 3", "no library found"),
        ("exit 3", "it ended with 3 and told no version[.]"),
        ("echo 'something else'", "it ended with 0 and told no version[.]"),
    ],
)
def test_a_program_that_does_not_answer_is_refused_with_what_it_said(tmp_path: Path, body, why):
    program = stand_in(tmp_path / "own")
    program.write_text(f"#!/bin/sh\n{body}\n")

    with pytest.raises(RuleBroken, match=rf"soffice does not start: {why}$"):
        find(program)


def test_a_file_that_is_no_program_is_refused(tmp_path: Path):
    program = stand_in(tmp_path / "own")
    program.write_bytes(b"\0\1\2")

    with pytest.raises(RuleBroken, match="does not start: Exec format error"):
        find(program)


def test_an_update_is_noticed(tmp_path: Path):
    program = stand_in(tmp_path / "own")
    find(program)
    stand_in(tmp_path / "own", version="StandIn 9.9")
    os.utime(program, (1, 1))

    assert find(program).name == "StandIn 9.9"


@pytest.mark.parametrize(
    ("program", "seen"),
    [
        ("/opt/libreoffice9/program/soffice", "/opt/libreoffice9"),
        ("/opt/own/soffice", "/opt/own"),
    ],
)
def test_shut_in_it_sees_its_own_installation_and_can_write_to_one_folder(program: str, seen: str):
    command = confined(Path("/usr/bin/bwrap"), Path(program), Path("/tmp/work"))

    bound = [command[place + 1] for place, part in enumerate(command) if part == "--ro-bind-try"]
    assert seen in bound
    assert not {"/", "/etc", "/home", "/root", "/srv", "/usr", "/var", "/opt"} & set(bound)
    assert command.count("--bind") == 1
    assert command[command.index("--bind") + 1] == "/tmp/work"
    assert "--unshare-all" in command
    assert "--share-net" not in command
