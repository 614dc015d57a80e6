"""`kbstrack storage sweep` and `kbstrack fsck`: looking after the stored files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta

import click

from kbstrack import clock
from kbstrack.cli.output import echo_json
from kbstrack.formats import say_count
from kbstrack.storage.check import Report, check_store

# Until then a file may belong to a form that is being sent.
LEAST_HOURS = 24


@click.group()
def storage() -> None:
    """Look after the stored files."""


@storage.command()
@click.option(
    "--older-than",
    "hours",
    type=click.IntRange(min=LEAST_HOURS),
    default=LEAST_HOURS,
    show_default=True,
    metavar="HOURS",
    help="Only files handed in longer ago than this.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be removed, and remove nothing.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def sweep(hours: int, dry_run: bool, as_json: bool) -> None:
    """Remove files that no record speaks of.

    They are left when somebody chose a file but the form was never saved. Safe while people work.
    """
    from kbstrack.current import store
    from kbstrack.evidence.file_queries import known_hashes

    with _instance():
        swept = store().sweep(known_hashes, timedelta(hours=hours), clock.now(), not dry_run)
    size_bytes = sum(item.size_bytes for item in swept)
    if as_json:
        names = [item.sha256 for item in swept]
        echo_json({"removed": not dry_run, "sha256": names, "size_bytes": size_bytes})
        return
    verb = "Would remove" if dry_run else "Removed"
    click.echo(f"{verb} {say_count(len(swept), 'file')} ({size_bytes:,} bytes).")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def fsck(as_json: bool) -> None:
    """Check that every stored file is there and unharmed.

    Reads every byte. Exit status: 0 when all is well, 1 when files are missing or damaged.
    """
    from kbstrack.current import store
    from kbstrack.evidence.file_queries import known_hashes, stored_hashes

    with _instance():
        report = check_store(store(), stored_hashes(), known_hashes)
    if as_json:
        echo_json(asdict(report) | {"is_whole": report.is_whole})
    else:
        _say(report)
    click.get_current_context().exit(0 if report.is_whole else 1)


@contextmanager
def _instance() -> Iterator[None]:
    """The instance that the settings name; its connections are closed at the end."""
    from kbstrack.app import open_app
    from kbstrack.db import db

    with open_app().app_context():
        try:
            yield
        finally:
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()


def _say(report: Report) -> None:
    for sha256 in report.missing:
        click.echo(f"missing  {sha256}")
    for sha256 in report.damaged:
        click.echo(f"damaged  {sha256}")
    click.echo(f"Checked {say_count(report.checked, 'file')} ({report.checked_bytes:,} bytes).")
    if report.without_row:
        orphans = say_count(len(report.without_row), "file")
        click.echo(f"No record speaks of {orphans}: `kbstrack storage sweep` removes them.")
    if report.is_whole:
        click.echo("Every file is there and unharmed.")
    else:
        click.echo("Take the missing and damaged files from your last backup.")
