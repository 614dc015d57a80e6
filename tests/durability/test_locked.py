"""A database that somebody else holds: a form waits its turn, and is given back at last."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

import kbstrack.db
from kbstrack.db import DatabaseNotReady, db
from kbstrack.evidence import queries
from tests.builders import World, make_draft
from tests.durability.sending import BEGIN, EVERY_FORM, SIGN_OFF, UPLOAD, Form
from tests.durability.trouble import locked_database, once_it_waits
from tests.pages import Pages
from tests.web.conftest import PASSWORD
from tests.web.test_files import photo, upload


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Waits of a tenth of a second, where the product waits for ten or thirty."""
    monkeypatch.setattr(kbstrack.db, "BUSY_TIMEOUT_MS", 100)
    monkeypatch.setattr(kbstrack.db, "STATEMENT_TIMEOUT_MS", 100)
    return


@pytest.mark.parametrize("seconds", [0.1, pytest.param(9.0, marks=pytest.mark.slow)])
def test_a_form_sent_while_the_database_is_locked_waits_and_is_saved(
    app: Flask, pages: Pages, world: World, now, seconds: float
):
    page = BEGIN.open(pages, world)

    with locked_database() as let_go, once_it_waits(let_go, after_seconds=seconds):
        BEGIN.send(pages, page)

    assert BEGIN.count() == 1


@pytest.mark.parametrize("form", **EVERY_FORM)
def test_a_form_that_waited_too_long_is_given_back_to_send_again(
    impatient, pages: Pages, world: World, now, form: Form
):
    page = form.open(pages, world)
    before = form.count()

    with locked_database():
        refused = form.send(pages, page, status=503)

    assert refused.heading == "Not available for a moment"
    assert refused.headers["Retry-After"] == "30"
    assert form.count() == before
    if form is UPLOAD:
        assert "choose your files once more" in refused.text
        assert refused.links()["Open the page again"] == page.path
        form.send(pages, pages.get(page.path))
    else:
        assert str(form.fields.get("description", "")).split("\n")[0] in refused.text
        pages.submit(refused, button="Send it again", status=303, follow=False)
    assert form.count() == before + 1


def test_a_signature_with_a_password_is_given_back_without_it(
    impatient, pages: Pages, world: World, now, give_password
):
    give_password(world.people["assessor"].person_id)
    page = SIGN_OFF.open(pages, world)
    now.shift(timedelta(minutes=16))
    page = pages.get(page.path)

    with locked_database():
        typed = SIGN_OFF.fields | {"proof_password": PASSWORD}
        refused = pages.submit(page, typed, button=SIGN_OFF.button, status=503)

    assert PASSWORD not in refused.response.text
    assert "I watched it as well." in refused.text
    again = {"proof_password": PASSWORD}
    pages.submit(refused, again, button="Send it again", status=303, follow=False)
    assert SIGN_OFF.count() == 1


def test_a_code_that_was_typed_is_asked_for_anew(app: Flask, pages: Pages, world: World):
    def broken() -> str:
        raise DatabaseNotReady

    app.add_url_rule("/broken", view_func=broken, methods=["POST"])
    pages.sign_in(world.people["assessor"].person_id)
    sent = {"csrf_token": "any", "reason": "Because", "proof_code": "123456"}
    by_code = pages.post("/broken", sent, status=503)
    by_passkey = pages.post("/broken", sent | {"proof_passkey": "{}"}, status=503)

    assert "123456" not in by_code.response.text + by_passkey.response.text
    assert by_code.value_of("reason") == "Because"
    assert by_code.value_of("proof_code") == ""
    assert by_passkey.links()["Open the page again"] == "/broken"


def test_a_locked_database_can_be_read(impatient, pages: Pages, world: World, now):
    page = BEGIN.open(pages, world)

    with locked_database():
        pages.get("/")
        pages.get(page.path)


def test_what_was_said_of_a_picture_is_given_back_to_send_again(
    impatient, pages: Pages, world: World, now
):
    piece = make_draft(world, upload_ids=[upload(world, "board.jpg", photo()).upload_id])
    page = pages.sign_in(world.people["apprentice"].person_id).get(f"/evidence/{piece}/files")
    [name] = page.html.xpath("//textarea/@name")

    with locked_database():
        refused = pages.submit(page, {name: "The board with six stages"}, status=503)

    assert "Caption The board with six stages" in refused.text
    pages.submit(refused, button="Send it again", status=303, follow=False)
    db.session.rollback()
    draft = queries.evidence(piece).draft
    assert draft is not None
    assert [file.caption for file in draft.files] == ["The board with six stages"]
