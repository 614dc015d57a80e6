"""A provider with an apprentice on the tiny standard, on each database."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.builders import World, make_world


@pytest.fixture
def world(app: Flask) -> World:
    return make_world()
