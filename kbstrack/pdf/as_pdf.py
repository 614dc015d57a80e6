"""Portfolio to PDF: every section is drawn by itself, or taken from where it was kept; then joined.

Limited child processes draw and join. What they made is counted, and nothing that was asked for may
be missing.
"""

from __future__ import annotations

import hashlib
import json
import logging
import math
import os
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kbstrack.errors import KbstrackError
from kbstrack.pdf import plan
from kbstrack.pdf.as_html import css
from kbstrack.pdf.fonts import fontconfig_file
from kbstrack.pdf.papers import all_papers, not_shown
from kbstrack.pdf.plan import Drawn
from kbstrack.pdf.reading import PaperReader
from kbstrack.pdf.sections import Section, sections
from kbstrack.pdf.sheets import Sheet
from kbstrack.pdf.versions import own_version
from kbstrack.pdf.workforce import Workforce
from kbstrack.portfolio.rules import Portfolio
from kbstrack.storage.derived import DerivedStore

_log = logging.getLogger(__name__)

Read = Callable[[str], bytes]
"""The bytes of a picture, or of a PDF's checked copy, by their SHA-256."""

Progress = Callable[[int, int], object]
"""Hears how many sections are ready, of all."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What drawing one document may take; `processes` is None for one on each processor.

    200 pages need about a fifth of the seconds, and a tenth of the memory in each process.
    """

    seconds: float = 600
    memory_bytes: int = 4_000_000_000
    processes: int | None = None


@dataclass(frozen=True, slots=True)
class Drawing:
    """The document, and what it took; `peak_bytes` is that of the largest child process.

    `not_shown` has a line for everything in people's PDFs that is not printed.
    """

    pdf: bytes
    pages: int
    drawn: int
    kept: int
    peak_bytes: int
    not_shown: tuple[str, ...]
    warnings: tuple[str, ...]


def as_pdf(
    portfolio: Portfolio,
    read: Read,
    *,
    store: DerivedStore | None = None,
    progress: Progress | None = None,
    is_strict: bool = False,
) -> bytes:
    """The document's bytes, the same for equal portfolios, whatever `store` holds already.

    With `is_strict` a warning of the drawing library is an error; it is logged in any case. Raises
    KbstrackError when the document cannot be made whole: a damaged picture, a piece left out, a
    limit reached.
    """
    drawing = draw(portfolio, read, store=store, progress=progress)
    if is_strict and drawing.warnings:
        raise KbstrackError(f"The portfolio was drawn with warnings: {drawing.warnings[0]}")
    return drawing.pdf


def draw(
    portfolio: Portfolio,
    read: Read,
    limits: Limits | None = None,
    *,
    store: DerivedStore | None = None,
    progress: Progress | None = None,
) -> Drawing:
    """The document and what it took. Raises KbstrackError as `as_pdf` does."""
    bounds = limits or Limits()
    with tempfile.TemporaryDirectory(prefix="kbstrack-pdf-") as name:
        directory = Path(name)
        prepare(directory, bounds)
        most = bounds.processes or os.cpu_count() or 1
        with Workforce(directory, most=most, seconds=bounds.seconds) as workforce:
            work = _Work(directory, workforce, read, store, progress, at_once=most)
            pages = work.make(portfolio)
            drawing = Drawing(
                pdf=(directory / "portfolio.pdf").read_bytes(),
                pages=pages,
                drawn=work.drawn,
                kept=work.kept,
                peak_bytes=max(answer["peak_bytes"] for answer in workforce.answers),
                not_shown=work.not_shown,
                warnings=(
                    *(line for answer in workforce.answers for line in answer["warnings"]),
                    *workforce.complaints,
                ),
            )
    for warning in drawing.warnings:
        _log.warning("Drawing a portfolio: %s", warning)
    return drawing


def prepare(directory: Path, limits: Limits) -> None:
    for folder in ("images", "cache"):
        (directory / folder).mkdir()
    _write(directory / "fonts.conf", fontconfig_file(directory / "cache"))
    _write(directory / "style.css", css())
    bounds = {"memory_bytes": limits.memory_bytes, "cpu_seconds": math.ceil(limits.seconds)}
    _write(directory / "limits.json", json.dumps(bounds))


class _Work:
    """The drawing of one document: which file holds each section, and how many pages it has."""

    def __init__(
        self,
        directory: Path,
        workforce: Workforce,
        read: Read,
        store: DerivedStore | None,
        progress: Progress | None,
        *,
        at_once: int,
    ) -> None:
        self._directory = directory
        self._workforce = workforce
        self._read = read
        self._store = store
        self._progress = progress
        self._versions = own_version()
        self._at_once = at_once
        self._papers = PaperReader(
            directory, lambda sha256: _whole_bytes(sha256, read), store, self._versions
        )
        self.not_shown: tuple[str, ...] = ()
        self._drawn: dict[str, Drawn] = {}
        self.drawn = 0
        self.kept = 0

    def make(self, portfolio: Portfolio) -> int:
        """Leave `portfolio.pdf` in the directory; returns its number of pages."""
        with ThreadPoolExecutor(max_workers=1) as beside:
            # While the first child loads its libraries, the texts are written.
            told = beside.submit(self._ask, {"do": "libraries"})
            found = self._papers.read_all(all_papers(portfolio), at_once=self._at_once)
            wanted = sections(portfolio, found)
            self._versions += json.dumps(told.result()["libraries"])
        self.not_shown = not_shown(portfolio, found)
        self._draw(wanted)
        furniture, *drawn = (self._drawn[section.name] for section in wanted)
        _write(self._directory / "plan.json", json.dumps(plan.make(portfolio, furniture, drawn)))
        pages: int = self._ask({"do": "join"})["pages"]
        self._tell(len(wanted), len(wanted))
        return pages

    def _draw(self, wanted: Sequence[Section]) -> None:
        """Take what is kept, and have the rest drawn."""
        missing = [section for section in wanted if not self._take(section)]
        ready = len(wanted) - len(missing)
        self._tell(ready, len(wanted))

        def note(at: int, answer: dict[str, Any]) -> None:
            nonlocal ready
            self._note(missing[at], _whole(answer))
            ready += 1
            # The last one is told when the document is there.
            self._tell(min(ready, len(wanted) - 1), len(wanted))

        self._workforce.ask_all([self._order(section) for section in missing], note)

    def _take(self, section: Section) -> bool:
        """Whether the section is there from an earlier drawing."""
        key = self._key(section)
        content = self._store.take(key) if self._store is not None else None
        if content is None:
            return False
        pages, _, pdf = content.partition(b"\n")
        (self._directory / f"{key}.pdf").write_bytes(pdf)
        self._drawn[section.name] = Drawn(section.name, key, int(pages))
        self.kept += 1
        return True

    def _order(self, section: Section) -> dict[str, Any]:
        """Put what the child needs into the directory, and say what it is to do."""
        for image in dict.fromkeys(section.images):
            path = self._directory / "images" / image.sha256
            if not path.exists():
                path.write_bytes(_whole_bytes(image.sha256, self._read))
        key = self._key(section)
        _write(self._directory / f"{key}.html", section.html)
        return {
            "do": "draw",
            "file": key,
            "section": section.name,
            "is_tagged": section.is_tagged,
            "images": {image.sha256: image.media_type for image in section.images},
            "image_count": len(section.images) + len(section.sheets),
            "pages": {sheet.key: self._place_of(sheet) for sheet in section.sheets},
        }

    def _place_of(self, sheet: Sheet) -> tuple[str, int]:
        return self._papers.key(sheet.file_sha256), sheet.place_in_file

    def _note(self, section: Section, answer: dict[str, Any]) -> None:
        key = self._key(section)
        self._drawn[section.name] = Drawn(section.name, key, answer["pages"])
        self.drawn += 1
        if self._store is not None:
            pdf = (self._directory / f"{key}.pdf").read_bytes()
            self._store.keep(key, b"%d\n%s" % (answer["pages"], pdf))

    def _key(self, section: Section) -> str:
        """What its pages depend on, as one hash: its text (which names its pictures by their
        hashes), its place in the tree of tags, and everything that draws."""
        said = "\0".join((self._versions, section.name, str(section.is_tagged), section.html))
        return hashlib.sha256(said.encode()).hexdigest()

    def _ask(self, order: dict[str, Any]) -> dict[str, Any]:
        return _whole(self._workforce.ask(order))

    def _tell(self, done: int, total: int) -> None:
        if self._progress is not None:
            self._progress(done, total)


def _whole(answer: dict[str, Any]) -> dict[str, Any]:
    if answer["problem"]:
        raise KbstrackError(f"The portfolio could not be made whole: {answer['problem']}.")
    return answer


def _whole_bytes(sha256: str, read: Read) -> bytes:
    content = read(sha256)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise KbstrackError(
            f"The stored file {sha256} is damaged. Restore it from a backup, "
            "then make the portfolio again."
        )
    return content


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
