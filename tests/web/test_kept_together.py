"""Forms of several pages that a session ended on: each comes back, the newest ones."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from flask import Flask

from kbstrack.web.kept import MAX_BYTES
from tests.builders import World
from tests.pages import Pages
from tests.web.conftest import GivePassword
from tests.web.keeping import add_writing_page, end_session_of, sign_in, write


@pytest.fixture
def saved(app: Flask) -> list[dict[str, Any]]:
    """What was saved by the page /write."""
    return add_writing_page(app)


def kept_titles(pages: Pages, *abouts: str) -> list[str]:
    return [str(pages.get(f"/write?about={about}").value_of("title")) for about in abouts]


def sign_out_elsewhere(pages: Pages, world: World, give_password: GivePassword) -> None:
    """Every session of the apprentice ends, as when they change their password."""
    give_password(world.people["apprentice"].person_id)


def test_what_was_left_unsent_stays_when_another_page_is_kept(
    pages: Pages, world: World, give_password: GivePassword, saved: list[dict[str, Any]]
):
    give_password(world.people["apprentice"].person_id)
    pages.sign_in(world.people["apprentice"].person_id)
    first, second = pages.get("/write?about=K1"), pages.get("/write?about=K2")
    end_session_of(pages)
    sign_in(pages, write(pages, first, title="First"))

    sign_out_elsewhere(pages, world, give_password)
    page = sign_in(pages, write(pages, second, title="Second"))
    assert page.path == "/write?about=K2"
    assert kept_titles(pages, "K1", "K2", "K3") == ["First", "Second", "A new story"]

    pages.submit(page, button="Save")

    assert kept_titles(pages, "K1", "K2") == ["First", "A new story"]


def test_what_was_left_unsent_outlives_a_session_that_grew_too_old(
    pages: Pages,
    world: World,
    give_password: GivePassword,
    saved,
    now: time_machine.Traveller,
):
    give_password(world.people["apprentice"].person_id)
    page = pages.sign_in(world.people["apprentice"].person_id).get("/write?about=K1")
    end_session_of(pages)
    sign_in(pages, write(pages, page, title="First"))

    for _ in range(17):
        now.shift(10 * 3600)
        page = pages.get("/write?about=K2")
    assert page.heading == "Sign in"
    sign_in(pages, page)

    assert kept_titles(pages, "K1") == ["First"]


def test_a_page_sent_twice_is_kept_once_and_only_the_newest_five_stay(
    pages: Pages, world: World, give_password: GivePassword, saved
):
    give_password(world.people["apprentice"].person_id)
    pages.sign_in(world.people["apprentice"].person_id)
    codes = ["K1", "K2", "K3", "K4", "K5", "K6"]
    opened = [pages.get(f"/write?about={code}") for code in codes]
    end_session_of(pages)

    for code, page in zip(codes, opened, strict=True):
        answer = write(pages, page, title=code)
        answer = write(pages, page, title=f"{code} again")
    sign_in(pages, answer)

    assert kept_titles(pages, *codes) == [
        "A new story",
        *(f"{code} again" for code in codes[1:]),
    ]


def test_older_texts_make_room_for_a_long_one(
    pages: Pages, world: World, give_password: GivePassword, saved
):
    give_password(world.people["apprentice"].person_id)
    pages.sign_in(world.people["apprentice"].person_id)
    opened = [pages.get(f"/write?about={code}") for code in ("K1", "K2")]
    end_session_of(pages)

    for page in opened:
        answer = write(pages, page, story="x" * (MAX_BYTES // 2))
    sign_in(pages, answer)

    assert kept_titles(pages, "K1", "K2") == ["A new story", "My title"]
