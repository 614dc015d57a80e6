"""`kbstrack people`: everything an administrator's pages do, from the command line."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

import click

from kbstrack import clock
from kbstrack.access import OPERATOR, Role
from kbstrack.app import instance
from kbstrack.cli import enrolments, factors, providers, qualifying
from kbstrack.cli.naming import (
    employer_option,
    json_option,
    link_option,
    member_named,
    provider_named,
    provider_option,
    role_option,
    roles_named,
)
from kbstrack.cli.output import echo_json
from kbstrack.current import settings
from kbstrack.db import db
from kbstrack.formats import say_count
from kbstrack.people import enrolment_queries, links, queries, service
from kbstrack.people.models import Person
from kbstrack.people.queries import MemberRow, ProviderRow
from kbstrack.progress.service import CaseloadRow, caseload_rows

ROLE_WORDS = {
    Role.EMPLOYER.value: "line manager",
    Role.IQA.value: "internal quality assurer",
}
"""What people call a role where its value is another word; JSON keeps the values."""


@click.group()
def people() -> None:
    """Providers, employers, people and enrolments.

    Does what the administrator's pages do. People are named by email address, employers by
    name, enrolments by id or ULN, a training provider by UKPRN (only where there are several).
    """


@people.command("list")
@provider_option
@json_option
def list_(ukprn: str | None, as_json: bool) -> None:
    """List people, roles and progress.

    A person with several enrolments is there once for each. Who has ended is left out.
    """
    with instance():
        wanted = [provider_named(ukprn)] if ukprn else queries.providers()
        entries = [
            entry
            for provider in wanted
            if provider.ended_at is None
            for entry in _entries(provider, clock.now())
        ]
    if as_json:
        echo_json(entries)
        return
    for entry in entries:
        learner = ""
        if entry["enrolment"]:
            met = f"{entry['ksbs_met']} of {entry['ksbs_total']} KSBs met"
            learner = f"  ULN {entry['uln']}, {met}, enrolment {entry['enrolment']}"
        roles = ", ".join(ROLE_WORDS.get(role, role) for role in entry["roles"])
        standing = "" if entry["joined"] else ", not joined yet"
        click.echo(f"{entry['name']} <{entry['email']}>  {roles}{standing}{learner}")
    click.echo(f"{say_count(len({entry['email'] for entry in entries}), 'person', 'people')}.")


@people.command()
@click.option("--name", required=True, metavar="NAME")
@click.option("--email", required=True, metavar="ADDRESS", help="They sign in with it.")
@role_option
@employer_option
@click.option(
    "--countersigner",
    metavar="ADDRESS",
    help="For an assessor who is not yet qualified: the qualified one who countersigns.",
)
@provider_option
@link_option
def invite(
    *,
    name: str,
    email: str,
    roles: tuple[str, ...],
    employer: str | None,
    countersigner: str | None,
    ukprn: str | None,
    print_link: bool,
) -> None:
    """Add a person and write them an invitation.

    Somebody who had ended comes back.
    """
    with instance():
        provider = provider_named(ukprn)
        at = clock.now()
        given = roles_named(provider, roles, employer)
        row = service.invite_person(
            OPERATOR,
            provider.id,
            name=name,
            email=email,
            roles=given,
            countersigner_id=(
                member_named(provider, countersigner).person_id if countersigner else None
            ),
            at=at,
        )
        click.echo(f"{row.name} is invited: a message to {row.email} is waiting to be sent.")
        if print_link:
            _echo_link(row, at)


@people.command()
@click.argument("email")
@provider_option
@link_option
def invite_again(email: str, ukprn: str | None, print_link: bool) -> None:
    """Send somebody a new invitation.

    As long as they have not signed in.
    """
    with instance():
        row = member_named(provider_named(ukprn), email, with_ended=True)
        at = clock.now()
        service.invite_again(OPERATOR, row.id, at=at)
        click.echo(f"A new invitation to {row.email} is waiting to be sent.")
        if print_link:
            _echo_link(row, at)


@people.command()
@click.argument("email")
@click.option("--name", metavar="NAME", help="The new name.")
@click.option("--email", "new_email", metavar="ADDRESS", help="The new address, before they join.")
@role_option
@employer_option
@provider_option
def change(
    *,
    email: str,
    name: str | None,
    new_email: str | None,
    roles: tuple[str, ...],
    employer: str | None,
    ukprn: str | None,
) -> None:
    """Change the person EMAIL.

    What is not given stays. The roles given replace the present ones; a role that is left out
    ends at once.
    """
    with instance():
        provider = provider_named(ukprn)
        row = member_named(provider, email)
        wanted = roles or tuple(role.value for role in row.roles)
        service.change_member(
            OPERATOR,
            row.id,
            name=row.name if name is None else name,
            email=row.email if new_email is None else new_email,
            roles=roles_named(provider, wanted, employer, row.employer_id),
            revision=row.revision,
            at=clock.now(),
        )
        row = queries.member(row.id)
    click.echo(f"{row.name} <{row.email}>: {', '.join(row.roles)}.")


@people.command()
@click.argument("email")
@provider_option
def end(email: str, ukprn: str | None) -> None:
    """End the access of the person EMAIL.

    It ends at once. What they wrote and signed stays.
    """
    with instance():
        provider = provider_named(ukprn)
        row = member_named(provider, email)
        service.end_member(OPERATOR, row.id, at=clock.now())
        count = enrolment_queries.count_current_assignments(provider.id, row.person_id)
    click.echo(f"{row.name} has no access to {provider.name} any more.")
    if count:
        click.echo(
            f"They stood beside {say_count(count, 'running enrolment')}: replace them with "
            "`people replace-assessor` or `people replace-employer`."
        )


@people.command()
@click.argument("email")
@provider_option
def bring_back(email: str, ukprn: str | None) -> None:
    """Give the person EMAIL access again.

    They have the roles they had.
    """
    with instance():
        row = member_named(provider_named(ukprn), email, with_ended=True)
        service.end_member(OPERATOR, row.id, at=clock.now(), is_ended=False)
    click.echo(f"{row.name} is back: {', '.join(row.roles)}.")


for command in (*providers.COMMANDS, *qualifying.COMMANDS, *enrolments.COMMANDS, *factors.COMMANDS):
    people.add_command(command)


def _entries(provider: ProviderRow, at: datetime) -> list[dict[str, Any]]:
    own: dict[object, list[CaseloadRow]] = defaultdict(list)
    for row in caseload_rows(enrolment_queries.administered_by(OPERATOR, provider.id), at=at):
        own[row.enrolment.apprentice_id].append(row)
    return [
        _entry(provider, member, row)
        for member in queries.members(provider.id)
        for row in own[member.person_id] or (None,)
    ]


def _entry(provider: ProviderRow, member: MemberRow, row: CaseloadRow | None) -> dict[str, Any]:
    return {
        "provider": provider.ukprn,
        "name": member.name,
        "email": member.email,
        "roles": [role.value for role in member.roles],
        "joined": member.joined_at is not None,
        "uln": row.enrolment.uln if row else None,
        "enrolment": str(row.enrolment.id) if row else None,
        "standard": row.enrolment.standard_reference if row else None,
        "ksbs_met": row.met.met_count if row else None,
        "ksbs_total": row.met.total_count if row else None,
    }


def _echo_link(row: MemberRow, at: datetime) -> None:
    person = db.session.get_one(Person, row.person_id)
    if person.password is None:
        click.echo(f"\n  {links.invitation_link(person, at)}\n")
    else:
        click.echo(f"They have a password already and sign in at {settings().public_url}/sign-in")
