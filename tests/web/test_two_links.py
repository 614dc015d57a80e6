"""Two links in one browser: what is typed for one piece is never signed for the other."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from kbstrack.confirmation.models import Confirmation, RequestRevocation
from kbstrack.confirmation.rules import Asked
from kbstrack.db import db
from tests.builders import World, make_evidence, make_world
from tests.confirmation.asking import ask
from tests.pages import Page, Pages
from tests.web.following import CONFIRMS, SAW, confirmations, link_to

pytestmark = pytest.mark.usefixtures("now")

FIRST = "“Shortlist for a client” by Apprentice A"
SECOND = "“Another piece” by Apprentice A"
WORDS = {"remark": "About the shortlist only."}


@pytest.fixture
def first(world: World) -> str:
    """The path of a link about one piece."""
    return link_to(ask(world, make_evidence(world)))


@pytest.fixture
def second(world: World) -> str:
    """The path of a link about another piece."""
    return link_to(ask(world, make_evidence(world, title="Another piece")))


def count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_page_of_one_link_signs_nothing_after_another_was_opened(
    pages: Pages, first: str, second: str
):
    page = pages.get(first)
    pages.get(second)

    refused = pages.submit(page, CONFIRMS | WORDS, status=409)

    assert count(Confirmation) == 0
    assert FIRST in refused.text
    assert SECOND in refused.text
    assert "Nothing was signed" in refused.text
    assert "About the shortlist only." in refused.text
    assert not refused.html.xpath("//main//form"), "there is nothing to press once more"
    on = pages.get(refused.links()[f"Go on with {SECOND}"])
    assert on.value_of("remark") == on.value_of("name") == ""


def test_the_words_come_back_with_their_own_link_but_no_tick_and_no_name(
    pages: Pages, world: World, first: str, second: str
):
    page = pages.get(first)
    pages.get(second)
    pages.submit(page, CONFIRMS | WORDS, status=409)

    again = pages.get(first)

    assert "Shortlist for a client" in again.text
    assert again.value_of("remark") == "About the shortlist only."
    assert again.value_of("name") == ""
    assert not again.html.xpath("//input[@name='is_declared'][@checked]")
    pages.submit(again, CONFIRMS)
    [row] = confirmations(world)
    assert row.remark == "About the shortlist only."


def test_words_that_were_refused_once_outlive_another_link(pages: Pages, first: str, second: str):
    pages.submit(pages.get(first), {**WORDS, "name": "Sam Ortiz"}, status=422)
    pages.get(second)

    again = pages.get(first)

    assert again.value_of("remark") == "About the shortlist only."
    assert again.value_of("name") == ""


def test_a_statement_for_one_person_is_not_signed_for_another(pages: Pages, world: World):
    elsewhere = make_world(mark="b", ukprn="10000002")
    about_a = link_to(ask(world, make_evidence(world), what=Asked.WITNESS_STATEMENT))
    about_b = link_to(ask(elsewhere, make_evidence(elsewhere), what=Asked.WITNESS_STATEMENT))
    page = pages.get(about_a)
    pages.get(about_b)

    refused = pages.submit(page, SAW, status=409)

    assert "by Apprentice B" in refused.text
    assert "She read every application twice." in refused.text


def test_the_other_page_can_be_signed_right_away(
    pages: Pages, world: World, first: str, second: str
):
    pages.get(first)
    page = pages.get(second)

    pages.submit(page, CONFIRMS)

    [row] = confirmations(world)
    assert row.evidence_number == 2


def declining(pages: Pages, page: Page) -> str:
    return page.links()["tell us so"]


def test_not_for_me_is_said_of_the_piece_that_was_on_the_page(
    pages: Pages, first: str, second: str
):
    page = pages.get(first)
    form = pages.get(declining(pages, page))
    assert "Shortlist for a client" in form.text
    pages.get(second)

    late = pages.get(declining(pages, page), status=409)
    refused = pages.submit(form, {"reason": "I was on leave."}, status=409)

    assert count(RequestRevocation) == 0
    for found in (late, refused):
        assert FIRST in found.text
        assert SECOND in found.text
    assert "I was on leave." in refused.text


def test_a_page_whose_link_this_browser_never_opened_signs_nothing(
    app, pages: Pages, first: str, second: str
):
    elsewhere = Pages(app).get(first)
    pages.get(second)

    refused = pages.submit(elsewhere, CONFIRMS, status=409)

    assert count(Confirmation) == 0
    assert "Your page was about another piece of work." in refused.text
    assert "Shortlist" not in refused.text


def test_two_links_in_one_browser_are_not_mixed_up(pages: Pages, first: str, second: str):
    pages.get(first)
    page = pages.get(second)

    assert "Another piece" in page.text
    assert "Shortlist" not in page.text
