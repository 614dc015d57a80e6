"""Asking others about a piece and confirming it as the employer, on pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from kbstrack.assessment.service import withdraw_evidence
from kbstrack.confirmation import queries, service
from kbstrack.db import db
from kbstrack.evidence.service import save_draft
from tests.builders import (
    TUESDAY,
    World,
    decide,
    make_draft,
    make_evidence,
    not_yet_met,
    submit,
    text,
)
from tests.confirmation.asking import SAM, ask, confirm, follower, messages
from tests.pages import Pages
from tests.web.test_files import as_

pytestmark = pytest.mark.usefixtures("now")

WHOM = {
    "what": "confirmation",
    "name": "Sam Ortiz",
    "email": "sam@client.example",
    "message": "You saw the shortlist.",
}
SIGNED = {"job_role": "Team lead", "is_declared": True, "name": "Line Manager A"}


@pytest.mark.parametrize("who", ["apprentice", "assessor"])
def test_somebody_is_asked_and_it_stands_on_the_piece(pages: Pages, world: World, who):
    item = make_evidence(world)
    as_(pages, world, who)
    page = pages.get(f"/evidence/{item}/ask")
    assert "What this person will see" in page.text
    assert "no decisions, no feedback" in page.text

    shown = pages.submit(page, WHOM)

    db.session.rollback()
    assert [row.recipient for row in messages()] == ["sam@client.example"]
    assert "Sam Ortiz For a confirmation of version 1" in shown.text
    assert "Waiting" in shown.text


def test_what_is_wrong_with_a_request_is_said_at_its_fields(pages: Pages, world: World):
    item = make_evidence(world)
    as_(pages, world, "apprentice")

    page = pages.submit(
        pages.get(f"/evidence/{item}/ask"),
        {"name": "Sam Ortiz", "email": "apprentice", "message": "See www.evil.test"},
        status=422,
    )

    assert page.errors == [
        "Select what you ask for",
        "Enter an email address like name@example.org, without spaces.",
        "Leave web addresses out of the message: the person gets one link, and should trust no "
        "other.",
    ]
    assert page.value_of("name") == "Sam Ortiz"
    assert messages() == []


def test_a_request_is_taken_back_and_sent_again(pages: Pages, world: World):
    item = make_evidence(world)
    ask(world, item)
    as_(pages, world, "apprentice")

    taken = pages.submit(
        pages.get(f"/evidence/{item}"), button="Take it back: the request to Sam Ortiz"
    )
    assert "Their link no longer works" in taken.text
    assert "Taken back" in taken.text

    again = pages.submit(taken, button="Send a new link to Sam Ortiz")
    assert "Waiting" in again.text
    db.session.rollback()
    assert len(messages()) == 2


def test_no_new_link_is_sent_for_a_version_that_was_withdrawn_meanwhile(pages: Pages, world: World):
    item = make_evidence(world)
    decide(world, item, not_yet_met("K1"))
    save_draft(world.apprentice, item, text=text("Better"), revision=0, at=TUESDAY)
    submit(world, item, at=TUESDAY)
    old = ask(world, item, version=2)
    service.revoke(world.apprentice, old, at=TUESDAY)
    as_(pages, world, "apprentice")
    before = pages.get(f"/evidence/{item}")
    withdraw_evidence(world.apprentice, item, version_number=2, reason="", at=TUESDAY)

    refused = pages.submit(before, button="Send a new link to Sam Ortiz")

    assert "was taken back, so its link would not work" in refused.text
    assert "Ask about the version that stands" in refused.text
    assert "Send a new link to Sam Ortiz" not in refused.text
    db.session.rollback()
    assert len(messages()) == 1


def test_only_those_who_may_ask_see_who_was_asked(pages: Pages, world: World):
    item = make_evidence(world)
    ask(world, item)

    for who in ("line_manager", "administrator"):
        page = as_(Pages(pages.app), world, who).get(f"/evidence/{item}")
        assert "Sam Ortiz" not in page.text
        assert "Ask somebody" not in page.text


def test_a_draft_offers_nothing_to_confirm(pages: Pages, world: World):
    item = make_draft(world)
    as_(pages, world, "apprentice")

    assert "Ask somebody" not in pages.get(f"/evidence/{item}").text
    assert pages.get(f"/evidence/{item}/ask", status=409).status == 409


def test_what_was_confirmed_is_quoted_for_everybody_who_sees_the_piece(pages: Pages, world: World):
    item = make_evidence(world)
    ask(world, item)
    confirm(follower())

    for who in ("apprentice", "assessor", "line_manager", "administrator"):
        page = as_(Pages(pages.app), world, who).get(f"/evidence/{item}")
        assert "The shortlist was right." in page.text
        assert "Sam Ortiz, Head of hiring" in page.text
        assert queries.confirmations(world.enrolment_id)[0].short_hash in page.text
        assert "I make no assessment decision" in page.text


def test_the_line_manager_confirms_on_a_page(pages: Pages, world: World):
    item = make_evidence(world)
    as_(pages, world, "line_manager")

    shown = pages.submit(pages.get(f"/evidence/{item}/confirm"), SIGNED)

    assert "It is signed and in the record" in shown.text
    assert "Confirmed by the employer" in shown.text
    assert "Confirm this piece" not in shown.text
    listed = pages.get(f"/enrolments/{world.enrolment_id}/evidence")
    assert "Confirmed by the employer" in listed.text
    assert (
        "Confirmed by the employer" in pages.get(f"/enrolments/{world.enrolment_id}/ksbs/K1").text
    )


def test_the_line_manager_says_what_they_saw_on_a_page(pages: Pages, world: World):
    item = make_evidence(world)
    as_(pages, world, "line_manager")
    page = pages.get(f"/evidence/{item}/statement")

    refused = pages.submit(page, {"statement": "I saw her read them."}, status=422)
    assert refused.value_of("statement") == "I saw her read them."

    shown = pages.submit(
        refused,
        SIGNED
        | {
            "seen_on": ["27", "2", "2026"],
            "relationship": "Her manager",
            "contact": "line_manager@a.example",
        },
    )

    assert "Witness statement (version 1) I saw her read them." in shown.text


def test_an_old_proof_asks_for_the_password(
    pages: Pages, world: World, now: time_machine.Traveller
):
    item = make_evidence(world)
    as_(pages, world, "line_manager")
    now.move_to(TUESDAY + timedelta(minutes=16))

    page = pages.submit(pages.get(f"/evidence/{item}/confirm"), SIGNED, status=422)

    assert "Enter your password to sign." in page.errors
    db.session.rollback()
    assert queries.confirmations(world.enrolment_id) == []


def test_what_a_line_manager_is_asked_for_stands_on_their_first_page(pages: Pages, world: World):
    item = make_evidence(world)
    ask(world, item, text=replace(SAM, email="line_manager@a.example"))
    as_(pages, world, "line_manager")

    page = pages.get("/")

    assert "You are asked to confirm" in page.text
    assert page.links()["Shortlist for a client"] == f"/evidence/{item}/confirm"
    pages.submit(pages.get(f"/evidence/{item}/confirm"), SIGNED)
    assert "You are asked to confirm" not in pages.get("/").text


def test_a_list_asks_once_for_all_marks(pages: Pages, world: World, count_statements):
    as_(pages, world, "assessor")
    path = f"/enrolments/{world.enrolment_id}/evidence"
    make_evidence(world)
    pages.get(path)
    with count_statements() as few:
        pages.get(path)
    for _ in range(4):
        item = make_evidence(world)
        ask(world, item)
        confirm(follower())
    with count_statements() as many:
        pages.get(path)

    assert len(many) == len(few)


def test_the_line_manager_confirms_a_ksb_that_the_assessor_signs_off(pages: Pages, world: World):
    as_(pages, world, "line_manager")
    ksb = f"/enrolments/{world.enrolment_id}/ksbs/K1"
    page = pages.submit(pages.get(f"{ksb}/seen-at-work"), SIGNED, status=200)

    assert "You confirmed K1" in page.text
    assert "Confirmed by the employer Line Manager A, Team lead" in page.text
    assert "Confirm that you see K1" not in page.text
    assert "nothing for you to confirm" in pages.get(f"{ksb}/seen-at-work").text


def test_what_the_employer_signs_off_is_not_offered_for_confirming(pages: Pages, world: World):
    as_(pages, world, "line_manager")
    ksb = f"/enrolments/{world.enrolment_id}/ksbs/B1"

    assert "Confirm that you see" not in pages.get(ksb).text
    assert "nothing for you to confirm" in pages.get(f"{ksb}/seen-at-work").text
