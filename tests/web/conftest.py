"""Pages over a real application, database and sessions."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
import time_machine
from flask import Flask
from flask_security.utils import hash_password

from kbstrack.config import Settings
from kbstrack.db import db
from kbstrack.people import accounts, queries
from kbstrack.people.models import Person
from kbstrack.standards.catalogue import Catalogue
from kbstrack.web import create_web_app
from tests.builders import MONDAY, TUESDAY, World, make_world
from tests.conftest import running, share_key
from tests.pages import Pages
from tests.quickly import share_templates

PASSWORD = "violet ladder tomorrow"


@pytest.fixture
def app(settings: Settings, catalogue: Catalogue) -> Iterator[Flask]:
    """The application with its pages, inside its context: `db.session` and use cases work too."""
    share_key(settings.home)
    with running(create_web_app(settings, catalogue=catalogue)) as app:
        # The cheapest hashes there are: these tests make hundreds.
        app.extensions["security"].pwd_context.update(
            argon2__time_cost=1, argon2__memory_cost=8, argon2__parallelism=1
        )
        share_templates(app)
        yield app


@pytest.fixture
def pages(app: Flask) -> Pages:
    """Nobody, looking at pages."""
    return Pages(app)


@pytest.fixture
def world(app: Flask) -> World:
    """A provider with its people; nobody has set a password yet."""
    return make_world()


@pytest.fixture
def now() -> Iterator[time_machine.Traveller]:
    """Tuesday, standing still; `now.shift(seconds)` moves it on."""
    with time_machine.travel(TUESDAY, tick=False) as traveller:
        yield traveller


GivePassword = Callable[..., Person]


@pytest.fixture
def give_password(app: Flask) -> GivePassword:
    """`give_password(person_id)` lets a person sign in with PASSWORD, or with the one given."""

    def give(person_id: uuid.UUID, password: str = PASSWORD, at: datetime = MONDAY) -> Person:
        actor = queries.actor_of(person_id)
        accounts.change_password(actor, password_hash=hash_password(password), at=at)
        return db.session.get_one(Person, person_id)

    return give
