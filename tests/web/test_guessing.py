"""What whoever guesses passwords meets: pauses that grow, and nothing learned."""

from __future__ import annotations

import re
from datetime import timedelta

import time_machine
from flask import Flask

from kbstrack.db import db
from kbstrack.people.models import SignInFailure
from tests.builders import World
from tests.pages import Page, Pages
from tests.web.accounts import EMAIL, try_password
from tests.web.conftest import PASSWORD, GivePassword


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
