"""How commands name things: people by address, employers by name, enrolments by id or ULN."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

import click

from kbstrack import clock
from kbstrack.access import OPERATOR, Role
from kbstrack.errors import NotFound, RuleBroken
from kbstrack.people import enrolment_queries, queries
from kbstrack.people.enrolment_queries import EnrolmentRow
from kbstrack.people.membership import Roles
from kbstrack.people.queries import EmployerRow, MemberRow, ProviderRow

provider_option = click.option(
    "--provider",
    "ukprn",
    metavar="UKPRN",
    help="The training provider. Needed only where there are several.",
)
role_option = click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice([role.value for role in Role]),
    help="What they are there; give it several times for several roles.",
)
employer_option = click.option(
    "--employer", metavar="NAME", help="Whom they work for; goes with --role employer."
)
enrolment_argument = click.argument("enrolment", metavar="ENROLMENT-ID-OR-ULN")
json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON.")
link_option = click.option(
    "--print-link", is_flag=True, help="Also print the link for a password, once and for 14 days."
)


def provider_named(ukprn: str | None, *, with_ended: bool = False) -> ProviderRow:
    """The provider with this UKPRN, or the only one. Raises NotFound, RuleBroken."""
    rows = [row for row in queries.providers() if with_ended or row.ended_at is None]
    if ukprn is not None:
        wanted = "".join(ukprn.split())
        for row in rows:
            if row.ukprn == wanted:
                return row
        raise NotFound(f"There is no training provider with the UKPRN {ukprn}.")
    if not rows:
        raise NotFound("There is no training provider yet: add one with `people add-provider`.")
    if len(rows) > 1:
        offered = ", ".join(f"{row.ukprn} ({row.name})" for row in rows)
        raise RuleBroken(f"Say which training provider with --provider: {offered}.")
    return rows[0]


def member_named(provider: ProviderRow, email: str, *, with_ended: bool = False) -> MemberRow:
    """The provider's person with this address. Raises NotFound."""
    wanted = email.strip().lower()
    for row in queries.members(provider.id, with_ended=with_ended):
        if row.email == wanted:
            return row
    raise NotFound(f"There is nobody with the address {email} at {provider.name}.")


def employer_named(provider: ProviderRow, name: str, *, with_ended: bool = False) -> EmployerRow:
    """The provider's employer of this name, whatever its case. Raises NotFound."""
    wanted = " ".join(name.split()).casefold()
    for row in queries.employers(provider.id, with_ended=with_ended):
        if row.name.casefold() == wanted:
            return row
    raise NotFound(f"There is no employer called {name} at {provider.name}.")


def enrolment_named(text: str) -> EnrolmentRow:
    """The enrolment with this id, or the running one (else the only one) with this ULN.

    Raises NotFound, or RuleBroken when a ULN fits several.
    """
    rows = enrolment_queries.find(text, OPERATOR)
    if not rows:
        raise NotFound(f"There is no enrolment with the id or ULN {text}.")
    running = [row for row in rows if row.ended_on is None]
    chosen = running or rows
    if len(chosen) > 1:
        ids = "; ".join(f"{row.id} ({row.standard_reference}, {row.provider})" for row in chosen)
        raise RuleBroken(f"The ULN {text} has several enrolments. Name one by its id: {ids}.")
    return chosen[0]


def provider_of(row: EnrolmentRow) -> ProviderRow:
    """The training provider of an enrolment."""
    return queries.provider(row.provider_id)


def manager_named(provider: ProviderRow, email: str) -> tuple[UUID, UUID]:
    """(Employer's id, person's id) of a line manager. Raises NotFound, RuleBroken."""
    row = member_named(provider, email)
    if row.employer_id is None:
        raise RuleBroken(f"{row.name} is not a line manager: change their roles first.")
    if queries.employer(row.employer_id).ended_at is not None:
        raise RuleBroken(f"{row.employer} has ended: bring the employer back first.")
    return row.employer_id, row.person_id


def roles_named(
    provider: ProviderRow, roles: Iterable[str], employer: str | None, known: UUID | None = None
) -> Roles:
    """The roles as the use cases take them. Raises NotFound, RuleBroken.

    `known` is the employer that holds where none is named.
    """
    held = {Role(text) for text in roles}
    if employer is not None and Role.EMPLOYER not in held:
        raise RuleBroken("--employer goes with --role employer: add that role, or leave it out.")
    employer_id = employer_named(provider, employer).id if employer is not None else known
    if Role.EMPLOYER in held and employer_id is None:
        raise RuleBroken("Name the employer they work for with --employer.")
    return {role: employer_id if role is Role.EMPLOYER else None for role in held}


def day_named(text: str | None, what: str) -> date:
    """A day written YYYY-MM-DD; today where there is none. Raises RuleBroken."""
    if text is None:
        return clock.day_of(clock.now())
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise RuleBroken(f"Write {what} as YYYY-MM-DD, for example 2026-09-01.") from None
