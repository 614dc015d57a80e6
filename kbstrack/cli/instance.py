"""`kbstrack init`, `migrate` and `run`: making an instance, keeping it current, serving it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import click
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import SQLAlchemyError

from kbstrack import access, clock
from kbstrack.access import Role
from kbstrack.config import Settings, load_settings
from kbstrack.db import DatabaseNotReady, database_url, db, engine_options
from kbstrack.errors import RuleBroken


@dataclass(frozen=True, slots=True)
class First:
    """The first training provider and its administrator, as typed and checked."""

    provider: str
    ukprn: str
    administrator_name: str
    administrator_email: str


@click.command()
@click.option("--provider", metavar="NAME", help="The training provider's name.")
@click.option("--ukprn", metavar="8DIGITS", help="The training provider's UKPRN.")
@click.option("--administrator-name", metavar="NAME", help="The first administrator's name.")
@click.option("--administrator-email", metavar="ADDRESS", help="The address they sign in with.")
def init(**given: str | None) -> None:
    """Create the database and the first administrator.

    Everything lies in KBSTRACK_HOME (./instance unless it is set). Prints a link with which the
    administrator chooses a password. What is not given is asked for on a terminal.
    """
    from kbstrack import migrations
    from kbstrack.app import close_database, create_app

    settings = load_settings()
    with _engine(settings) as engine:
        is_new = migrations.revision_of(engine) is None
        if not is_new:
            migrations.check_ready(engine)
            _refuse_second_time(settings)
    first = _ask(given)
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    app = create_app(settings)
    if is_new:
        with _engine(settings) as engine:
            _upgrade(engine)
    with app.app_context():
        from kbstrack.current import store

        store().root.mkdir(mode=0o700, parents=True, exist_ok=True)
        link = _create(first, clock.now())
        close_database()
    click.echo(f"The instance is ready in {settings.home}.")
    click.echo(f"{first.administrator_name} chooses a password here, once and within 14 days:")
    click.echo(f"\n  {link}\n")
    click.echo(
        f"The link begins with KBSTRACK_PUBLIC_URL, which is {settings.public_url}: set it if "
        "people reach kbstrack at another address, and use that address in the link."
    )
    click.echo("Serve it with `kbstrack run`.")


@click.command()
def migrate() -> None:
    """Bring the database up to date.

    Either all of it is done or nothing is changed. Make a backup first
    (`kbstrack backup FILE`).
    """
    from kbstrack import migrations

    with _engine(load_settings()) as engine:
        found = migrations.revision_of(engine)
        if found is None:
            migrations.check_ready(engine)
        migrations.check_not_newer(found)
        if found == migrations.head():
            click.echo(f"The database is up to date (revision {found}).")
            return
        _upgrade(engine)
        click.echo(f"The database went from revision {found} to {migrations.head()}.")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option("--threads", type=click.IntRange(1, 100), default=8, show_default=True)
@click.option("--no-worker", is_flag=True, help="Leave background jobs to `kbstrack worker`.")
def run(host: str, port: int, threads: int, no_worker: bool) -> None:
    """Serve the application; send waiting messages and do background jobs meanwhile."""
    settings = load_settings()

    from kbstrack.app import check_database

    check_database(settings)

    from kbstrack.cli.office import say_problem
    from kbstrack.cli.serving import serve
    from kbstrack.people.pinned import check_pins
    from kbstrack.web import create_web_app

    app = create_web_app(settings)
    with app.app_context():
        check_pins()
    say_problem(settings)
    serve(app, settings, host=host, port=port, threads=threads, does_jobs=not no_worker)


@contextmanager
def _engine(settings: Settings) -> Iterator[Engine]:
    url = database_url(settings.database_url, settings.home)
    engine = create_engine(url, **engine_options(url))
    try:
        yield engine
    finally:
        engine.dispose()


def _upgrade(engine: Engine) -> None:
    from kbstrack import migrations

    try:
        migrations.upgrade(engine)
    except SQLAlchemyError as error:
        why = str(getattr(error, "orig", error)).strip().splitlines()[0]
        raise DatabaseNotReady(
            f"The database could not be brought up to date, and nothing was changed: {why}"
        ) from error


def _refuse_second_time(settings: Settings) -> None:
    """Raises RuleBroken once there is an administrator; before that, init goes on."""
    from kbstrack.app import close_database, create_app
    from kbstrack.people import queries

    with create_app(settings).app_context():
        is_made = any(
            queries.members(provider.id, role=Role.ADMINISTRATOR)
            for provider in queries.providers()
        )
        close_database()
    if is_made:
        raise RuleBroken(
            f"There is an instance in {settings.home} already, and nothing was changed. "
            "Serve it with `kbstrack run`, or set KBSTRACK_HOME to make another."
        )


def _ask(given: dict[str, str | None]) -> First:
    """The answers, asked for again until they are right; from a pipe they must all be given."""
    from kbstrack.people import rules

    is_terminal = sys.stdin.isatty()
    missing = [name for name, value in given.items() if value is None]
    if missing and not is_terminal:
        options = ", ".join("--" + name.replace("_", "-") for name in missing)
        raise RuleBroken(f"Nothing was made yet: also give {options}.")

    def answer(name: str, question: str, check: Callable[[str], str]) -> str:
        value = given[name]
        while True:
            text = value if value is not None else click.prompt(question)
            try:
                return check(text)
            except RuleBroken as problem:
                if value is not None:
                    raise
                click.echo(str(problem))

    return First(
        provider=answer(
            "provider",
            "Training provider's name",
            lambda text: rules.clean_name(text, what="training provider's name"),
        ),
        ukprn=answer("ukprn", "Its UKPRN (8 digits)", rules.clean_ukprn),
        administrator_name=answer(
            "administrator_name", "First administrator's name", rules.clean_name
        ),
        administrator_email=answer("administrator_email", "Their email address", rules.clean_email),
    )


def _create(first: First, at: datetime) -> str:
    """Make provider and administrator, or what is missing of them; the link for a password."""
    from kbstrack.people import links, queries, service
    from kbstrack.people.models import Person

    known = [row for row in queries.providers() if row.ukprn == first.ukprn]
    provider = (
        known[0]
        if known
        else service.create_provider(access.OPERATOR, name=first.provider, ukprn=first.ukprn, at=at)
    )
    member = service.invite_person(
        access.OPERATOR,
        provider.id,
        name=first.administrator_name,
        email=first.administrator_email,
        roles={Role.ADMINISTRATOR: None},
        at=at,
    )
    return links.invitation_link(db.session.get_one(Person, member.person_id), at)
