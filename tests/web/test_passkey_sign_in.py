"""Signing in with a passkey: alone, or as the second step."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from kbstrack.config import Settings
from tests.pages import Pages
from tests.web.accounts import try_password
from tests.web.conftest import PASSWORD
from tests.web.factoring import (
    ORIGIN,
    PRESENT,
    Device,
    answer_with,
    challenge_of,
    cookie,
    give_passkey,
    is_in,
    options_of,
)

STEP = "/sign-in/second-step"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, public_url=ORIGIN)


@pytest.fixture
def pages(app, now) -> Pages:
    return Pages(app, base_url=ORIGIN)


@pytest.fixture
def person_id(world, give_password):
    return give_password(world.people["apprentice"].person_id).id


@pytest.fixture
def device(person_id):
    device = Device()
    give_passkey(person_id, device)
    return device


def test_a_passkey_alone_signs_in(pages, device):
    page = pages.get("/sign-in")
    assert options_of(page)["allowCredentials"] == []
    assert options_of(page)["userVerification"] == "required"
    before = cookie(pages)

    page = pages.client.post(
        "/sign-in/passkey",
        base_url=ORIGIN,
        data={"csrf_token": page.value_of("csrf_token"), "passkey": device.get(challenge_of(page))},
    )

    assert page.location == "/"
    assert is_in(pages)
    assert cookie(pages) != before


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "https://evil.example"},
        {"host": "evil.example"},
        {"flags": PRESENT},
        {"count": -9},
        {"credential_id": b"unknown"},
        {"handle": b"x" * 16},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_answer_that_is_not_right_signs_nobody_in(pages, device, change):
    if "count" in change:
        change = {"count": 0}
    page = pages.get("/sign-in")

    page = answer_with(pages, page, replace(device, **change).get(challenge_of(page)))

    assert page.heading == "The passkey did not work"
    assert not is_in(pages)


def test_one_answer_signs_in_once(app, pages, device):
    page = pages.get("/sign-in")
    answer = device.get(challenge_of(page))
    assert answer_with(pages, page, '{"id": "x"}').status == 422

    # The challenge is used up by then.
    answer_with(pages, pages.get("/sign-in"), answer)

    other = Pages(app, base_url=ORIGIN)
    answer_with(other, other.get("/sign-in"), answer)
    assert not is_in(pages)
    assert not is_in(other)


@pytest.mark.parametrize(
    "answer", ["", "null", "[]", "{" * 200, "\x00", "é" * 100, json.dumps({"id": [1]}), "9" * 5_000]
)
def test_garbage_instead_of_a_passkey_is_answered_calmly(pages, device, answer):
    page = answer_with(pages, pages.get("/sign-in"), answer)

    assert page.heading == "The passkey did not work"


def test_a_passkey_is_a_second_step_too_but_only_ones_own(pages, world, device, give_password):
    other = Device()
    give_passkey(world.people["assessor"].person_id, other)
    page = try_password(pages, PASSWORD, status=303)
    page = pages.get(STEP)
    assert len(options_of(page)["allowCredentials"]) == 1

    refused = answer_with(pages, page, other.get(challenge_of(page)))
    assert "Try again" in refused.links()
    page = pages.get(STEP)
    data = {"csrf_token": page.value_of("csrf_token"), "passkey": device.get(challenge_of(page))}
    pages.post("/sign-in/passkey", data, status=303, follow=False)

    assert is_in(pages)


def test_the_site_is_the_configured_one_whatever_the_request_says(app, pages, device):
    page = Pages(app, base_url="https://evil.example").get("/sign-in")

    assert options_of(page)["rpId"] == "portfolio.example"


def test_without_https_there_are_no_passkeys(app, world):
    from kbstrack import current

    app.extensions[current.SETTINGS] = replace(
        app.extensions[current.SETTINGS], public_url="http://192.0.2.1"
    )
    page = Pages(app).get("/sign-in")

    assert page.html.xpath("//@data-options") == []
