"""Documents that several tests read, drawn once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kbstrack.pdf.as_pdf import as_pdf
from kbstrack.portfolio.rules import Portfolio
from tests.pdf.paper import Paper
from tests.pdf.samples import make_portfolio, read_picture, rich_portfolio


@pytest.fixture
def draw(tmp_path: Path) -> Callable[[Portfolio], Paper]:
    """Draws a portfolio; a warning while drawing fails the test."""
    return lambda portfolio: Paper(as_pdf(portfolio, read_picture, is_strict=True), tmp_path)


@pytest.fixture(scope="session")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Paper:
    """The rich sample."""
    content = as_pdf(rich_portfolio(), read_picture, is_strict=True)
    return Paper(content, tmp_path_factory.mktemp("rich"))


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Paper:
    """The portfolio of somebody who has only just started."""
    content = as_pdf(make_portfolio(), read_picture, is_strict=True)
    return Paper(content, tmp_path_factory.mktemp("empty"))
