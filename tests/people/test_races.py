"""Two people, or two taps, at the same moment: one row, and a sentence for whoever came second."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select

from kbstrack.access import Role
from kbstrack.db import db
from kbstrack.errors import RuleBroken
from kbstrack.people import service
from kbstrack.people.models import Person, Provider
from tests.builders import TUESDAY, ULNS, World, make_world


@pytest.fixture
def world(app: Flask) -> World:
    """A provider with its people."""
    return make_world()


def race(app: Flask, *calls: Callable[[], object]) -> list[object]:
    """Start the calls together, each with a connection of its own; what each gave or raised."""
    start = threading.Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        with app.app_context():
            db.session.connection()
            db.session.rollback()
            start.wait(timeout=30)
            try:
                return call()
            except RuleBroken as refused:
                return refused

    db.session.rollback()
    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_one_form_sent_several_times_at_once_adds_one_provider(app, world: World):
    actor, key = world.administrator, uuid.uuid4()

    rows = race(
        app,
        *[lambda: service.create_provider(actor, name="New", ukprn="10000009", at=TUESDAY, key=key)]
        * 5,
    )

    assert len(set(rows)) == 1
    assert db.session.scalar(select(func.count()).where(Provider.ukprn == "10000009")) == 1


def test_two_who_add_the_same_provider_at_once_are_told_apart(app, world: World):
    actor = world.administrator

    rows = race(
        app,
        *[lambda: service.create_provider(actor, name="New", ukprn="10000009", at=TUESDAY)] * 4,
    )

    assert sum(isinstance(row, RuleBroken) for row in rows) == 3


def test_two_providers_invite_the_same_person_at_once(app, world: World):
    other = make_world(mark="b", ukprn="10000002", uln=ULNS[1])
    hosts = [(one.administrator, one.provider_id) for one in (world, other)]

    def invite(number: int) -> object:
        actor, provider_id = hosts[number]
        return service.invite_person(
            actor,
            provider_id,
            name="Ivy Lane",
            email="ivy@somewhere.example",
            roles={Role.ASSESSOR: None},
            at=TUESDAY,
        )

    rows = race(app, lambda: invite(0), lambda: invite(1))

    assert len({row.person_id for row in rows}) == 1
    assert db.session.scalar(select(func.count()).where(Person.email.startswith("ivy@"))) == 1
