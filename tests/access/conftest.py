"""One cast for a whole module: its tests ask questions and leave everything as it was."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Engine

from kbstrack import migrations
from kbstrack.app import create_app
from kbstrack.config import Settings
from kbstrack.standards.catalogue import Catalogue
from kbstrack.web import create_web_app
from tests.access.cast import Cast, make_cast
from tests.builders import TUESDAY
from tests.conftest import STANDARDS, make_engine, running
from tests.postgres import new_database


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def lasting_app(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    migrated_file: Path,
    catalogue: Catalogue,
) -> Iterator[Flask]:
    """The application without pages, on a database of each kind that lasts for the module."""
    home = tmp_path_factory.mktemp("home")
    with ExitStack() as stack:
        if request.param == "sqlite":
            shutil.copyfile(migrated_file, home / "kbstrack.sqlite")
            url = f"sqlite:///{home / 'kbstrack.sqlite'}"
        else:
            server = request.getfixturevalue("postgresql_server")
            url = stack.enter_context(new_database(server))
            engine: Engine = make_engine(url)
            migrations.upgrade(engine)
            engine.dispose()
        settings = Settings(home=home, database_url=url, standards_directories=(STANDARDS,))
        yield stack.enter_context(running(create_app(settings, catalogue=catalogue)))


@pytest.fixture(scope="module")
def lasting_web_app(
    tmp_path_factory: pytest.TempPathFactory, migrated_file: Path, catalogue: Catalogue
) -> Iterator[Flask]:
    """The application with its pages, on Tuesday: some links of the cast work, some have ended."""
    home = tmp_path_factory.mktemp("home")
    shutil.copyfile(migrated_file, home / "kbstrack.sqlite")
    url = f"sqlite:///{home / 'kbstrack.sqlite'}"
    settings = Settings(home=home, database_url=url, standards_directories=(STANDARDS,))
    with (
        time_machine.travel(TUESDAY, tick=False),
        running(create_web_app(settings, catalogue=catalogue)) as app,
    ):
        yield app


@pytest.fixture(scope="module")
def cast(lasting_app: Flask) -> Cast:
    """Two providers with everybody in them."""
    return make_cast()
