"""Portfolio to PDF: a limited child process draws it, and what it made is counted."""

from __future__ import annotations

import hashlib
import json
import logging
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import kbstrack
from kbstrack.errors import KbstrackError
from kbstrack.pdf.as_html import as_html
from kbstrack.pdf.fonts import fontconfig_file
from kbstrack.pdf.pictures import all_images
from kbstrack.portfolio.rules import Portfolio, PortfolioImage

_log = logging.getLogger(__name__)
# What finds Python's and Pango's libraries; secrets and settings stay outside.
_PASSED_ON = (
    "PATH",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "DYLD_FALLBACK_LIBRARY_PATH",
    "SYSTEMROOT",
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What drawing one document may take. 200 pages need about a fifth of each."""

    seconds: float = 600
    memory_bytes: int = 4_000_000_000


@dataclass(frozen=True, slots=True)
class Drawing:
    """The document, and what it took."""

    pdf: bytes
    pages: int
    seconds: float
    peak_bytes: int
    warnings: tuple[str, ...]


def as_pdf(portfolio: Portfolio, read: Callable[[str], bytes], *, is_strict: bool = False) -> bytes:
    """The document's bytes, the same for equal portfolios.

    `read` gives the bytes of a picture by its SHA-256. With `is_strict` a warning of the drawing
    library is an error; otherwise it is logged. Raises KbstrackError when the document cannot be
    made whole: a damaged picture, a piece left out, a limit reached.
    """
    drawing = draw(portfolio, read)
    if is_strict and drawing.warnings:
        raise KbstrackError(f"The portfolio was drawn with warnings: {drawing.warnings[0]}")
    for warning in drawing.warnings:
        _log.warning("Drawing a portfolio: %s", warning)
    return drawing.pdf


def draw(
    portfolio: Portfolio, read: Callable[[str], bytes], limits: Limits | None = None
) -> Drawing:
    """The document and what it took. Raises KbstrackError as `as_pdf` does."""
    bounds = limits or Limits()
    with tempfile.TemporaryDirectory(prefix="kbstrack-pdf-") as name:
        directory = Path(name)
        write_job(directory, portfolio, read, bounds)
        return run_job(directory, bounds.seconds)


def run_job(directory: Path, seconds: float) -> Drawing:
    """Draw what `write_job` put there. Raises KbstrackError when it did not come out whole."""
    complaints = _run(directory, seconds)
    report = json.loads((directory / "report.json").read_text(encoding="utf-8"))
    if report["problem"]:
        raise KbstrackError(f"The portfolio could not be made whole: {report['problem']}.")
    return Drawing(
        pdf=(directory / "portfolio.pdf").read_bytes(),
        pages=report["pages"],
        seconds=report["seconds"],
        peak_bytes=report["peak_bytes"],
        warnings=(*report["warnings"], *complaints),
    )


def write_job(
    directory: Path, portfolio: Portfolio, read: Callable[[str], bytes], limits: Limits
) -> None:
    """Put everything the child needs into the directory. Raises KbstrackError on a bad picture."""
    images = all_images(portfolio)
    kinds = {image.sha256: image.media_type for image in images}
    (directory / "images").mkdir()
    for image in dict.fromkeys(images):
        (directory / "images" / image.sha256).write_bytes(_checked(image, read))
    (directory / "cache").mkdir()
    _write(directory / "fonts.conf", fontconfig_file(directory / "cache"))
    _write(directory / "document.html", as_html(portfolio))
    job: dict[str, Any] = {
        "images": kinds,
        "image_count": len(images),
        "pieces": [piece.number for piece in portfolio.pieces],
        "memory_bytes": limits.memory_bytes,
        "cpu_seconds": math.ceil(limits.seconds),
    }
    _write(directory / "job.json", json.dumps(job))


def _checked(image: PortfolioImage, read: Callable[[str], bytes]) -> bytes:
    content = read(image.sha256)
    if hashlib.sha256(content).hexdigest() != image.sha256:
        raise KbstrackError(
            f"The stored picture {image.sha256} is damaged. Restore it from a backup, "
            "then make the portfolio again."
        )
    return content


def _run(directory: Path, seconds: float) -> list[str]:
    """Wait for the child. Returns what it wrote on its error channel, a text for each line."""
    try:
        done = subprocess.run(  # noqa: S603  (our own module, no shell)
            [sys.executable, "-m", "kbstrack.pdf.child", str(directory)],
            cwd=directory,
            env=child_environment(directory),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as problem:
        raise KbstrackError(
            f"The portfolio took longer than {seconds} seconds to draw. Try again when the "
            "server is less busy; if it happens again, tell whoever runs it."
        ) from problem
    said = done.stderr.decode("utf-8", "replace").splitlines()
    if not (directory / "report.json").exists():
        _log.error("Drawing a portfolio ended with %s: %s", done.returncode, " / ".join(said[-3:]))
        raise KbstrackError(
            "The portfolio could not be drawn: drawing stopped before it was done. Try again; if "
            "it happens again, tell whoever runs this server to look at its log."
        )
    return said


def child_environment(directory: Path) -> dict[str, str]:
    """Everything that could make two machines draw differently is fixed here."""
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return passed_on | {
        "PYTHONPATH": str(Path(kbstrack.__file__).parent.parent),
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "HOME": str(directory),
        "TMPDIR": str(directory),
        "FONTCONFIG_FILE": str(directory / "fonts.conf"),
    }


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
