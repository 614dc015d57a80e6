"""Which program turns office documents into pages, how it is shut in, and whether it answers."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kbstrack.errors import RuleBroken
from kbstrack.pdf.office.confining import confined, environment

ON = "yes"
"""The setting that means the soffice that is there."""

_NAMES = ("soffice", "libreoffice")
_ANSWER_SECONDS = 30
_VERSION = re.compile(r"[A-Za-z]\w{0,30} \d[\w.]{0,30}")

NOT_FOUND = (
    "KBSTRACK_OFFICE is set, but there is no soffice on the PATH: install LibreOffice, write the "
    "whole path of soffice, or leave KBSTRACK_OFFICE out."
)
NOT_THERE = (
    "KBSTRACK_OFFICE names {path}, which is not there or is no program: install LibreOffice, "
    "write the whole path of soffice, or leave KBSTRACK_OFFICE out."
)
NOT_CONFINED = (
    "KBSTRACK_OFFICE is set, but bubblewrap, which keeps LibreOffice away from everything else, "
    "is not there: install it (Debian: bubblewrap). Only where LibreOffice can reach nothing "
    "anyway, set KBSTRACK_OFFICE_CONFINED=no."
)
NO_ANSWER = "{path} does not start{where}: {why}"


@dataclass(frozen=True, slots=True)
class OfficeSetting:
    """What the settings say: `program` is `ON` or a path, and whether it must be shut in."""

    program: str
    is_confined: bool = True


@dataclass(frozen=True, slots=True)
class Program:
    """A program that answered; `name` is "LibreOffice 7.4.7.2", `bubblewrap` what shuts it in."""

    path: Path
    name: str
    bubblewrap: Path | None

    def command(self, folder: Path, *arguments: str) -> list[str]:
        """How it is started; of what may be written it sees this folder only, if it is shut in."""
        return _command(self.path, self.bubblewrap, folder, arguments)


def find_program(setting: OfficeSetting) -> Program:
    """The program that is there and answers. Raises RuleBroken, which says what to do."""
    path = _path(setting.program)
    bubblewrap = _bubblewrap() if setting.is_confined else None
    return _asked(path, bubblewrap, _stamp(path))


def _path(program: str) -> Path:
    if program == ON:
        found = next((place for name in _NAMES if (place := shutil.which(name))), None)
        if found is None:
            raise RuleBroken(NOT_FOUND)
        return Path(found).resolve()
    path = Path(program)
    if not path.is_file() or not os.access(path, os.X_OK):
        raise RuleBroken(NOT_THERE.format(path=program))
    return path.resolve()


def _bubblewrap() -> Path:
    found = shutil.which("bwrap")
    if found is None:
        raise RuleBroken(NOT_CONFINED)
    return Path(found).resolve()


def _stamp(path: Path) -> tuple[int, ...]:
    """Another one after every update of the program."""
    files = (path, path.with_name("soffice.bin"), path.with_name("versionrc"))
    return tuple(file.stat().st_mtime_ns for file in files if file.is_file())


@lru_cache(maxsize=8)
def _asked(path: Path, bubblewrap: Path | None, _stamp: tuple[int, ...]) -> Program:
    """Start it as it will be started later, to hear its version."""
    where = " in bubblewrap" if bubblewrap else ""
    with tempfile.TemporaryDirectory(prefix="kbstrack-office-") as name:
        folder = Path(name).resolve()
        try:
            done = subprocess.run(  # noqa: S603  (what the operator named, no shell)
                _command(path, bubblewrap, folder, ("--version",)),
                cwd=folder,
                env=environment(folder),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_ANSWER_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            why = f"no answer in {_ANSWER_SECONDS} seconds."
            raise RuleBroken(NO_ANSWER.format(path=path, where=where, why=why)) from None
        except OSError as error:
            why = f"{error.strerror}."
            raise RuleBroken(NO_ANSWER.format(path=path, where=where, why=why)) from error
    found = _VERSION.match(done.stdout.decode("utf-8", "replace"))
    if done.returncode or not found:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        why = said[-1][:200] if said else f"it ended with {done.returncode} and told no version."
        raise RuleBroken(NO_ANSWER.format(path=path, where=where, why=why))
    return Program(path, found[0], bubblewrap)


def _command(
    path: Path, bubblewrap: Path | None, folder: Path, arguments: tuple[str, ...]
) -> list[str]:
    own = [str(path), *arguments]
    return own if bubblewrap is None else [*confined(bubblewrap, path, folder), *own]
