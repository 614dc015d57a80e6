"""The pages on which one KSB is signed off, and reopened."""

from __future__ import annotations

import pytest

from kbstrack.assessment import sign_off_queries
from kbstrack.assessment.signing import reopen, sign_off
from kbstrack.db import db
from kbstrack.people import enrolling
from tests.builders import MONDAY, TUESDAY, decide, make_evidence, met, proved


@pytest.fixture
def ready(world):
    """K1 has its one accepted piece, S1 one of its two, B1 its one."""
    item = make_evidence(world, claims=["K1", "S1", "B1"], title="Call notes")
    decide(world, item, met("K1"), met("S1"), met("B1"), at=MONDAY)
    return world


@pytest.fixture
def assessor(pages, ready, now):
    """The assessor, looking at pages on Tuesday."""
    return pages.sign_in(ready.people["assessor"].person_id)


def path(world, code="K1", what="sign-off"):
    return f"/enrolments/{world.enrolment_id}/ksbs/{code}/{what}"


def signed(world, code="K1"):
    db.session.rollback()
    return sign_off_queries.sign_offs(world.enrolment_id, code=code)


def sign(world, code="K1"):
    sign_off(
        world.assessor,
        world.enrolment_id,
        code,
        reason="Seen at work.",
        is_declared=True,
        proof=proved(TUESDAY),
        at=TUESDAY,
    )


def test_the_page_shows_what_the_sign_off_rests_on(assessor, ready):
    page = assessor.get(path(ready))

    assert page.heading == "Sign off K1"
    assert "How wind lifts a kite" in page.text
    assert "1 accepted piece; the standard asks for 1" in page.text
    assert any("E1: Call notes" in text for text in page.links())
    assert "I declare that I have looked at the evidence for this KSB myself" in page.text


def test_signing_goes_back_to_the_ksb_with_a_message(assessor, ready):
    page = assessor.submit(assessor.get(path(ready)), {"is_declared": True})

    assert page.path == f"/enrolments/{ready.enrolment_id}/ksbs/K1"
    assert "K1 is signed off: it is met." in page.text
    assert signed(ready)[0].stands


def test_without_the_declaration_nothing_is_signed(assessor, ready):
    page = assessor.submit(assessor.get(path(ready)), {"reason": "Kept"}, status=422)

    assert page.errors == ["Tick the declaration to sign."]
    assert page.value_of("reason").strip() == "Kept"
    assert not signed(ready)


def test_fewer_pieces_than_asked_for_need_a_reason(assessor, ready):
    page = assessor.get(path(ready, "S1"))
    assert "1 accepted piece; the standard asks for 2" in page.text

    page = assessor.submit(page, {"is_declared": True}, status=422)
    assert "#reason" in page.links().values()

    assessor.submit(page, {"reason": "It shows two builds."})
    assert signed(ready, "S1")[0].reason == "It shows two builds."


def test_a_reason_that_is_too_long_is_kept_to_be_shortened(assessor, ready):
    page = assessor.submit(
        assessor.get(path(ready)), {"reason": "x" * 2_001, "is_declared": True}, status=422
    )

    assert page.errors == ["Shorten the reason to 2,000 characters"]
    assert len(page.value_of("reason").strip()) == 2_001


def test_the_line_manager_signs_what_the_standard_gives_to_the_employer(pages, ready, now):
    pages.sign_in(ready.people["line_manager"].person_id)

    page = pages.get(path(ready, "B1"))
    assert "I declare that I have seen the apprentice show this KSB at work" in page.text
    pages.submit(page, {"is_declared": True})

    assert (signed(ready, "B1")[0].role, signed(ready, "B1")[0].name) == (
        "employer",
        "Line Manager A",
    )


def test_nobody_else_has_the_pages(pages, ready, now):
    statuses = {
        ("assessor", "B1"): 403,
        ("assessor", "Z9"): 404,
        ("line_manager", "K1"): 403,
        ("apprentice", "K1"): 403,
        ("administrator", "K1"): 403,
        ("other_assessor", "K1"): 404,
        ("other_manager", "B1"): 404,
    }

    for (name, code), status in statuses.items():
        pages.sign_in(ready.people[name].person_id)
        for what in ("sign-off", "reopen"):
            address = path(ready, code, what)
            pages.get(address, status=status)
            pages.post(address, {"is_declared": "y", "reason": "x"}, status=status)

    assert not signed(ready, "K1") + signed(ready, "B1")


def test_the_same_form_sent_twice_signs_once(assessor, ready):
    page = assessor.get(path(ready))

    for _ in range(2):
        assert "is signed off: it is met" in assessor.submit(page, {"is_declared": True}).text

    assert len(signed(ready)) == 1


def test_signed_off_meanwhile_says_by_whom_and_keeps_the_reason(assessor, ready):
    page = assessor.get(path(ready))
    sign(ready)

    page = assessor.submit(page, {"reason": "My own reason", "is_declared": True}, status=409)

    assert page.heading == "K1 is signed off"
    assert "Signed off by Assessor A, assessor, on 3 March 2026" in page.text
    assert "My own reason" in page.text
    assert "Open K1" in page.links()
    assert len(signed(ready)) == 1


def test_a_ksb_that_is_signed_off_leads_back_to_its_page(assessor, ready):
    sign(ready)

    page = assessor.get(path(ready))

    assert page.path == f"/enrolments/{ready.enrolment_id}/ksbs/K1"
    assert "K1 is signed off already." in page.text


def test_reopening_says_what_it_means_and_needs_a_reason(assessor, ready):
    sign(ready)
    page = assessor.get(path(ready, what="reopen"))
    assert "The sign-off is not erased" in page.text

    page = assessor.submit(page, status=422)
    assert page.errors == ["Say why it is reopened"]
    assert signed(ready)[0].stands

    page = assessor.submit(page, {"reason": "A witness took it back."})
    assert "K1 is reopened. The sign-off stays in its history." in page.text
    (row,) = signed(ready)
    assert (row.stands, row.reopening_reason) == (False, "A witness took it back.")


def test_what_was_reopened_can_be_signed_again(assessor, ready):
    sign(ready)
    assessor.submit(assessor.get(path(ready, what="reopen")), {"reason": "Taken back."})

    assessor.submit(assessor.get(path(ready)), {"is_declared": True})

    assert [row.stands for row in signed(ready)] == [False, True]


def test_reopened_meanwhile_says_why_and_keeps_the_reason(assessor, ready):
    sign(ready)
    page = assessor.get(path(ready, what="reopen"))
    reopen(
        ready.assessor, ready.enrolment_id, "K1", round=1, reason="The first reason.", at=TUESDAY
    )

    page = assessor.submit(page, {"reason": "My own reason"}, status=409)

    assert page.heading == "K1 is not signed off"
    assert "The first reason." in page.text
    assert "My own reason" in page.text


def test_the_same_reopening_sent_twice_counts_once(assessor, ready):
    sign(ready)
    page = assessor.get(path(ready, what="reopen"))

    for _ in range(2):
        assert "K1 is reopened" in assessor.submit(page, {"reason": "Taken back."}).text


def test_a_page_from_an_earlier_round_reopens_nothing(assessor, ready):
    sign(ready)
    page = assessor.get(path(ready, what="reopen"))
    reopen(ready.assessor, ready.enrolment_id, "K1", round=1, reason="Taken back.", at=TUESDAY)
    sign(ready)

    page = assessor.submit(page, {"reason": "My own reason"}, status=409)

    assert page.errors == ["This was reopened meanwhile. Look at the reason before you go on."]
    assert page.value_of("reason").strip() == "My own reason"
    assert signed(ready)[-1].stands


def test_what_is_not_signed_off_cannot_be_reopened(assessor, ready):
    page = assessor.get(path(ready, what="reopen"))

    assert "K1 is not signed off, so there is nothing to reopen." in page.text


def test_an_ended_enrolment_can_be_read_but_not_signed(assessor, ready):
    enrolling.end_enrolment(
        ready.administrator,
        ready.enrolment_id,
        ended_on=TUESDAY.date(),
        reason="Left.",
        at=TUESDAY,
    )

    assert "This enrolment has ended" in assessor.get(path(ready), status=422).text
