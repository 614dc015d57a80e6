"""Submitting, taking back and deleting: only what is meant, and once."""

from __future__ import annotations

import uuid

import pytest

from kbstrack.db import db
from kbstrack.errors import NotFound
from kbstrack.evidence import queries, service
from kbstrack.evidence.rules import AUTHENTICITY, EvidenceText
from tests.assessment.changing import hand_in_changed
from tests.builders import (
    MONDAY,
    World,
    decide,
    make_draft,
    make_evidence,
    met,
    not_yet_met,
    text,
)
from tests.pages import Pages


@pytest.fixture
def apprentice(pages: Pages, world: World, now) -> Pages:
    """The apprentice, looking at pages on Tuesday."""
    return pages.sign_in(world.people["apprentice"].person_id)


def versions(evidence_id: uuid.UUID) -> int:
    db.session.rollback()
    return len(queries.evidence(evidence_id).versions)


def test_the_declaration_is_read_in_full_and_must_be_ticked(apprentice, world):
    evidence_id = make_draft(world)

    page = apprentice.get(f"/evidence/{evidence_id}/check")
    assert AUTHENTICITY in page.text
    page = apprentice.submit(page, status=422)
    assert page.errors == ["Tick the declaration that this is your own work."]
    assert versions(evidence_id) == 0

    page = apprentice.submit(page, {"is_declared": True})
    assert page.heading == "Your evidence is submitted"
    assert "Assessor A" in page.text
    assert versions(evidence_id) == 1


def test_what_is_missing_leads_to_its_step(apprentice, world):
    evidence_id = service.start_evidence(
        world.apprentice, world.enrolment_id, text=EvidenceText("Kite day"), at=MONDAY
    )

    page = apprentice.get(f"/evidence/{evidence_id}/check")

    links, at = page.links(), f"/evidence/{evidence_id}"
    assert links["Select what kind of evidence it is."] == f"{at}/edit#kind"
    assert links["Enter when it happened."] == f"{at}/edit#first_on"
    assert links["Describe what you did."] == f"{at}/edit#description"
    assert links["Select at least one KSB that it shows."] == f"{at}/ksbs"
    ids = set(apprentice.get(f"{at}/edit").html.xpath("//@id"))
    assert {"kind", "first_on", "description"} <= ids


def test_an_old_page_cannot_submit_what_has_become_incomplete(apprentice, world):
    evidence_id = make_draft(world)
    old = apprentice.get(f"/evidence/{evidence_id}/check")
    draft = queries.evidence(evidence_id).draft
    service.save_draft(
        world.apprentice,
        evidence_id,
        text=text(description=""),
        revision=draft.revision,
        at=MONDAY,
    )

    page = apprentice.submit(old, {"is_declared": True}, status=409)

    assert "Describe what you did." in page.links()
    assert versions(evidence_id) == 0


def test_a_form_submitted_twice_makes_one_version(apprentice, world):
    evidence_id = make_draft(world)
    form = apprentice.get(f"/evidence/{evidence_id}/check")

    for _ in range(2):
        page = apprentice.submit(form, {"is_declared": True})
        assert page.heading == "Your evidence is submitted"

    assert versions(evidence_id) == 1


def test_the_next_version_is_submitted_after_action_required(apprentice, world):
    evidence_id = make_evidence(world)
    decide(world, evidence_id, not_yet_met("K1"))
    form = apprentice.get(f"/evidence/{evidence_id}/edit")
    apprentice.submit(form, {"description": "I say now how I chose."}, button="Save draft")

    page = apprentice.submit(
        apprentice.get(f"/evidence/{evidence_id}/check"), {"is_declared": True}
    )

    assert "E1, version 2" in page.text
    assert versions(evidence_id) == 2


def test_a_change_that_is_taken_back_leaves_the_accepted_version_as_before(apprentice, world):
    evidence_id = make_evidence(world)
    decide(world, evidence_id, met("K1"))
    hand_in_changed(world, evidence_id)

    page = apprentice.get(f"/evidence/{evidence_id}/withdraw")
    assert page.heading == "Take this change back?"
    assert "version 1 counts as before" in page.text
    page = apprentice.submit(page)

    assert "You took the change back: version 1 counts as before." in page.text


def test_what_was_not_decided_can_be_taken_back_and_changed(apprentice, world):
    evidence_id = make_evidence(world)

    page = apprentice.get(f"/evidence/{evidence_id}/withdraw")
    page = apprentice.submit(page, {"reason": "The wrong photo."})

    assert "You took this piece back." in page.text
    assert "Withdrawn" in page.text
    assert "The wrong photo." in page.text
    assert "Make changes" in page.links()
    assert "This piece was withdrawn already." in apprentice.get(page.path + "/withdraw").text


def test_what_was_decided_meanwhile_stays_and_the_reason_typed_too(apprentice, world):
    evidence_id = make_evidence(world)
    form = apprentice.get(f"/evidence/{evidence_id}/withdraw")
    decide(world, evidence_id, met("K1"))

    page = apprentice.submit(form, {"reason": "The wrong photo."}, status=409)

    assert "decided on this piece meanwhile" in page.errors[0]
    assert page.value_of("reason") == "The wrong photo."


def test_a_new_draft_is_deleted_whole(apprentice, world):
    evidence_id = make_draft(world)

    page = apprentice.submit(apprentice.get(f"/evidence/{evidence_id}/discard"))

    assert "The draft is deleted." in page.text
    db.session.rollback()
    with pytest.raises(NotFound):
        queries.evidence(evidence_id)
    apprentice.get(f"/evidence/{evidence_id}/discard", status=404)


def test_of_a_submitted_piece_only_the_changes_are_deleted(apprentice, world):
    evidence_id = make_evidence(world)
    decide(world, evidence_id, not_yet_met("K1"))
    service.save_draft(world.apprentice, evidence_id, text=text("New"), revision=0, at=MONDAY)

    page = apprentice.submit(apprentice.get(f"/evidence/{evidence_id}/discard"))

    assert page.heading == "Shortlist for a client"
    assert versions(evidence_id) == 1


def test_a_draft_saved_meanwhile_is_not_deleted(apprentice, world):
    evidence_id = make_draft(world)
    form = apprentice.get(f"/evidence/{evidence_id}/discard")
    service.save_draft(world.apprentice, evidence_id, text=text("Newer"), revision=1, at=MONDAY)

    page = apprentice.submit(form, status=409)

    assert "saved from another window" in page.errors[0]
    assert "Newer" in page.text


def test_nobody_else_submits_withdraws_or_deletes(pages, world):
    drafted, submitted = make_draft(world), make_evidence(world)
    for name in ("assessor", "line_manager", "administrator"):
        pages.sign_in(world.people[name].person_id)
        for path, status in (
            (f"/evidence/{drafted}/discard", 404),
            (f"/evidence/{drafted}/check", 404),
            (f"/evidence/{submitted}/withdraw", 403),
            (f"/evidence/{submitted}/check", 403),
            (f"/evidence/{submitted}/submitted", 403),
        ):
            pages.get(path, status=status)
