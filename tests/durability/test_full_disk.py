"""A full disk: said plainly, nothing is half, and what was typed is given back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from kbstrack.current import store
from kbstrack.db import db
from kbstrack.evidence.models import StoredFile, Upload
from kbstrack.once import UsedKey
from tests.builders import World
from tests.durability.sending import BEGIN, DECIDE, EVERY_FORM, SIGN_OFF, UPLOAD, Form
from tests.durability.trouble import database_without_room, files_no_larger_than
from tests.pages import Pages

LONG = " ".join(["I rang the client and wrote down what was said."] * 40)
LONG_FORMS = [
    replace(BEGIN, fields=BEGIN.fields | {"description": LONG * 4}),
    replace(DECIDE, fields=DECIDE.fields | {"K1-feedback": LONG * 2}),
    replace(SIGN_OFF, fields=SIGN_OFF.fields | {"reason": LONG}),
]


def count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_an_upload_for_which_there_is_no_room_leaves_nothing(pages: Pages, world: World, now):
    page = UPLOAD.open(pages, world)

    with files_no_larger_than(8_000):
        refused = UPLOAD.send(pages, page, status=507)

    assert "notes.txt: The file was not saved, because there is no room left" in refused.errors[0]
    assert (count(StoredFile), count(Upload), UPLOAD.count()) == (0, 0, 0)
    assert list(store().iterate()) == []
    assert list(store().workspace.iterdir()) == []

    UPLOAD.send(pages, refused)
    assert UPLOAD.count() == 1


@pytest.mark.parametrize("form", LONG_FORMS, ids=[form.name for form in LONG_FORMS])
def test_a_database_without_room_takes_nothing_and_the_text_is_given_back(
    pages: Pages, world: World, now, form: Form
):
    page = form.open(pages, world)
    before, keys = form.count(), count(UsedKey)

    with database_without_room(form.model):
        refused = form.send(pages, page, status=507)

    assert refused.heading == "There is no room left to save anything"
    assert LONG in refused.text
    assert (form.count(), count(UsedKey)) == (before, keys)

    pages.submit(refused, button="Send it again", status=303, follow=False)
    assert form.count() == before + 1


@pytest.mark.parametrize("form", **EVERY_FORM)
def test_where_not_one_byte_can_be_written_a_form_is_saved_or_given_back(
    pages: Pages, world: World, now, form: Form
):
    page = form.open(pages, world)
    before = form.count()
    is_elsewhere = db.engine.dialect.name == "postgresql"
    wanted = 507 if form is UPLOAD else 303 if is_elsewhere else 503

    with files_no_larger_than(0):
        answer = form.send(pages, page, status=wanted)

    assert form.count() == before + (wanted == 303)
    if wanted == 503:
        again = pages.submit(answer, button="Send it again", status=303, follow=False)
        assert again.location
        assert form.count() == before + 1


def test_who_signs_in_while_no_session_can_be_kept_is_told_why(
    pages: Pages, world: World, give_password
):
    person = give_password(world.people["apprentice"].person_id)
    page = pages.get("/sign-in")
    typed = {"email": person.email, "password": "violet ladder tomorrow"}

    with files_no_larger_than(1):
        answer = pages.submit(page, typed, status=503 if is_sqlite() else 507, follow=False)
    assert "violet" not in answer.response.text
    pages.submit(pages.get("/sign-in"), typed, status=303, follow=False)


def test_whoever_comes_while_no_session_can_be_kept_is_told_why(pages: Pages, world: World):
    with files_no_larger_than(1):
        assert pages.get("/sign-in", status=507).heading == "There is no room left to save anything"

    assert pages.get("/sign-in").heading == "Sign in"


def is_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"
