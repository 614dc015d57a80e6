"""A small world, and a kind of job that does what a test says."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from kbstrack.db import transaction
from kbstrack.jobs import kinds, service
from kbstrack.jobs.kinds import Kind
from kbstrack.jobs.queries import JobRow
from tests.builders import MONDAY, World, make_world

Ask = Callable[..., uuid.UUID]
LetRun = Callable[..., list[JobRow]]


@pytest.fixture
def world(app: Flask) -> World:
    """A provider with one enrolment on the tiny standard."""
    return make_world()


def ask_for(
    name: str = "one",
    *,
    about: uuid.UUID | None = None,
    provider_id: uuid.UUID | None = None,
    asked_by: uuid.UUID | None = None,
    at: datetime = MONDAY,
    wish: Any = None,
    kind: str = "count",
    pause: timedelta = timedelta(0),
) -> uuid.UUID:
    """Ask for a job, usually of the kind "count"; equal names are the same job."""
    with transaction():
        return service.ask(
            kind,
            about=about,
            provider_id=provider_id,
            asked_by=asked_by,
            same_as=name,
            at=at,
            wish=wish,
            pause=pause,
        )


@pytest.fixture
def ask(world: World) -> Ask:
    """`ask_for`, of the world's provider and about its enrolment unless it is said otherwise."""

    def asking(name: str = "one", **given: Any) -> uuid.UUID:
        usual = {"about": world.enrolment_id, "provider_id": world.provider_id}
        return ask_for(name, **(usual | given))

    return asking


@pytest.fixture
def let_run(app: Flask) -> LetRun:
    """`let_run(function)` says what jobs of the kind "count", or another, do; lists those told."""

    def letting(run: Callable[..., Any], kind: str = "count") -> list[JobRow]:
        told: list[JobRow] = []
        kinds.register(app, Kind(kind, run, lambda job, _at: told.append(job)))
        return told

    return letting
