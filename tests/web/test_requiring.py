"""Pages on which a provider asks for a second step, and what becomes of those without one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kbstrack.access import Role
from kbstrack.db import db
from kbstrack.people import factor_queries, requiring
from kbstrack.web.halfway import FOR_SETTING_UP
from kbstrack.web.session import PUBLIC
from tests.builders import MONDAY, TUESDAY, decide, make_evidence, met
from tests.pages import Pages
from tests.web.accounts import latest, try_password
from tests.web.conftest import PASSWORD
from tests.web.factoring import code_of, give_app, secret_on
from tests.web.test_door import path_of, rules_of

HOME = "/account/security"
EMAIL = "assessor@a.example"


@pytest.fixture
def administrator(app, world, now):
    return Pages(app).sign_in(world.people["administrator"].person_id)


@pytest.fixture
def assessor_id(world, give_password):
    return give_password(world.people["assessor"].person_id).id


def ask(world, *roles):
    requiring.require_second_step(world.administrator, world.provider_id, roles=roles, at=MONDAY)


def rule(world):
    db.session.rollback()
    return factor_queries.required_roles(world.provider_id)


def test_the_administrator_says_who_needs_a_second_step(administrator, world):
    page = administrator.get(
        administrator.get("/provider").links()["Change second step to sign in"]
    )
    assert page.heading == "Second step to sign in"

    administrator.submit(page, {"roles": ["assessor", "apprentice"]})
    assert rule(world) == {Role.ASSESSOR, Role.APPRENTICE}
    assert "Apprentice and Assessor" in administrator.get("/provider").text
    page = administrator.get(page.path)
    administrator.submit(page, {"roles": ["assessor"]})

    assert rule(world) == {Role.ASSESSOR}


def test_a_role_that_is_none_is_refused(administrator, world):
    path = f"/providers/{world.provider_id}/second-step"
    token = administrator.get(path).value_of("csrf_token")

    administrator.post(path, {"csrf_token": token, "roles": "emperor"}, status=422)

    assert rule(world) == set()


def test_nobody_else_says_so(pages, world, now):
    for name in ("assessor", "apprentice", "line_manager"):
        pages.sign_in(world.people[name].person_id)
        pages.get(f"/providers/{world.provider_id}/second-step", status=404)
        pages.get(f"/people/{world.people['assessor'].id}/second-step", status=404)


def test_whoever_needs_one_and_has_none_sets_it_up_first(app, pages, world, assessor_id, now):
    ask(world, Role.ASSESSOR)
    try_password(pages, PASSWORD, email=EMAIL, status=303)

    for method in ("GET", "POST"):
        for found in rules_of(app, method):
            if found.endpoint not in PUBLIC | FOR_SETTING_UP:
                answer = pages.client.open(path_of(found), method=method)
                assert (answer.status_code, answer.location) == (303, HOME), (method, found)
    page = pages.get("/queue")
    assert page.path == HOME
    assert "asks for a second step" in page.text

    page = pages.get(page.links()["Add an authenticator app"])
    code = code_of(secret_on(page), TUESDAY)
    page = pages.submit(page, {"code": code}, button="Add the app")

    assert page.heading == "Your recovery codes"
    assert page.links()["I have kept them"] == "/queue"
    assert pages.get("/queue").path == "/queue"


def test_a_form_sent_when_the_rule_was_made_is_kept(pages, world, assessor_id, now):
    pages.sign_in(assessor_id)
    page = pages.get("/account/address")
    ask(world, Role.ASSESSOR)

    page = pages.submit(page, {"email": "new@a.example", "current_password": PASSWORD})
    assert page.path == HOME
    give_app(assessor_id)

    assert pages.get("/account/address").value_of("email") == "new@a.example"


def test_who_signs_when_the_rule_is_made_hears_that_it_is_kept_and_is_led_back(
    pages, world, assessor_id, now
):
    decide(world, make_evidence(world), met("K1"))
    pages.sign_in(assessor_id)
    place = f"/enrolments/{world.enrolment_id}/ksbs/K1/sign-off"
    page = pages.get(place)
    ask(world, Role.ASSESSOR)

    page = pages.submit(page, {"reason": "It shows two builds.", "is_declared": True})
    assert page.path == HOME
    assert "What you wrote is kept, but it is not sent yet." in page.text
    pages.get("/")
    page = pages.get(f"{HOME}/app")
    code = code_of(secret_on(page), TUESDAY)
    page = pages.submit(page, {"code": code}, button="Add the app")

    assert page.links()["I have kept them"] == place
    page = pages.get(HOME)
    assert page.links()["Go on where you were"] == place
    page = pages.get(place)
    assert page.value_of("reason") == "It shows two builds."
    assert "You set up a second step before this was sent." in page.text


def test_others_go_on_as_before(pages, world, now):
    ask(world, Role.ASSESSOR)

    pages.sign_in(world.people["apprentice"].person_id)

    assert pages.get("/account").path == "/account"


def test_whoever_has_set_one_up_is_shown_the_way_on(pages, world, assessor_id, now):
    ask(world, Role.ASSESSOR)
    give_app(assessor_id)
    pages.sign_in(assessor_id)

    page = pages.get(HOME)

    assert "and you have one" in page.text
    assert page.links()["Go on to the first page"] == "/"


def test_the_last_one_cannot_be_removed_while_the_role_needs_it(pages, world, assessor_id, now):
    ask(world, Role.ASSESSOR)
    give_app(assessor_id)
    pages.sign_in(assessor_id)

    page = pages.get(pages.get(HOME).links()["Remove My phone"])

    assert "this is your only one" in page.text
    token = pages.get("/account/password").value_of("csrf_token")
    page = pages.post(page.path, {"csrf_token": token}, status=422)
    assert "this is your only one" in page.errors[0]
    assert factor_queries.methods_of(assessor_id)


def test_the_administrator_removes_a_lost_one_and_the_person_is_told(
    app, administrator, world, assessor_id, mailbox
):
    give_app(assessor_id)
    lost_phone = Pages(app).sign_in(assessor_id)
    person = administrator.get(f"/people/{world.people['assessor'].id}")
    page = administrator.get(person.links()["They have lost their phone or passkey"])

    page = administrator.submit(page, button="Remove it", status=422)
    assert page.errors == ["Say why it is removed"]
    page = administrator.submit(page, {"reason": "Lost her phone."}, button="Remove it")

    assert "now signs in with the password alone" in page.text
    db.session.rollback()
    assert not factor_queries.methods_of(assessor_id)
    lost_phone.get("/account", status=303, follow=False)
    assert "Lost her phone." in latest(mailbox, EMAIL).body


def test_what_cannot_be_removed_is_said_and_the_reason_kept(administrator, world):
    page = administrator.get(f"/people/{world.people['assessor'].id}/second-step")

    page = administrator.submit(page, {"reason": "Lost."}, button="Remove it", status=422)

    assert page.errors == ["They have no second step: there is nothing to remove."]
    assert page.value_of("reason") == "Lost."


def test_an_invited_person_who_needs_one_sets_a_password_and_then_the_second_step(
    pages, world, mailbox, now
):
    ask(world, Role.APPRENTICE)
    link = latest(mailbox, "apprentice@a.example").body.split("http://127.0.0.1:8000")[1].split()[0]

    page = pages.submit(pages.get(link), {"password": PASSWORD})

    assert page.path == HOME
    now.shift(timedelta(minutes=1))
    page = pages.get(f"{HOME}/app")
    code = code_of(secret_on(page), TUESDAY + timedelta(minutes=1))
    pages.submit(page, {"code": code}, button="Add the app")
    assert pages.get("/").path == "/"
