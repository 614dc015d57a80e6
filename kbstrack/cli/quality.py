"""`kbstrack quality`: sampling plans, and drawing one again to compare."""

from __future__ import annotations

from uuid import UUID

import click

from kbstrack.access import OPERATOR
from kbstrack.app import instance
from kbstrack.cli.naming import json_option, provider_named, provider_option
from kbstrack.cli.output import echo_json, echo_wrapped
from kbstrack.errors import NotFound
from kbstrack.formats import say_count, say_time
from kbstrack.people import queries as people
from kbstrack.quality import plan_queries, planning, reading
from kbstrack.quality.plan_queries import PlanRow
from kbstrack.quality.rules import in_words


@click.group()
def quality() -> None:
    """Internal quality assurance: sampling plans, and whether they can be repeated."""


@quality.command("list")
@provider_option
@json_option
def list_(ukprn: str | None, as_json: bool) -> None:
    """List the sampling plans, the latest first."""
    with instance():
        provider = provider_named(ukprn)
        lines, _ = reading.see_plans(OPERATOR, provider.id)
        entries = [
            {
                "id": str(line.plan.id),
                "name": line.plan.text.name,
                "phase": line.plan.text.phase.value,
                "from": line.plan.text.from_on.isoformat(),
                "until": line.plan.text.until_on.isoformat(),
                "seed": line.plan.text.seed,
                "made_at": line.plan.made_at.isoformat(),
                "samples": line.sample_count,
                "waiting": line.waiting_count,
                "open_actions": line.open_count,
            }
            for line in lines
        ]
    if as_json:
        echo_json(entries)
        return
    for entry in entries:
        click.echo(
            f"{entry['name']}  {entry['phase']}, {entry['from']} to {entry['until']}, "
            f"{entry['samples']} sampled, {entry['waiting']} to be looked at, "
            f"{entry['open_actions']} open  {entry['id']}"
        )
    click.echo(f"{say_count(len(entries), 'plan')}.")


@quality.command()
@click.argument("plan", metavar="PLAN-ID-OR-NAME")
@provider_option
def repeat(plan: str, ukprn: str | None) -> None:
    """Draw a plan again from the record as it was then, and compare.

    Exit status: 0 when it is the same sample, 1 when anything differs.
    """
    with instance():
        found = planning.repeat_plan(OPERATOR, _plan_named(plan, ukprn).id)
        text = found.plan.text
        click.echo(f"{text.name}, drawn on {say_time(found.plan.made_at)}, seed {text.seed}")
        for number, sentence in enumerate(in_words(text), start=1):
            echo_wrapped(sentence, first=f"{number}.", indent=3)
        for word, rows in (
            ("sampled then, not drawn now", found.missing),
            ("drawn now, not sampled then", found.added),
            ("considered otherwise", found.changed),
        ):
            for decision_id in rows:
                click.echo(f"{decision_id}: {word}", err=True)
    if not found.is_same:
        click.echo("This is not the same sample.", err=True)
        raise SystemExit(1)
    click.echo(f"The same {say_count(len(found.drawn), 'decision')}, each with the same score.")


def _plan_named(text: str, ukprn: str | None) -> PlanRow:
    try:
        return plan_queries.plan(UUID(text))
    except ValueError:
        pass
    providers = [provider_named(ukprn)] if ukprn else people.providers()
    for provider in providers:
        for row in plan_queries.plans(provider.id):
            if row.text.name.casefold() == " ".join(text.split()).casefold():
                return row
    raise NotFound(f"There is no sampling plan with the id or name {text}.")
