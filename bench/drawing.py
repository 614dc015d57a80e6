"""Portfolios of several sizes, drawn by us, by WeasyPrint and by Chromium."""

from __future__ import annotations

import argparse
import os
import pickle
import platform
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import pikepdf

from bench.measure import Cost, cost_of
from bench.stories import Stories
from kbstrack.pdf.as_html import css
from kbstrack.pdf.fetcher import MARKS
from kbstrack.pdf.fonts import fontconfig_file
from kbstrack.pdf.links import link_to
from kbstrack.pdf.papers import Papers
from kbstrack.pdf.pictures import SCHEME
from kbstrack.pdf.sections import sections
from kbstrack.pdf.workforce import child_environment
from kbstrack.portfolio.rules import Portfolio

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
REPORT = ROOT / "docs" / "benchmarks.md"
ALONE = "WeasyPrint alone"
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
    parser.add_argument(
        "--pieces", type=int, nargs="*", default=[10, 100], help="sizes of the portfolios"
    )
    asked = parser.parse_args(arguments)
    stories = Stories()
    rows = []
    for pieces in asked.pieces:
        rows += _measured(f"{pieces} pieces", stories.large("amara", pieces), stories)
    table = say(rows)
    print(table)
    if asked.write:
        write(table)


def say(rows: list[Row]) -> str:
    """A table in Markdown; the ratios are to WeasyPrint alone over the same document."""
    lines = [
        "| portfolio | drawn by | pages | file | clock | computing | ratio of clock "
        "| peak memory | ratio of size |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        plain = _of_weasyprint(rows, row.document)
        lines.append(
            f"| {row.document} | {row.way} | {row.pages} | {row.size_bytes / 1e6:.1f} MB "
            f"| {row.cost.seconds:.1f} s | {row.cost.cpu_seconds:.1f} s "
            f"| {row.cost.seconds / plain.cost.seconds:.2f} "
            f"| {row.cost.peak_bytes / 1e6:.0f} MB "
            f"| {row.size_bytes / plain.size_bytes:.2f} |"
        )
    return "\n".join(lines) + "\n"


def _of_weasyprint(rows: list[Row], document: str) -> Row:
    return next(row for row in rows if (row.document, row.way) == (document, ALONE))


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
        _prepare(directory, portfolio, stories)
        ours = [sys.executable, "-m", "bench.one", name]
        ways = [
            ("kbstrack, nothing kept", "first.pdf", [*ours, "first", str(directory / "store")]),
            (
                "kbstrack, one piece changed",
                "second.pdf",
                [*ours, "second", str(directory / "store")],
            ),
            (ALONE, "weasyprint.pdf", [sys.executable, "-c", WEASYPRINT]),
        ]
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        if chromium:
            ways.append(("Chromium", "chromium.pdf", [chromium, *CHROMIUM, "plain.html"]))
        rows = []
        for way, file, command in ways:
            environment = child_environment(directory) | {"PYTHONPATH": str(ROOT)}
            cost = cost_of(command, directory, environment)
            with pikepdf.open(directory / file) as pdf:
                pages = len(pdf.pages)
            rows.append(Row(document, way, pages, (directory / file).stat().st_size, cost))
        return rows


def _prepare(directory: Path, portfolio: Portfolio, stories: Stories) -> None:
    for folder in ("images", "cache"):
        (directory / folder).mkdir()
    (directory / "fonts.conf").write_text(fontconfig_file(directory / "cache"))
    for sha256, content in stories.pictures.items():
        (directory / "images" / sha256).write_bytes(content)
    (directory / "first.pickle").write_bytes(pickle.dumps(portfolio))
    (directory / "second.pickle").write_bytes(pickle.dumps(_changed(portfolio)))
    (directory / "plain.html").write_text(_plain(directory, portfolio), encoding="utf-8")


def _changed(portfolio: Portfolio) -> Portfolio:
    """The same with one piece longer by a page, so that the numbers of all later pages change."""
    place = len(portfolio.pieces) // 2
    piece = portfolio.pieces[place]
    longer = replace(piece.latest, description=piece.latest.description + "\n\nAnd more." * 50)
    changed = replace(piece, versions=(*piece.versions[:-1], longer))
    return replace(
        portfolio, pieces=(*portfolio.pieces[:place], changed, *portfolio.pieces[place + 1 :])
    )


def _plain(directory: Path, portfolio: Portfolio) -> str:
    """The same document in one piece, with pictures and marks as files that any program can fetch.

    Whoever draws it finds the page numbers out, as `plain.css` asks.
    """
    html = "\n".join(_body(section.html) for section in sections(portfolio, Papers()))
    html = re.sub(r"(, )?<img class=\"slot[^>]*>", "", html)
    style = css() + (HERE / "plain.css").read_text()
    for mark in MARKS.glob("*.svg"):
        shutil.copy(mark, directory)
        style = style.replace(f"kbstrack-mark:{mark.stem}", mark.name)
    html = re.sub(rf"{SCHEME}:(\w+)@\d+", r"images/\1", html).replace(link_to(""), "#")
    return (
        f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>Portfolio</title>'
        f"<style>{style}</style></head>"
        f"<body>{html}</body></html>"
    )


def _body(html: str) -> str:
    return html.partition("<body>")[2].rpartition("</body>")[0]
