"""Nothing typed is lost by a session that ended while writing, and nobody else sees it."""

from __future__ import annotations

import json
from typing import Any

import pytest
import time_machine
from flask import Flask, render_template_string

from kbstrack.web.kept import MAX_BYTES, form_of
from tests.builders import World
from tests.pages import Pages
from tests.web.conftest import PASSWORD, GivePassword
from tests.web.keeping import (
    PAGE,
    STORY,
    WritingForm,
    add_writing_page,
    end_session_of,
    sign_in,
    write,
)

KEPT = "You were signed out, and what you wrote is kept. Sign in to go on with it."
SAID = "You were signed out while writing. Here is what you wrote: check it and send it again."


@pytest.fixture
def saved(app: Flask) -> list[dict[str, Any]]:
    """What was saved by the page /write."""
    return add_writing_page(app)


def test_after_signing_in_again_the_form_is_as_it_was(
    pages: Pages, world: World, give_password: GivePassword, saved: list[dict[str, Any]]
):
    give_password(world.people["apprentice"].person_id)
    page = pages.sign_in(world.people["apprentice"].person_id).get("/write")
    end_session_of(pages)

    page = write(pages, page)
    assert page.heading == "Sign in"
    assert KEPT in page.text
    page = sign_in(pages, page)

    assert page.path == "/write"
    assert SAID in page.text
    assert "Choose your files again" not in page.text
    assert page.value_of("title") == "My title"
    assert page.value_of("story").removeprefix("\n") == STORY
    assert not saved

    pages.submit(page, button="Save")

    assert saved == [{"title": "My title", "story": STORY}]
    again = pages.get("/write")
    assert SAID not in again.text
    assert again.value_of("title") == "A new story"


def test_it_is_still_there_when_the_page_is_loaded_twice(
    pages: Pages, world: World, give_password: GivePassword, saved
):
    give_password(world.people["apprentice"].person_id)
    page = pages.sign_in(world.people["apprentice"].person_id).get("/write")
    end_session_of(pages)
    sign_in(pages, write(pages, page))

    assert pages.get("/write").value_of("title") == "My title"


def test_nobody_else_sees_what_was_written(
    pages: Pages, world: World, give_password: GivePassword, saved, settings
):
    give_password(world.people["apprentice"].person_id)
    give_password(world.people["assessor"].person_id)
    page = pages.sign_in(world.people["apprentice"].person_id).get("/write")
    end_session_of(pages)

    page = sign_in(pages, write(pages, page), "assessor@a.example")
    assert page.value_of("title") == "A new story"
    for file in (settings.home / "sessions").iterdir():
        assert "My title" not in file.read_text()
    page = pages.submit(page, button="Sign out")
    fields = {"email": "apprentice@a.example", "password": PASSWORD}
    pages.submit(page, fields, status=303, follow=False)

    assert pages.get("/write").value_of("title") == "A new story"


def test_a_form_shown_again_after_errors_is_kept_for_its_first_page(
    pages: Pages, world: World, give_password: GivePassword, saved
):
    give_password(world.people["apprentice"].person_id)
    page = pages.sign_in(world.people["apprentice"].person_id).get("/write")
    page = pages.submit(page, {"title": "", "story": STORY}, button="Save", status=422)
    assert page.errors == ["Enter a title"]
    end_session_of(pages)

    page = sign_in(pages, write(pages, page))

    assert page.path == "/write"
    assert page.value_of("title") == "My title"


def test_files_are_not_taken_from_a_stranger_but_asked_for_again(
    pages: Pages, world: World, give_password: GivePassword, saved
):
    give_password(world.people["apprentice"].person_id)
    page = pages.sign_in(world.people["apprentice"].person_id).get("/write")
    end_session_of(pages)

    page = sign_in(pages, write(pages, page, files=[("photo.jpg", b"x" * 3_000_000)]))

    assert f"{SAID} Choose your files again." in page.text
    assert page.value_of("title") == "My title"


def test_passwords_are_never_kept(
    pages: Pages, world: World, give_password: GivePassword, saved, settings
):
    give_password(world.people["apprentice"].person_id)
    page = pages.sign_in(world.people["apprentice"].person_id).get("/write")
    end_session_of(pages)

    write(pages, page, password="do not keep this")

    sessions = [json.loads(file.read_text()) for file in (settings.home / "sessions").iterdir()]
    ((kept,),) = [
        found["data"]["kept_forms"] for found in sessions if "kept_forms" in found["data"]
    ]
    assert {name for name, _value in kept["fields"]} == {"key", "title", "story"}


def test_a_form_we_did_not_give_out_is_not_kept(pages: Pages, world: World, saved, settings):
    for writer in ("", "nonsense", "WyJhIiwiYiJd.x.y"):
        page = pages.post("/write/save", {"title": "Mine", "writer": writer})
        assert page.heading == "Sign in"
        assert "You were signed out. Sign in and try again." in page.text

    kept = "".join(file.read_text() for file in (settings.home / "sessions").iterdir())
    assert "Mine" not in kept


def test_a_text_longer_than_any_of_ours_is_not_kept(pages: Pages, world: World, saved, settings):
    page = pages.sign_in(world.people["apprentice"].person_id).get("/write")
    end_session_of(pages)

    page = write(pages, page, story="x" * MAX_BYTES)

    assert page.heading == "Sign in"
    assert all(file.stat().st_size < 2000 for file in (settings.home / "sessions").iterdir())


def test_a_form_from_another_session_is_shown_again_with_its_text(
    app: Flask, pages: Pages, world: World, saved
):
    old = pages.sign_in(world.people["apprentice"].person_id).get("/write")
    end_session_of(pages)
    pages.sign_in(world.people["apprentice"].person_id)

    page = pages.submit(old, {"title": "My title"}, button="Save", status=422)

    assert page.value_of("title") == "My title"
    assert not saved
    pages.submit(page, button="Save")
    assert saved[0]["title"] == "My title"


def test_a_form_beside_it_on_the_same_page_stays_as_it_is(
    app: Flask, pages: Pages, world: World, give_password: GivePassword, saved
):
    class OtherForm(WritingForm):
        pass

    def other() -> Any:
        form = form_of(OtherForm, data={"title": "From the database"})
        return render_template_string(PAGE, form=form, action="/write/save")

    give_password(world.people["apprentice"].person_id)
    page = pages.sign_in(world.people["apprentice"].person_id).get("/write?about=K1")
    end_session_of(pages)
    page = sign_in(pages, write(pages, page))
    assert page.path == "/write?about=K1"
    assert page.value_of("title") == "My title"

    app.view_functions["write"] = other

    assert pages.get("/write?about=K1").value_of("title") == "From the database"


def test_a_page_left_open_for_hours_still_saves(
    pages: Pages, world: World, saved, now: time_machine.Traveller
):
    page = pages.sign_in(world.people["apprentice"].person_id).get("/write")
    now.shift(11 * 3600)

    write(pages, page)

    assert saved[0]["title"] == "My title"
