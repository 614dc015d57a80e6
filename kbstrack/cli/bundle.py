"""`kbstrack bundle`: a frozen issue with all its files, as ZIPs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from tqdm import tqdm

from kbstrack.cli.issue import ISSUE, issue_number
from kbstrack.formats import say_size

if TYPE_CHECKING:
    from kbstrack.bundle.making import Part

MEGABYTE = 1_000_000


@click.command()
@click.argument("enrolment", metavar="ENROLMENT-ID-OR-ULN")
@ISSUE
@click.option(
    "--layout",
    type=click.Choice(["plain", "assessment-organisation"]),
    default="plain",
    show_default=True,
    help="One folder for each piece, or folders as some assessment organisations ask for.",
)
@click.option(
    "--most-mb",
    type=click.IntRange(min=1),
    metavar="MEGABYTES",
    help="The largest ZIP that is made; more comes in parts. Without it KBSTRACK_RECEIVER_MB.",
)
@click.option(
    "--out",
    "folder",
    metavar="FOLDER",
    required=True,
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="The folder to write into; the ZIPs have names of their own.",
)
@click.option("--force", "may_replace", is_flag=True, help="Replace files that are there.")
def bundle(
    enrolment: str, *, issue: str, layout: str, most_mb: int | None, folder: Path, may_replace: bool
) -> None:
    """Write a frozen issue of a portfolio with all its files, as one or more ZIPs.

    The apprentice is named by the enrolment's id or by their ULN. Each ZIP can be checked by
    itself with `kbstrack verify`.
    """
    from kbstrack import clock
    from kbstrack.access import OPERATOR
    from kbstrack.app import instance
    from kbstrack.bundle.issued import Layout
    from kbstrack.issuing.bundling import see_bundle
    from kbstrack.portfolio.service import find_portfolio

    with instance():
        found = see_bundle(
            OPERATOR,
            find_portfolio(OPERATOR, enrolment),
            issue_number(issue),
            Layout(layout),
            at=clock.now(),
            most_bytes=most_mb * MEGABYTE if most_mb else None,
        )
        _refuse_present([folder / part.name for part in found.parts], may_replace=may_replace)
        for part in found.parts:
            _write(part, folder / part.name)
            name = click.format_filename(folder / part.name)
            click.echo(f"Wrote {name}, {say_size(part.size_bytes)}.")


def _refuse_present(targets: list[Path], *, may_replace: bool) -> None:
    """Before any work is done."""
    present = [target for target in targets if target.exists()]
    if present and not may_replace:
        raise click.BadParameter(
            f"{click.format_filename(present[0])} is there already: name another folder, or add "
            "--force to replace it.",
            param_hint="--out",
        )


def _write(part: Part, target: Path) -> None:
    """All of it or nothing: a bundle that is cut off leaves no file."""
    from kbstrack.issuing.bundling import bytes_of
    from kbstrack.storage.whole import write_chunks

    with tqdm(
        total=part.size_bytes, unit="B", unit_scale=True, disable=None, file=sys.stderr
    ) as bar:

        def counted() -> Iterator[bytes]:
            for chunk in bytes_of(part):
                bar.update(len(chunk))
                yield chunk

        write_chunks(target, counted(), prefix=".bundle-")
