"""Following a link: one item and one signature, beside any account and apart from it."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from kbstrack.assessment.service import withdraw_evidence
from kbstrack.confirmation import queries, service
from kbstrack.confirmation.models import Confirmation
from kbstrack.confirmation.rules import Asked
from kbstrack.db import db
from kbstrack.evidence import service as evidence
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
from tests.confirmation.asking import SAM, ask
from tests.pages import Pages
from tests.web.following import CONFIRMS, SAW, asked, confirmations, link
from tests.web.test_files import as_, photo, upload

pytestmark = pytest.mark.usefixtures("now")


def test_a_witness_reads_signs_and_is_done(pages: Pages, world: World):
    asked(world)

    page = pages.get(link())
    assert page.path == "/confirm", "the secret is out of the address"
    for part in ("Apprentice A", "Provider A", "Shortlist for a client", "Then I rang three"):
        assert part in page.text
    assert "assessment decision" in page.text, "the declaration is there in full"

    done = pages.submit(page, CONFIRMS | {"remark": "As I remember it."})

    assert done.heading == "Thank you, it is signed"
    [row] = confirmations(world)
    assert (row.name, row.remark) == ("Sam Ortiz", "As I remember it.")
    assert pages.get("/confirm").heading == done.heading
    Pages(pages.app).get(link(), status=404)


def test_a_witness_statement_is_given_in_own_words(pages: Pages, world: World):
    asked(world, Asked.WITNESS_STATEMENT)

    pages.submit(pages.get(link()), SAW)

    db.session.rollback()
    [row] = queries.statements(world.enrolment_id)
    assert row.statement == "She read every application twice."
    assert row.contact == SAM.email, "the field began with it"


def test_opening_the_link_does_not_use_it_up(pages: Pages, world: World):
    asked(world)

    for _ in range(3):
        Pages(pages.app).get(link())
        Pages(pages.app).client.head(link())

    assert db.session.scalar(select(Confirmation.id)) is None
    assert pages.get(link()).heading == "Confirm a piece of work"


def test_the_address_is_told_to_nobody_and_found_by_no_search(pages: Pages, world: World):
    asked(world)

    for page in (pages.get(link(), follow=False, status=303), pages.get("/confirm")):
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in page.headers["X-Robots-Tag"]
        assert page.headers["Cache-Control"] == "no-store, private"
    assert pages.get("/confirm/not-for-me").headers["Referrer-Policy"] == "no-referrer"


def test_the_links_session_opens_nothing_else(pages: Pages, world: World):
    item = asked(world)
    pages.get(link())

    for path in ("/", f"/evidence/{item}", f"/enrolments/{world.enrolment_id}", "/account"):
        assert (pages.get(path, status=303, follow=False).location or "").startswith("/sign-in")


def test_whoever_is_signed_in_is_nobody_on_the_links_pages_and_stays_signed_in(
    pages: Pages, world: World
):
    asked(world)
    as_(pages, world, "line_manager")

    page = pages.get(link())

    assert "Line Manager A" not in page.whole_text
    assert "Sign out" not in page.whole_text
    assert "Line Manager A" in pages.get("/account").whole_text
    pages.submit(page, CONFIRMS)
    assert "Line Manager A" in pages.get("/account").whole_text
    assert confirmations(world)[0].is_by_employer is False


def test_the_cookie_of_one_place_is_none_of_the_other(pages: Pages, world: World):
    asked(world)
    as_(pages, world, "line_manager")
    pages.get(link())
    account = pages.client.get_cookie("kbstrack")
    of_link = pages.client.get_cookie("kbstrack-confirm")
    assert account is not None
    assert of_link is not None

    other = Pages(pages.app)
    other.client.set_cookie("kbstrack", of_link.value)
    other.client.set_cookie("kbstrack-confirm", account.value)

    other.get("/confirm", status=404)
    other.get("/account", status=303, follow=False)


def test_only_the_files_of_that_version_can_be_seen(pages: Pages, world: World):
    file, other = (upload(world, name, photo()) for name in ("board.jpg", "other.jpg"))
    notes = upload(world, "notes.txt", b"Notes on the applications.")
    item = make_draft(world, upload_ids=[file.upload_id, notes.upload_id])
    submit(world, item)
    submit(world, make_draft(world, upload_ids=[other.upload_id]))
    ask(world, item)

    page = pages.get(link())

    shown = f"/confirm/files/{file.upload_id}"
    assert page.html.xpath(f"//img[@src='{shown}']")
    assert pages.get(shown).headers["Content-Type"] == "image/jpeg"
    assert pages.get(f"/confirm/files/{notes.upload_id}/original").response.data.startswith(b"Not")
    pages.get(f"/confirm/files/{other.upload_id}", status=404)
    pages.get(f"/confirm/files/{uuid.uuid4()}", status=404)
    pages.get(f"/files/{file.upload_id}", status=303, follow=False)
    Pages(pages.app).get(shown, status=404)


def test_what_is_missing_is_said_and_what_was_typed_is_kept(pages: Pages, world: World):
    asked(world, Asked.WITNESS_STATEMENT)

    page = pages.submit(
        pages.get(link()),
        {"statement": "She read every application twice.", "seen_on": ["27", "2", "2027"]},
        status=422,
    )

    assert "Enter today or an earlier day." in page.errors
    assert "Type your name to sign." in page.errors
    assert page.value_of("statement") == "She read every application twice."
    again = pages.get("/confirm")
    assert again.value_of("statement") == "She read every application twice."
    assert pages.get(link()).value_of("statement") == "She read every application twice."


def test_an_old_page_is_shown_again_with_the_text(pages: Pages, world: World):
    asked(world)
    page = pages.get(link())

    old = {"remark": "I was there.", "csrf_token": "stale", "asked": page.value_of("asked")}
    page = pages.post("/confirm", old, status=422)

    assert "I was there." in page.value_of("remark")
    assert db.session.scalar(select(Confirmation.id)) is None


def test_the_same_form_sent_twice_gives_the_first_result(pages: Pages, world: World):
    asked(world)
    page = pages.get(link())
    first = pages.submit(page, CONFIRMS)

    second = pages.submit(page, CONFIRMS)
    changed = pages.submit(page, CONFIRMS | {"name": "Kim Vale"})

    assert first.heading == second.heading == changed.heading
    assert [row.name for row in confirmations(world)] == ["Sam Ortiz"]


def test_whoever_was_not_there_says_so(pages: Pages, world: World):
    item = asked(world)
    pages.get(link())

    done = pages.submit(pages.get("/confirm/not-for-me"), {"reason": "I was on leave."})

    assert done.heading == "Thank you for saying so"
    shown = as_(Pages(pages.app), world, "apprentice").get(f"/evidence/{item}")
    assert "I was on leave." in shown.text
    assert "Declined" in shown.text


def test_another_name_is_shown_beside_the_one_that_was_asked(pages: Pages, world: World):
    item = asked(world)
    pages.submit(pages.get(link()), CONFIRMS | {"name": "Kim Vale"})

    shown = as_(Pages(pages.app), world, "assessor").get(f"/evidence/{item}")

    assert "Asked: Sam Ortiz. Signed: Kim Vale." in shown.text


def test_a_session_of_a_link_ends_with_its_request(pages: Pages, world: World):
    request_id = ask(world, make_evidence(world))
    pages.get(link())
    decline = pages.get("/confirm/not-for-me")
    service.revoke(world.apprentice, request_id, at=TUESDAY)
    db.session.rollback()

    expected = Pages(pages.app).get("/confirm", status=404).response.data
    for found in (
        pages.get("/confirm", status=404),
        pages.get("/confirm/not-for-me", status=404),
        pages.post("/confirm", {}, status=404),
        pages.submit(decline, {"reason": ""}, status=404),
    ):
        assert found.response.data == expected


@pytest.mark.parametrize("end", ["taken back", "expired", "withdrawn"])
def test_what_is_written_while_a_link_ends_is_given_back(
    pages: Pages, world: World, now: time_machine.Traveller, end: str
):
    item = make_evidence(world)
    request_id = ask(world, item, what=Asked.WITNESS_STATEMENT)
    now.shift(timedelta(days=13, hours=23))
    page = pages.get(link())
    decline = pages.get("/confirm/not-for-me")
    if end == "taken back":
        service.revoke(world.apprentice, request_id, at=TUESDAY)
    elif end == "withdrawn":
        withdraw_evidence(world.apprentice, item, version_number=1, reason="", at=TUESDAY)
    else:
        now.shift(timedelta(hours=2))

    found = pages.submit(page, SAW, status=404)
    declined = pages.submit(decline, {"reason": "I was on leave."}, status=404)

    assert found.heading == declined.heading == "This link can’t be used"
    assert "What you sent just now was not saved." in found.text
    assert "She read every application twice." in found.text
    assert "Sam Ortiz" not in found.text
    assert "Shortlist" not in found.text
    assert "I was on leave." in declined.text
    assert pages.get("/confirm", status=404).response.data == (
        Pages(pages.app).get("/confirm", status=404).response.data
    )


def test_words_from_elsewhere_are_not_shown_on_the_page_of_a_dead_link(pages: Pages):
    found = pages.post("/confirm", {"remark": "Ring this number at once."}, status=404)

    assert found.response.data == pages.get("/confirm", status=404).response.data


def test_a_newer_version_is_said_on_the_page(pages: Pages, world: World):
    item = asked(world)
    decide(world, item, not_yet_met("K1"))
    evidence.save_draft(world.apprentice, item, text=text("Better"), revision=0, at=TUESDAY)
    submit(world, item, at=TUESDAY)

    page = pages.get(link())

    assert "handed in a newer version on 3 March 2026" in page.text
    assert "Better" not in page.text
