"""A small world for the tests of progress."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.builders import World, make_world


@pytest.fixture
def world(app: Flask) -> World:
    """A provider with one enrolment on the tiny standard."""
    return make_world()
