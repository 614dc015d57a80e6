"""The first page in a real browser."""

from __future__ import annotations

import pytest

from tests.browser.windows import DESK, ONE_DATABASE, PHONE

pytestmark = [pytest.mark.browser, ONE_DATABASE]


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_somebody_signs_in(world, visit, size):
    visitor = visit(size).sign_in(world.people["apprentice"].email)

    assert visitor.page.get_by_role("button", name="Sign out").count() == 1
