"""What the scripts say before they install anything: help, wrong words, and what is lacking."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "script"
# Everything the scripts use up to the point where they look for Python.
TOOLS = ("sh", "dirname", "mkdir", "cat", "env", "sed", "uname")


def run(name: str, *arguments: str, path: Path | None = None, cwd: Path | None = None):
    env = {**os.environ, "PATH": str(path)} if path else dict(os.environ)
    return subprocess.run(
        [shutil.which("sh") or "/bin/sh", SCRIPTS / name, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=env,
        cwd=cwd,
        timeout=60,
        check=False,
    )


@pytest.fixture
def bare_path(tmp_path):
    """A PATH with a few tools and no Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in TOOLS:
        (folder / tool).symlink_to(shutil.which(tool))
    return folder


@pytest.mark.parametrize("name", ["demo", "test", "check"])
def test_each_script_explains_itself(name):
    answer = run(name, "--help")

    assert answer.returncode == 0
    assert answer.stdout.startswith(f"Usage: ./script/{name}")


@pytest.mark.parametrize("port", ["0", "65536", "eighty", "-1", "", "100000000000000000000"])
def test_the_demo_says_what_a_port_is(port, tmp_path):
    answer = run("demo", f"--port={port}", "--dir", str(tmp_path))

    assert answer.returncode == 2
    assert "The port is a number from 1 to 65535" in answer.stderr


def test_the_demo_names_the_way_out_of_a_busy_port(tmp_path):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = str(listener.getsockname()[1])

        answer = run("demo", "--port", port, "--dir", str(tmp_path))

    assert answer.returncode == 1
    assert f"Port {port} cannot be used" in answer.stderr
    assert "--port 8001" in answer.stderr
    assert "→" not in answer.stdout, "it asks before it does anything"


@pytest.mark.parametrize("arguments", [["--frobnicate"], ["now"]])
def test_the_demo_does_not_guess_what_an_unknown_word_means(arguments):
    answer = run("demo", *arguments)

    assert answer.returncode == 2
    assert f'"{arguments[0]}"' in answer.stderr
    assert "--help" in answer.stderr


@pytest.mark.parametrize("option", ["--port", "--dir"])
def test_the_demo_asks_for_an_options_value(option):
    answer = run("demo", option)

    assert answer.returncode == 2
    assert f"{option} needs a value" in answer.stderr


def test_the_demo_refuses_a_folder_that_is_a_file(tmp_path):
    file = tmp_path / "notes"
    file.touch()

    answer = run("demo", "--dir", str(file))

    assert answer.returncode == 2
    assert f"{file} cannot be made or written to" in answer.stderr


def test_the_demos_folder_is_taken_from_where_one_stands(tmp_path, bare_path):
    here = tmp_path / "a folder with spaces"
    here.mkdir()

    run("demo", "--dir", "my demo", path=bare_path, cwd=here)

    assert (here / "my demo").is_dir()


@pytest.mark.parametrize("name", ["demo", "test", "check"])
def test_a_machine_without_python_is_told_how_to_get_it(name, bare_path, tmp_path):
    arguments = ["--dir", str(tmp_path / "demo")] if name == "demo" else []

    answer = run(name, *arguments, path=bare_path)

    assert answer.returncode == 1
    assert "needs Python 3.11 or newer; this machine has none" in answer.stderr
    assert f"run ./script/{name} again" in answer.stderr


def test_an_old_python_is_named(bare_path, tmp_path):
    old = bare_path / "python3"
    old.write_text("#!/bin/sh\ncase $2 in *exit*) exit 1;; *) echo 3.9.2;; esac\n")
    old.chmod(0o755)

    answer = run("demo", "--dir", str(tmp_path / "demo"), path=bare_path)

    assert answer.returncode == 1
    assert "this machine has 3.9.2" in answer.stderr


def test_a_newer_python_beside_an_old_one_is_found(bare_path, tmp_path):
    # The newer one passes for new enough, then says no to the first thing it is asked: the port.
    for name, text in (("python3", "exit 1"), ("python3.12", 'echo "$0"; [ "$1" = -c ]')):
        python = bare_path / name
        python.write_text(f"#!/bin/sh\n{text}\n")
        python.chmod(0o755)

    answer = run("demo", "--dir", str(tmp_path / "demo"), path=bare_path)

    assert "Port 8000 cannot be used" in answer.stderr


def test_the_developers_commands_are_described():
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()

    for command in ("demo", "test", "check", "fix", "pdf", "bench", "css"):
        assert any(line.startswith(f"{command}: ## ") for line in lines), command


@pytest.mark.parametrize("script", ["script/demo", "script/test", "script/check", ".ci/run"])
def test_the_scripts_can_be_started(script):
    assert os.access(ROOT / script, os.X_OK)
