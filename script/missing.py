"""Names the system packages this machine lacks for running or testing kbstrack.

`python3 script/missing.py apt run tests browser` prints one Debian package a line, with `brew`
Homebrew's names; nothing when all is there. `--browser` prints the browser the tests can use.
What counts is whether a thing works (a library loads, a program is found), not which package
manager put it there. Runs before anything is installed: the standard library only.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Part:
    """Something the machine must have, and the packages that bring it."""

    is_there: Callable[[], bool]
    apt: str
    brew: str


def module(name: str) -> Callable[[], bool]:
    """Whether this Python has the module: Debian's comes without the one that installs pip."""
    return lambda: importlib.util.find_spec(name) is not None


def library(*file_names: str) -> Callable[[], bool]:
    """Whether one of these shared libraries loads."""
    return lambda: any(_loads(name) for name in file_names)


def program(*names: str) -> Callable[[], bool]:
    """Whether all of these programs are on the PATH."""
    return lambda: all(shutil.which(name) for name in names)


def venv_package() -> str:
    """Debian's package that completes the `venv` module of the Python that runs this."""
    major, minor = sys.version_info[:2]
    is_default = Path(sys.executable).name in {"python", "python3"}
    return "python3-venv" if is_default else f"python{major}.{minor}-venv"


def browser() -> str | None:
    """The Chromium or Chrome that the browser tests can start, or None."""
    candidates = [os.environ.get("KBSTRACK_CHROMIUM"), *_installed_browsers()]
    return next((path for path in candidates if path and _starts(path)), None)


PARTS = {
    "run": (
        Part(module("ensurepip"), apt=venv_package(), brew="python"),
        # What lays out the PDF's text.
        Part(library("libpango-1.0.so.0", "libpango-1.0.dylib"), "libpango-1.0-0", "pango"),
        Part(
            library("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"), "libpangoft2-1.0-0", "pango"
        ),
        # Embeds only the letters used, in the same way on every machine.
        Part(
            library("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
            "libharfbuzz-subset0",
            "harfbuzz",
        ),
    ),
    "tests": (
        Part(program("qpdf"), "qpdf", "qpdf"),
        Part(program("pdftotext", "pdftoppm"), "poppler-utils", "poppler"),
        # The program that drives the browser; a Mac has it built in.
        Part(library("libatomic.so.1", "libSystem.dylib"), "libatomic1", "gcc"),
    ),
    "browser": (Part(lambda: browser() is not None, "chromium", "chromium"),),
}


def missing(packager: str, groups: list[str]) -> list[str]:
    """Packages of `packager` ("apt" or "brew") for what the groups need and the machine lacks."""
    lacking = [part for group in groups for part in PARTS[group] if not part.is_there()]
    return list(dict.fromkeys(getattr(part, packager) for part in lacking))


def _loads(file_name: str) -> bool:
    try:
        ctypes.CDLL(file_name)
    except OSError:
        return False
    return True


def _installed_browsers() -> Iterator[str]:
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        yield shutil.which(name) or ""
    for name in ("Google Chrome", "Chromium"):
        yield f"/Applications/{name}.app/Contents/MacOS/{name}"
    for folder in (
        os.environ.get("PLAYWRIGHT_BROWSERS_PATH", ""),
        "~/.cache/ms-playwright",
        "~/Library/Caches/ms-playwright",
    ):
        if folder:
            found = Path(folder).expanduser().glob("chromium-*/chrome-*/**/[cCG]hrom*")
            yield from sorted((str(path) for path in found), reverse=True)


def _starts(path: str) -> bool:
    # A snap cannot see the folders the tests give it; Ubuntu's `chromium-browser` without its
    # snap is a script that only says so, and fails.
    found = Path(path)
    if not found.is_file() or not os.access(path, os.X_OK) or found.resolve().name == "snap":
        return False
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and b"snap" not in answer.stdout


if __name__ == "__main__":
    if sys.argv[1:] == ["--browser"]:
        print(browser() or "", end="")
    else:
        print("\n".join(missing(sys.argv[1], sys.argv[2:])), end="")
