"""Portfolio to PDF: every section is drawn by itself, or taken from where it was kept; then joined.

Limited child processes draw and join. What they made is counted, and nothing that was asked for may
be missing.
"""

from __future__ import annotations

import json
import logging
import math
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kbstrack.errors import KbstrackError
from kbstrack.pdf.as_html import css
from kbstrack.pdf.drawing import Progress, Read, Wishes, Work, whole_bytes
from kbstrack.pdf.fonts import fontconfig_file
from kbstrack.pdf.office.documents import Documents
from kbstrack.pdf.workforce import Workforce
from kbstrack.portfolio.rules import Portfolio
from kbstrack.storage.derived import DerivedStore

__all__ = ["Drawing", "Limits", "Wishes", "as_pdf", "draw", "keep_sections", "prepare"]

# What every portfolio has besides its pieces: cover, contents, matrix and the like.
_OTHER_PARTS = 20

_log = logging.getLogger(__name__)


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

    `not_shown` has a line for everything in people's files that is not printed.
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
    wishes: Wishes | None = None,
    store: DerivedStore | None = None,
    progress: Progress | None = None,
) -> Drawing:
    """The document and what it took. Raises KbstrackError as `as_pdf` does."""
    bounds = limits or Limits()
    begun = _working(portfolio, read, bounds, wishes=wishes, store=store, progress=progress)
    with begun as (directory, work, workforce):
        pages = work.make(portfolio)
        drawing = Drawing(
            pdf=(directory / "portfolio.pdf").read_bytes(),
            pages=pages,
            drawn=work.drawn,
            kept=work.kept,
            peak_bytes=max(answer["peak_bytes"] for answer in workforce.answers),
            not_shown=work.not_shown,
            warnings=workforce.warnings,
        )
    _log_all(drawing.warnings)
    return drawing


def keep_sections(
    portfolio: Portfolio,
    read: Read,
    limits: Limits,
    *,
    wishes: Wishes,
    store: DerivedStore,
    progress: Progress,
) -> int:
    """Draw and keep the pieces that are not kept yet, and make no document; returns how many
    sections it drew. What every decision changes, such as the matrix, is left to be drawn last.

    Whatever `progress` or `read` raises ends it, with what was drawn until then kept. Raises
    KbstrackError as `as_pdf` does.
    """
    begun = _working(portfolio, read, limits, wishes=wishes, store=store, progress=progress)
    with begun as (_, work, workforce):
        work.draw(portfolio, only_evidence=True)
        _log_all(workforce.warnings)
    return work.drawn


@contextmanager
def _working(
    portfolio: Portfolio,
    read: Read,
    limits: Limits,
    *,
    wishes: Wishes | None,
    store: DerivedStore | None,
    progress: Progress | None,
) -> Iterator[tuple[Path, Work, Workforce]]:
    """A directory of its own, the work to be done in it, and the processes that do it."""
    with tempfile.TemporaryDirectory(prefix="kbstrack-pdf-") as name:
        directory = Path(name)
        prepare(directory, limits)
        most = limits.processes or os.cpu_count() or 1
        wanted = wishes or Wishes()
        documents = Documents(portfolio, wanted.office, store)
        told = _made(documents, portfolio, read, directory, progress)
        with Workforce(directory, most=most, seconds=limits.seconds) as workforce:
            work = Work(
                directory,
                workforce,
                read,
                store=store,
                progress=told,
                wishes=wanted,
                documents=documents,
                at_once=most,
            )
            yield directory, work, workforce


def _log_all(warnings: Iterable[str]) -> None:
    for warning in warnings:
        _log.warning("Drawing a portfolio: %s", warning)


def _made(
    documents: Documents,
    portfolio: Portfolio,
    read: Read,
    directory: Path,
    progress: Progress | None,
) -> Progress | None:
    """Have pages made of office documents; gives who hears of the parts that are drawn then.

    Each document counts as a part. How many more there are is a guess as long as nobody knows.
    """
    count = documents.look(directory)
    if not count:
        return progress
    tell = progress or (lambda _done, _total: None)
    guess = count + len(portfolio.pieces) + _OTHER_PARTS
    tell(0, guess)
    documents.make(
        directory, lambda sha256: whole_bytes(sha256, read), lambda done: tell(done, guess)
    )
    return lambda done, total: tell(count + done, count + total)


def prepare(directory: Path, limits: Limits) -> None:
    for folder in ("images", "cache"):
        (directory / folder).mkdir()
    _write(directory / "fonts.conf", fontconfig_file(directory / "cache"))
    _write(directory / "style.css", css())
    bounds = {"memory_bytes": limits.memory_bytes, "cpu_seconds": math.ceil(limits.seconds)}
    _write(directory / "limits.json", json.dumps(bounds))


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
