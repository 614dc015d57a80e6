"""What a program that is shut in can see and reach; only where bubblewrap works."""

from __future__ import annotations

import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from kbstrack.pdf.office.converting import convert
from kbstrack.pdf.office.program import OfficeSetting, find_program
from tests.pdf.office.made import DOCX, WELL, stand_in


@pytest.fixture(autouse=True)
def bubblewrap() -> None:
    """Without it, or where the system does not let it work, there is nothing to try."""
    command = ["bwrap", "--unshare-all", "--ro-bind", "/", "/", "true"]
    if shutil.which("bwrap") is None or subprocess.run(command, check=False).returncode:
        pytest.skip("bubblewrap is not installed, or not allowed to work")


def is_done(folder: Path, check: str) -> bool:
    """Whether a program that is shut in gets through this."""
    program = stand_in(folder / "own", f"{check} || exit 7; {WELL}")
    found = find_program(OfficeSetting(str(program), is_confined=True))
    return not convert(found, b"the document", DOCX).problem


def test_it_sees_its_own_folder_and_writes_there(tmp_path: Path):
    assert is_done(tmp_path, "test -f document.docx && echo a > written")


@pytest.mark.parametrize(
    "check",
    [
        "test -e {outside}/secret-key",
        "test -e /etc/passwd",
        "test -e /root || test -e /home || test -e /srv",
        "echo a > {outside}/new",
        'echo a > "$here/new"',
        "echo a > /new",
        # Of other processes it sees none; its own begin with 1.
        "test -d /proc/{other}",
    ],
)
def test_it_neither_sees_nor_writes_anything_else(tmp_path: Path, check: str):
    outside = tmp_path / "instance"
    outside.mkdir()
    (outside / "secret-key").write_text("secret")
    # The largest number that is taken on this machine.
    other = max(int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit())

    assert not is_done(tmp_path, check.format(outside=outside, other=other))
    assert sorted(path.name for path in outside.iterdir()) == ["secret-key"]


def test_it_has_no_network_at_all(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        call = f"bash -c 'echo a > /dev/tcp/127.0.0.1/{port}'"

        assert not is_done(tmp_path, call)
        assert is_done(tmp_path, "test $(grep -c : /proc/net/dev) = 1")
