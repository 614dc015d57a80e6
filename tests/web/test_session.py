"""Sessions live on the server and end when they should."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from kbstrack.access import OPERATOR, Role
from kbstrack.config import Settings
from kbstrack.people import service as people
from kbstrack.standards.catalogue import Catalogue
from kbstrack.web import create_web_app
from tests.builders import World
from tests.conftest import running
from tests.pages import Pages
from tests.web.accounts import sid
from tests.web.conftest import PASSWORD, GivePassword


def sign_in(pages: Pages, email: str, password: str = PASSWORD) -> None:
    pages.submit(
        pages.get("/sign-in"), {"email": email, "password": password}, status=303, follow=False
    )


def test_signing_in_gives_a_new_session_id(pages, world: World, give_password: GivePassword):
    give_password(world.people["apprentice"].person_id)
    pages.get("/sign-in")
    before = sid(pages)

    sign_in(pages, "apprentice@a.example")

    assert before
    assert sid(pages)
    assert sid(pages) != before


def test_the_token_of_all_forms_is_there_from_the_sign_in_on(
    pages, world: World, give_password: GivePassword
):
    """Two tabs that open at one moment would each make one, and the first would not count."""
    give_password(world.people["apprentice"].person_id)

    sign_in(pages, "apprentice@a.example")

    with pages.client.session_transaction(base_url=pages.base_url) as session:
        assert session["csrf_token"]


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
