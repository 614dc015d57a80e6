"""`kbstrack storage sweep`: looking after the stored files."""

from __future__ import annotations

from datetime import timedelta

import click

from kbstrack import clock
from kbstrack.cli.output import echo_json
from kbstrack.formats import say_count

# Until then a file may belong to a form that is being sent.
LEAST_HOURS = 24
DRAWN_PAGES_KEPT = timedelta(days=60)


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
    """Remove files that no record speaks of, and what was drawn and is not wanted any more.

    The first are left when somebody chose a file but the form was never saved. Portfolios go after
    a week, or when there is a newer one; drawn pages when nobody asked for them in 60 days. Safe
    while people work.
    """
    from kbstrack.app import instance
    from kbstrack.current import derived, store
    from kbstrack.evidence.file_queries import known_hashes
    from kbstrack.jobs import made

    with instance():
        at = clock.now()
        swept = store().sweep(known_hashes, timedelta(hours=hours), at, not dry_run)
        drawn = made.sweep(at, is_for_real=not dry_run)
        freed = derived().sweep(unused_for=DRAWN_PAGES_KEPT, at=at, delete=not dry_run)
    size_bytes = sum(item.size_bytes for item in swept)
    if as_json:
        names = [item.sha256 for item in swept]
        echo_json(
            {
                "removed": not dry_run,
                "sha256": names,
                "size_bytes": size_bytes,
                "portfolios": [item.name for item in drawn],
                "drawn_bytes": freed,
            }
        )
        return
    verb = "Would remove" if dry_run else "Removed"
    click.echo(f"{verb} {say_count(len(swept), 'file')} ({size_bytes:,} bytes).")
    if drawn:
        click.echo(f"{verb} {say_count(len(drawn), 'drawn portfolio')}.")
    if freed:
        click.echo(f"{verb} drawn pages of portfolios ({freed:,} bytes).")
