"""The composition root: settings become an application with database, standards and files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app
from sqlalchemy import create_engine

# Every table must be known before the first query, whichever stage asks first.
import kbstrack.assessment.models
import kbstrack.auditing.models
import kbstrack.confirmation.models
import kbstrack.evidence.models
import kbstrack.issues.models
import kbstrack.jobs.models
import kbstrack.ledger.models
import kbstrack.mail.models
import kbstrack.once
import kbstrack.people.factor_models
import kbstrack.people.models
import kbstrack.quality.models  # noqa: F401
from kbstrack import current
from kbstrack.config import Settings, load_settings, secret_key
from kbstrack.db import database_url, db, engine_options
from kbstrack.issuing import freezing
from kbstrack.jobs import kinds, queue
from kbstrack.pdf import ahead, class_making, making
from kbstrack.standards.catalogue import Catalogue, builtin_directory, load_catalogue
from kbstrack.storage.derived import DerivedStore
from kbstrack.storage.local import Store


def create_app(settings: Settings | None = None, *, catalogue: Catalogue | None = None) -> Flask:
    """An application with everything below the pages: what commands, demo and tests need.

    Settings come from the environment and standards from their directories unless they are
    given. The database is not looked at here; `open_app` does that. Raises RuleBroken for a
    setting and BadStandard, with every problem, for a standard that cannot be used.
    """
    settings = settings or load_settings()
    if catalogue is None:
        catalogue = load_catalogue([builtin_directory(), *settings.standards_directories])
    url = database_url(settings.database_url, settings.home)
    app = Flask("kbstrack", instance_path=str(settings.home))
    app.config.update(
        SECRET_KEY=secret_key(settings.home),
        SQLALCHEMY_DATABASE_URI=url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(url),
    )
    app.extensions[current.SETTINGS] = settings
    app.extensions[current.CATALOGUE] = catalogue
    app.extensions[current.STORE] = Store(settings.home / "files")
    app.extensions[current.DERIVED] = DerivedStore(settings.home / "derived")
    app.extensions[queue.QUEUE] = queue.Queue(settings)
    kinds.register(app, making.PORTFOLIO, class_making.CLASS, freezing.FREEZE, ahead.AHEAD)
    db.init_app(app)
    return app


def open_app(settings: Settings | None = None) -> Flask:
    """`create_app` for an instance that `kbstrack init` has made: what commands use.

    Raises DatabaseNotReady, before anything is made on the disk, when there is none or when it
    needs `kbstrack migrate`; otherwise what `create_app` raises.
    """
    settings = settings or load_settings()
    check_database(settings)
    return create_app(settings)


@contextmanager
def instance(settings: Settings | None = None) -> Iterator[Flask]:
    """`open_app` inside its context, with its connections closed at the end: for commands."""
    with open_app(settings).app_context():
        try:
            yield current_app
        finally:
            close_database()


def close_database() -> None:
    """End the session and the connections of the present application."""
    db.session.remove()
    for engine in db.engines.values():
        engine.dispose()


def check_database(settings: Settings) -> None:
    """Raises DatabaseNotReady unless the database is there and at this program's revision."""
    from kbstrack import migrations

    url = database_url(settings.database_url, settings.home)
    engine = create_engine(url, **engine_options(url))
    try:
        migrations.check_ready(engine)
    finally:
        engine.dispose()
