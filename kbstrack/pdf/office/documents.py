"""The office documents of one portfolio: each turned into a PDF once, and kept by what made it."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from kbstrack.errors import RuleBroken
from kbstrack.pdf.foreign.pages import ForeignFile
from kbstrack.pdf.office.converting import AT_ONCE, KINDS, Conversion, Limits, convert
from kbstrack.pdf.office.program import OfficeSetting, Program, find_program
from kbstrack.portfolio.rules import Portfolio
from kbstrack.storage.derived import DerivedStore

_log = logging.getLogger(__name__)

MOST_SECONDS = 1800.0
"""What all documents of a portfolio may take; those that remain come next time."""

# What went wrong because of the machine, and not of the document, is tried again after a day.
_AGAIN_AFTER = timedelta(days=1)
NOT_STARTED = (
    "LibreOffice, which makes pages of such documents, could not be started. Whoever runs this "
    "server sees with `kbstrack office` why."
)
NO_TIME = "There was no time left to make pages of it. Have the portfolio made again."


@dataclass(frozen=True, slots=True)
class OfficeWish:
    """The program that makes pages of office documents, asked at this moment."""

    setting: OfficeSetting
    at: datetime


@dataclass(frozen=True, slots=True)
class Made:
    """What `maker` ("LibreOffice 7.4.7.2") made of a document; `key` names it, as a SHA-256
    names a PDF that was handed in."""

    key: str
    maker: str


class Documents:
    """The office documents of a portfolio, none of them where nothing is wished.

    `made` has all of them by their SHA-256. By their keys, `paths` has the PDFs that were made, and
    `failed` those of which there are no pages.
    """

    def __init__(
        self, portfolio: Portfolio, wish: OfficeWish | None, store: DerivedStore | None
    ) -> None:
        self._wish = wish
        self._store = store
        self._program: Program | None = None
        self._media_types = office_files(portfolio) if wish is not None else {}
        self._waiting: list[str] = []
        self.made: dict[str, Made] = {}
        self.failed: dict[str, ForeignFile] = {}
        self.paths: dict[str, Path] = {}

    def look(self, directory: Path | None = None) -> int:
        """Find what is kept of them, and put it into the directory if there is one.

        Gives how many remain to be made.
        """
        if self._wish is None or not self._media_types:
            return 0
        try:
            self._program = find_program(self._wish.setting)
        except RuleBroken as problem:
            _log.warning("Office documents have no pages: %s", problem)
        for sha256 in self._media_types:
            self._look_at(sha256, directory)
        return len(self._waiting)

    def make(
        self,
        directory: Path,
        read: Callable[[str], bytes],
        tell: Callable[[int], object],
        limits: Limits | None = None,
    ) -> None:
        """Have those made that `look` did not find; `tell` hears how many are.

        Raises whatever `read` raises, and nothing over what is in a document.
        """
        until = time.monotonic() + MOST_SECONDS
        waiting = self._waiting
        with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
            found = pool.map(lambda sha256: self._converted(sha256, read, until, limits), waiting)
            for count, conversion in enumerate(found, 1):
                self._note(self.made[waiting[count - 1]].key, conversion, directory)
                tell(count)
        self._waiting = []

    def _look_at(self, sha256: str, directory: Path | None) -> None:
        program = self._program
        name = program.name if program is not None else ""
        key = key_of(name, sha256)
        self.made[sha256] = Made(key, name or "LibreOffice")
        if program is None:
            self.failed[key] = _without_pages(NOT_STARTED)
            return
        kept = self._kept(key)
        if kept is None:
            self._waiting.append(sha256)
        else:
            self._note(key, kept, directory)

    def _converted(
        self, sha256: str, read: Callable[[str], bytes], until: float, limits: Limits | None
    ) -> Conversion:
        assert self._program is not None
        if time.monotonic() > until:
            return Conversion(problem=NO_TIME)
        found = convert(self._program, read(sha256), self._media_types[sha256], limits)
        self._keep(self.made[sha256].key, found)
        return found

    def _note(self, key: str, found: Conversion, directory: Path | None) -> None:
        if found.problem:
            self.failed[key] = _without_pages(found.problem)
        elif directory is not None:
            self.paths[key] = directory / f"{key}.office"
            self.paths[key].write_bytes(found.pdf)

    def _kept(self, key: str) -> Conversion | None:
        content = self._store.take(key) if self._store is not None else None
        if content is None:
            return None
        line, _, pdf = content.partition(b"\n")
        said = json.loads(line)
        assert self._wish is not None
        if said["may_pass"] and self._wish.at - _moment(said["at"]) >= _AGAIN_AFTER:
            return None
        return Conversion(pdf, said["problem"], said["may_pass"])

    def _keep(self, key: str, found: Conversion) -> None:
        assert self._wish is not None
        if self._store is not None:
            said = {
                "problem": found.problem,
                "may_pass": found.may_pass,
                "at": self._wish.at.isoformat(),
            }
            self._store.keep(key, json.dumps(said).encode() + b"\n" + found.pdf)


def office_files(portfolio: Portfolio) -> dict[str, str]:
    """The media types of its office documents by their SHA-256, in their order."""
    return {
        file.sha256: file.media_type
        for piece in portfolio.pieces
        for version in piece.versions
        for file in version.files
        if file.family == "office" and file.media_type in KINDS
    }


def key_of(maker: str, sha256: str) -> str:
    """The name of what this program makes of these bytes, as this version of kbstrack asks it."""
    return hashlib.sha256(f"office\0{_own_version()}\0{maker}\0{sha256}".encode()).hexdigest()


@cache
def _own_version() -> str:
    files = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def _without_pages(problem: str) -> ForeignFile:
    return ForeignFile(0, (), (problem,))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
