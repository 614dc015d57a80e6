"""Which system packages a machine lacks is found out by trying, not by asking a package manager."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

PATH = Path(__file__).parents[2] / "script" / "missing.py"


@pytest.fixture(scope="module")
def lacking():
    spec = importlib.util.spec_from_file_location("missing_packages", PATH)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def make_program(folder: Path, name: str, text: str = "#!/bin/sh\necho Chromium 150\n") -> Path:
    file = folder / name
    file.write_text(text)
    file.chmod(0o755)
    return file


@pytest.fixture
def only_here(tmp_path, monkeypatch):
    """A machine with nothing but what a test puts into this folder."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("KBSTRACK_CHROMIUM", raising=False)
    monkeypatch.delenv("PLAYWRIGHT_BROWSERS_PATH", raising=False)
    return folder


def test_programs_that_are_not_on_the_path_are_named_by_their_package(lacking, only_here):
    assert lacking.missing("apt", ["tests"])[:2] == ["qpdf", "poppler-utils"]
    assert lacking.missing("brew", ["tests"])[:2] == ["qpdf", "poppler"]


def test_half_a_package_is_a_missing_package(lacking, only_here):
    make_program(only_here, "qpdf")
    make_program(only_here, "pdftotext")

    assert lacking.missing("apt", ["tests"])[:1] == ["poppler-utils"]


def test_nothing_is_missing_where_all_is_there(lacking, only_here):
    for name in ("qpdf", "pdftotext", "pdftoppm"):
        make_program(only_here, name)

    assert not {"qpdf", "poppler-utils"} & set(lacking.missing("apt", ["tests"]))


def test_one_package_that_brings_two_things_is_named_once(lacking, monkeypatch):
    part = lacking.Part(lacking.program("no-such-program"), apt="debian-name", brew="brew-name")
    monkeypatch.setitem(lacking.PARTS, "two", (part, part))

    assert lacking.missing("brew", ["two"]) == ["brew-name"]


def test_a_library_counts_when_it_loads(lacking):
    assert not lacking.library("libno-such-library.so.7")()
    assert lacking.library("libno-such-library.so.7", "libc.so.6", "libSystem.dylib")()


def test_chrome_will_do_where_there_is_no_chromium(lacking, only_here):
    chrome = make_program(only_here, "google-chrome")

    assert lacking.browser() == str(chrome)


def test_the_browser_that_was_named_comes_first(lacking, only_here, tmp_path, monkeypatch):
    make_program(only_here, "chromium")
    named = make_program(tmp_path, "my-chromium")
    monkeypatch.setenv("KBSTRACK_CHROMIUM", str(named))

    assert lacking.browser() == str(named)


def test_playwrights_own_browser_is_found(lacking, only_here, tmp_path):
    folder = tmp_path / ".cache" / "ms-playwright" / "chromium-1200" / "chrome-linux64"
    folder.mkdir(parents=True)
    chrome = make_program(folder, "chrome")

    assert lacking.browser() == str(chrome)


def test_a_script_that_only_asks_for_a_snap_is_no_browser(lacking, only_here):
    make_program(only_here, "chromium-browser", "#!/bin/sh\necho needs the snap >&2\nexit 1\n")

    assert lacking.browser() is None


def test_a_snap_is_no_browser(lacking, only_here):
    make_program(only_here, "snap")
    (only_here / "chromium").symlink_to(only_here / "snap")

    assert lacking.browser() is None
