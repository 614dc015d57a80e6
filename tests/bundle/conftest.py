"""A place for the tests of the bundle."""

from __future__ import annotations

import pytest

from kbstrack.storage.local import Store
from tests.bundle.bundles import Shelf


@pytest.fixture
def shelf(tmp_path) -> Shelf:
    """An empty home with a store."""
    return Shelf(tmp_path, Store(tmp_path / "files"))
