"""Nobody gets past the door unseen: routes, hosts, and where one is sent on to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask, request
from werkzeug.routing import Rule

from kbstrack.config import Settings
from kbstrack.db import db, transaction
from kbstrack.people.models import Person
from kbstrack.standards.catalogue import Catalogue
from kbstrack.web import create_web_app
from kbstrack.web.session import PUBLIC, safe_path
from tests.builders import World
from tests.conftest import running
from tests.pages import Pages
from tests.web.accounts import sid
from tests.web.conftest import PASSWORD, GivePassword

SAMPLES = {"uuid": "00000000-0000-4000-8000-000000000001", "int": "1"}


def path_of(rule: Rule) -> str:
    """An address that matches the rule."""

    def sample(found: re.Match[str]) -> str:
        return SAMPLES.get(found[1] or "", "K1")

    return re.sub(r"<(?:(\w+):)?[^>]*>", sample, rule.rule)


def rules_of(app: Flask, method: str) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]


def test_every_page_but_the_public_ones_sends_a_stranger_to_the_sign_in_page(app, pages):
    for rule in rules_of(app, "GET"):
        if rule.endpoint in PUBLIC:
            continue
        page = pages.get(path_of(rule), status=303, follow=False)
        assert page.location.startswith("/sign-in"), rule


def test_no_form_of_a_stranger_is_carried_out(app, pages):
    for rule in rules_of(app, "POST"):
        page = Pages(app).client.post(path_of(rule))
        if rule.endpoint in PUBLIC:
            assert page.status_code in {404, 410, 422}, rule
        else:
            assert page.status_code == 303, rule
            assert page.location.startswith("/sign-in"), rule


def test_every_form_of_a_signed_in_person_needs_the_token(app, pages, world: World):
    pages.sign_in(world.people["apprentice"].person_id).get("/account")

    for rule in rules_of(app, "POST"):
        before = sid(pages)
        page = pages.client.post(path_of(rule))
        if rule.endpoint in {"account.sign_out", "audit.leave_submitted"}:
            assert page.location in {"/", "/audit"}
            assert sid(pages) == before
        else:
            assert page.status_code in {400, 403, 404, 410, 413, 422}, rule


def test_only_the_door_is_public():
    assert {name.split(".")[0] for name in PUBLIC} == {
        "static",
        "health",
        "account",
        "second_step",
        "demo",
        "audit",
        "by_link",
        "record",
        "checking",
    }
    assert "account.account" not in PUBLIC
    assert "account.change_password" not in PUBLIC


def test_a_form_from_another_site_is_refused(pages):
    page = pages.get("/sign-in")
    token = page.value_of("csrf_token")

    for headers in (
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
    ):
        pages.post("/sign-in", {"csrf_token": token}, headers=headers, status=400)


def test_whoever_is_no_longer_active_is_out_at_once(pages, world: World):
    person_id = world.people["apprentice"].person_id
    pages.sign_in(person_id).get("/account")

    with transaction():
        db.session.get_one(Person, person_id).active = False

    pages.get("/account", status=303, follow=False)


@pytest.mark.parametrize(
    "text",
    [
        "//evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "https://evil.example/",
        "evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n/evil.example",
        "/ /evil.example",
        "/x\x00",
        "/x\u202e",
        "/" + "x" * 2000,
        "",
        None,
    ],
)
def test_no_address_elsewhere_is_gone_on_to(text):
    assert safe_path(text) is None


@pytest.mark.parametrize("text", ["/", "/account", "/evidence/1?page=2&kind=K%20S", "/%5Cx"])
def test_a_path_of_this_site_is_gone_on_to(text):
    assert safe_path(text) == text


def test_after_signing_in_one_is_where_one_wanted_to_be(
    pages, world: World, give_password: GivePassword
):
    give_password(world.people["apprentice"].person_id)

    page = pages.get("/account/password")
    assert page.heading == "Sign in"
    page = pages.submit(page, {"email": "apprentice@a.example", "password": PASSWORD})

    assert page.path == "/account/password"


def test_an_address_elsewhere_is_forgotten_at_sign_in(
    pages, world: World, give_password: GivePassword
):
    give_password(world.people["apprentice"].person_id)
    page = pages.get("/sign-in", query_string={"next": "//evil.example"})

    page = pages.submit(
        page,
        {"email": "apprentice@a.example", "password": PASSWORD},
        status=303,
        follow=False,
    )

    assert page.location == "/"


def test_a_host_that_is_not_served_here_gets_no_page(tmp_path: Path, catalogue: Catalogue):
    settings = Settings(
        tmp_path, f"sqlite:///{tmp_path / 'k'}", trusted_hosts=("portfolio.example",)
    )
    with running(create_web_app(settings, catalogue=catalogue)) as app:
        good = Pages(app, base_url="http://portfolio.example").get("/sign-in")
        bad = Pages(app, base_url="http://evil.example").client.get(
            "/sign-in", base_url="http://evil.example"
        )

    assert good.status == 200
    assert bad.status_code == 400
    assert "evil" not in bad.text


@pytest.mark.parametrize(("proxies", "seen"), [(0, "127.0.0.1"), (1, "203.0.113.9")])
def test_only_as_many_proxies_are_believed_as_there_are(
    tmp_path: Path, catalogue: Catalogue, proxies: int, seen: str
):
    settings = Settings(tmp_path, f"sqlite:///{tmp_path / 'k'}", proxies=proxies)
    addresses: list[str | None] = []
    with running(create_web_app(settings, catalogue=catalogue)) as app:
        app.before_request(lambda: addresses.append(request.remote_addr))
        Pages(app).client.get("/health", headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.9"})

    assert addresses == [seen]
