"""The commands of `kbstrack people` about training providers and employers."""

from __future__ import annotations

import click

from kbstrack import clock
from kbstrack.access import OPERATOR
from kbstrack.app import instance
from kbstrack.cli.naming import employer_named, json_option, provider_named, provider_option
from kbstrack.cli.output import echo_json
from kbstrack.people import queries, service


@click.command("providers")
@json_option
def list_providers(as_json: bool) -> None:
    """List the training providers with their UKPRN."""
    with instance():
        rows = queries.providers()
    if as_json:
        echo_json(
            [
                {"ukprn": row.ukprn, "name": row.name, "ended": row.ended_at is not None}
                for row in rows
            ]
        )
        return
    for row in rows:
        click.echo(f"{row.ukprn}  {row.name}{'  (ended)' if row.ended_at else ''}")


@click.command()
@click.option("--name", required=True, metavar="NAME", help="As it shall stand on portfolios.")
@click.option("--ukprn", required=True, metavar="8DIGITS", help="UK provider reference number.")
def add_provider(name: str, ukprn: str) -> None:
    """Add a training provider.

    Invite its first administrator next: `kbstrack people invite --role administrator`.
    """
    with instance():
        row = service.create_provider(OPERATOR, name=name, ukprn=ukprn, at=clock.now())
    click.echo(f"Added {row.name}, UKPRN {row.ukprn}.")


@click.command()
@provider_option
@click.option("--name", metavar="NAME", help="The new name.")
@click.option("--ukprn", "new_ukprn", metavar="8DIGITS", help="The new UKPRN.")
def change_provider(ukprn: str | None, name: str | None, new_ukprn: str | None) -> None:
    """Correct a training provider's name or UKPRN."""
    with instance():
        row = provider_named(ukprn)
        service.change_provider(
            OPERATOR,
            row.id,
            name=row.name if name is None else name,
            ukprn=row.ukprn if new_ukprn is None else new_ukprn,
            revision=row.revision,
        )
        row = queries.provider(row.id)
    click.echo(f"It is now {row.name}, UKPRN {row.ukprn}.")


@click.command()
@provider_option
def end_provider(ukprn: str | None) -> None:
    """End a training provider.

    Everybody there loses access at once. The record is kept. Its enrolments must have ended before.
    """
    with instance():
        row = provider_named(ukprn)
        service.end_provider(OPERATOR, row.id, at=clock.now())
    click.echo(f"{row.name} has ended. Its record is kept.")


@click.command()
@provider_option
def bring_back_provider(ukprn: str | None) -> None:
    """Open an ended training provider again.

    Everybody has the roles they had.
    """
    with instance():
        row = provider_named(ukprn, with_ended=True)
        service.end_provider(OPERATOR, row.id, at=clock.now(), is_ended=False)
    click.echo(f"{row.name} is back.")


@click.command("employers")
@provider_option
@json_option
def list_employers(ukprn: str | None, as_json: bool) -> None:
    """List a training provider's employers."""
    with instance():
        rows = queries.employers(provider_named(ukprn).id, with_ended=True)
    if as_json:
        echo_json([{"name": row.name, "ended": row.ended_at is not None} for row in rows])
        return
    for row in rows:
        click.echo(f"{row.name}{'  (ended)' if row.ended_at else ''}")


@click.command()
@click.argument("name")
@provider_option
def add_employer(name: str, ukprn: str | None) -> None:
    """Add the employer NAME."""
    with instance():
        provider = provider_named(ukprn)
        row = service.create_employer(OPERATOR, provider.id, name=name, at=clock.now())
    click.echo(f"Added {row.name}.")


@click.command()
@click.argument("name")
@click.option("--name", "new_name", required=True, metavar="NAME", help="The new name.")
@provider_option
def change_employer(name: str, new_name: str, ukprn: str | None) -> None:
    """Rename the employer NAME."""
    with instance():
        row = employer_named(provider_named(ukprn), name, with_ended=True)
        service.change_employer(OPERATOR, row.id, name=new_name, revision=row.revision)
        row = queries.employer(row.id)
    click.echo(f"The employer is now called {row.name}.")


@click.command()
@click.argument("name")
@provider_option
def end_employer(name: str, ukprn: str | None) -> None:
    """No longer offer the employer NAME.

    Running enrolments with it go on.
    """
    with instance():
        row = employer_named(provider_named(ukprn), name)
        service.end_employer(OPERATOR, row.id, at=clock.now())
    click.echo(f"{row.name} has ended: it is no longer offered for enrolments.")


@click.command()
@click.argument("name")
@provider_option
def bring_back_employer(name: str, ukprn: str | None) -> None:
    """Offer the employer NAME again."""
    with instance():
        row = employer_named(provider_named(ukprn), name, with_ended=True)
        service.end_employer(OPERATOR, row.id, at=clock.now(), is_ended=False)
    click.echo(f"{row.name} is back.")


COMMANDS = (
    list_providers,
    add_provider,
    change_provider,
    end_provider,
    bring_back_provider,
    list_employers,
    add_employer,
    change_employer,
    end_employer,
    bring_back_employer,
)
