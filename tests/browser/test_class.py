"""A whole class printed in a browser: with the keyboard and script, and on a phone without."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.windows import DESK, ONE_DATABASE, PHONE, Visitor
from tests.portfolio.classmates import enrol

pytestmark = [pytest.mark.browser, ONE_DATABASE]


def names_in(visitor: Visitor) -> list[str]:
    """What is in the ZIP that the button downloads."""
    button = visitor.page.get_by_role("button", name="Download the ZIP")
    with visitor.page.expect_download(timeout=120_000) as saved:
        button.click(timeout=120_000)
    assert saved.value.suggested_filename.startswith("Portfolios-Provider-A-")
    content = Path(saved.value.path()).read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        assert found.testzip() is None
        return found.namelist()


def test_those_ticked_are_made_while_the_page_follows_and_survives_a_reload(world, visit):
    enrol(world, "Bea Ode", 1, standard="ST0321 1.0")
    enrol(world, "Cai Li", 2, standard="ST0321 1.0")
    administrator = visit(DESK).sign_in(world.people["administrator"].email)
    administrator.go_to("Enrolments")
    administrator.follow("print several portfolios")
    administrator.press("Make those ticked")
    expect(administrator.page.locator(".govuk-error-summary")).to_be_focused()
    for name in ("Bea Ode", "Cai Li"):
        administrator.page.get_by_label(name).check()
    administrator.press("Make those ticked")
    expect(administrator.page.get_by_role("progressbar")).to_be_visible()
    assert "Bea Ode and Cai Li" in administrator.main
    administrator.page.reload()

    names = names_in(administrator)

    assert administrator.heading == "Your portfolios are ready"
    assert [name[:18] for name in names] == [
        "index.csv",
        "Portfolio-Bea-Ode-",
        "Portfolio-Cai-Li-S",
    ]


def test_without_script_all_that_are_found_are_made_and_found_again_later(world, visit):
    enrol(world, "Bea Ode", 1, standard="ST0321 1.0")
    administrator = visit(PHONE, with_script=False).sign_in(world.people["administrator"].email)
    administrator.goto("/enrolments/portfolios?text=bea")
    administrator.press("Make the one portfolio found")
    administrator.page.wait_for_url("**/enrolments/portfolios/*-*")
    administrator.go_to("Home")
    administrator.goto("/enrolments/portfolios")
    administrator.page.get_by_role("link", name="1 portfolio").click()

    names = names_in(administrator)

    assert len(names) == 2
