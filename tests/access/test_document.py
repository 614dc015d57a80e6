"""`docs/access.md` says what the policy says."""

from __future__ import annotations

from pathlib import Path

from tests.access.describe import describe

DOCUMENT = Path(__file__).parents[2] / "docs" / "access.md"


def test_the_document_on_access_is_the_policy():
    written = DOCUMENT.read_text(encoding="utf-8")

    assert written == describe(), "python -m tests.access.describe > docs/access.md"
