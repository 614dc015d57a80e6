"""A look at bytes, in the process of the test."""

import pytest

from kbstrack.storage.child import look
from kbstrack.storage.kinds import Limits


@pytest.fixture
def see(tmp_path):
    """Look at these bytes under this name, in this process."""

    def see(data, name="file", **limits):
        path = tmp_path / "upload"
        path.write_bytes(data)
        return look(path, name, tmp_path / "copy", Limits(**limits))

    return see
