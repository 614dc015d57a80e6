"""`kbstrack jobs`: seeing what waits, runs or went wrong, and trying it again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import click

from kbstrack import clock
from kbstrack.cli.output import echo_json
from kbstrack.formats import say_count

if TYPE_CHECKING:
    from kbstrack.jobs.queries import JobRow


@click.group()
def jobs() -> None:
    """Show background jobs, and try failed ones again."""


@jobs.command("list")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def list_(as_json: bool) -> None:
    """List the jobs that wait, run or failed: since when, how far they are, what went wrong.

    Never whose record they are about by name.
    """
    from kbstrack.app import instance
    from kbstrack.jobs.queries import unfinished_or_failed

    with instance():
        rows, at = unfinished_or_failed(), clock.now()
    if as_json:
        echo_json([_as_values(row, at) for row in rows])
        return
    states = [row.state(at).value for row in rows]
    said = ", ".join(f"{states.count(state)} {state}" for state in ("waiting", "running", "failed"))
    click.echo(f"{say_count(len(rows), 'job')}: {said}.")
    for row, state in zip(rows, states, strict=True):
        click.echo(f"{row.id}  {row.kind}, asked for {row.created_at:%Y-%m-%d %H:%M} UTC, {state}")
        if row.attempts:
            done = f"{row.progress_done} of {row.progress_total} done"
            click.echo(f"    {say_count(row.attempts, 'attempt')}; {done}. {row.problem or ''}")


@jobs.command()
@click.argument("job_id", metavar="JOB", type=click.UUID)
def retry(job_id: UUID) -> None:
    """Begin a failed job anew, or one that waits for its next attempt at once.

    Whoever asked finds the result at the same address.
    """
    from kbstrack.app import instance
    from kbstrack.jobs import service

    with instance():
        service.retry(job_id, at=clock.now())
    click.echo(f"The job {job_id} is tried again as soon as a worker is free.")


def _as_values(row: JobRow, at: datetime) -> dict[str, object]:
    return {
        "id": str(row.id),
        "kind": row.kind,
        "about": row.about and str(row.about),
        "state": row.state(at).value,
        "created_at": row.created_at.isoformat(),
        "attempts": row.attempts,
        "started_at": row.started_at and row.started_at.isoformat(),
        "progress": [row.progress_done, row.progress_total],
        "next_attempt_at": row.next_attempt_at.isoformat(),
        "problem": row.problem,
    }
