"""Answers that are not complete: everything is named at once, and nothing typed is lost."""

from __future__ import annotations

import pytest

from kbstrack.assessment.models import Decision
from tests.builders import make_evidence
from tests.web.assessing import ALL_FOUR, answers, count, path, save


@pytest.fixture
def assessor(pages, world, now):
    """The assessor, looking at pages on Tuesday."""
    return pages.sign_in(world.people["assessor"].person_id)


ALL_SLIPS = {
    "K1-outcome": "met",
    "K1-questions": ["valid", "current"],
    "K1-feedback": "Kept <as typed>",
    "S1-outcome": "not_yet_met",
    "S1-actions-0-text": "Do this",
    "S1-actions-0-due_on": ["31", "2", "2026"],
    "S1-reason": "Kept reason",
    "sign_off": ["K1"],
}


def test_all_errors_come_at_once_at_their_fields_and_nothing_is_lost(assessor, world):
    item = make_evidence(world, claims=["K1", "S1", "S2"])

    page = save(assessor, assessor.get(path(item)), ALL_SLIPS, status=422)

    links = page.html.xpath("//*[contains(@class, 'govuk-error-summary__list')]//a")
    assert [(link.get("href"), link.text) for link in links] == [
        (
            "#K1-questions",
            "K1 can only be met when it is authentic and sufficient: "
            "tick it, or decide not yet met.",
        ),
        ("#S1-feedback", "Say what is missing for S1, so that it can be met."),
        ("#S1-actions-0-due_on", "The date must have a day from 1 to 28 in February"),
        ("#S2-outcome", "Select met or not yet met for S2."),
        ("#is_declared", "Tick the declaration to sign."),
    ]
    texts = ("K1-feedback", "S1-actions-0-text", "S1-actions-0-due_on", "S1-reason")
    assert [page.value_of(name).strip() for name in texts] == [
        "Kept <as typed>",
        "Do this",
        "31",
        "Kept reason",
    ]
    ticked = page.html.xpath("//main//input[@checked]/@value")
    assert ticked == ["met", "valid", "current", "not_yet_met", "K1"]
    assert count(Decision) == 0


def test_an_action_point_without_a_day_is_named_at_its_own_row(assessor, world):
    item = make_evidence(world)
    page = assessor.submit(assessor.get(path(item)), button="Add another action for K1")

    page = save(
        assessor,
        page,
        {
            "K1-outcome": "not_yet_met",
            "K1-feedback": "Say how.",
            "K1-actions-1-text": "Only this row is filled",
        },
        status=422,
    )

    assert page.errors == ["Enter by when the action for K1 is to be done."]
    assert "#K1-actions-1-due_on" in page.links().values()


def test_another_action_is_a_button_that_keeps_everything_and_saves_nothing(assessor, world):
    item = make_evidence(world, claims=["K1", "S1"])

    page = assessor.submit(
        assessor.get(path(item)),
        {"K1-feedback": "Half a sent", "S1-actions-0-text": "First", "sign_off": ["K1"]},
        button="Add another action for S1",
    )

    assert page.value_of("K1-feedback").strip() == "Half a sent"
    assert page.value_of("S1-actions-0-text") == "First"
    assert page.value_of("S1-actions-1-text") == ""
    assert not page.errors
    assert count(Decision) == 0


def test_the_return_key_decides_nothing_and_keeps_everything(assessor, world):
    """It presses the first button of a form, and a decision can't be taken back."""
    page = assessor.get(path(make_evidence(world)))
    first = page.html.xpath("//main//form//button")[0]
    assert first.get("hidden") is not None

    page = assessor.submit(page, answers("K1", K1__feedback="Clear."), button=first.text_content())

    assert page.value_of("K1-feedback").strip() == "Clear."
    assert page.html.xpath("//main//input[@checked]")
    assert count(Decision) == 0


def test_there_are_ten_action_points_at_most(assessor, world):
    page = assessor.get(path(make_evidence(world)))
    for _ in range(9):
        page = assessor.submit(page, button="Add another action for K1")

    assert "Action 10" in page.text
    assert "Add another action" not in page.text


def test_a_form_without_a_token_saves_nothing(assessor, world):
    item = make_evidence(world)

    assessor.post(
        path(item),
        {"version": "1", "turn": "0", "K1-outcome": "met", "K1-questions": ALL_FOUR},
        status=422,
    )

    assert count(Decision) == 0


def test_names_that_no_form_of_ours_has_are_passed_over(assessor, world):
    item = make_evidence(world)
    hidden = assessor.get(path(item)).html.xpath("//main//form//input[@type='hidden']")
    fields = {control.get("name"): control.get("value") for control in hidden}

    for middle in ("²", "9" * 5000, "", "-1", "11"):
        assessor.post(path(item), fields | {f"K1-actions-{middle}-text": "x"}, status=422)

    assert count(Decision) == 0
