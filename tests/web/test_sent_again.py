"""Going back in the browser and sending a form once more: nothing else is taken for the first."""

from __future__ import annotations

import pytest

from kbstrack.db import db
from kbstrack.evidence.models import Draft
from kbstrack.people import queries
from tests.builders import make_evidence
from tests.pages import Page, Pages

ANSWER = {
    "K1-outcome": "met",
    "K1-questions": ["valid", "authentic", "current", "sufficient"],
    "K1-feedback": "Clear and current.",
}


@pytest.fixture
def form(pages: Pages, world, now) -> Page:
    """An empty form for evidence, open in the apprentice's browser."""
    pages.sign_in(world.people["apprentice"].person_id)
    return pages.get(f"/enrolments/{world.enrolment_id}/evidence/new")


def titles() -> list[str]:
    db.session.rollback()
    return sorted(db.session.scalars(db.select(Draft.title)))


def test_the_same_text_sent_again_is_one_draft(pages, form):
    first = pages.submit(form, {"title": "Kite day"}, button="Save draft")
    second = pages.submit(form, {"title": "Kite day"}, button="Save draft")

    assert first.path == second.path
    assert titles() == ["Kite day"]


def test_another_text_typed_after_going_back_is_not_lost(pages, form):
    pages.submit(form, {"title": "Kite day"}, button="Save draft")
    again = pages.submit(form, {"title": "Storm day"}, button="Save draft", status=422)

    assert "not saved yet" in again.errors[0]
    assert again.value_of("title") == "Storm day"
    pages.submit(again, button="Save draft")
    assert titles() == ["Kite day", "Storm day"]


def test_a_changed_decision_sent_after_going_back_is_not_called_saved(pages, world, now):
    evidence_id = make_evidence(world)
    pages.sign_in(world.people["assessor"].person_id)
    form = pages.get(f"/evidence/{evidence_id}/review")
    pages.submit(form, ANSWER, button="Save decision")

    changed = {"K1-outcome": "not_yet_met", "K1-questions": [], "K1-feedback": "Say how."}
    again = pages.submit(form, changed, button="Save decision", status=409)

    assert "decided meanwhile" in again.text
    assert "Say how." in again.html.text_content()


def test_who_was_signed_in_when_invited_has_joined_by_doing_something(pages, world, now):
    assessor = world.people["assessor"]
    evidence_id = make_evidence(world)
    pages.sign_in(assessor.person_id)
    form = pages.get(f"/evidence/{evidence_id}/review")
    assert queries.member(assessor.id).joined_at is None

    pages.submit(form, ANSWER, button="Save decision")

    db.session.rollback()
    assert queries.member(assessor.id).joined_at is not None
