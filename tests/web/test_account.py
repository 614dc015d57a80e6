"""Accounts from the invitation on: passwords, addresses, and what guessing meets."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from kbstrack.access import OPERATOR, Role
from kbstrack.db import db, transaction
from kbstrack.mail.models import Message
from kbstrack.people import links, queries
from kbstrack.people import service as people
from kbstrack.people.models import Person, SignInFailure
from tests.builders import MONDAY, World
from tests.pages import Page, Pages
from tests.web.conftest import PASSWORD, GivePassword

Mailbox = Callable[[], list[Message]]
NEW_PASSWORD = "copper lantern sailing"
EMAIL = "apprentice@a.example"
WRONG = "The email address or the password is wrong. Check both and try again."


def try_password(
    pages: Pages, password: str, *, email: str = EMAIL, network: str = "192.0.2.1", status: int
) -> Page:
    pages.client.environ_base["REMOTE_ADDR"] = network
    page = pages.get("/sign-in")
    return pages.submit(page, {"email": email, "password": password}, status=status, follow=False)


def path_in(message: Message) -> str:
    found = re.search(r"http://127\.0\.0\.1:8000(/(?:set-password|account)/\S+)", message.body)
    assert found is not None, message.body
    return found[1]


def latest(mailbox: Mailbox, recipient: str = EMAIL) -> Message:
    db.session.rollback()
    return [message for message in mailbox() if message.recipient == recipient][-1]


def subjects(mailbox: Mailbox) -> set[str]:
    db.session.rollback()
    return {message.subject for message in mailbox() if message.recipient == EMAIL}


def joined(world: World, name: str = "apprentice") -> object:
    db.session.rollback()
    return queries.member(world.people[name].id).joined_at


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


def test_guessing_meets_longer_and_longer_pauses(
    pages: Pages, world: World, give_password: GivePassword, now: time_machine.Traveller
):
    give_password(world.people["apprentice"].person_id)
    for _ in range(5):
        try_password(pages, "wrong", status=422)

    waits = []
    for _ in range(9):
        page = try_password(pages, PASSWORD, status=429)
        waits.append(int(page.headers["Retry-After"]))
        now.shift(waits[-1])
        try_password(pages, "wrong", status=422)

    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 900]


def test_a_pause_is_said_and_ends(
    pages: Pages, world: World, give_password: GivePassword, now: time_machine.Traveller
):
    give_password(world.people["apprentice"].person_id)
    for _ in range(5):
        try_password(pages, "wrong", status=422)

    for _ in range(20):
        page = try_password(pages, PASSWORD, status=429)

    assert page.errors == ["Too many tries. Wait 5 seconds and try again."]
    now.shift(5)
    try_password(pages, PASSWORD, status=303)


def test_signing_in_forgets_the_failures(
    pages: Pages, world: World, give_password: GivePassword, now: time_machine.Traveller
):
    give_password(world.people["apprentice"].person_id)
    for _ in range(3):
        for _ in range(4):
            try_password(Pages(pages.app), "wrong", status=422)
        try_password(Pages(pages.app), PASSWORD, status=303)


def test_guesses_from_elsewhere_slow_the_owner_down_by_a_minute_at_most(
    app: Flask, world: World, give_password: GivePassword, now: time_machine.Traveller
):
    give_password(world.people["apprentice"].person_id)
    for number in range(40):
        pages = Pages(app)
        page = try_password_somehow(pages, network=f"198.51.100.{number}")
        if page.status == 429:
            now.shift(int(page.headers["Retry-After"]))

    page = try_password_somehow(Pages(app), password=PASSWORD, network="203.0.113.5")
    wait = int(page.headers.get("Retry-After", "0"))
    assert wait <= 60
    now.shift(wait)
    try_password(Pages(app), PASSWORD, network="203.0.113.5", status=303)


def try_password_somehow(pages: Pages, *, password: str = "wrong", network: str) -> Page:
    pages.client.environ_base["REMOTE_ADDR"] = network
    form = pages.get("/sign-in")
    data = {"csrf_token": form.value_of("csrf_token"), "email": EMAIL, "password": password}
    return Page(pages.client.post("/sign-in", data=data))


def test_one_network_cannot_try_many_accounts_for_ever(
    app: Flask, world: World, now: time_machine.Traveller
):
    for number in range(30):
        now.shift(2)
        try_password(Pages(app), "wrong", email=f"p{number}@a.example", status=422)

    try_password(Pages(app), "wrong", email="another@a.example", status=429)
    try_password(Pages(app), "wrong", email="another@a.example", network="203.0.113.5", status=422)


def test_old_failures_are_forgotten_and_tell_no_addresses(
    pages: Pages, world: World, now: time_machine.Traveller
):
    try_password(pages, "wrong", status=422)
    failures = db.session.query(SignInFailure).all()
    assert len(failures) == 3
    assert all(re.fullmatch("[0-9a-f]{64}", failure.subject) for failure in failures)

    now.shift(timedelta(hours=25))
    try_password(pages, "wrong", status=422)

    db.session.rollback()
    assert db.session.query(SignInFailure).count() == 3


def test_a_flood_of_forms_from_one_network_is_stopped_before_any_work(
    app: Flask, pages: Pages, world: World, now
):
    statuses = [pages.client.post("/sign-in").status_code for _ in range(61)]

    assert statuses == [422] * 60 + [429]
    assert pages.client.post("/health").status_code == 405


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

    assert "We sent a link to assessor@a.example." in page.text
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
