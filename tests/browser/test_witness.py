"""A witness without an account, on a phone: from the message to the copy of what they signed."""

from __future__ import annotations

import pytest

from kbstrack import clock
from kbstrack.confirmation import queries
from kbstrack.confirmation.rules import Asked
from kbstrack.db import db
from tests.browser.looking import problems_in_window
from tests.browser.windows import ONE_DATABASE
from tests.builders import World, make_evidence
from tests.confirmation.asking import ask, copy_of, messages, token_in

pytestmark = [pytest.mark.browser, ONE_DATABASE]

WITNESS_PHONE = {"width": 390, "height": 844}


@pytest.fixture
def token(world: World, request: pytest.FixtureRequest) -> str:
    """The secret of a link that Sam was sent.

    A test names this before `visit`: once the server runs it sends the letter, and the letter
    that is kept has no secret any more.
    """
    ask(world, make_evidence(world), what=request.param, at=clock.now())
    return token_in(messages()[0])


@pytest.fixture
def tokens(world: World) -> list[str]:
    """The secrets of links about two pieces."""
    for title in ("The shortlist", "The induction"):
        ask(world, make_evidence(world, title=title), at=clock.now())
    return [token_in(message) for message in messages()]


to_state = pytest.mark.parametrize("token", [Asked.WITNESS_STATEMENT], indirect=True)
to_confirm = pytest.mark.parametrize("token", [Asked.CONFIRMATION], indirect=True)


@to_state
@pytest.mark.parametrize("with_script", [True, False], ids=["with script", "without"])
def test_a_witness_signs_on_a_phone(token: str, world: World, visit, with_script):
    visitor = visit(WITNESS_PHONE, with_script=with_script)
    page = visitor.page

    page.goto(f"{visitor.site}/confirm/{token}")
    assert page.url == f"{visitor.site}/confirm"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    if with_script:
        assert problems_in_window(page) == []
        page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_label("What did you see?").fill("I sat beside her when she rang them.")
    page.get_by_role("button", name="Sign and send").click()
    assert page.get_by_label("What did you see?").input_value().startswith("I sat beside her")

    page.reload()
    assert page.get_by_label("What did you see?").input_value().startswith("I sat beside her")
    for part, value in (("Day", "27"), ("Month", "2"), ("Year", "2026")):
        page.get_by_label(part).first.fill(value)
    page.get_by_label("Your job role").fill("Head of hiring")
    page.get_by_label("How do you know the apprentice?").fill("Her client")
    page.get_by_label("I agree to this declaration").check()
    page.get_by_label("Type your full name to sign").fill("Sam Ortiz")
    page.get_by_role("button", name="Sign and send").click()

    assert page.get_by_role("heading", level=1).inner_text() == "Thank you, it is signed"
    db.session.rollback()
    [row] = queries.statements(world.enrolment_id)
    assert row.statement == "I sat beside her when she rang them."
    assert row.short_hash in copy_of().body


@to_confirm
def test_a_witness_who_was_not_there_says_so_on_a_phone(token: str, visit):
    visitor = visit(WITNESS_PHONE)
    visitor.goto(f"/confirm/{token}")

    visitor.follow("tell us so")
    assert problems_in_window(visitor.page) == []
    visitor.press("Tell them")

    assert visitor.heading == "Thank you for saying so"
    assert problems_in_window(visitor.page) == []


def test_two_links_in_two_tabs_are_told_apart(tokens: list[str], visit):
    visitor = visit(WITNESS_PHONE)
    visitor.goto(f"/confirm/{tokens[0]}")
    visitor.page.get_by_label("Your job role").fill("Head of hiring")
    other_tab = visitor.context.new_page()
    other_tab.goto(f"{visitor.site}/confirm/{tokens[1]}")
    other_tab.close()

    visitor.press("Sign and send")

    assert visitor.heading == "Another link was opened meanwhile"
    visitor.complaints.clear()
    assert problems_in_window(visitor.page) == []
    visitor.goto(f"/confirm/{tokens[0]}")
    assert visitor.page.get_by_label("Your job role").input_value() == "Head of hiring"
