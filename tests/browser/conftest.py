"""Journeys in a real Chromium against the real server, `kbstrack run`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, sync_playwright

from kbstrack.config import Settings
from kbstrack.standards.catalogue import Catalogue
from kbstrack.web import create_web_app
from script.missing import browser as installed_browser
from tests.browser.windows import Visitor, give_passwords, serving, visitor_in
from tests.builders import World, make_world
from tests.conftest import running

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser; without one its tests are skipped, but never where `CI=true`."""
    path = installed_browser()
    if path is None:
        if os.environ.get("CI") == "true":
            raise RuntimeError("There is no Chromium: set KBSTRACK_CHROMIUM to its path.")
        pytest.skip("There is no Chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def app(settings: Settings, catalogue: Catalogue) -> Iterator[Flask]:
    """The application beside the server, on the same database: to arrange and to look."""
    with running(create_web_app(settings, catalogue=catalogue)) as app:
        yield app


@pytest.fixture
def world(app: Flask) -> World:
    """An enrolment on the real standard, whose people have a password."""
    made = make_world(reference="ST0321")
    give_passwords(made.people)
    return made


@pytest.fixture
def site(app: Flask, settings: Settings, tmp_path: Path) -> Iterator[str]:
    """The address of a running `kbstrack run`."""
    with serving(settings, tmp_path / "server-errors") as address:
        yield address


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(chromium: Browser, site: str) -> Iterator[Visit]:
    """`visit(PHONE)` opens a window; whatever the console complains of fails the test.

    `visit(PHONE, with_script=False)` opens one that runs no scripts.
    """
    visitors: list[Visitor] = []
    complaints: list[str] = []

    def opened(size: dict[str, int], *, with_script: bool = True) -> Visitor:
        visitors.append(visitor_in(chromium, site, size, complaints, with_script=with_script))
        return visitors[-1]

    yield opened
    for visitor in visitors:
        visitor.context.close()
    assert complaints == []
