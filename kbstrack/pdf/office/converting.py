"""One office document to a PDF: LibreOffice does it in a limited process, and this one waits.

Nothing in this process opens the document, nor what was made of it.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

import kbstrack
from kbstrack.errors import RuleBroken
from kbstrack.pdf.foreign.pages import MOST_PAGES
from kbstrack.pdf.office.confining import environment, write_profile
from kbstrack.pdf.office.program import Program
from kbstrack.storage.inspect import BUSY, inspect
from kbstrack.storage.kinds import PDF

_log = logging.getLogger(__name__)

# However many portfolios are drawn in this process: each takes a core and some 300 MB.
AT_ONCE = max(1, min(2, os.cpu_count() or 1))
_places = threading.BoundedSemaphore(AT_ONCE)

TOO_MUCH = "LibreOffice needed more time or memory for it than it may have, so no page is shown."
NOT_MADE = "LibreOffice could make no pages of it."
NOT_SAFE = "What LibreOffice made of it could not be read safely, so its pages are not shown."

_XML = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
_WRITER, _CALC, _IMPRESS = "writer_pdf_Export", "calc_pdf_Export", "impress_pdf_Export"
KINDS = {
    "application/rtf": ("rtf", _WRITER),
    "application/msword": ("doc", _WRITER),
    "application/vnd.ms-word.document.macroEnabled.12": ("docm", _WRITER),
    f"{_XML}.wordprocessingml.document": ("docx", _WRITER),
    f"{_OPEN}.text": ("odt", _WRITER),
    "application/vnd.ms-excel": ("xls", _CALC),
    "application/vnd.ms-excel.sheet.macroEnabled.12": ("xlsm", _CALC),
    f"{_XML}.spreadsheetml.sheet": ("xlsx", _CALC),
    f"{_OPEN}.spreadsheet": ("ods", _CALC),
    "application/vnd.ms-powerpoint": ("ppt", _IMPRESS),
    "application/vnd.ms-powerpoint.presentation.macroEnabled.12": ("pptm", _IMPRESS),
    f"{_XML}.presentationml.presentation": ("pptx", _IMPRESS),
    f"{_OPEN}.presentation": ("odp", _IMPRESS),
}
"""The ending and the way out by the media type: what a look at the file found, not its name."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may take."""

    memory_bytes: int = 2_000_000_000
    cpu_seconds: int = 120
    wall_seconds: float = 180
    # Of any file that is written, above all the PDF.
    file_bytes: int = 200_000_000


@dataclass(frozen=True, slots=True)
class Conversion:
    """The PDF, checked and cleaned; or `problem`, a sentence.

    One that `may_pass` had to do with the machine at that moment.
    """

    pdf: bytes = b""
    problem: str = ""
    may_pass: bool = False


def convert(
    program: Program, content: bytes, media_type: str, limits: Limits | None = None
) -> Conversion:
    """Have the document turned into pages, `MOST_PAGES` of it and one more where it goes on.

    `media_type` is one of `KINDS`. Never raises for what is in the document.
    """
    bounds = limits or Limits()
    ending, way_out = KINDS[media_type]
    with tempfile.TemporaryDirectory(prefix="kbstrack-office-", ignore_cleanup_errors=True) as name:
        folder = Path(name).resolve()
        original, result = folder / f"document.{ending}", folder / "document.pdf"
        original.write_bytes(content)
        write_profile(folder / "profile")
        pages = {"PageRange": {"type": "string", "value": f"1-{MOST_PAGES + 1}"}}
        command = program.command(
            folder,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--norestore",
            "--nologo",
            "--nolockcheck",
            "--nodefault",
            "--nofirststartwizard",
            "--convert-to",
            f"pdf:{way_out}:{json.dumps(pages)}",
            "--outdir",
            str(folder),
            str(original),
        )
        with _places:
            code = _run(command, folder, bounds)
        shutil.rmtree(folder / "profile", ignore_errors=True)
        return _looked_at(code, result, bounds)


def _run(command: list[str], folder: Path, limits: Limits) -> int | None:
    """How it ended, None for too late; it is killed with all its processes in any case."""
    bounds = {
        "memory_bytes": limits.memory_bytes,
        "cpu_seconds": limits.cpu_seconds,
        "file_bytes": limits.file_bytes,
    }
    package = str(Path(kbstrack.__file__ or ".").absolute().parent.parent)
    child = subprocess.Popen(  # noqa: S603  (our own module, no shell)
        [
            *(sys.executable, "-P", "-s", "-m", "kbstrack.pdf.office.child"),
            json.dumps(bounds),
            *command,
        ],
        cwd=folder,
        env=environment(folder) | {"PYTHONPATH": package, "PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        return child.wait(limits.wall_seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _looked_at(code: int | None, result: Path, limits: Limits) -> Conversion:
    """What it left, believed only as far as it can be checked: it read a stranger's file."""
    if code is None:
        _log.warning("LibreOffice took longer than %s seconds", limits.wall_seconds)
        return Conversion(problem=TOO_MUCH, may_pass=True)
    if code in _signals(signal.SIGXCPU, signal.SIGKILL):
        _log.warning("LibreOffice computed for longer than %s seconds", limits.cpu_seconds)
        return Conversion(problem=TOO_MUCH)
    if code or result.is_symlink() or not result.is_file():
        _log.warning("LibreOffice ended with code %s", code)
        return Conversion(problem=NOT_MADE)
    try:
        found = inspect(result, result.name)
    except RuleBroken as refused:
        return Conversion(problem=NOT_SAFE, may_pass=str(refused) == BUSY)
    if found.media_type != PDF or found.copy is None:
        return Conversion(problem=NOT_SAFE)
    return Conversion(pdf=found.copy.read_bytes())


def _signals(*numbers: int) -> set[int]:
    """The codes of a process that these ended, as itself and as its caretaker tells them."""
    return {-number for number in numbers} | {128 + number for number in numbers}
