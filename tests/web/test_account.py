"""One's own account: password, address, signing out."""

from __future__ import annotations

import pytest
from flask import Flask

from kbstrack.db import db
from tests.builders import World
from tests.pages import Pages
from tests.web.accounts import (
    EMAIL,
    NEW_PASSWORD,
    Mailbox,
    joined,
    latest,
    path_in,
    subjects,
    try_password,
)
from tests.web.conftest import PASSWORD, GivePassword


def test_changing_the_password_ends_every_other_session(
    app: Flask, pages: Pages, world: World, give_password: GivePassword, mailbox: Mailbox
):
    person_id = give_password(world.people["apprentice"].person_id).id
    elsewhere = Pages(app).sign_in(person_id)
    elsewhere.get("/account")
    page = pages.sign_in(person_id).get("/account/password")
    before = pages.client.get_cookie("kbstrack")

    page = pages.submit(page, {"current_password": PASSWORD, "password": NEW_PASSWORD})

    assert page.path == "/account"
    assert "You are signed out everywhere else." in page.text
    assert pages.client.get_cookie("kbstrack") != before
    elsewhere.get("/account", status=303, follow=False)
    assert "Your kbstrack password was changed" in subjects(mailbox)
    try_password(Pages(app), NEW_PASSWORD, status=303)


def test_changing_the_password_needs_the_old_one(
    pages: Pages, world: World, give_password: GivePassword, now
):
    person_id = give_password(world.people["apprentice"].person_id).id
    page = pages.sign_in(person_id).get("/account/password")

    for _ in range(5):
        page = pages.submit(
            page, {"current_password": "guess", "password": NEW_PASSWORD}, status=422
        )
        assert page.errors == ["This is not your password. Try again."]

    page = pages.submit(page, {"current_password": PASSWORD, "password": NEW_PASSWORD}, status=429)
    assert page.errors == ["Too many tries. Wait 5 seconds and try again."]


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "x" * 201,
        "password123",
        "Qwertyuiop1",
        "1234567890",
        "apprentice2026",
        "aaaaaaaaaaaa",
    ],
)
def test_a_password_anybody_would_guess_is_refused(
    pages: Pages, world: World, mailbox: Mailbox, now, password: str
):
    page = pages.get(path_in(latest(mailbox)))

    page = pages.submit(page, {"password": password}, status=422)

    assert page.errors
    assert joined(world) is None
    pages.submit(page, {"password": PASSWORD}, status=303, follow=False)


def test_a_password_is_the_same_however_it_was_composed(
    app: Flask, pages: Pages, world: World, give_password: GivePassword
):
    give_password(world.people["apprentice"].person_id, "café au lait bitte")

    try_password(pages, "cafe\u0301 au lait bitte", status=303)


def test_a_new_address_is_confirmed_from_there_and_told_to_the_old_one(
    app: Flask, pages: Pages, world: World, give_password: GivePassword, mailbox: Mailbox
):
    person_id = give_password(world.people["apprentice"].person_id).id
    page = pages.sign_in(person_id).get("/account/address")
    page = pages.submit(page, {"email": "New@A.example", "current_password": PASSWORD})
    assert EMAIL in page.text
    path = path_in(latest(mailbox, "new@a.example"))
    first = pages.get(path, status=303, follow=False)
    assert first.headers["Referrer-Policy"] == "no-referrer"

    page = pages.submit(pages.get("/account/confirm-address"))

    assert "From now on you sign in with new@a.example." in page.text
    assert "new@a.example" in latest(mailbox).body
    try_password(Pages(app), PASSWORD, status=422)
    try_password(Pages(app), PASSWORD, email="new@a.example", status=303)
    pages.get(path, status=410)


def test_an_address_link_is_kept_over_the_sign_in_and_only_for_its_person(
    app: Flask, pages: Pages, world: World, give_password: GivePassword, mailbox: Mailbox
):
    person_id = give_password(world.people["apprentice"].person_id).id
    give_password(world.people["assessor"].person_id)
    page = pages.sign_in(person_id).get("/account/address")
    pages.submit(page, {"email": "new@a.example", "current_password": PASSWORD})
    path = path_in(latest(mailbox, "new@a.example"))

    stranger = Pages(app).sign_in(world.people["assessor"].person_id)
    stranger.get(path, status=410)
    later = Pages(app)
    page = later.get(path)
    page = later.submit(page, {"email": EMAIL, "password": PASSWORD})

    assert page.heading == "Use this email address?"
    assert "new@a.example" in page.text


def test_the_address_of_another_account_is_not_told_and_not_taken(
    pages: Pages, world: World, give_password: GivePassword, mailbox: Mailbox
):
    person_id = give_password(world.people["apprentice"].person_id).id
    page = pages.sign_in(person_id).get("/account/address")

    page = pages.submit(page, {"email": "assessor@a.example", "current_password": PASSWORD})

    assert "There is a message to assessor@a.example with a link." in page.text
    assert "belongs to an account already" in latest(mailbox, "assessor@a.example").body


def test_changing_the_address_needs_the_password(
    pages: Pages, world: World, give_password: GivePassword, mailbox: Mailbox
):
    person_id = give_password(world.people["apprentice"].person_id).id
    before = len(mailbox())
    page = pages.sign_in(person_id).get("/account/address")

    page = pages.submit(page, {"email": "new@a.example", "current_password": "no"}, status=422)

    assert page.errors == ["This is not your password. Try again."]
    db.session.rollback()
    assert len(mailbox()) == before


def test_signing_out_is_a_button_and_never_a_link(pages: Pages, world: World):
    pages.sign_in(world.people["apprentice"].person_id)

    pages.get("/sign-out", status=405)


def test_the_account_page_shows_each_provider_and_the_name_it_uses(pages: Pages, world: World):
    page = pages.sign_in(world.people["apprentice"].person_id).get("/account")

    assert "Provider A" in page.text
    assert "Apprentice A" in page.text
    assert EMAIL in page.text
