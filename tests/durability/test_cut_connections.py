"""PostgreSQL goes away: between requests, in the middle of one, or after it has committed."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from kbstrack.db import db
from tests.builders import World
from tests.durability.sending import EVERY_FORM, UPLOAD, Form
from tests.durability.trouble import after_insert, end_connection
from tests.pages import Page, Pages

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


def send_again(form: Form, pages: Pages, page: Page, refused: Page) -> Page:
    """From the page that says so; with files, from the form they were chosen on."""
    if form is UPLOAD:
        return form.send(pages, page)
    return pages.submit(refused, button="Send it again", status=303, follow=False)


@pytest.mark.parametrize("form", **EVERY_FORM)
def test_a_connection_that_ended_meanwhile_is_replaced(pages: Pages, world: World, now, form: Form):
    page = form.open(pages, world)
    before = form.count()
    with db.engine.connect() as connection:
        end_connection(connection)

    form.send(pages, page)

    assert form.count() == before + 1


@pytest.mark.parametrize("form", **EVERY_FORM)
def test_a_connection_cut_in_the_middle_leaves_nothing_half(
    pages: Pages, world: World, now, form: Form
):
    page = form.open(pages, world)
    before = form.count()

    with after_insert(form.model, end_connection):
        refused = form.send(pages, page, status=503)
    assert form.count() == before

    send_again(form, pages, page, refused)
    assert form.count() == before + 1


@pytest.mark.parametrize("form", **EVERY_FORM)
def test_what_was_committed_before_the_connection_was_cut_is_saved_and_saved_once(
    pages: Pages, world: World, now, monkeypatch: pytest.MonkeyPatch, form: Form
):
    page = form.open(pages, world)
    before = form.count()
    dialect: Any = db.engine.dialect
    commit = dialect.do_commit

    def commit_and_cut(connection: Any) -> None:
        commit(connection)
        monkeypatch.setattr(dialect, "do_commit", commit)
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    with after_insert(
        form.model, lambda _: monkeypatch.setattr(dialect, "do_commit", commit_and_cut)
    ):
        refused = form.send(pages, page, status=503)
    assert form.count() == before + 1
    assert "if it did arrive, it is not saved twice" in refused.text

    again = send_again(form, pages, page, refused)
    assert form.count() == before + 1
    assert again.location
