"""Nobody gets past the door unseen: routes, sessions, cookies, where one is sent on to."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask, request
from werkzeug.routing import Rule

from kbstrack.access import OPERATOR, Role
from kbstrack.config import Settings
from kbstrack.db import db, transaction
from kbstrack.people import service as people
from kbstrack.people.models import Person
from kbstrack.standards.catalogue import Catalogue
from kbstrack.web import create_web_app
from kbstrack.web.session import PUBLIC, safe_path
from tests.builders import World
from tests.conftest import running
from tests.pages import Pages
from tests.web.conftest import PASSWORD, GivePassword

SAMPLES = {"uuid": "00000000-0000-4000-8000-000000000001", "int": "1"}


def path_of(rule: Rule) -> str:
    """An address that matches the rule."""

    def sample(found: re.Match[str]) -> str:
        return SAMPLES.get(found[1] or "", "K1")

    return re.sub(r"<(?:(\w+):)?[^>]*>", sample, rule.rule)


def rules_of(app: Flask, method: str) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]


def sign_in(pages: Pages, email: str, password: str = PASSWORD) -> None:
    pages.submit(
        pages.get("/sign-in"), {"email": email, "password": password}, status=303, follow=False
    )


def sid(pages: Pages) -> str | None:
    cookie = pages.client.get_cookie("kbstrack")
    return cookie.value if cookie else None


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
            assert page.status_code in {410, 422}, rule
        else:
            assert page.status_code == 303, rule
            assert page.location.startswith("/sign-in"), rule


def test_every_form_of_a_signed_in_person_needs_the_token(app, pages, world: World):
    pages.sign_in(world.people["apprentice"].person_id).get("/account")

    for rule in rules_of(app, "POST"):
        before = sid(pages)
        page = pages.client.post(path_of(rule))
        if rule.endpoint == "account.sign_out":
            assert page.location == "/"
            assert sid(pages) == before
        else:
            assert page.status_code in {400, 403, 404, 410, 413, 422}, rule


def test_only_the_door_is_public():
    assert {name.split(".")[0] for name in PUBLIC} == {"static", "health", "account", "demo"}
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


def test_signing_in_gives_a_new_session_id(pages, world: World, give_password: GivePassword):
    give_password(world.people["apprentice"].person_id)
    pages.get("/sign-in")
    before = sid(pages)

    sign_in(pages, "apprentice@a.example")

    assert before
    assert sid(pages)
    assert sid(pages) != before


def test_an_id_that_was_not_given_out_is_never_taken(pages):
    pages.client.set_cookie("kbstrack", "chosen-by-somebody-else")

    pages.get("/sign-in")

    assert sid(pages) != "chosen-by-somebody-else"


def test_a_change_of_roles_gives_a_new_session_id(pages, world: World):
    member = world.people["assessor"]
    pages.sign_in(member.person_id).get("/account")
    before = sid(pages)
    pages.get("/account")
    assert sid(pages) == before

    people.change_member(
        OPERATOR,
        member.id,
        name=member.name,
        email=member.email,
        roles={Role.ASSESSOR: None, Role.ADMINISTRATOR: None},
        revision=member.revision,
        at=member.invited_at,
    )
    pages.get("/account")

    assert sid(pages) != before


def test_after_signing_out_the_old_cookie_is_worth_nothing(app, pages, world: World):
    pages.sign_in(world.people["apprentice"].person_id)
    page = pages.get("/account")
    old = sid(pages)

    left = pages.submit(page, button="Sign out")
    pages.client.set_cookie("kbstrack", old or "")

    assert left.heading == "Sign in"
    assert "You are signed out." in left.text
    pages.get("/account", status=303, follow=False)


def test_a_request_that_ends_after_the_sign_out_brings_nothing_back(app, pages, world: World):
    pages.sign_in(world.people["apprentice"].person_id).get("/account")
    old = sid(pages) or ""
    sessions = app.session_interface

    with app.test_request_context("/account", headers={"Cookie": f"kbstrack={old}"}) as slow:
        slow.session["touched"] = True
        pages.submit(pages.get("/account"), button="Sign out")
        sessions.save_session(
            app,
            slow.session,
            app.response_class(),
        )

    pages.client.set_cookie("kbstrack", old)
    pages.get("/account", status=303, follow=False)


def test_a_session_ends_after_twelve_hours_without_use(
    pages, world: World, now: time_machine.Traveller
):
    pages.sign_in(world.people["apprentice"].person_id).get("/account")

    now.shift(timedelta(hours=11))
    pages.get("/account")
    now.shift(timedelta(hours=11))
    pages.get("/account")
    now.shift(timedelta(hours=12, minutes=1))

    pages.get("/account", status=303, follow=False)


def test_a_session_ends_after_a_week_however_much_it_is_used(
    pages, world: World, now: time_machine.Traveller
):
    pages.sign_in(world.people["apprentice"].person_id).get("/account")

    for _ in range(16):
        now.shift(timedelta(hours=10))
        pages.get("/account")
    now.shift(timedelta(hours=10))

    pages.get("/account", status=303, follow=False)


def test_sessions_that_ended_are_removed_from_the_disk(
    app, pages, settings: Settings, now: time_machine.Traveller
):
    pages.get("/sign-in")
    (old,) = (settings.home / "sessions").iterdir()

    now.shift(timedelta(hours=13))
    Pages(app).get("/sign-in")

    assert not old.exists()
    assert len(list((settings.home / "sessions").iterdir())) == 1


def test_session_files_are_the_owners_alone_and_do_not_tell_the_id(pages, settings: Settings):
    pages.get("/sign-in")

    (file,) = (settings.home / "sessions").iterdir()
    assert file.stat().st_mode & 0o077 == 0
    assert file.parent.stat().st_mode & 0o077 == 0
    assert sid(pages) not in file.name
    assert sid(pages) not in file.read_text()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"ends_at": "x", "data": {}}', b"\xff"])
def test_a_damaged_session_file_is_an_ended_session(
    pages, world: World, settings: Settings, content: bytes
):
    pages.sign_in(world.people["apprentice"].person_id).get("/account")
    (file,) = (settings.home / "sessions").iterdir()

    file.write_bytes(content)

    pages.get("/account", status=303, follow=False)


def test_the_cookie_is_for_this_site_only(pages):
    cookie = pages.get("/sign-in").headers["Set-Cookie"]

    assert cookie.startswith("kbstrack=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Domain" not in cookie
    assert "Secure" not in cookie


def test_over_https_the_cookie_is_bound_to_the_host(tmp_path: Path, catalogue: Catalogue):
    settings = Settings(tmp_path, f"sqlite:///{tmp_path / 'k'}", "https://portfolio.example")
    with running(create_web_app(settings, catalogue=catalogue)) as app:
        cookie = (
            Pages(app, base_url="https://portfolio.example").get("/sign-in").headers["Set-Cookie"]
        )

    assert cookie.startswith("__Host-kbstrack=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


def test_health_and_static_files_have_no_session(pages):
    for path in ("/health", "/static/kbstrack.css"):
        with pages.client.get(path) as answer:
            assert "Set-Cookie" not in answer.headers


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
