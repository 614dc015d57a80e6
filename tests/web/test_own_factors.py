"""The second step on one's own account: adding, removing, recovery codes, and signing with it."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest

from kbstrack.config import Settings
from kbstrack.db import db
from kbstrack.people import factor_queries, recovery
from kbstrack.people.proofs import ProofMethod
from tests.builders import TUESDAY, decide, make_evidence, met
from tests.pages import Pages
from tests.web.accounts import latest
from tests.web.conftest import PASSWORD
from tests.web.factoring import (
    ORIGIN,
    Device,
    challenge_of,
    code_of,
    codes_on,
    give_app,
    give_passkey,
    options_of,
    secret_on,
)
from tests.web.test_proving import EMAIL, PASSWORD_FIELD, sign_off_path, signed

HOME = "/account/security"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, public_url=ORIGIN)


@pytest.fixture
def person_id(world, give_password):
    return give_password(world.people["assessor"].person_id).id


@pytest.fixture
def pages(app, person_id, now) -> Pages:
    """The assessor, who has just signed in."""
    return Pages(app, base_url=ORIGIN).sign_in(person_id)


def methods(person_id):
    db.session.rollback()
    return factor_queries.methods_of(person_id)


def test_an_app_is_scanned_confirmed_and_then_listed(pages, person_id, mailbox):
    assert "Not set up" in pages.get("/account").text
    page = pages.get(f"{HOME}/app")
    assert page.html.xpath("//*[local-name()='svg'][contains(@class, 'app-qr')]")
    secret = secret_on(page)
    assert secret == secret_on(pages.get(f"{HOME}/app"))

    code = code_of(secret, TUESDAY)
    page = pages.submit(page, {"code": code, "name": "My phone"}, button="Add the app")

    assert page.heading == "Your recovery codes"
    assert len(set(codes_on(page))) == 10
    page = pages.get(HOME)
    assert "My phone" in page.text
    assert "10 codes left" in page.text
    assert codes_on(page) == []
    letter = latest(mailbox, EMAIL)
    assert letter.subject == "A second step was added to your kbstrack account"
    assert "My phone" in letter.body
    assert secret not in letter.body


@pytest.mark.parametrize("code", ["", "000000", "12 34", "x", "9" * 5_000])
def test_without_the_right_code_nothing_counts_and_the_picture_stays(pages, person_id, code):
    page = pages.get(f"{HOME}/app")
    secret = secret_on(page)

    page = pages.submit(page, {"code": code, "name": "Kept"}, button="Add the app", status=422)

    assert page.errors
    assert secret_on(page) == secret
    assert page.value_of("name") == "Kept"
    assert not methods(person_id)


def test_an_app_that_was_not_confirmed_is_not_in_the_session_in_the_clear(pages, settings):
    secret = secret_on(pages.get(f"{HOME}/app"))

    files = [file.read_bytes() for file in (settings.home / "sessions").iterdir()]
    assert files
    assert not any(secret.encode() in content for content in files)


def test_a_passkey_is_made_and_listed(pages, person_id):
    page = pages.get(f"{HOME}/passkey")
    options = options_of(page)
    assert options["rp"]["id"] == "portfolio.example"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert "authenticatorAttachment" not in options["authenticatorSelection"]
    answer = Device().create(challenge_of(page), person_id)

    page = send(pages, page, name="My laptop", passkey=answer)

    assert page.heading == "Your recovery codes"
    assert methods(person_id) == {ProofMethod.PASSKEY}
    page = pages.get(f"{HOME}/passkey")
    assert len(options_of(page)["excludeCredentials"]) == 1


def send(pages, page, status=200, **fields):
    data = {
        "csrf_token": page.value_of("csrf_token"),
        "key": page.value_of("key"),
        **fields,
    }
    return pages.post(page.path, data, status=status)


@pytest.mark.parametrize("change", [{"origin": "https://evil.example"}, {"flags": 1}])
def test_a_passkey_from_elsewhere_is_not_kept(pages, person_id, change):
    page = pages.get(f"{HOME}/passkey")
    answer = Device(**change).create(challenge_of(page), person_id)

    page = send(pages, page, status=422, name="Kept", passkey=answer)

    assert page.errors == ["The passkey did not work. Try again."]
    assert page.value_of("name") == "Kept"
    assert not methods(person_id)


@pytest.mark.parametrize("answer", ["x", "{}", "[1]", '{"response": 5}', "é" * 9])
def test_garbage_instead_of_a_new_passkey_is_answered_calmly(pages, person_id, answer):
    page = send(pages, pages.get(f"{HOME}/passkey"), status=422, passkey=answer)

    assert page.errors == ["The passkey did not work. Try again."]


def test_adding_needs_a_fresh_proof_first(pages, person_id, now):
    now.shift(timedelta(hours=1))
    page = pages.get(f"{HOME}/passkey")
    assert page.html.xpath("//@data-passkey") == []

    page = pages.submit(page, {PASSWORD_FIELD: "no"}, status=422)
    assert page.errors == ["This is not your password. Try again."]
    page = pages.submit(page, {PASSWORD_FIELD: PASSWORD})

    assert page.html.xpath("//@data-passkey") == ["create"]


def test_an_app_that_is_scanned_for_too_long_is_proven_again_and_scanned_on(pages, person_id, now):
    page = pages.get(f"{HOME}/app")
    secret = secret_on(page)
    now.shift(timedelta(hours=1))
    code = code_of(secret, TUESDAY + timedelta(hours=1))

    page = pages.submit(page, {"code": code}, button="Add the app", status=422)
    assert page.errors == ["Enter your password to go on."]
    page = pages.submit(page, {PASSWORD_FIELD: PASSWORD}, button="Continue")

    assert secret_on(page) == secret
    pages.submit(page, {"code": code}, button="Add the app")
    assert methods(person_id) == {ProofMethod.TOTP}


def test_removing_needs_a_fresh_proof_and_is_told(app, pages, person_id, now, mailbox):
    give_app(person_id)
    lost_phone = Pages(app, base_url=ORIGIN).sign_in(person_id)
    now.shift(timedelta(hours=1))
    page = pages.get(pages.get(HOME).links()["Remove My phone"])

    page = pages.submit(page, button="Remove", status=422)
    assert page.errors == ["Enter a code or your password to go on."]
    page = pages.submit(page, {PASSWORD_FIELD: PASSWORD}, button="Remove")

    assert "The authenticator app “My phone” is removed." in page.text
    lost_phone.get("/account", status=303, follow=False)
    assert not methods(person_id)
    assert latest(mailbox, EMAIL).subject.startswith("A second step was removed")


def test_what_is_somebody_elses_is_not_there(pages, world):
    give_app(world.people["apprentice"].person_id)
    factor = factor_queries.factors_of(world.people["apprentice"].person_id)[0]

    pages.get(f"{HOME}/{factor.id}/remove", status=404)
    pages.post(f"{HOME}/{factor.id}/remove", status=404)
    pages.get(f"{HOME}/{uuid.uuid4()}/remove", status=404)


def test_new_recovery_codes_are_shown_once_and_end_the_old_ones(pages, person_id):
    _, old = give_app(person_id)

    page = pages.submit(pages.get(f"{HOME}/recovery-codes"), button="Make new codes")

    new = codes_on(page)
    assert len(set(new)) == 10
    assert not set(new) & set(old)
    db.session.rollback()
    assert recovery.codes_left(person_id) == 10


def test_without_a_second_step_there_are_no_recovery_codes(pages, person_id):
    page = pages.get(f"{HOME}/recovery-codes")
    assert "Set one up first" in page.links()

    send(pages, pages.get("/account/address"), status=422)
    data = {"csrf_token": pages.get("/account/password").value_of("csrf_token")}
    page = pages.post(f"{HOME}/recovery-codes", data, status=422)

    assert page.errors == ["Set up an authenticator app or a passkey first."]


@pytest.fixture
def later(world, now):
    """K1 can be signed off, and an hour has passed since the sign-in."""
    decide(world, make_evidence(world, claims=["K1"]), met("K1"))
    return lambda: now.shift(timedelta(hours=1))


@pytest.mark.parametrize("kind", ["app", "recovery code"])
def test_a_code_is_a_proof_to_sign_with(pages, world, person_id, later, kind):
    secret, codes = give_app(person_id)
    later()
    code = code_of(secret, TUESDAY + timedelta(hours=1)) if kind == "app" else codes[0]
    page = pages.get(sign_off_path(world))

    pages.submit(page, {"is_declared": True, "proof_code": code})

    expected = "totp" if kind == "app" else "recovery_code"
    assert signed(world)[0].proof_method == expected


def test_a_passkey_is_a_proof_to_sign_with(pages, world, person_id, later):
    device = Device()
    give_passkey(person_id, device)
    later()
    page = pages.get(sign_off_path(world))
    assert len(options_of(page)["allowCredentials"]) == 1

    answer = device.get(challenge_of(page))
    pages.submit(page, {"is_declared": True, "proof_passkey": answer})

    assert signed(world)[0].proof_method == "passkey"


def test_a_wrong_code_or_passkey_signs_nothing_and_keeps_the_form(pages, world, person_id, later):
    device, others = Device(), Device()
    give_passkey(person_id, device)
    give_passkey(world.people["apprentice"].person_id, others)
    give_app(person_id)
    later()
    page = pages.get(sign_off_path(world))

    page = pages.submit(
        page, {"reason": "Kept", "is_declared": True, "proof_code": "000000"}, status=422
    )
    assert "does not fit" in page.errors[0]
    assert "000000" not in page.response.text
    for answer in (others.get(challenge_of(page)), "garbage", "{}"):
        page = pages.submit(page, {"proof_passkey": answer}, status=422)
        assert page.errors == ["The passkey did not work. Try again."]
        assert "#proof_code" in page.links().values()
        assert page.value_of("reason") == "Kept"
        assert page.value_of("proof_passkey") == ""

    assert signed(world) == []


def test_a_password_is_enough_to_sign_with_whatever_else_there_is(pages, world, person_id, later):
    give_app(person_id)
    later()
    page = pages.get(sign_off_path(world))

    pages.submit(page, {"is_declared": True, PASSWORD_FIELD: PASSWORD})

    assert signed(world)[0].proof_method == "password"
