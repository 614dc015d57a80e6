"""`kbstrack mail`: sending what waits, and seeing what could not be sent."""

from __future__ import annotations

import click

from kbstrack import clock
from kbstrack.cli.output import echo_json
from kbstrack.formats import say_count


@click.group()
def mail() -> None:
    """Show and send waiting messages."""


@mail.command()
@click.option("--all", "is_all", is_flag=True, help="Also what waits for its next try.")
def send(is_all: bool) -> None:
    """Send what is due now, once; reminders whose day has come too.

    `kbstrack run` does this by itself. Exit status: 1 when a message could not be sent.
    """
    from kbstrack.app import instance
    from kbstrack.confirmation.reminders import send_due
    from kbstrack.mail.delivery import deliver_due

    sent = failed = 0
    with instance():
        at = clock.now()
        send_due(at)
        is_full = True
        while is_full:
            done = deliver_due(at, is_due=not is_all)
            sent, failed, is_full = sent + done.sent, failed + done.failed, done.is_full
            if is_all and done.failed:
                break  # asked again, they would only fail again
    click.echo(f"Sent {say_count(sent, 'message')}.")
    if failed:
        click.echo(f"Could not send {say_count(failed, 'message')}: see `kbstrack mail list`.")
        click.get_current_context().exit(1)


@mail.command("list")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def list_(as_json: bool) -> None:
    """List what is not sent yet: its number, since when, and what went wrong.

    Never to whom it goes or what it says.
    """
    from kbstrack.app import instance
    from kbstrack.mail.queries import unsent

    with instance():
        rows = unsent()
    if as_json:
        echo_json(
            [
                {
                    "id": str(row.id),
                    "queued_at": row.queued_at.isoformat(),
                    "attempts": row.attempts,
                    "next_attempt_at": row.next_attempt_at and row.next_attempt_at.isoformat(),
                    "last_error": row.last_error,
                }
                for row in rows
            ]
        )
        return
    given_up = sum(row.next_attempt_at is None for row in rows)
    click.echo(f"{say_count(len(rows), 'message')} not sent yet, {given_up} of them given up.")
    for row in rows:
        when = f"next try {row.next_attempt_at:%Y-%m-%d %H:%M} UTC" if row.next_attempt_at else ""
        problem = f"{when or 'given up'}; {row.attempts} tried. {row.last_error or ''}".strip()
        click.echo(f"{row.id}  queued {row.queued_at:%Y-%m-%d %H:%M} UTC, {problem}")
