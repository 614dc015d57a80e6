"""The main job with a keyboard alone."""

from __future__ import annotations

import pytest

from kbstrack.assessment import reading
from tests.browser.windows import DESK, ONE_DATABASE, Visitor
from tests.builders import make_evidence

pytestmark = [pytest.mark.browser, ONE_DATABASE]

NAME_OF_FOCUS = """() => {
    const element = document.activeElement;
    const label = element.labels && element.labels[0];
    const text = label ? label.textContent : element.getAttribute("aria-label")
        || element.textContent || element.tagName;
    return text.replace(/\\s+/g, " ").trim();
}"""
MOST_STEPS = 120


def tab_to(who: Visitor, beginning: str) -> None:
    """Go on with the tab key until something whose name begins like this has the focus."""
    passed = []
    for _ in range(MOST_STEPS):
        who.page.keyboard.press("Tab")
        name = who.page.evaluate(NAME_OF_FOCUS)
        if name.startswith(beginning):
            return
        passed.append(name)
    raise AssertionError(f"the tab key does not lead to {beginning!r}, only to {passed}")


def test_an_assessor_decides_with_the_keyboard_alone(world, visit):
    evidence_id = make_evidence(world, claims=["K1", "S2"])
    assessor = visit(DESK).sign_in(world.people["assessor"].email)
    keys = assessor.page.keyboard

    tab_to(assessor, "Queue")
    keys.press("Enter")
    assessor.page.wait_for_url("**/queue")
    tab_to(assessor, "Skip to main content")
    keys.press("Enter")
    tab_to(assessor, "E1: ")
    keys.press("Enter")
    assessor.page.wait_for_url("**/review")
    _answer_first_claim(assessor)
    _answer_second_claim(assessor)
    tab_to(assessor, "Save decision")
    keys.press("Enter")

    assessor.page.get_by_role("alert").wait_for()
    assert "1 met, 1 not yet met" in assessor.main
    decisions = reading.see_evidence(world.assessor, evidence_id).decisions[1]
    assert decisions["K1"].feedback == "Clear and current."
    (action,) = decisions["S2"].actions
    assert action.text == "Add your notes."


def _answer_first_claim(assessor: Visitor) -> None:
    keys = assessor.page.keyboard
    tab_to(assessor, "Met")
    keys.press("Space")
    for question in ("Valid", "Authentic", "Current", "Sufficient"):
        tab_to(assessor, question)
        keys.press("Space")
    tab_to(assessor, "Feedback on K1")
    keys.type("Clear and current.")


def _answer_second_claim(assessor: Visitor) -> None:
    keys = assessor.page.keyboard
    tab_to(assessor, "Met")
    keys.press("ArrowDown")
    tab_to(assessor, "Feedback on S2")
    keys.type("Say what you asked.")
    tab_to(assessor, "Action points for S2")
    keys.press("Enter")
    tab_to(assessor, "What to do")
    keys.type("Add your notes.")
    for part, value in (("Day", "1"), ("Month", "March"), ("Year", "2099")):
        tab_to(assessor, part)
        keys.type(value)


def test_the_skip_link_leads_past_the_navigation(world, visit):
    apprentice = visit(DESK).sign_in(world.people["apprentice"].email)

    tab_to(apprentice, "Skip to main content")
    apprentice.page.keyboard.press("Enter")
    apprentice.page.keyboard.press("Tab")

    is_in_main = apprentice.page.evaluate(
        "() => document.querySelector('main').contains(document.activeElement)"
    )
    assert is_in_main
