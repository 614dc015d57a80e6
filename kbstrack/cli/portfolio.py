"""`kbstrack portfolio`: one apprentice's portfolio as a PDF file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import click
from tqdm import tqdm

from kbstrack import clock
from kbstrack.cli.issue import issue_number
from kbstrack.formats import say_count, say_size
from kbstrack.storage.whole import write_whole


@click.command()
@click.argument("enrolment", metavar="ENROLMENT-ID-OR-ULN")
@click.option(
    "--out",
    "target",
    metavar="FILE.pdf",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write.",
)
@click.option(
    "--issue",
    metavar="NUMBER",
    help="Write a frozen issue, signed, instead: its number, or “latest”.",
)
@click.option("--force", "may_replace", is_flag=True, help="Replace the file if it is there.")
def portfolio(enrolment: str, target: Path, issue: str | None, may_replace: bool) -> None:
    """Write an apprentice's portfolio as PDF: as it stands at this moment, or as it was frozen.

    The apprentice is named by the enrolment's id or by their ULN. A file that is there already
    is kept unless --force is given; it is replaced only once the new one is complete.
    """
    _check_target(target, may_replace=may_replace)

    content = _drawn(enrolment) if issue is None else _frozen(enrolment, issue_number(issue))
    write_whole(target, content, prefix=".portfolio-")
    click.echo(f"Wrote {click.format_filename(target)}, {say_size(len(content))}.")


def _frozen(enrolment: str, number: int | None) -> bytes:
    """A frozen issue, byte for byte."""
    from kbstrack.access import OPERATOR
    from kbstrack.app import instance
    from kbstrack.issuing.reading import issue_pdf, see_issue
    from kbstrack.portfolio.service import find_portfolio

    with instance():
        found = see_issue(OPERATOR, find_portfolio(OPERATOR, enrolment), number)
        return issue_pdf(found.issue).read_bytes()


def _drawn(enrolment: str) -> bytes:
    """The portfolio as it stands."""
    from kbstrack import current
    from kbstrack.access import OPERATOR
    from kbstrack.app import instance
    from kbstrack.pdf.as_pdf import draw
    from kbstrack.pdf.office.documents import office_files
    from kbstrack.pdf.wished import wishes_of
    from kbstrack.portfolio.service import build_portfolio, find_portfolio

    with instance():
        at = clock.now()
        found = build_portfolio(OPERATOR, find_portfolio(OPERATOR, enrolment), at=at)
        click.echo(
            f"Drawing the portfolio of {found.apprentice}, {found.standard.reference}: "
            f"{say_count(len(found.pieces), 'piece')} of evidence. This can take a minute.",
            err=True,
        )
        settings = current.settings()
        documents = len(office_files(found)) if settings.office else 0
        if documents:
            said = say_count(documents, "office document")
            click.echo(f"LibreOffice makes pages of {said} first.", err=True)
        with tqdm(unit="part", disable=None, file=sys.stderr) as bar:
            drawing = draw(
                found,
                current.store().read,
                wishes=wishes_of(settings, at),
                store=current.derived(),
                progress=lambda done, total: _show(bar, done, total),
            )
    for line in drawing.not_shown:
        click.echo(f"Not printed: {line}", err=True)
    return drawing.pdf


def _show(bar: tqdm[NoReturn], done: int, total: int) -> None:
    bar.total = total
    bar.n = done
    bar.refresh()


def _check_target(target: Path, *, may_replace: bool) -> None:
    """Refuse before any work is done."""
    if not target.parent.is_dir():
        raise click.BadParameter(
            f"There is no folder {click.format_filename(target.parent)}: make it first, or write "
            "somewhere else.",
            param_hint="--out",
        )
    if target.exists() and not may_replace:
        raise click.BadParameter(
            f"{click.format_filename(target)} is there already: name another file, or add --force "
            "to replace it.",
            param_hint="--out",
        )
