"""Reading a PDF that a test made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pikepdf import Pdf

from kbstrack.pdf.foreign.pages import Limits
from kbstrack.pdf.foreign.reading import read_pages
from tests.pdf.foreign.made import Read, in_bytes


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Read]:
    """Reads a PDF, or bytes that say they are one, as the portfolio does."""

    def read_it(what: Pdf | bytes, name: str = "file", **limits: int) -> Read:
        path, result = tmp_path / f"{name}.pdf", tmp_path / f"{name}-pages.pdf"
        path.write_bytes(what if isinstance(what, bytes) else in_bytes(what))
        return Read(read_pages(path, result, limits=Limits(**limits)), result)

    return read_it
