"""Every kind of page in a real browser, empty, full and refused, narrow and wide."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask, abort
from playwright.sync_api import Browser, Route, expect
from werkzeug.exceptions import default_exceptions
from werkzeug.wrappers import Response

from kbstrack import clock
from kbstrack.config import Settings
from kbstrack.db import transaction
from kbstrack.mail import service as mail
from kbstrack.standards.catalogue import Catalogue
from kbstrack.web import create_web_app
from kbstrack.web.errors import PAGES, error_page
from tests.browser.ground import LONG_WORD, Ground, lay_ground
from tests.browser.looking import problems_in_window
from tests.browser.stop import Stop
from tests.browser.walk import NOT_PAGES, STOPS
from tests.browser.windows import DESK, Visitor, serving, visitor_in
from tests.conftest import STANDARDS, running
from tests.pages import Pages

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Settings:
    """One installation for all pages of this module: none of them changes anything."""
    home = tmp_path_factory.mktemp("every-page")
    shutil.copyfile(migrated_file, home / "kbstrack.sqlite")
    return Settings(
        home=home,
        database_url=f"sqlite:///{home / 'kbstrack.sqlite'}",
        standards_directories=(STANDARDS,),
    )


@pytest.fixture(scope="module")
def ground(place: Settings, catalogue: Catalogue) -> Ground:
    """What the pages are about."""
    with running(create_web_app(place, catalogue=catalogue)):
        return lay_ground(place.home)


class Walkers:
    """Everybody who walks, each in a window of their own, signed in once."""

    def __init__(self, browser: Browser, site: str, ground: Ground) -> None:
        self.browser, self.site, self.ground = browser, site, ground
        self.windows: dict[str, Visitor] = {}

    def at(self, stop: Stop) -> Visitor:
        """The person of this stop on its page."""
        visitor = self.window_of(stop.who)
        visitor.complaints.clear()
        visitor.page.set_viewport_size({"width": DESK["width"], "height": DESK["height"]})
        path = stop.path.format(**self.ground.names)
        visitor.goto(path, status=stop.status)
        return visitor

    def window_of(self, who: str) -> Visitor:
        """Their window; nobody in particular has one, too."""
        if who not in self.windows:
            visitor = visitor_in(self.browser, self.site, DESK, [])
            if who == "auditor":
                visitor.goto(f"/audit/{self.ground.names['auditor_token']}")
                visitor.press("Open the records")
            elif who:
                visitor.sign_in(self.ground.email(who))
            self.windows[who] = visitor
        return self.windows[who]


@pytest.fixture(scope="module")
def walkers(chromium: Browser, place: Settings, ground: Ground) -> Iterator[Walkers]:
    """`walkers.at(stop)` opens a page."""
    with serving(place, place.home / "server-errors", "--no-worker") as site:
        walkers = Walkers(chromium, site, ground)
        yield walkers
        for visitor in walkers.windows.values():
            visitor.context.close()


@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: stop.name)
def test_the_page_can_be_used_by_everybody(walkers: Walkers, stop: Stop):
    visitor = walkers.at(stop)
    if stop.press:
        for label, value in stop.fill.items():
            visitor.page.get_by_label(label).first.fill(value)
        visitor.press(stop.press)
        summary = visitor.page.locator(".govuk-error-summary")
        expect(summary).to_contain_text("There is a problem")
        expect(summary).to_be_focused()

    problems = problems_in_window(visitor.page) + visitor.complaints
    assert not problems, "\n".join(problems)


def broken(code: int) -> Response:
    """The page of an error; 507 is none that `abort` knows."""
    return abort(code) if code in default_exceptions else error_page(code)


@pytest.fixture(scope="module")
def rare(place: Settings, catalogue: Catalogue, ground: Ground) -> Iterator[Flask]:
    """The demonstration, with an address for every error."""
    app = create_web_app(dataclasses.replace(place, is_demo=True), catalogue=catalogue)
    app.add_url_rule("/broken/<int:code>", "broken", broken)
    with running(app):
        with transaction():
            mail.queue("sam@demo.example", "Your invitation", f"Hello,\n\n{LONG_WORD}", clock.now())
        yield app


@pytest.mark.parametrize(
    "path", ["/sign-in", "/demo/mail", *(f"/broken/{status}" for status in sorted(PAGES))]
)
def test_pages_that_are_seldom_seen_can_be_used_too(walkers: Walkers, rare: Flask, path: str):
    visitor = walkers.window_of("")
    visitor.complaints.clear()
    pages = Pages(rare)
    status = int(path.rpartition("/")[2]) if "/broken/" in path else 200
    if status != 200:
        pages.sign_in(walkers.ground.full.people["assessor"].person_id)
    given = pages.get(path, status=status).response

    def answer(route: Route) -> None:
        route.fulfill(status=status, headers=dict(given.headers), body=given.text)

    visitor.page.route(visitor.site + path, answer)
    visitor.goto(path, status=status)
    visitor.page.unroute(visitor.site + path)

    problems = problems_in_window(visitor.page) + visitor.complaints
    assert not problems, "\n".join(problems)


def test_the_walk_leaves_no_kind_of_page_out(place: Settings, catalogue: Catalogue, ground: Ground):
    app = create_web_app(place, catalogue=catalogue)
    with running(app):
        find = app.url_map.bind("localhost").match
        walked = {
            find(urlsplit(stop.path.format(**ground.names)).path)[0]
            for stop in STOPS
            if stop.status not in {404, 405}
        }
    # Where links with a secret lead.
    walked |= {"account.set_password", "account.confirm_address"}
    # Behind a second step: tests/browser/test_second_step.py looks at them.
    walked |= {"second_step.second_step", "factors.remove"}
    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.methods and "GET" in rule.methods and rule.endpoint not in NOT_PAGES
    }
    assert pages - walked == set()
    assert not walked & set(NOT_PAGES)
