"""One form sent often: at once by an impatient finger, or again because no answer came."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from tests.builders import World
from tests.durability.sending import EVERY_FORM, Form
from tests.pages import Page, Pages

TIMES = 20


@pytest.mark.parametrize("form", **EVERY_FORM)
def test_a_form_sent_twenty_times_at_once_is_saved_once_and_answered_alike(
    app: Flask, pages: Pages, world: World, now, form: Form
):
    page = form.open(pages, world)
    before = form.count()
    start = threading.Barrier(TIMES, timeout=60)

    def send(window: Pages) -> Page:
        start.wait()
        return form.send(window, page)

    with ThreadPoolExecutor(TIMES) as pool:
        answers = list(pool.map(send, [same_browser(app, pages) for _ in range(TIMES)]))

    assert len({answer.location for answer in answers}) == 1
    assert form.count() == before + 1


@pytest.mark.parametrize("form", **EVERY_FORM)
def test_a_form_sent_again_after_its_answer_was_lost_gives_the_first_answer(
    pages: Pages, world: World, now, form: Form
):
    page = form.open(pages, world)
    before = form.count()
    first = form.send(pages, page)
    now.shift(60)

    again = form.send(pages, page)

    assert again.location == first.location
    assert form.count() == before + 1


def same_browser(app: Flask, pages: Pages) -> Pages:
    """Another connection of the same browser: its requests do not wait for one another."""
    other = Pages(app)
    cookie = pages.client.get_cookie("kbstrack")
    assert cookie is not None
    other.client.set_cookie("kbstrack", cookie.value)
    return other
