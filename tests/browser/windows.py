"""The server as a real process, and people in browser windows of their own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from pathlib import Path

import pytest
from flask_security.utils import hash_password
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, Route

from kbstrack import clock
from kbstrack.config import Settings
from kbstrack.db import db
from kbstrack.people import accounts
from kbstrack.people.models import Person
from kbstrack.people.queries import MemberRow
from tests.conftest import STANDARDS

PASSWORD = "violet ladder tomorrow"
PHONE = {"width": 360, "height": 740}
NARROW = {"width": 320, "height": 640}
DESK = {"width": 1280, "height": 900}

ONE_DATABASE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""For what does not depend on which database there is: a server takes its time to start."""


@contextmanager
def serving(settings: Settings, errors: Path, *options: str, port: int = 0) -> Iterator[str]:
    """The address of a running `kbstrack run`; what it writes to stderr goes to `errors`.

    `options` are the command's. With a `port` its public address is http://localhost, where
    browsers know passkeys.
    """
    environment = {
        **os.environ,
        "KBSTRACK_HOME": str(settings.home),
        "KBSTRACK_DATABASE": settings.database_url,
        "KBSTRACK_STANDARDS": str(STANDARDS),
        "PYTHONUNBUFFERED": "1",
    }
    if port:
        environment["KBSTRACK_PUBLIC_URL"] = f"http://localhost:{port}"
    with (
        errors.open("wb") as log,
        subprocess.Popen(
            [sys.executable, "-m", "kbstrack", "run", "--port", str(port), *options],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as server,
    ):
        try:
            assert server.stdout is not None
            line = server.stdout.readline()
            address = re.search(r"http://\S+", line)
            assert address, errors.read_text()
            yield environment.get("KBSTRACK_PUBLIC_URL") if port else address.group().rstrip("/")
        finally:
            server.terminate()
            server.communicate(timeout=30)
    assert "Traceback" not in errors.read_text(), errors.read_text()


def give_passwords(people: Mapping[str, MemberRow]) -> None:
    """Let these people sign in with PASSWORD."""
    hashed = str(hash_password(PASSWORD))
    for member in people.values():
        accounts.note_sign_in(member.person_id, at=clock.now())
    for member in people.values():
        db.session.get_one(Person, member.person_id).password = hashed
    db.session.commit()


class Visitor:
    """One person in a browser window of their own."""

    def __init__(self, context: BrowserContext, site: str, complaints: list[str]) -> None:
        self.context = context
        self.site = site
        self.complaints = complaints
        self._pages_not_had: set[str] = set()
        context.set_default_timeout(10_000)
        context.route("**", self._only_here)
        context.on("response", self._note_response)
        context.on("console", self._note_console)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        self.page: Page = context.new_page()

    def goto(self, path: str, *, status: int = 200) -> None:
        """Open a page of the site; `status` is what the last redirect leads to."""
        answer = self.page.goto(self.site + path)
        assert answer is not None
        assert answer.status == status, (path, answer.status)

    def another_tab(self) -> Visitor:
        """The same person in a second tab."""
        other = copy(self)
        other.page = self.context.new_page()
        return other

    def sign_in(self, email: str) -> Visitor:
        """Sign in through the page."""
        self.goto("/sign-in")
        self.fill_in_sign_in(email)
        self.page.wait_for_url(self.site + "/")
        return self

    def fill_in_sign_in(self, email: str) -> None:
        """Answer the sign-in page that is shown, wherever it leads."""
        self.page.get_by_label("Email address").fill(email)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in", exact=True).click()

    def press(self, text: str) -> None:
        """Press the button with this text; things that look like one count."""
        self.page.get_by_role("button", name=text, exact=True).click()

    def follow(self, text: str) -> None:
        """Click the link with this text."""
        self.page.get_by_role("link", name=text, exact=True).click()

    def go_to(self, place: str) -> None:
        """Choose a place in the navigation on top."""
        self.page.get_by_role("navigation", name="Main").get_by_role("link", name=place).click()

    @property
    def heading(self) -> str:
        """The h1."""
        return " ".join(self.page.get_by_role("heading", level=1).inner_text().split())

    @property
    def main(self) -> str:
        """What the main part says, with single spaces."""
        return " ".join(self.page.get_by_role("main").inner_text().split())

    def _only_here(self, route: Route) -> None:
        if route.request.url.startswith(self.site):
            route.continue_()
        else:
            self.complaints.append(f"the page asks for {route.request.url}")
            route.abort()

    def _note_response(self, response: Response) -> None:
        if response.status >= 400 and response.request.is_navigation_request():
            self._pages_not_had.add(response.url)

    def _note_console(self, message: ConsoleMessage) -> None:
        # A refused form is no accident, and the browser says so for each.
        is_refusal = message.text.startswith("Failed to load resource") and (
            message.location["url"] in self._pages_not_had
        )
        if message.type in {"error", "warning"} and not is_refusal:
            self.complaints.append(message.text)


def visitor_in(
    browser: Browser,
    site: str,
    size: dict[str, int],
    complaints: list[str],
    *,
    with_script: bool = True,
) -> Visitor:
    """Somebody with an empty window; nothing is asked of any other site."""
    context = browser.new_context(
        viewport={"width": size["width"], "height": size["height"]},
        locale="en-GB",
        has_touch=size is not DESK,
        java_script_enabled=with_script,
    )
    return Visitor(context, site, complaints)
