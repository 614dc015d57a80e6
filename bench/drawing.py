"""The complete portfolio and one with 100 pieces, drawn by us, by WeasyPrint and by Chromium."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pikepdf

from bench.measure import Cost, cost_of
from bench.stories import Stories
from kbstrack.pdf.as_pdf import Limits, child_environment, write_job
from kbstrack.pdf.fetcher import MARKS
from kbstrack.pdf.pictures import SCHEME
from kbstrack.portfolio.rules import Portfolio

REPORT = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
BEGIN, END = "<!-- bench/portfolio -->", "<!-- /bench/portfolio -->"
WEASYPRINT = "import weasyprint; weasyprint.HTML('plain.html').write_pdf('weasyprint.pdf')"
CHROMIUM = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-pdf-header-footer",
    "--user-data-dir=profile",
    "--print-to-pdf=chromium.pdf",
]


@dataclass(frozen=True, slots=True)
class Row:
    """One way of drawing one portfolio."""

    document: str
    way: str
    pages: int
    size_bytes: int
    cost: Cost


def main(arguments: list[str]) -> None:
    """Measure, print, and write when asked to."""
    parser = argparse.ArgumentParser(description="Time and memory of the portfolio PDF.")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    parser.add_argument("--pieces", type=int, default=100, help="size of the large portfolio")
    asked = parser.parse_args(arguments)
    stories = Stories()
    rows = _measured("complete", stories.portfolio("amara"), stories)
    rows += _measured(f"{asked.pieces} pieces", stories.large("amara", asked.pieces), stories)
    table = say(rows)
    print(table)
    if asked.write:
        write(table)


def say(rows: list[Row]) -> str:
    """A table in Markdown; the ratios are to our own run of the same document."""
    lines = [
        "| portfolio | drawn by | pages | file | clock | computing | ratio | peak memory | ratio |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        ours = next(other for other in rows if other.document == row.document).cost
        lines.append(
            f"| {row.document} | {row.way} | {row.pages} | {row.size_bytes / 1e6:.1f} MB "
            f"| {row.cost.seconds:.1f} s | {row.cost.cpu_seconds:.1f} s "
            f"| {row.cost.cpu_seconds / ours.cpu_seconds:.2f} "
            f"| {row.cost.peak_bytes / 1e6:.0f} MB "
            f"| {row.cost.peak_bytes / ours.peak_bytes:.2f} |"
        )
    return "\n".join(lines) + "\n"


def write(table: str) -> None:
    """Put the table between its marks in docs/benchmarks.md, with the machine it is from."""
    text = REPORT.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}."
    REPORT.write_text(f"{before}{BEGIN}\n{table}\n{machine}\n{END}{after}", encoding="utf-8")


def _measured(document: str, portfolio: Portfolio, stories: Stories) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="kbstrack-bench-") as name:
        directory = Path(name)
        write_job(directory, portfolio, stories.read, Limits())
        _write_plain(directory)
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        ways = [
            ("kbstrack", "portfolio.pdf", [sys.executable, "-m", "kbstrack.pdf.child", name]),
            ("WeasyPrint alone", "weasyprint.pdf", [sys.executable, "-c", WEASYPRINT]),
        ]
        if chromium:
            ways.append(("Chromium", "chromium.pdf", [chromium, *CHROMIUM, "plain.html"]))
        rows = []
        for way, file, command in ways:
            cost = cost_of(command, directory, child_environment(directory))
            with pikepdf.open(directory / file) as pdf:
                pages = len(pdf.pages)
            rows.append(Row(document, way, pages, (directory / file).stat().st_size, cost))
        return rows


def _write_plain(directory: Path) -> None:
    """The same document with its pictures as files beside it, which any program can fetch."""
    html = (directory / "document.html").read_text(encoding="utf-8")
    for mark in MARKS.glob("*.svg"):
        shutil.copy(mark, directory)
        html = html.replace(f"kbstrack-mark:{mark.stem}", mark.name)
    plain = html.replace(f"{SCHEME}:", "images/")
    (directory / "plain.html").write_text(plain, encoding="utf-8")
