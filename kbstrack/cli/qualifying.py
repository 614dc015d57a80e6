"""`kbstrack people`: whether an assessor is qualified, and who countersigns."""

from __future__ import annotations

from uuid import UUID

import click

from kbstrack.access import OPERATOR
from kbstrack.app import instance
from kbstrack.assessment import qualifying
from kbstrack.assessment.qualifying import QualificationPage
from kbstrack.cli.naming import member_named, provider_named, provider_option
from kbstrack.errors import RuleBroken
from kbstrack.people.queries import ProviderRow


@click.command()
@click.argument("email")
@click.option(
    "--countersigner",
    metavar="ADDRESS",
    required=True,
    help="The qualified assessor who countersigns what they decide.",
)
@provider_option
def not_yet_qualified(email: str, countersigner: str, ukprn: str | None) -> None:
    """Mark the assessor EMAIL as not yet qualified.

    What they decide from then on counts once it is countersigned.
    """
    with instance():
        provider = provider_named(ukprn)
        named = member_named(provider, countersigner).person_id
        click.echo(_set(provider, email, is_qualified=False, countersigner_id=named))


@click.command()
@click.argument("email")
@click.option(
    "--countersigner",
    metavar="ADDRESS",
    help="Who countersigns what still waits; whoever is named already, if left out.",
)
@provider_option
def qualify(email: str, countersigner: str | None, ukprn: str | None) -> None:
    """Mark the assessor EMAIL as qualified.

    What they decide from then on counts at once. What they decided before still waits for its
    countersignature, and the countersigner stays named as long as something does.
    """
    with instance():
        provider = provider_named(ukprn)
        named = member_named(provider, countersigner).person_id if countersigner else None
        click.echo(_set(provider, email, is_qualified=True, countersigner_id=named))


COMMANDS = (not_yet_qualified, qualify)


def _set(
    provider: ProviderRow, email: str, *, is_qualified: bool, countersigner_id: UUID | None
) -> str:
    found = _found(provider, email)
    assert found.present is not None
    qualifying.set_qualification(
        OPERATOR,
        found.member.id,
        is_qualified=is_qualified,
        countersigner_id=countersigner_id or found.present.countersigner_id,
        revision=found.member.revision,
    )
    present = _found(provider, email).present
    assert present is not None
    if not present.is_qualified:
        return f"{present.name} is not yet qualified: {present.countersigner} countersigns."
    if present.countersigner is None:
        return f"{present.name} is qualified."
    return f"{present.name} is qualified. {present.countersigner} countersigns what still waits."


def _found(provider: ProviderRow, email: str) -> QualificationPage:
    member = member_named(provider, email, with_ended=True)
    found = qualifying.see_qualification(OPERATOR, member.id)
    if found.present is None:
        raise RuleBroken(f"{member.name} is no assessor at {provider.name}.")
    return found
