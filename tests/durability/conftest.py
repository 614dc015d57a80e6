"""Pages over a real application, as in tests/web."""

from __future__ import annotations

from tests.web.conftest import app, give_password, now, pages, world

__all__ = ["app", "give_password", "now", "pages", "world"]
