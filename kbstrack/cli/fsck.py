"""`kbstrack fsck`: is everything there and as it was?"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from kbstrack.cli.output import echo_json, echo_wrapped
from kbstrack.formats import say_count

if TYPE_CHECKING:
    from kbstrack.backup.fsck import Checked
    from kbstrack.storage.check import Report


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def fsck(as_json: bool) -> None:
    """Check the database, the stored files and what binds them.

    Reads every row and every byte and changes nothing; people may go on working. Exit status: 0
    when all is well, 1 when something is missing, damaged or changed.
    """
    from kbstrack.app import instance
    from kbstrack.backup.fsck import check_instance

    with instance():
        checked = check_instance()
    if as_json:
        checks = {
            name: [asdict(finding) for finding in findings]
            for name, findings in checked.findings.items()
        }
        echo_json(asdict(checked.files) | {"checks": checks, "is_whole": checked.is_whole})
    else:
        _say(checked)
    click.get_current_context().exit(0 if checked.is_whole else 1)


def _say(checked: Checked) -> None:
    from kbstrack.backup.fsck import CHECKS

    for check in CHECKS:
        findings = checked.findings[check.name]
        if check.name == "files":
            _say_files(checked.files)
        else:
            for finding in findings:
                echo_wrapped(finding.sentence, first=f"{finding.place}: ")
        if not findings:
            click.echo(check.is_sound)
    if not checked.is_whole:
        click.echo("Take what is missing or damaged from your last backup.")


def _say_files(report: Report) -> None:
    for sha256 in report.missing:
        click.echo(f"missing  {sha256}")
    for sha256 in report.damaged:
        click.echo(f"damaged  {sha256}")
    click.echo(f"Checked {say_count(report.checked, 'file')} ({report.checked_bytes:,} bytes).")
    if report.without_row:
        orphans = say_count(len(report.without_row), "file")
        click.echo(f"No record speaks of {orphans}: `kbstrack storage sweep` removes them.")
