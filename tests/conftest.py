"""The ground every test stands on: a fresh database of each kind, and what shows its traffic."""

from __future__ import annotations

import contextvars
import gc
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, event, select

from kbstrack import migrations
from kbstrack.app import create_app
from kbstrack.config import Settings
from kbstrack.db import Base, db, engine_options
from kbstrack.mail.models import Message
from kbstrack.standards.catalogue import Catalogue, builtin_directory, load_catalogue
from tests.postgres import new_database, running_server
from tests.quickly import hurry, share_routes

STANDARDS = Path(__file__).parent / "data"
SECRET_KEY = secrets.token_bytes(64)

share_routes()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what runs on PostgreSQL, so that the quick part can leave it out."""
    for item in items:
        given = item.callspec.params.values() if hasattr(item, "callspec") else ()
        if "postgresql" in given or "postgresql_server" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.postgresql)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking through it for garbage is a sixth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


class OutsideClient(FlaskClient):
    """A client whose requests do not see the test's own application context and its session."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """The answer to one request, made as if nothing else ran."""
        return contextvars.Context().run(super().open, *args, **kwargs)


def make_engine(url: str) -> Engine:
    """An engine like the application's."""
    return create_engine(url, **engine_options(url))


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """ST0321 and the tiny standard, read once."""
    return load_catalogue([builtin_directory(), STANDARDS])


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database at head, to copy."""
    path = tmp_path_factory.mktemp("template") / "kbstrack.sqlite"
    engine = make_engine(f"sqlite:///{path}")
    migrations.upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """A PostgreSQL server; without one its tests are skipped, but never where `CI=true`."""
    with ExitStack() as stack:
        try:
            url = stack.enter_context(running_server())
        except RuntimeError as error:
            if os.environ.get("CI") == "true":
                raise
            pytest.skip(f"PostgreSQL does not start: {error}")
        yield url


@pytest.fixture(scope="session")
def migrated_database(postgresql_server: str) -> Iterator[Engine]:
    """A PostgreSQL database at head, emptied before each test that uses it."""
    with new_database(postgresql_server) as url:
        engine = make_engine(url)
        migrations.upgrade(engine)
        yield engine
        engine.dispose()


def empty(engine: Engine) -> None:
    """Delete every row: quicker than a database for each test."""
    found = " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in Base.metadata.tables
    )
    with engine.begin() as connection:
        # Superuser's way past the triggers.
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql("SET LOCAL lock_timeout = '10s'")
        for name in connection.exec_driver_sql(found).scalars().all():
            connection.exec_driver_sql(f"DELETE FROM {name}")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database at head without any row; the test runs on both kinds."""
    if request.param == "sqlite":
        path = tmp_path / "kbstrack.sqlite"
        shutil.copyfile(request.getfixturevalue("migrated_file"), path)
        return f"sqlite:///{path}"
    engine: Engine = request.getfixturevalue("migrated_database")
    empty(engine)
    return engine.url.render_as_string(hide_password=False)


@pytest.fixture
def settings(database: str, tmp_path: Path) -> Settings:
    """An installation of its own: an empty home and a fresh database."""
    return Settings(
        home=tmp_path / "home", database_url=database, standards_directories=(STANDARDS,)
    )


def share_key(home: Path) -> None:
    """Give the installation the key of this run: its links are valid in every database."""
    home.mkdir(mode=0o700, parents=True)
    (home / "secret-key").write_bytes(SECRET_KEY)
    (home / "secret-key").chmod(0o600)


@contextmanager
def running(app: Flask) -> Iterator[Flask]:
    """The application inside its context; its connections are closed at the end."""
    app.testing = True
    app.test_client_class = OutsideClient
    with app.app_context():
        hurry(db.engine)
        yield app
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def app(settings: Settings, catalogue: Catalogue) -> Iterator[Flask]:
    """The application without pages, inside its context: `db.session` and use cases work."""
    share_key(settings.home)
    with running(create_app(settings, catalogue=catalogue)) as app:
        yield app


CountStatements = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def count_statements(app: Flask) -> CountStatements:
    """`with count_statements() as statements:` gathers what is sent to the database."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        statements: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith("BEGIN"):
                statements.append(statement)

        engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return counting


@pytest.fixture
def mailbox(app: Flask) -> Callable[[], list[Message]]:
    """`mailbox()` lists the messages queued so far, oldest first."""

    def messages() -> list[Message]:
        return list(db.session.scalars(select(Message).order_by(Message.queued_at, Message.id)))

    return messages
