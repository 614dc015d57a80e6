"""Every error has a page in plain words, and none tells more than it should."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable

import pytest
from flask import Flask, abort, request
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from kbstrack.db import DatabaseNotReady, db
from kbstrack.errors import BadStandard, Conflict, NotAllowed, NotFound, RuleBroken
from tests.pages import Pages

SENTENCE = "This sentence is for whoever asked."
SECRET = "what somebody typed"


@pytest.fixture
def fails(app: Flask, pages: Pages, world) -> Callable[[Exception], Pages]:
    """`fails(error)` gives a signed-in person whose /broken raises it."""

    def breaking(error: Exception) -> Pages:
        def broken() -> str:
            raise error

        app.add_url_rule("/broken", view_func=broken, methods=["GET", "POST"])
        return pages.sign_in(world.people["apprentice"].person_id)

    return breaking


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound(SENTENCE), 404),
        (NotAllowed(SENTENCE), 403),
        (RuleBroken(SENTENCE), 422),
        (Conflict(SENTENCE), 409),
    ],
)
def test_what_the_core_refuses_is_said_in_its_own_words(fails, error: Exception, status: int):
    page = fails(error).get("/broken", status=status)

    assert SENTENCE in page.text
    assert "Apprentice A" in page.whole_text


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 406, 408, 409, 413, 415, 422, 429])
def test_errors_of_the_protocol_have_pages_too(app: Flask, pages: Pages, world, status: int):
    app.add_url_rule("/broken", view_func=lambda: abort(status))

    page = pages.sign_in(world.people["apprentice"].person_id).get("/broken", status=status)

    assert page.heading
    assert page.text != page.heading


@pytest.mark.parametrize("error", [ValueError(SECRET), BadStandard(SECRET), KeyError(SECRET)])
def test_our_own_faults_tell_a_number_and_nothing_else(fails, caplog, error: Exception):
    page = fails(error).get("/broken", status=500)

    (record,) = [record for record in caplog.records if record.name == "kbstrack.web"]
    said = json.loads(record.getMessage())
    assert said["id"] in page.text
    assert said["error"] == type(error).__name__
    assert said["endpoint"] == "broken"
    assert SECRET not in page.response.text
    assert SECRET not in caplog.text


@pytest.mark.parametrize(
    "error",
    [OperationalError("SELECT 1", {"x": SECRET}, Exception("locked")), DatabaseNotReady(SECRET)],
)
def test_a_database_that_does_not_answer_is_said_plainly(fails, caplog, error: Exception):
    page = fails(error).get("/broken", status=503)

    assert page.heading == "Not available for a moment"
    assert page.headers["Retry-After"] == "30"
    assert SECRET not in page.response.text
    assert SECRET not in caplog.text


def test_pages_fail_calmly_when_the_tables_are_gone(app: Flask, pages: Pages, world):
    pages.sign_in(world.people["apprentice"].person_id)
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE member RENAME TO gone"))
    try:
        assert pages.get("/account", status=503 if is_sqlite(app) else 500).heading
    finally:
        with app.app_context(), db.engine.begin() as connection:
            connection.execute(text("ALTER TABLE gone RENAME TO member"))


def is_sqlite(app: Flask) -> bool:
    with app.app_context():
        return db.engine.dialect.name == "sqlite"


def test_a_failed_request_changes_nothing(app: Flask, pages: Pages, world):
    def half_done() -> str:
        db.session.execute(text("UPDATE person SET active = (1 = 0)"))
        raise ValueError

    app.add_url_rule("/broken", view_func=half_done)
    pages.sign_in(world.people["apprentice"].person_id)

    assert pages.client.get("/broken").status_code == 500
    pages.get("/account")


def test_an_address_that_is_not_there_is_not_found(pages: Pages):
    assert pages.get("/nothing-here", status=404).heading


def test_a_wrong_method_names_the_right_ones(pages: Pages):
    page = pages.post("/forgotten-password/", status=404)
    assert page.heading
    answer = pages.client.delete("/forgotten-password")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_a_form_larger_than_any_form_of_ours_is_refused(pages: Pages):
    page = pages.post("/forgotten-password", {"email": "x" * 1_100_000}, status=413)

    assert page.heading


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"--x\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: nonsense\r\n"),
        ("multipart/form-data; boundary=x", b"--y--\r\n\xff\x00"),
        ("multipart/form-data; boundary=" + "x" * 500, b"--x"),
        ("application/x-www-form-urlencoded", b"email=%ff%fe&key=%00&csrf_token=\xff"),
        ("application/json", b"[1, 2"),
        ("application/json", b'["email"]'),
        ("text/plain; charset=nonsense", b"email=a"),
    ],
)
def test_a_malformed_form_is_an_incomplete_form(
    pages: Pages, world, content_type: str, body: bytes
):
    def send(path: str) -> int:
        return pages.client.post(path, data=body, content_type=content_type).status_code

    assert send("/forgotten-password") in {400, 413, 422}
    assert send("/account/password") in {303, 400, 413}
    pages.sign_in(world.people["apprentice"].person_id)
    assert send("/account/password") in {400, 413, 422}


def test_a_form_of_countless_parts_is_refused(pages: Pages):
    body = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n' for _ in range(1100)
    )
    answer = pages.client.post(
        "/sign-in", data=body + b"--x--\r\n", content_type="multipart/form-data; boundary=x"
    )

    assert answer.status_code == 413


def test_error_pages_are_shown_while_reading_a_form_too(app: Flask, pages: Pages, world):
    app.add_url_rule("/reads", view_func=lambda: str(len(request.form)), methods=["POST"])
    pages.sign_in(world.people["apprentice"].person_id).get("/account")

    page = pages.post("/reads", {"text": "x" * 1_100_000}, status=413)

    assert page.heading


def test_the_log_names_people_by_their_id(fails, caplog, world):
    caplog.set_level(logging.INFO)
    fails(ValueError()).get("/broken", status=500)

    assert str(world.people["apprentice"].person_id) in caplog.text
    assert "apprentice@a.example" not in caplog.text
