"""`kbstrack demo`: the demo cohort, made once, in one piece."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from kbstrack.config import Settings, load_settings
from kbstrack.errors import RuleBroken


@click.command()
@click.option(
    "--prepare", is_flag=True, help="Make the cohort if it is not there, and say who can sign in."
)
def demo(prepare: bool) -> None:
    """Fill KBSTRACK_HOME with a demo cohort: one provider, twelve people, about 60 pieces.

    What is there already is kept. Nothing is mixed into an instance with real people.
    """
    del prepare  # said for clarity: preparing is all this command does
    settings = load_settings()
    if not settings.is_demo:
        raise RuleBroken(
            "This is not a demonstration. Set KBSTRACK_DEMO=yes and a KBSTRACK_HOME of its own."
        )
    if not (settings.home / "kbstrack.sqlite").exists():
        _make(settings)
    _say_who(settings)


def _make(settings: Settings) -> None:
    """Make everything beside the home and move it in at the end: all of it or nothing."""
    workshop = settings.home / ".being-made"
    shutil.rmtree(workshop, ignore_errors=True)
    workshop.mkdir(parents=True)
    url = f"sqlite:///{workshop / 'kbstrack.sqlite'}"
    _fill(replace(settings, home=workshop, database_url=url))
    # The database last: where it is, everything it names is there too.
    for path in sorted(workshop.iterdir(), key=lambda path: path.suffix == ".sqlite"):
        _move(path, settings.home / path.name)
    workshop.rmdir()


def _move(path: Path, target: Path) -> None:
    if target.is_dir():
        shutil.rmtree(target)
    path.replace(target)


def _fill(settings: Settings) -> None:
    from flask_security.utils import hash_password
    from sqlalchemy import create_engine
    from tqdm import tqdm

    from kbstrack import clock, migrations
    from kbstrack.app import close_database
    from kbstrack.db import engine_options
    from kbstrack.demo import assuring, auditing, cohort, confirming, freezing, playing, reading
    from kbstrack.ids import seeded
    from kbstrack.web import create_web_app

    engine = create_engine(settings.database_url, **engine_options(settings.database_url))
    migrations.upgrade(engine)
    engine.dispose()
    stories = reading.stories()
    with create_web_app(settings).app_context(), seeded("kbstrack demo"):
        made = cohort.make_cohort(str(hash_password(cohort.PASSWORD)))
        total = playing.count_events(stories)
        for _ in tqdm(
            playing.play(stories, made),
            total=total,
            desc="  writing the record",
            unit=" events",
            disable=None,
            file=sys.stderr,
        ):
            pass
        confirming.confirm(made)
        click.echo("  freezing a portfolio", err=True)
        freezing.freeze(made)
        assuring.assure(made)
        confirming.ask(made, now=clock.now())
        auditing.audit(made, now=clock.now())
        close_database()


def _say_who(settings: Settings) -> None:
    from kbstrack.demo.cohort import PASSWORD, who_can_sign_in

    click.echo(f"The demo cohort is in {settings.home}. These people can sign in:\n")
    _say_table(who_can_sign_in())
    click.echo(f"\nThe password of all of them is: {PASSWORD}")


def _say_table(rows: Sequence[tuple[str, str, str]]) -> None:
    names = max(len(row[0]) for row in rows)
    addresses = max(len(row[1]) for row in rows)
    for name, email, what in rows:
        click.echo(f"  {name:<{names}}  {email:<{addresses}}  {what}")
