"""An apprentice writes a piece down step by step, and nothing typed is lost."""

from __future__ import annotations

import uuid
from datetime import date

import pytest

from kbstrack.db import db
from kbstrack.evidence import queries
from kbstrack.evidence.models import Evidence
from kbstrack.evidence.queries import EvidenceRow
from kbstrack.evidence.rules import EvidenceKind
from tests.builders import WEDNESDAY, World, decide, make_draft, make_evidence, not_yet_met, submit
from tests.pages import Page, Pages

CONTINUE, SAVE = "Save and continue", "Save draft"


@pytest.fixture
def apprentice(pages: Pages, world: World, now) -> Pages:
    """The apprentice, looking at pages on Tuesday."""
    return pages.sign_in(world.people["apprentice"].person_id)


def new_path(world: World) -> str:
    return f"/enrolments/{world.enrolment_id}/evidence/new"


def piece_of(page: Page) -> EvidenceRow:
    """The piece whose page this is, as the database has it."""
    db.session.rollback()
    return queries.evidence(uuid.UUID(page.path.split("/")[2]))


def test_a_title_is_enough_for_a_draft(apprentice, world):
    page = apprentice.submit(apprentice.get(new_path(world)), {"title": " Kite  day "}, button=SAVE)

    assert page.heading == "Kite day"
    assert "Draft saved. Only you can see it" in page.text
    assert piece_of(page).draft.text.title == "Kite day"


def test_without_a_title_everything_else_that_was_typed_stays(apprentice, world):
    page = apprentice.submit(
        apprentice.get(new_path(world)),
        {"description": "I built it.\n\nIt flew.", "when": "yesterday", "kind": "project"},
        status=422,
    )

    assert page.errors == ["Enter a title: a few words that say what this is."]
    assert page.value_of("description") == "I built it.\n\nIt flew."
    assert page.value_of("kind") == "project"
    assert db.session.query(Evidence).count() == 0


def test_everything_that_is_too_long_or_too_late_is_told_at_once(apprentice, world):
    typed = {
        "title": "x" * 201,
        "description": "x" * 20_001,
        "when": "other",
        "first_on": ["1", "1", "2030"],
    }
    page = apprentice.submit(apprentice.get(new_path(world)), typed, status=422)

    assert page.errors == [
        "The title has 201 characters: shorten it to 200 or fewer.",
        "The description has 20,001 characters: shorten it to 20,000 or fewer.",
        "Enter today or an earlier day.",
    ]
    for name in ("title", "description"):
        assert page.value_of(name) == typed[name]


def test_each_step_saves_and_leads_to_the_next_one(apprentice, world):
    page = apprentice.submit(
        apprentice.get(new_path(world)),
        {
            "title": "Kite day",
            "description": "I built it.",
            "when": "other",
            "first_on": ["27", "2", "2026"],
            "last_on": ["1", "mar", "2026"],
            "kind": "work_product",
        },
        button=CONTINUE,
    )
    assert page.heading == "Photos and files"
    page = apprentice.submit(page, {"files": ("notes.txt", b"Wind: good")}, button=CONTINUE)
    assert page.heading == "Which KSBs does it show?"
    page = apprentice.submit(page, {"claims": ["K1", "S1"]}, button=CONTINUE)
    assert page.heading == "How does it show them?"
    page = apprentice.submit(
        page, {"claim-K1": "It flew.", "where-K1": "page 2", "claim-S1": "Built."}, button=CONTINUE
    )
    assert page.heading == "Check and submit"

    draft = piece_of(page).draft
    assert draft.text.kind is EvidenceKind.WORK_PRODUCT
    assert (draft.text.first_on, draft.text.last_on) == (date(2026, 2, 27), date(2026, 3, 1))
    assert [file.name for file in draft.files] == ["notes.txt"]
    assert [(c.code, c.rationale, c.locator) for c in draft.text.claims] == [
        ("K1", "It flew.", "page 2"),
        ("S1", "Built.", ""),
    ]


@pytest.mark.parametrize(("when", "day"), [("today", 3), ("yesterday", 2)])
def test_today_and_yesterday_are_one_tap_whatever_stands_in_the_date(apprentice, world, when, day):
    page = apprentice.submit(
        apprentice.get(new_path(world)),
        {"title": "Kite day", "when": when, "first_on": ["99", "", ""]},
        button=SAVE,
    )

    assert piece_of(page).draft.text.first_on == date(2026, 3, day)


def test_a_date_without_the_choice_above_it_is_taken_and_shown(apprentice, world):
    typed = {"title": "Kite day", "first_on": ["31", "2", "2026"]}

    page = apprentice.submit(apprentice.get(new_path(world)), typed, status=422)

    assert page.errors == ["The date must have a day from 1 to 28 in February"]
    assert page.html.xpath("//input[@id='when-other']/@checked")


def test_a_ksb_named_in_the_address_is_claimed_from_the_start(apprentice, world):
    page = apprentice.get(new_path(world) + "?ksb=S1")
    assert "Build a kite from a plan" in page.text

    page = apprentice.submit(page, {"title": "Kite day"}, button=SAVE)

    assert [claim.code for claim in piece_of(page).draft.text.claims] == ["S1"]


def test_an_unknown_ksb_in_the_address_is_nothing(apprentice, world):
    assert "will claim" not in apprentice.get(new_path(world) + "?ksb=X9").text


def test_the_same_form_sent_twice_makes_one_piece(apprentice, world):
    form = apprentice.get(new_path(world))

    first = apprentice.submit(form, {"title": "Kite day"}, status=303, follow=False)
    second = apprentice.submit(form, {"title": "Kite day"}, status=303, follow=False)

    assert first.location == second.location
    assert db.session.query(Evidence).count() == 1


def test_a_step_sent_twice_is_saved_once_and_is_no_conflict(apprentice, world):
    form = apprentice.get(f"/evidence/{make_draft(world)}/edit")

    for _ in range(2):
        apprentice.submit(form, {"title": "New title"}, status=303, follow=False)


def test_an_older_tab_does_not_overwrite_and_its_text_stays_to_be_sent_again(apprentice, world):
    path = f"/evidence/{make_draft(world)}/edit"
    old = apprentice.get(path)
    apprentice.submit(apprentice.get(path), {"title": "From the phone"}, button=SAVE)

    page = apprentice.submit(old, {"title": "From the desk"}, status=409)

    assert "saved from another window" in page.errors[0]
    assert page.value_of("title") == "From the desk"
    assert page.links()["Look at what is saved now"] == path.removesuffix("/edit")
    assert piece_of(page).draft.text.title == "From the phone"

    page = apprentice.submit(page, button=SAVE)
    assert piece_of(page).draft.text.title == "From the desk"


def test_what_is_typed_into_a_piece_that_was_submitted_meanwhile_is_kept_on_the_page(
    apprentice, world
):
    evidence_id = make_draft(world)
    old = apprentice.get(f"/evidence/{evidence_id}/edit")
    submit(world, evidence_id)

    page = apprentice.submit(old, {"description": "One more thing."}, status=409)

    assert page.value_of("description") == "One more thing."
    assert "with your assessor already" in page.errors[0]


def test_reasons_survive_a_claim_that_was_taken_out_in_another_tab(apprentice, world):
    evidence_id = make_draft(world, claims=["K1", "S1"])
    old = apprentice.get(f"/evidence/{evidence_id}/reasons")
    choose = apprentice.get(f"/evidence/{evidence_id}/ksbs")
    apprentice.submit(choose, {"claims": ["K1"]}, button=CONTINUE)

    page = apprentice.submit(old, {"claim-S1": "A long thought."}, status=409)

    assert page.value_of("claim-S1") == "A long thought."
    page = apprentice.submit(page, button=CONTINUE)
    assert [c.code for c in piece_of(page).draft.text.claims] == ["K1", "S1"]


def test_a_reason_that_is_too_long_is_said_at_its_field(apprentice, world):
    form = apprentice.get(f"/evidence/{make_draft(world)}/reasons")

    page = apprentice.submit(form, {"claim-K1": "x" * 1001}, status=422)

    assert page.errors == ["The reason for K1 has 1,001 characters: shorten it to 1,000 or fewer."]
    assert page.value_of("claim-K1") == "x" * 1001


def test_changes_after_action_required_begin_with_what_was_submitted(apprentice, world):
    evidence_id = make_evidence(world, claims=["K1"])
    decide(world, evidence_id, not_yet_met("K1"))

    form = apprentice.get(f"/evidence/{evidence_id}/edit")
    assert "Say how you chose." in form.text
    assert form.value_of("title") == "Shortlist for a client"
    page = apprentice.submit(form, {"description": "Better."}, button=SAVE)

    piece = piece_of(page)
    assert piece.draft.text.description == "Better."
    assert [claim.code for claim in piece.draft.text.claims] == ["K1"]
    assert piece.latest.text.description != "Better."


def test_text_comes_back_after_a_session_that_ended_while_writing(pages, world, now, give_password):
    person_id = world.people["apprentice"].person_id
    give_password(person_id)
    now.move_to(WEDNESDAY)
    pages.sign_in(person_id)
    for path, typed in (
        (new_path(world) + "?ksb=K1", {"title": "Kite day", "description": "I built it."}),
        (f"/evidence/{make_draft(world, claims=['S1'])}/reasons", {"claim-S1": "It holds."}),
    ):
        form = pages.get(path)
        with pages.client.session_transaction(base_url=pages.base_url) as session:
            session.clear()

        page = pages.submit(form, typed)
        assert page.heading == "Sign in"
        page = pages.submit(
            page, {"email": "apprentice@a.example", "password": "violet ladder tomorrow"}
        )

        assert "Here is what you wrote" in page.text
        assert {name: page.value_of(name) for name in typed} == typed
        assert pages.submit(page, button=CONTINUE).heading


def test_a_new_piece_needs_an_enrolment_of_one_s_own(pages, world):
    for name, status in (("assessor", 403), ("administrator", 403), ("other_assessor", 404)):
        pages.sign_in(world.people[name].person_id)
        pages.get(new_path(world), status=status)
        pages.post(new_path(world), {"title": "Not mine"}, status=status)


@pytest.mark.parametrize("step", ["edit", "files", "ksbs", "reasons", "check"])
def test_a_draft_is_nobody_else_s(pages, world, step):
    evidence_id = make_draft(world)
    for name in ("assessor", "other_assessor", "line_manager", "administrator"):
        pages.sign_in(world.people[name].person_id)
        pages.get(f"/evidence/{evidence_id}/{step}", status=404)
        pages.post(f"/evidence/{evidence_id}/{step}", status=404)


@pytest.mark.parametrize("step", ["edit", "files", "ksbs", "reasons", "check"])
def test_what_waits_for_its_decision_is_not_changed(apprentice, world, step):
    page = apprentice.get(f"/evidence/{make_evidence(world)}/{step}")

    assert "take it back first" in page.text
    assert page.heading == "Shortlist for a client"
