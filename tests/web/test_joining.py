"""Coming in: invitations, forgotten passwords, and the first sign-in."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from kbstrack.access import OPERATOR, Role
from kbstrack.db import db, transaction
from kbstrack.people import links, queries
from kbstrack.people import service as people
from kbstrack.people.models import Person
from tests.builders import MONDAY, World
from tests.pages import Pages
from tests.web.accounts import (
    EMAIL,
    NEW_PASSWORD,
    WRONG,
    Mailbox,
    joined,
    latest,
    path_in,
    subjects,
    try_password,
)
from tests.web.conftest import PASSWORD, GivePassword


def test_who_is_invited_sets_a_password_and_is_in(
    pages: Pages, world: World, mailbox: Mailbox, now: time_machine.Traveller
):
    page = pages.get(path_in(latest(mailbox)))
    assert page.path == "/set-password"
    assert EMAIL in page.text
    assert joined(world) is None

    page = pages.submit(page, {"password": PASSWORD}, status=303, follow=False)

    assert page.location == "/"
    assert joined(world) is not None
    try_password(Pages(pages.app), PASSWORD, status=303)


def test_the_secret_leaves_the_address_at_once(pages: Pages, world: World, mailbox: Mailbox):
    first = pages.get(path_in(latest(mailbox)), status=303, follow=False)

    assert first.location == "/set-password"
    assert first.headers["Referrer-Policy"] == "no-referrer"
    assert pages.get("/set-password", status=410).headers["Referrer-Policy"] == "no-referrer"


def test_looking_at_an_invitation_does_not_use_it_up(
    app: Flask, pages: Pages, world: World, mailbox: Mailbox, now
):
    path = path_in(latest(mailbox))
    for _ in range(3):
        assert Pages(app).get(path).heading == "Choose a password"

    pages.submit(pages.get(path), {"password": PASSWORD}, status=303, follow=False)


def test_an_invitation_works_once(app: Flask, pages: Pages, world: World, mailbox: Mailbox, now):
    path = path_in(latest(mailbox))
    other = Pages(app)
    open_elsewhere = other.get(path)
    pages.submit(pages.get(path), {"password": PASSWORD}, status=303, follow=False)

    assert other.get(path, status=410).heading == "This link no longer works"
    other.submit(open_elsewhere, {"password": NEW_PASSWORD}, status=410)
    try_password(Pages(app), NEW_PASSWORD, status=422)


@pytest.mark.parametrize(("days", "status"), [(14, 200), (15, 410)])
def test_an_invitation_works_for_fourteen_days(
    pages: Pages, world: World, mailbox: Mailbox, days: int, status: int
):
    with time_machine.travel(MONDAY + timedelta(days=days), tick=False):
        pages.get(path_in(latest(mailbox)), status=status)


def test_links_go_to_the_public_address_whatever_host_was_asked_for(
    app: Flask, world: World, mailbox: Mailbox
):
    pages = Pages(app, base_url="http://evil.example")

    pages.submit(pages.get("/forgotten-password"), {"email": EMAIL})

    assert "evil" not in latest(mailbox).body
    assert "http://127.0.0.1:8000/set-password/" in latest(mailbox).body


@pytest.mark.parametrize("damage", ["x", "", ".", "é"])
def test_a_damaged_link_is_an_ended_link(pages: Pages, world: World, mailbox: Mailbox, damage: str):
    path = path_in(latest(mailbox))

    page = pages.get(f"{path[:-3]}{damage}", status=410)

    assert page.heading == "This link no longer works"


def test_an_address_link_sets_no_password(pages: Pages, world: World, now):
    person = db.session.get_one(Person, world.people["apprentice"].person_id)
    token = links.address_token(person, "new@a.example", MONDAY)

    assert links.open_link(token, MONDAY) is not None
    assert links.person_for(token, MONDAY) is None


def test_a_forgotten_password_is_set_anew(
    app: Flask, pages: Pages, world: World, give_password: GivePassword, mailbox: Mailbox, now
):
    give_password(world.people["apprentice"].person_id)
    elsewhere = Pages(app).sign_in(world.people["apprentice"].person_id)
    elsewhere.get("/account")
    page = pages.submit(pages.get("/forgotten-password"), {"email": f" {EMAIL.upper()} "})
    assert page.heading == "Check your email"
    path = path_in(latest(mailbox))

    page = pages.submit(pages.get(path), {"password": NEW_PASSWORD})

    assert page.heading == "Sign in"
    assert "Your password is set. Sign in with it." in page.text
    elsewhere.get("/account", status=303, follow=False)
    try_password(Pages(app), PASSWORD, status=422)
    try_password(Pages(app), NEW_PASSWORD, status=303)
    assert "Your kbstrack password was changed" in subjects(mailbox)


def test_a_reset_link_works_for_a_day(
    pages: Pages, world: World, mailbox: Mailbox, now: time_machine.Traveller
):
    pages.submit(pages.get("/forgotten-password"), {"email": EMAIL})
    path = path_in(latest(mailbox))

    now.shift(timedelta(hours=24))
    pages.get(path)
    now.shift(timedelta(seconds=1))
    pages.get(path, status=410)


def test_the_answer_does_not_tell_whether_an_address_is_known(
    pages: Pages, world: World, give_password: GivePassword, mailbox: Mailbox
):
    give_password(world.people["apprentice"].person_id)
    before = len(mailbox())
    unknown = "nobody@a.example"

    sent = [
        pages.submit(pages.get("/forgotten-password"), {"email": email})
        for email in (EMAIL, unknown)
    ]
    refused = [try_password(pages, "wrong", email=email, status=422) for email in (EMAIL, unknown)]

    assert sent[0].text.replace(EMAIL, "") == sent[1].text.replace(unknown, "")
    assert refused[0].text == refused[1].text
    assert [page.errors for page in refused] == [[WRONG], [WRONG]]
    db.session.rollback()
    assert len(mailbox()) == before + 1


def test_an_unknown_address_costs_a_hash_too(
    app: Flask, world: World, give_password: GivePassword, monkeypatch
):
    from kbstrack.web import credentials

    seen: list[str] = []
    verify = credentials.verify_password

    def counting(password: str, password_hash: str) -> bool:
        seen.append(password_hash)
        return bool(verify(password, password_hash))

    monkeypatch.setattr(credentials, "verify_password", counting)
    with app.test_request_context():
        assert not credentials.is_right(None, PASSWORD)
        assert not credentials.is_right(
            db.session.get_one(Person, world.people["assessor"].person_id), PASSWORD
        )
        person = give_password(world.people["apprentice"].person_id)
        assert credentials.is_right(person, PASSWORD)

    assert len(seen) == 3
    assert len({found.split("$")[3] for found in seen}) == 1


def test_whoever_is_not_active_cannot_sign_in(
    pages: Pages, world: World, give_password: GivePassword
):
    person = give_password(world.people["apprentice"].person_id)
    with transaction():
        db.session.get_one(Person, person.id).active = False

    assert try_password(pages, PASSWORD, status=422).errors == [WRONG]


def test_an_empty_form_says_what_to_enter(pages: Pages, world: World):
    page = pages.submit(pages.get("/sign-in"), status=422)

    assert page.errors == ["Enter your email address", "Enter your password"]


def test_the_first_sign_in_is_noted_at_every_provider(
    pages: Pages, world: World, give_password: GivePassword
):
    give_password(world.people["apprentice"].person_id)
    provider = people.create_provider(OPERATOR, name="Second", ukprn="10000099", at=MONDAY)
    second = people.invite_person(
        OPERATOR,
        provider.id,
        name="Same Person",
        email=EMAIL,
        roles={Role.ADMINISTRATOR: None},
        at=MONDAY,
    )

    try_password(pages, PASSWORD, status=303)

    assert joined(world) is not None
    assert queries.member(second.id).joined_at is not None
