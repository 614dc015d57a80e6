"""A small world on a fresh database of each kind."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.builders import World, make_world


@pytest.fixture
def world(app: Flask) -> World:
    """A provider with one enrolment on the tiny standard."""
    return make_world()
