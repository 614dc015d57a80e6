"""A look at bytes, in the process of the test."""

import pytest
from PIL import ImageFile

from kbstrack.storage.child import look
from kbstrack.storage.kinds import Limits


@pytest.fixture
def see(tmp_path, monkeypatch):
    """Look at these bytes under this name, in this process."""
    # Where a PDF was drawn before, the drawing library has made Pillow less strict.
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", False)

    def see(data, name="file", **limits):
        path = tmp_path / "upload"
        path.write_bytes(data)
        return look(path, name, tmp_path / "copy", Limits(**limits))

    return see
