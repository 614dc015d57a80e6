"""Going back in the browser and sending a form once more: nothing else is taken for the first."""

from __future__ import annotations

import pytest

from kbstrack.db import db
from kbstrack.evidence.models import Draft
from kbstrack.people import queries
from tests.builders import make_evidence, make_world
from tests.pages import Page, Pages
from tests.web.conftest import PASSWORD

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


def test_going_back_after_saving_leads_to_the_saved_piece(pages, form):
    saved = pages.submit(form, {"title": "Kite day"}, button="Save draft")

    back = pages.get(form.path)

    assert back.path == f"{saved.path}/edit"
    assert "You have saved this piece already" in back.text
    assert back.value_of("title") == "Kite day"
    pages.submit(back, {"title": "Kite and wind day"}, button="Save draft")
    assert titles() == ["Kite and wind day"]


def test_another_text_typed_after_going_back_changes_the_saved_piece(pages, form):
    saved = pages.submit(form, {"title": "Kite day"}, button="Save draft")
    again = pages.submit(form, {"title": "Storm day"}, button="Save draft", status=422)

    assert "You have saved this piece already" in again.errors[0]
    assert again.value_of("title") == "Storm day"
    assert again.links()["Look at what is saved now"] == saved.path
    assert titles() == ["Kite day"]
    assert pages.submit(again, button="Save draft").path == saved.path
    assert titles() == ["Storm day"]


def test_another_text_typed_after_going_back_can_be_another_piece(pages, form):
    pages.submit(form, {"title": "Kite day"}, button="Save draft")
    again = pages.submit(form, {"title": "Storm day"}, button="Save draft", status=422)

    pages.submit(again, button="Save as another piece")

    assert titles() == ["Kite day", "Storm day"]


def test_what_was_typed_after_discarding_the_saved_piece_becomes_a_new_one(pages, form):
    saved = pages.submit(form, {"title": "Kite day"}, button="Save draft")
    pages.submit(pages.get(f"{saved.path}/discard"))
    again = pages.submit(form, {"title": "Storm day"}, button="Save draft", status=422)

    assert "not saved yet" in again.errors[0]
    assert again.value_of("title") == "Storm day"
    pages.submit(again, button="Save draft")
    assert titles() == ["Storm day"]


def test_what_was_typed_after_going_back_outlives_the_session(pages, form, world, give_password):
    give_password(world.people["apprentice"].person_id)
    pages.submit(form, {"title": "Kite day"}, button="Save draft")
    pages.client.delete_cookie("kbstrack")
    sign_in = pages.submit(form, {"title": "Storm day"}, button="Save draft")

    email = {"email": "apprentice@a.example", "password": PASSWORD}
    page = pages.submit(sign_in, email)

    assert page.path == form.path
    assert page.value_of("title") == "Storm day"


def test_a_new_form_has_its_key_in_the_address_and_keeps_the_ksb(pages, form, world):
    place = f"/enrolments/{world.enrolment_id}/evidence/new"
    assert form.path == f"{place}?key={form.value_of('key')}"

    for address in (f"{place}?ksb=K1", f"{place}?ksb=K1&key=broken"):
        answer = pages.get(address, status=303, follow=False)
        assert answer.location.startswith(f"{place}?ksb=K1&key=")
        assert answer.location != f"{place}?ksb=K1&key=broken"


def test_the_key_of_somebody_else_gives_an_empty_form(pages, form, world):
    pages.submit(form, {"title": "Kite day"}, button="Save draft")
    other = make_world(ukprn="10000002", uln="9000000024", mark="b")
    pages.sign_in(other.people["apprentice"].person_id)

    page = pages.get(form.path.replace(str(world.enrolment_id), str(other.enrolment_id)))

    assert page.heading == "Add evidence"
    assert page.value_of("title") == ""


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
