"""`kbstrack verify`: checking an issue of a portfolio, without instance, database or network."""

from __future__ import annotations

from pathlib import Path

import click

from kbstrack.cli.output import echo_json


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--keys",
    "keys_file",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The instance's public keys, which you saved: only they say whose issue it is.",
)
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def verify(file: Path, keys_file: Path | None, as_json: bool) -> None:
    """Check an issue of a portfolio: its PDF, or its bundle (ZIP).

    Needs nothing but the file, and changes nothing. Writes one line for each check: ✓ as issued,
    ✗ not as issued, – to know. Exit status: 0 when all is as it was issued, 1 when something is
    not, 2 when it could not be checked.
    """
    from kbstrack.errors import RuleBroken
    from kbstrack.record.keys import read_keys
    from kbstrack.sealing.checking import NOT_CHECKED, check_file

    try:
        keys = read_keys(keys_file) if keys_file else None
    except RuleBroken as error:
        click.echo(str(error), err=True)
        click.get_current_context().exit(NOT_CHECKED)
    checked = check_file(file, keys)
    if as_json:
        echo_json(checked.plain())
    else:
        for finding in checked.findings:
            click.echo(f"{finding.mark.sign} {finding.sentence}")
        click.echo(checked.conclusion)
    click.get_current_context().exit(checked.status)
