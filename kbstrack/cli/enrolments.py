"""The commands of `kbstrack people` about enrolments and who stands beside them."""

from __future__ import annotations

import click

from kbstrack import clock
from kbstrack.access import OPERATOR
from kbstrack.app import instance
from kbstrack.cli.naming import (
    day_named,
    enrolment_argument,
    enrolment_named,
    manager_named,
    member_named,
    provider_named,
    provider_of,
    provider_option,
)
from kbstrack.current import catalogue
from kbstrack.formats import say_date
from kbstrack.people import enrolling, enrolment_queries, replacing
from kbstrack.people.beside import Beside

from_option = click.option(
    "--from", "from_on", metavar="YYYY-MM-DD", help="The day from which it holds. [default: today]"
)


@click.command()
@click.argument("email")
@click.option("--uln", required=True, metavar="10DIGITS", help="Unique learner number.")
@click.option("--standard", required=True, metavar="REFERENCE", help="For example ST0321.")
@click.option("--standard-version", metavar="VERSION", help="[default: the latest]")
@click.option("--start", required=True, metavar="YYYY-MM-DD", help="The start date.")
@click.option("--planned-end", required=True, metavar="YYYY-MM-DD", help="The planned end date.")
@click.option("--assessor", required=True, metavar="ADDRESS", help="Who assesses.")
@click.option(
    "--line-manager", required=True, metavar="ADDRESS", help="The line manager at the employer."
)
@provider_option
def enrol(
    *,
    email: str,
    uln: str,
    standard: str,
    standard_version: str | None,
    start: str,
    planned_end: str,
    assessor: str,
    line_manager: str,
    ukprn: str | None,
) -> None:
    """Enrol the apprentice EMAIL on a standard.

    All three people are invited before. The employer is the one the line manager works for.
    """
    with instance():
        provider = provider_named(ukprn)
        reference = standard.strip().upper()
        version = standard_version or catalogue().latest(reference).version
        employer_id, manager_id = manager_named(provider, line_manager)
        row = enrolling.enrol(
            OPERATOR,
            provider.id,
            apprentice_id=member_named(provider, email).person_id,
            uln=uln,
            standard_reference=reference,
            standard_version=version,
            start_on=day_named(start, "the start date"),
            planned_end_on=day_named(planned_end, "the planned end date"),
            beside=Beside(member_named(provider, assessor).person_id, employer_id, manager_id),
            at=clock.now(),
        )
    click.echo(f"{row.apprentice} is enrolled on {reference}, version {version}.")
    click.echo(f"Enrolment {row.id}")


@click.command()
@enrolment_argument
@click.option("--uln", metavar="10DIGITS", help="The corrected ULN.")
@click.option("--start", metavar="YYYY-MM-DD", help="The corrected start date.")
@click.option("--planned-end", metavar="YYYY-MM-DD", help="The corrected planned end date.")
def change_enrolment(
    enrolment: str, uln: str | None, start: str | None, planned_end: str | None
) -> None:
    """Correct an enrolment's ULN or dates.

    What is not given stays.
    """
    with instance():
        row = enrolment_named(enrolment)
        enrolling.change_enrolment(
            OPERATOR,
            row.id,
            uln=row.uln if uln is None else uln,
            start_on=row.start_on if start is None else day_named(start, "the start date"),
            planned_end_on=row.planned_end_on
            if planned_end is None
            else day_named(planned_end, "the planned end date"),
            revision=row.revision,
            at=clock.now(),
        )
        row = enrolment_queries.enrolment(row.id)
    dates = f"{say_date(row.start_on)} to {say_date(row.planned_end_on)}"
    click.echo(f"{row.apprentice}: ULN {row.uln}, {dates}.")


@click.command()
@enrolment_argument
@click.option("--assessor", required=True, metavar="ADDRESS", help="The new assessor.")
@from_option
def replace_assessor(enrolment: str, assessor: str, from_on: str | None) -> None:
    """Give an enrolment another assessor.

    The former one loses access at once.
    """
    with instance():
        row = enrolment_named(enrolment)
        chosen = member_named(provider_of(row), assessor)
        replacing.replace_assessor(
            OPERATOR,
            row.id,
            assessor_id=chosen.person_id,
            from_on=day_named(from_on, "the day"),
            at=clock.now(),
        )
    click.echo(f"{chosen.name} assesses {row.apprentice}. {row.assessor} has no access any more.")


@click.command()
@enrolment_argument
@click.option("--line-manager", required=True, metavar="ADDRESS", help="The new line manager.")
@from_option
def replace_employer(enrolment: str, line_manager: str, from_on: str | None) -> None:
    """Give an enrolment another employer or line manager.

    The employer is the one that the line manager works for. The former line manager loses access
    at once.
    """
    with instance():
        row = enrolment_named(enrolment)
        employer_id, manager_id = manager_named(provider_of(row), line_manager)
        replacing.replace_employer(
            OPERATOR,
            row.id,
            employer_id=employer_id,
            line_manager_id=manager_id,
            from_on=day_named(from_on, "the day"),
            at=clock.now(),
        )
        now = enrolment_queries.enrolment(row.id)
    click.echo(
        f"{now.line_manager} at {now.employer} is the line manager of {row.apprentice}. "
        f"{row.line_manager} has no access any more."
    )


@click.command()
@enrolment_argument
@click.option("--reason", required=True, metavar="TEXT", help="For example: completed.")
@click.option("--on", "ended_on", metavar="YYYY-MM-DD", help="The last day. [default: today]")
def end_enrolment(enrolment: str, reason: str, ended_on: str | None) -> None:
    """End an enrolment.

    Its record stays readable, nothing can be added to it.
    """
    with instance():
        row = enrolment_named(enrolment)
        day = day_named(ended_on, "the last day")
        enrolling.end_enrolment(OPERATOR, row.id, ended_on=day, reason=reason, at=clock.now())
    click.echo(f"{row.apprentice}'s enrolment ended on {say_date(day)}.")


@click.command()
@enrolment_argument
def resume_enrolment(enrolment: str) -> None:
    """Take back the end of an enrolment."""
    with instance():
        row = enrolment_named(enrolment)
        enrolling.resume_enrolment(OPERATOR, row.id, at=clock.now())
    click.echo(f"{row.apprentice}'s enrolment is running again.")


COMMANDS = (
    enrol,
    change_enrolment,
    replace_assessor,
    replace_employer,
    end_enrolment,
    resume_enrolment,
)
