"""`kbstrack worker`: doing background jobs in processes of their own, beside `kbstrack run`."""

from __future__ import annotations

import click

from kbstrack import clock
from kbstrack.cli.office import say_problem
from kbstrack.config import load_settings
from kbstrack.formats import say_count


@click.command()
@click.option("--once", is_flag=True, help="Do what can be done now, one by one, and end.")
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="How many jobs this command may work on at once.",
)
def worker(once: bool, processes: int) -> None:
    """Do background jobs, such as drawing portfolios, until it is stopped.

    `kbstrack run` does them too unless it is given --no-worker. However many workers there are,
    no more than KBSTRACK_JOBS_AT_ONCE jobs run at once. SIGTERM lets a job that runs go on for
    20 seconds; Ctrl-C gives it back at once. What was not finished is begun anew by the next.
    """
    if once:
        _once()
        return
    settings = load_settings()

    from kbstrack.app import check_database, open_app
    from kbstrack.jobs.worker import alone

    check_database(settings)
    say_problem(settings)
    click.echo(f"Doing jobs in {say_count(processes, 'process', 'processes')} (Ctrl-C stops it).")
    alone(lambda: open_app(settings), settings, clock.now, processes=processes).run()
    click.echo("The worker has stopped.")


def _once() -> None:
    from kbstrack.app import instance
    from kbstrack.jobs import made, service
    from kbstrack.jobs.running import run_next

    count = 0
    with instance():
        while run_next(clock.now):
            count += 1
        made.sweep(clock.now())
        service.forget_outdated(clock.now())
    click.echo(f"Did {say_count(count, 'job')}.")
