"""Signing in with a second step, or with a passkey alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kbstrack.access import OPERATOR, Role
from kbstrack.config import Settings
from kbstrack.people import accounts, queries
from kbstrack.people import service as people
from kbstrack.web.halfway import LONGEST
from kbstrack.web.session import PUBLIC
from tests.builders import TUESDAY, make_world
from tests.pages import Pages
from tests.web.accounts import EMAIL, NEW_PASSWORD, latest, try_password
from tests.web.conftest import PASSWORD
from tests.web.factoring import (
    ORIGIN,
    code_of,
    cookie,
    give_app,
    is_in,
)
from tests.web.test_door import path_of, rules_of

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
def app_codes(person_id):
    """The person has an app; its secret and the recovery codes."""
    return give_app(person_id)


@pytest.fixture
def halfway(pages, app_codes):
    """Their password was right."""
    try_password(pages, PASSWORD, status=303)
    return pages


def send_code(pages, code, status=303):
    page = pages.get(STEP)
    return pages.submit(page, {"proof_code": code}, status=status, follow=False)


def test_after_the_password_comes_the_code(pages, app_codes):
    page = try_password(pages, PASSWORD, status=303)
    assert page.location == STEP
    assert not is_in(pages)

    page = send_code(pages, code_of(app_codes[0], TUESDAY))

    assert page.location == "/"
    assert is_in(pages)


def test_every_step_has_a_new_session_id(pages, app_codes):
    pages.get("/sign-in")
    ids = [cookie(pages)]
    try_password(pages, PASSWORD, status=303)
    ids.append(cookie(pages))
    send_code(pages, code_of(app_codes[0], TUESDAY))
    ids.append(cookie(pages))

    assert len(set(ids)) == 3


def test_halfway_in_everything_else_leads_to_the_second_step(app, halfway):
    for method in ("GET", "POST"):
        for rule in rules_of(app, method):
            if rule.endpoint in PUBLIC:
                continue
            answer = halfway.client.open(path_of(rule), method=method, base_url=ORIGIN)
            assert answer.status_code == 303, (method, rule)
            assert answer.location.startswith(STEP), (method, rule)
    assert not is_in(halfway)


def test_one_goes_on_to_where_one_wanted(pages, app_codes):
    page = pages.get("/account/password")
    page = pages.submit(page, {"email": EMAIL, "password": PASSWORD})
    assert page.heading == "Prove that it is you"

    page = pages.submit(page, {"proof_code": code_of(app_codes[0], TUESDAY)}, button="Continue")

    assert page.path == "/account/password"


def test_a_recovery_code_opens_the_door_once(app, halfway, app_codes):
    send_code(halfway, app_codes[1][0])
    assert is_in(halfway)

    other = Pages(app, base_url=ORIGIN)
    try_password(other, PASSWORD, status=303)
    page = send_code(other, app_codes[1][0], status=422)

    assert page.errors == ["This is none of your recovery codes, or it was used already."]


def test_a_code_that_was_used_is_refused_and_a_wrong_one_not_sent_back(app, halfway, app_codes):
    code = code_of(app_codes[0], TUESDAY)
    send_code(halfway, code)
    other = Pages(app, base_url=ORIGIN)
    try_password(other, PASSWORD, status=303)

    page = send_code(other, code, status=422)

    assert "was used already" in page.errors[0]
    assert code not in page.response.text
    assert not is_in(other)


def test_guesses_at_codes_are_slowed_down_wherever_they_come_from(halfway, app_codes, now):
    for number in range(5):
        halfway.client.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
        assert "does not fit" in send_code(halfway, "000000", status=422).errors[0]

    right = code_of(app_codes[0], TUESDAY)
    page = send_code(halfway, right, status=422)
    assert page.errors == ["Too many tries. Wait 5 seconds and try again."]
    # A right password does not wash the guesses away.
    try_password(halfway, PASSWORD, network="192.0.2.9", status=303)
    send_code(halfway, right, status=422)
    now.shift(timedelta(seconds=6))

    send_code(halfway, right)
    assert is_in(halfway)


def test_an_empty_code_is_asked_for_and_not_counted(halfway, app_codes):
    for _ in range(9):
        assert send_code(halfway, " ", status=422).errors == ["Enter the code"]

    send_code(halfway, code_of(app_codes[0], TUESDAY))


def test_whoever_waits_too_long_begins_again(halfway, app_codes, now):
    page = halfway.get(STEP)
    now.shift(LONGEST + timedelta(seconds=1))

    code = code_of(app_codes[0], TUESDAY + LONGEST)
    page = halfway.submit(page, {"proof_code": code}, button="Continue", status=410)

    assert page.heading == "Sign in again"
    assert not is_in(halfway)
    halfway.get(STEP, status=303, follow=False)


def test_a_new_password_ends_what_was_halfway(halfway, person_id, app_codes):
    page = halfway.get(STEP)
    accounts.change_password(queries.actor_of(person_id), password_hash="x", at=TUESDAY)

    code = code_of(app_codes[0], TUESDAY)
    halfway.submit(page, {"proof_code": code}, button="Continue", status=410)

    assert not is_in(halfway)


def test_a_reset_password_still_needs_the_second_step(pages, person_id, app_codes, mailbox):
    pages.submit(pages.get("/forgotten-password"), {"email": EMAIL})
    link = latest(mailbox).body.split(ORIGIN)[1].split()[0]
    pages.submit(pages.get(link), {"password": NEW_PASSWORD})

    page = try_password(pages, NEW_PASSWORD, status=303)

    assert page.location == STEP
    send_code(pages, code_of(app_codes[0], TUESDAY))
    assert is_in(pages)


def test_an_invitation_to_another_provider_needs_it_too(pages, app_codes, mailbox):
    elsewhere = make_world(mark="b", ukprn="10000002")
    row = people.invite_person(
        OPERATOR,
        elsewhere.provider_id,
        name="Here too",
        email=EMAIL,
        roles={Role.APPRENTICE: None},
        at=TUESDAY,
    )
    assert row.email == EMAIL
    page = try_password(pages, PASSWORD, status=303)

    assert page.location == STEP


def test_what_was_written_before_the_session_ended_is_there_after_the_second_step(
    pages, world, app_codes, now
):
    try_password(pages, PASSWORD, status=303)
    send_code(pages, code_of(app_codes[0], TUESDAY))
    page = pages.get(f"/enrolments/{world.enrolment_id}/evidence/new")
    pages.client.delete_cookie("__Host-kbstrack", domain="portfolio.example")
    page = pages.submit(page, {"title": "Kept title"}, button="Save and continue")
    assert page.heading == "Sign in"

    page = pages.submit(page, {"email": EMAIL, "password": PASSWORD})
    now.shift(timedelta(minutes=1))
    code = code_of(app_codes[0], TUESDAY + timedelta(minutes=1))
    page = pages.submit(page, {"proof_code": code}, button="Continue")

    assert page.value_of("title") == "Kept title"
