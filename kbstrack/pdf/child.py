"""The child process that draws: `python -m kbstrack.pdf.child DIRECTORY`, with limits of its own.

The directory holds `job.json`, `document.html`, `fonts.conf` and `images/`; it leaves
`portfolio.pdf` and `report.json` there. Nothing else goes in or out.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def main(directory: Path) -> int:
    """Draw the document in this directory; 0 when `portfolio.pdf` is there and complete."""
    job = json.loads((directory / "job.json").read_text(encoding="utf-8"))
    limit(memory_bytes=job["memory_bytes"], cpu_seconds=job["cpu_seconds"])
    report: dict[str, Any] = {"problem": None, "warnings": [], "pages": 0}
    started = time.perf_counter()
    try:
        with heard() as said:
            report["pages"], report["problem"] = draw(directory, job)
        report["warnings"] = said
    except MemoryError:
        report["problem"] = "it needs more memory than it may have"
    report["seconds"] = round(time.perf_counter() - started, 3)
    report["peak_bytes"] = peak_bytes()
    (directory / "report.json").write_text(json.dumps(report), encoding="utf-8")
    return 1 if report["problem"] else 0


def draw(directory: Path, job: dict[str, Any]) -> tuple[int, str | None]:
    """HTML to PDF. Returns the number of pages, and what is wrong with them, if anything."""
    from weasyprint.urls import FatalURLFetchingError

    try:
        content = render(directory, job["images"])
    except FatalURLFetchingError as problem:
        return 0, str(problem)
    return finish(content, directory / "portfolio.pdf", job)


def render(directory: Path, images: dict[str, str]) -> bytes:
    """The document as WeasyPrint makes it."""
    from weasyprint import HTML

    from kbstrack.pdf.fetcher import LockedFetcher

    pictures = {name: (directory / "images" / name, kind) for name, kind in images.items()}
    html = HTML(
        string=(directory / "document.html").read_text(encoding="utf-8"),
        url_fetcher=LockedFetcher(pictures),
    )
    pdf: bytes = html.write_pdf(pdf_variant="pdf/ua-1")
    return pdf


def finish(content: bytes, target: Path, job: dict[str, Any]) -> tuple[int, str | None]:
    """Finish the tags, count what is in the document, and write it."""
    import pikepdf

    from kbstrack.pdf.counting import count, say_missing
    from kbstrack.pdf.tags import finish_tags

    with pikepdf.open(io.BytesIO(content)) as pdf:
        finish_tags(pdf)
        pdf.save(
            target,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
    with pikepdf.open(target) as pdf:
        held = count(pdf)
    return held.pages, say_missing(held, job["pieces"], job["image_count"])


def limit(*, memory_bytes: int, cpu_seconds: int) -> None:
    """Bound what this process may use, where the system can do that."""
    try:
        import resource
    except ImportError:
        return
    for which, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        # A Mac knows the first limit but refuses to set it; the parent's clock still holds there.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(which, (most, most))


def peak_bytes() -> int:
    """The most memory this process had at once, or 0 where that is not known."""
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


@contextlib.contextmanager
def heard() -> Iterator[list[str]]:
    """`with heard() as said:` collects in `said` whatever the libraries complain about."""
    said: list[str] = []
    logging.basicConfig(handlers=[_Collector(said)], level=logging.WARNING, force=True)
    warnings.simplefilter("always")
    logging.captureWarnings(True)
    yield said
    logging.captureWarnings(False)


class _Collector(logging.Handler):
    def __init__(self, said: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._said = said

    def emit(self, record: logging.LogRecord) -> None:
        self._said.append(f"{record.name}: {record.getMessage()}")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
