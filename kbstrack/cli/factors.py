"""The command of `kbstrack people` about second steps."""

from __future__ import annotations

import click

from kbstrack import clock
from kbstrack.access import OPERATOR
from kbstrack.app import instance
from kbstrack.cli.naming import member_named, provider_named, provider_option
from kbstrack.people import requiring


@click.command()
@click.argument("email")
@click.option("--reason", required=True, metavar="TEXT", help="It is written to the person.")
@provider_option
def reset_second_factor(email: str, reason: str, ukprn: str | None) -> None:
    """Remove the second step of the person EMAIL.

    For somebody who lost phone and recovery codes: their apps, passkeys and recovery codes go,
    their password stays. Make sure first that it is really them who asks.
    """
    with instance():
        row = member_named(provider_named(ukprn), email)
        requiring.reset_factors(OPERATOR, row.id, reason=reason, at=clock.now())
    click.echo(f"{row.name} signs in with the password alone now: a message to {row.email} waits.")


COMMANDS = (reset_second_factor,)
