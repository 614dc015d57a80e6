"""Proving again who one is before a signature: when it is asked, and what becomes of the form."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kbstrack import clock
from kbstrack.assessment import sign_off_queries, signing
from kbstrack.db import db
from kbstrack.web.session import IDLE
from tests.builders import MONDAY, decide, make_evidence, met, proved
from tests.pages import Pages
from tests.web.accounts import try_password
from tests.web.assessing import answers, path, save
from tests.web.conftest import PASSWORD

EMAIL = "assessor@a.example"
PASSWORD_FIELD = "proof_password"
MISSING = "Enter your password to sign."
WRONG = "This is not your password. Try again."


@pytest.fixture
def assessor(pages, world, give_password, now):
    """The assessor, signed in with their password on Tuesday; K1 has one accepted piece."""
    decide(world, make_evidence(world, claims=["K1"]), met("K1"), at=MONDAY)
    give_password(world.people["assessor"].person_id)
    try_password(pages, PASSWORD, email=EMAIL, status=303)
    return pages


def sign_off_path(world, what="sign-off"):
    return f"/enrolments/{world.enrolment_id}/ksbs/K1/{what}"


def is_asked(page):
    return bool(page.html.xpath(f"//*[@name='{PASSWORD_FIELD}']"))


def signed(world, code="K1"):
    db.session.rollback()
    return sign_off_queries.sign_offs(world.enrolment_id, code=code)


def wait(now, **since):
    now.shift(timedelta(**since))


def test_within_15_minutes_of_signing_in_nothing_more_is_asked(assessor, world, now):
    wait(now, minutes=15)
    page = assessor.get(sign_off_path(world))
    assert not is_asked(page)

    assessor.submit(page, {"is_declared": True})

    assert signed(world)[0].stands


def test_later_the_password_is_asked_for_beside_the_declaration(assessor, world, now):
    wait(now, minutes=15, seconds=1)
    page = assessor.get(sign_off_path(world))
    assert is_asked(page)

    page = assessor.submit(page, {"is_declared": True, PASSWORD_FIELD: PASSWORD})

    assert "K1 is signed off: it is met." in page.text
    assert (signed(world)[0].stands, signed(world)[0].proof_method) == (True, "password")


def test_a_proof_counts_for_the_next_15_minutes(assessor, world, now):
    wait(now, hours=1)
    page = assessor.get(sign_off_path(world))
    assessor.submit(page, {"is_declared": True, PASSWORD_FIELD: PASSWORD})

    wait(now, minutes=14)
    page = assessor.get(sign_off_path(world, "reopen"))
    assert not is_asked(page)
    assessor.submit(page, {"reason": "Signed too early."})

    assert not signed(world)[0].stands


@pytest.mark.parametrize(("typed", "said"), [("", MISSING), ("guess", WRONG)])
def test_without_the_right_password_nothing_is_signed_and_the_form_is_kept(
    assessor, world, now, typed, said
):
    wait(now, hours=1)
    page = assessor.get(sign_off_path(world))
    fields = {"reason": "My reason", "is_declared": True, PASSWORD_FIELD: typed}

    page = assessor.submit(page, fields, status=422)

    assert page.errors == [said]
    assert f"#{PASSWORD_FIELD}" in page.links().values()
    assert page.value_of("reason") == "My reason"
    assert page.html.xpath("//input[@name='is_declared'][@checked]")
    assert page.value_of(PASSWORD_FIELD) == ""
    assert "guess" not in page.response.text
    assert signed(world) == []
    assert "is signed off: it is met" in assessor.submit(page, {PASSWORD_FIELD: PASSWORD}).text


def test_everything_that_is_missing_is_said_together_with_the_password(assessor, world, now):
    wait(now, hours=1)
    page = assessor.get(sign_off_path(world))

    page = assessor.submit(page, {}, status=422)

    assert page.errors == ["Tick the declaration to sign.", MISSING]
    assert signed(world) == []
    page = assessor.submit(page, {"is_declared": True, PASSWORD_FIELD: "guess"}, status=422)
    assert page.errors == [WRONG]


def test_what_happened_meanwhile_is_said_instead_of_asking_for_the_password(assessor, world, now):
    wait(now, hours=1)
    page = assessor.get(sign_off_path(world))
    actor, at = world.assessor, clock.now()
    signing.sign_off(
        actor, world.enrolment_id, "K1", reason="", is_declared=True, proof=proved(at), at=at
    )

    page = assessor.submit(page, {"is_declared": True}, status=409)

    assert len(page.errors) == 1
    assert MISSING not in page.errors
    assert len(signed(world)) == 1


def test_a_page_opened_in_time_and_sent_too_late_asks_for_the_password(assessor, world, now):
    page = assessor.get(sign_off_path(world))
    wait(now, minutes=20)

    page = assessor.submit(page, {"reason": "My reason", "is_declared": True}, status=422)

    assert page.errors == [MISSING]
    assert page.value_of("reason") == "My reason"
    assessor.submit(page, {PASSWORD_FIELD: PASSWORD})
    assert signed(world)[0].stands


def test_reopening_asks_too(assessor, world, now):
    assessor.submit(assessor.get(sign_off_path(world)), {"is_declared": True})
    wait(now, hours=1)
    page = assessor.get(sign_off_path(world, "reopen"))

    page = assessor.submit(page, {"reason": "Too early."}, status=422)
    assert page.errors == [MISSING]
    assert signed(world)[0].stands
    assessor.submit(page, {PASSWORD_FIELD: PASSWORD})

    assert not signed(world)[0].stands


def test_what_else_is_wrong_is_said_at_once_and_the_password_is_not_asked_twice(
    assessor, world, now
):
    wait(now, hours=1)
    page = assessor.get(sign_off_path(world))

    page = assessor.submit(
        page, {"reason": "x" * 2_001, "is_declared": True, PASSWORD_FIELD: PASSWORD}, status=422
    )

    assert page.errors == ["Shorten the reason to 2,000 characters"]
    assert not is_asked(page)
    assessor.submit(page, {"reason": "Short."})
    assert signed(world)[0].stands


def test_a_decision_needs_no_fresh_proof_but_signing_off_with_it_does(assessor, world, now):
    plain, signing = (make_evidence(world, claims=["S2"]) for _ in range(2))
    wait(now, hours=1)

    save(assessor, assessor.get(path(plain)), answers("S2"))
    page = assessor.get(path(signing))
    fields = answers("S2", sign_off=["S2"], is_declared=True)
    page = save(assessor, page, fields | {"S2-feedback": "Clear."}, status=422)

    assert page.errors == [MISSING]
    assert page.value_of("S2-feedback") == "Clear."
    assert signed(world, "S2") == []
    save(assessor, page, {PASSWORD_FIELD: PASSWORD})
    assert signed(world, "S2")[0].stands


def test_wrong_passwords_are_counted_together_with_those_at_sign_in(assessor, world, app, now):
    wait(now, hours=1)
    page = assessor.get(sign_off_path(world))
    for _ in range(5):
        page = assessor.submit(page, {"is_declared": True, PASSWORD_FIELD: "guess"}, status=422)
        assert page.errors == [WRONG]

    page = assessor.submit(page, {PASSWORD_FIELD: PASSWORD}, status=422)

    assert page.errors == ["Too many tries. Wait 5 seconds and try again."]
    assert signed(world) == []
    page = try_password(Pages(app), PASSWORD, email=EMAIL, status=429)
    wait(now, seconds=6)
    try_password(Pages(app), PASSWORD, email=EMAIL, status=303)


def test_a_form_with_an_old_token_tries_no_password(assessor, world, now):
    wait(now, hours=1)
    page = assessor.get(sign_off_path(world))
    fields = {"csrf_token": "old", "is_declared": True, "reason": "Kept"}

    for _ in range(9):
        page = assessor.submit(page, fields | {PASSWORD_FIELD: "guess"}, status=422)

    assert "had been open for a long time" in page.errors[0]
    assert assessor.submit(page, {PASSWORD_FIELD: PASSWORD}).status == 200
    assert signed(world)[0].reason == "Kept"


def test_what_was_typed_comes_back_after_the_session_ended_but_never_the_password(
    assessor, world, now, settings
):
    wait(now, minutes=16)
    page = assessor.get(sign_off_path(world))
    now.shift(IDLE + timedelta(minutes=1))

    page = assessor.submit(
        page, {"reason": "My reason", "is_declared": True, PASSWORD_FIELD: PASSWORD}
    )
    assert page.heading == "Sign in"
    page = assessor.submit(page, {"email": EMAIL, "password": PASSWORD})

    assert page.path == sign_off_path(world)
    assert page.value_of("reason") == "My reason"
    assert not is_asked(page)
    stored = b"".join(file.read_bytes() for file in (settings.home / "sessions").iterdir())
    assert PASSWORD.encode() not in stored
