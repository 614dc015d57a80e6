"""Every address with an id in it: who gets an answer, and who is told that nothing is there.

The routes are read from the application, so that a page added later is walked without being named
here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from kbstrack.config import Settings
from kbstrack.standards.catalogue import Catalogue
from kbstrack.web import create_web_app
from kbstrack.web.session import PUBLIC
from tests.access.cast import Cast
from tests.access.targets import Target
from tests.conftest import STANDARDS, running
from tests.pages import Pages

OUTSIDERS = (
    "an apprentice elsewhere",
    "an assessor elsewhere",
    "a line manager elsewhere",
    "an administrator elsewhere",
    "another apprentice",
    "another assessor",
    "the former assessor",
    "the former line manager",
    "a former administrator",
)
INSIDERS = ("the apprentice", "the assessor", "the line manager", "an administrator")
GOT_IN = {200, 303, 409, 422}
"""Answers of a page to somebody who may use it, whatever it makes of an empty form."""


@pytest.fixture(scope="module")
def lasting_app(
    tmp_path_factory: pytest.TempPathFactory, migrated_file: Path, catalogue: Catalogue
) -> Iterator[Flask]:
    """The application with its pages; on one database, since permission is asked above it."""
    home = tmp_path_factory.mktemp("home")
    (home / "kbstrack.sqlite").write_bytes(migrated_file.read_bytes())
    settings = Settings(
        home=home,
        database_url=f"sqlite:///{home / 'kbstrack.sqlite'}",
        standards_directories=(STANDARDS,),
    )
    with running(create_web_app(settings, catalogue=catalogue)) as app:
        yield app


@dataclass(frozen=True)
class Values:
    """What stands in an address for each name; a new name needs its line here."""

    target: Target
    is_draft: bool = False

    def __getitem__(self, name: str) -> str:
        target, world = self.target, self.target.world
        known = {
            "enrolment_id": world.enrolment_id,
            "evidence_id": target.draft_id if self.is_draft else target.evidence_id,
            "upload_id": target.draft_upload_id if self.is_draft else target.upload_id,
            "member_id": target.member_id,
            "employer_id": world.employer_id,
            "provider_id": world.provider_id,
            "request_id": target.request_id,
            "decision_id": target.decision_id,
            "factor_id": target.factor_id,
            "code": "K1",
            "number": 2,
            "sequence": 1,
        }
        assert name in known, f"say in Values what <{name}> in an address stands for"
        return str(known[name])


def routes(app: Flask, method: str) -> list[Rule]:
    """The routes that name something: everything else shows what is one's own."""
    found = [
        rule
        for rule in app.url_map.iter_rules()
        if rule.arguments and rule.endpoint not in PUBLIC and method in (rule.methods or ())
    ]
    assert found
    return found


def address(rule: Rule, values: Values, *, foreign: tuple[str, Values] | None = None) -> str:
    """An address that the rule answers; `foreign` takes one of its values from elsewhere."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        return foreign[1][name] if foreign and foreign[0] == name else values[name]

    return re.sub(r"<(?:[^:>]+:)?(\w+)>", value, rule.rule)


class Visitor:
    """Somebody of the cast at the pages, or nobody."""

    def __init__(self, app: Flask, cast: Cast, name: str | None = None) -> None:
        self.name = name
        self.pages = Pages(app)
        self.token = ""
        if name is not None:
            self.pages.sign_in(cast.person_ids[name])
            html = self.pages.get("/account").html
            self.token = html.xpath("//input[@name='csrf_token']/@value")[0]

    def open(self, path: str) -> int:
        """The status of a page."""
        return int(self.pages.client.get(path, buffered=True).status_code)

    def send(self, path: str) -> TestResponse:
        """The answer to a form with nothing but its token."""
        return self.pages.client.post(path, data={"csrf_token": self.token})


def test_nobody_is_sent_to_the_sign_in_page(lasting_app: Flask, cast: Cast):
    nobody = Visitor(lasting_app, cast)
    for rule in routes(lasting_app, "GET"):
        page = nobody.pages.client.get(address(rule, Values(cast.main)))
        assert page.status_code == 303, rule
        assert page.location.startswith("/sign-in"), rule
    for rule in routes(lasting_app, "POST"):
        page = nobody.send(address(rule, Values(cast.main)))
        assert page.status_code == 303, rule
        assert page.location.startswith("/sign-in"), rule


@pytest.mark.parametrize("name", OUTSIDERS)
def test_for_whoever_is_not_beside_it_nothing_is_there(lasting_app: Flask, cast: Cast, name):
    visitor = Visitor(lasting_app, cast, name)

    found = [
        f"{method} {rule.rule}: {status}"
        for method in ("GET", "POST")
        for rule in routes(lasting_app, method)
        for path in [address(rule, Values(cast.main))]
        for status in [visitor.open(path) if method == "GET" else visitor.send(path).status_code]
        if status != 404
    ]

    assert found == []


@pytest.mark.parametrize("name", INSIDERS)
def test_each_single_id_of_another_provider_is_refused(lasting_app: Flask, cast: Cast, name):
    """An address may mix what is one's own with what is not."""
    visitor = Visitor(lasting_app, cast, name)
    own, elsewhere = Values(cast.main), Values(cast.targets["elsewhere"])

    found = [
        f"{rule.rule} with another {argument}: {status}"
        for rule in routes(lasting_app, "GET")
        for argument in sorted(rule.arguments)
        if argument.endswith("_id")
        for status in [visitor.open(address(rule, own, foreign=(argument, elsewhere)))]
        if status != 404
    ]

    assert found == []


@pytest.mark.parametrize("name", INSIDERS[1:])
def test_a_draft_cannot_be_opened_under_any_address_but_by_its_apprentice(
    lasting_app: Flask, cast: Cast, name
):
    visitor = Visitor(lasting_app, cast, name)
    draft = Values(cast.main, is_draft=True)

    found = [
        f"{rule.rule}: {status}"
        for rule in routes(lasting_app, "GET")
        if {"evidence_id", "upload_id"} & rule.arguments
        for status in [visitor.open(address(rule, draft))]
        if status != 404
    ]

    assert found == []


def test_a_provider_cannot_be_chosen_by_naming_it(lasting_app: Flask, cast: Cast):
    administrator = Visitor(lasting_app, cast, "an administrator")
    elsewhere = cast.targets["elsewhere"].world.provider_id
    paths = [
        rule.rule
        for rule in lasting_app.url_map.iter_rules()
        if not rule.arguments and rule.endpoint not in PUBLIC and "GET" in (rule.methods or ())
    ]

    found = {path: administrator.pages.client.get(f"{path}?provider={elsewhere}") for path in paths}

    assert "/account" in found
    assert [path for path, page in found.items() if "Provider B" in page.text] == []


def test_every_address_with_an_id_is_somebodys(lasting_app: Flask, cast: Cast):
    """Otherwise the tests above could pass because an address was built wrongly."""
    visitors = [Visitor(lasting_app, cast, name) for name in INSIDERS]

    closed = [
        rule.rule
        for rule in routes(lasting_app, "GET")
        if not any(
            visitor.open(address(rule, Values(cast.main, is_draft=is_draft))) in GOT_IN
            for visitor in visitors
            for is_draft in (False, True)
        )
    ]

    assert closed == []


def test_every_form_with_an_id_is_somebodys(lasting_app: Flask, cast: Cast):
    """Last, since a form that needs no more than its token is carried out."""
    visitors = [Visitor(lasting_app, cast, name) for name in INSIDERS]

    closed = [
        rule.rule
        for rule in routes(lasting_app, "POST")
        if not any(
            visitor.send(address(rule, Values(cast.main, is_draft=is_draft))).status_code in GOT_IN
            for visitor in visitors
            for is_draft in (False, True)
        )
    ]

    assert closed == []
