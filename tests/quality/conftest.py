"""A small world with an internal quality assurer."""

from __future__ import annotations

import pytest
from flask import Flask

from kbstrack.access import Actor, Role
from kbstrack.people import queries
from tests.builders import World, make_member, make_world


@pytest.fixture
def world(app: Flask) -> World:
    """A provider with one enrolment on the tiny standard."""
    return make_world()


@pytest.fixture
def iqa(world: World) -> Actor:
    """Who assures the quality of the provider's assessment."""
    return queries.actor_of(make_member(world.provider_id, "iqa", Role.IQA).person_id)
