"""Old pages about what was changed, taken back or confirmed meanwhile: nothing typed is lost."""

from __future__ import annotations

import pytest

from kbstrack.assessment import service
from kbstrack.assessment.models import Decision, DecisionReopening, Renewal
from kbstrack.assessment.redeciding import reopen_decision
from kbstrack.assessment.signing import reopen
from kbstrack.evidence.models import Draft, EvidenceVersion
from tests.assessment.changing import hand_in_changed, renew, sign, signed
from tests.assessment.test_redeciding import decision_on
from tests.builders import MONDAY, TUESDAY, decide, make_evidence, met
from tests.web.assessing import answers, count, path, save


@pytest.fixture
def item(world):
    """A piece on which K1 was signed off; S1 is met too."""
    evidence_id = make_evidence(world, claims=["K1", "S1"], title="Call notes")
    decide(world, evidence_id, met("K1"), met("S1"), at=MONDAY)
    sign(world, at=MONDAY)
    return evidence_id


@pytest.fixture
def changed(world, item):
    """The same after a change that the assessor has met again."""
    hand_in_changed(world, item, claims=["K1", "S1"], at=MONDAY)
    decide(world, item, met("K1"), met("S1"), at=MONDAY)
    return item


@pytest.fixture
def apprentice(pages, world, now):
    """The apprentice on Tuesday."""
    return pages.sign_in(world.people["apprentice"].person_id)


@pytest.fixture
def assessor(pages, world, now):
    """The assessor on Tuesday."""
    return pages.sign_in(world.people["assessor"].person_id)


def ksb(world, code="K1", what=""):
    return f"/enrolments/{world.enrolment_id}/ksbs/{code}{what}"


def test_an_old_page_does_not_begin_a_change(apprentice, world):
    item = make_evidence(world)
    service.withdraw_evidence(world.apprentice, item, version_number=1, reason="", at=MONDAY)
    page = apprentice.get(f"/evidence/{item}/edit")
    files = apprentice.get(f"/evidence/{item}/files")
    hand_in_changed(world, item, at=MONDAY)
    decide(world, item, met("K1"))

    page = apprentice.submit(page, {"title": "My late title"}, status=409)
    assert page.value_of("title") == "My late title"
    assert "is accepted, so nothing was saved" in page.text
    apprentice.submit(page, {"title": "My late title"}, status=409)
    sent = ("notes.txt", b"Notes on the calls.")
    page = apprentice.submit(files, {"files": sent}, button="Save and continue", status=409)
    assert "Choose your files again" in page.text
    assert count(Draft) == 0


def test_a_page_about_an_earlier_draft_is_not_taken_for_this_one(apprentice, world, item):
    page = apprentice.submit(apprentice.get(f"/evidence/{item}/change"), {}, button="Change it")
    check = apprentice.get(f"/evidence/{item}/check")
    service.submit_evidence(world.apprentice, item, revision=1, is_declared=True, at=TUESDAY)
    decide(world, item, met("K1"), met("S1"))
    apprentice.submit(apprentice.get(f"/evidence/{item}/change"), {}, button="Change it")

    page = apprentice.submit(page, {"title": "From the old page"}, status=409)
    assert page.value_of("title") == "From the old page"
    apprentice.submit(check, {"is_declared": True}, status=409)
    assert count(EvidenceVersion) == 2


def test_a_change_begun_on_an_old_page_is_told_so(apprentice, world, item):
    page = apprentice.get(f"/evidence/{item}/change")
    reopen_decision(world.assessor, decision_on(item).id, reason="The date.", at=TUESDAY)

    page = apprentice.submit(page, {}, button="Change it", status=409)

    assert "not accepted any more" in page.text
    assert count(Draft) == 0


def test_taken_back_meanwhile_keeps_what_was_typed(assessor, world, item):
    page = assessor.get(f"/decisions/{decision_on(item).id}/take-back")
    reopen_decision(world.assessor, decision_on(item).id, reason="The first.", at=TUESDAY)

    page = assessor.submit(page, {"reason": "My words."}, button="Take it back", status=409)

    assert "My words." in page.text
    assert "The first." in page.text
    assert count(DecisionReopening) == 1


def test_an_answer_from_before_a_decision_was_taken_back_keeps_what_was_typed(assessor, world):
    item = make_evidence(world)
    page = assessor.get(path(item))
    decide(world, item, met("K1"))
    reopen_decision(world.assessor, decision_on(item).id, reason="The date.", at=TUESDAY)

    page = save(assessor, page, answers("K1", K1__feedback="My old words."), status=409)

    assert "My old words." in page.text
    assert page.links()["Review version 1"] == path(item)
    assert count(Decision) == 1


def test_confirmed_meanwhile_keeps_what_was_typed(assessor, world, changed):
    page = assessor.get(ksb(world, what="/confirm"))
    renew(world, at=TUESDAY)

    fields = {"reason": "My words.", "is_declared": True}
    page = assessor.submit(page, fields, button="Confirm the sign-off", status=409)

    assert "My words." in page.text
    assert count(Renewal) == 1


def test_reopened_meanwhile_keeps_the_words_of_who_confirms(assessor, world, changed):
    page = assessor.get(ksb(world, what="/confirm"))
    reopen(world.assessor, world.enrolment_id, "K1", round=1, reason="No.", at=TUESDAY)

    fields = {"reason": "My words.", "is_declared": True}
    page = assessor.submit(page, fields, button="Confirm the sign-off", status=409)

    assert "My words." in page.text


def test_confirmed_meanwhile_keeps_the_words_of_who_reopens(assessor, world, changed):
    page = assessor.get(ksb(world, what="/reopen"))
    renew(world, at=TUESDAY)

    page = assessor.submit(page, {"reason": "My words."}, button="Reopen K1", status=409)

    assert page.value_of("reason").strip() == "My words."
    assert "confirmed meanwhile" in page.text
    assert signed(world).stands


def test_what_a_sign_off_rests_on_changed_meanwhile_keeps_the_words(assessor, world):
    decide(world, make_evidence(world), met("K1"))
    page = assessor.get(ksb(world, what="/sign-off"))
    decide(world, make_evidence(world, title="Another"), met("K1"))

    fields = {"reason": "My words.", "is_declared": True}
    page = assessor.submit(page, fields, button="Sign off K1", status=409)

    assert page.value_of("reason").strip() == "My words."
    assert "E2: Another" in page.text
    assert "is signed off" in assessor.submit(page, fields, button="Sign off K1").text
