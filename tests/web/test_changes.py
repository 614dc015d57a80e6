"""The pages to change an accepted piece, take a decision back and confirm a sign-off."""

from __future__ import annotations

import io

import pytest

from kbstrack.assessment.models import Decision, DecisionReopening, Renewal
from kbstrack.evidence import queries
from kbstrack.evidence.models import Draft
from kbstrack.evidence.service import add_upload, save_draft
from tests.assessment.changing import hand_in_changed, sign
from tests.assessment.test_redeciding import decision_on
from tests.builders import MONDAY, TUESDAY, decide, file_texts, make_evidence, met, submit, text
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


def test_an_accepted_piece_is_changed_on_purpose(apprentice, item):
    page = apprentice.get(f"/evidence/{item}")
    page = apprentice.get(page.links()["change this accepted piece"])
    assert "keeps counting" in page.text
    assert "exactly as it was" in page.text

    page = apprentice.submit(page, {}, button="Change it")

    assert page.heading == "Change your evidence"
    assert page.value_of("title") == "Call notes"
    assert count(Draft) == 1
    assert "Your changes are not submitted yet" in apprentice.get(f"/evidence/{item}").text


def test_a_changed_piece_says_what_keeps_counting(apprentice, world, item):
    hand_in_changed(world, item, claims=["K1"], at=MONDAY)

    page = apprentice.get(f"/evidence/{item}")

    assert "Changed since it was decided" in page.text
    assert "version 2 no longer claims it" in page.text
    assert "K1 was signed off before that" in page.text
    assert "Changed since this decision" in apprentice.get(f"/evidence/{item}/versions/1").text
    page = apprentice.get(ksb(world))
    assert "Changed since this sign-off" in page.text
    assert "K1 keeps counting as met" in page.text
    page = apprentice.get(f"/enrolments/{world.enrolment_id}/ksbs")
    assert "Changed since sign-off" in page.text
    assert "takes nothing from the percentage" in page.whole_text


def test_a_change_that_is_taken_back_leaves_no_mark(apprentice, world, item):
    hand_in_changed(world, item, claims=["K1", "S1"], at=MONDAY)
    page = apprentice.get(f"/evidence/{item}/withdraw")
    apprentice.submit(page, {}, button="Take it back")

    page = apprentice.get(f"/evidence/{item}")
    assert "Accepted" in page.text
    assert "Changed since" not in page.text
    assert "Changed since" not in apprentice.get(ksb(world)).text
    apprentice.submit(apprentice.get(f"/evidence/{item}/change"), {}, button="Change it")


def test_the_assessor_finds_what_was_changed(assessor, world, item):
    hand_in_changed(world, item, claims=["K1", "S1"], at=MONDAY)

    for place in ("/", "/queue"):
        page = assessor.get(place)
        assert "Changed since it was signed off" in page.text
        assert "E1 was changed, and its new version waits for a decision." in page.text
    assert "Changed since it was met" in page.text
    assert "1 KSB changed since sign-off" in assessor.get("/caseload").text
    page = assessor.get(path(item))
    assert "Changed since this sign-off" in page.text


def test_the_list_of_changes_asks_the_database_no_more_for_more(assessor, world, count_statements):
    counts = []
    for first, last in ((0, 1), (1, 6)):
        for number in range(first, last):
            evidence_id = make_evidence(world, claims=["K1"], title=f"Piece {number}")
            decide(world, evidence_id, met("K1"), at=MONDAY)
            if number == 0:
                sign(world, at=MONDAY)
            hand_in_changed(world, evidence_id, at=MONDAY)
        with count_statements() as statements:
            page = assessor.get("/queue")
        counts.append(len(statements))

    assert counts[0] == counts[1]
    assert "Changed since it was signed off" in page.text


def test_a_decision_is_taken_back_and_made_again(assessor, world, item):
    page = assessor.get(path(item))
    page = assessor.get(page.links()["Take this decision back: K1"])
    assert "The sign-off keeps standing" in page.text

    page = assessor.submit(page, {"reason": "The date was wrong."}, button="Take it back")

    assert page.heading == "Review E1: Call notes"
    assert "The date was wrong." in page.text
    assert "S1 is decided already and stays as it is" in page.text
    page = save(assessor, page, answers("K1", K1__feedback="Now it is right."))
    assert "Decided before" in page.text
    assert count(Decision) == 3


def test_taking_back_needs_a_reason(assessor, item):
    page = assessor.get(f"/decisions/{decision_on(item).id}/take-back")

    page = assessor.submit(page, {"reason": ""}, button="Take it back", status=422)

    assert page.errors == ["Say why it is taken back"]
    assert count(DecisionReopening) == 0


def test_a_sign_off_is_confirmed_on_its_own_page(assessor, world, changed):
    page = assessor.get(ksb(world))
    page = assessor.get(page.links()["Confirm the sign-off of K1"])
    assert "its new version is met" in page.text
    assert "looked myself at what was changed" in page.text

    page = assessor.submit(page, {"is_declared": True}, button="Confirm the sign-off")

    assert "The sign-off of K1 is confirmed." in page.text
    assert "Confirmed after a change by Assessor A" in page.text
    assert "Changed since" not in page.text
    assert count(Renewal) == 1


def test_nothing_is_confirmed_before_the_change_is_decided_on(assessor, world, item):
    hand_in_changed(world, item, claims=["K1", "S1"], at=MONDAY)

    page = assessor.get(ksb(world, what="/confirm"))

    assert "That comes first" in page.text
    assert "Reopen K1" in page.links()


def test_without_a_change_the_page_sends_back(assessor, world, item):
    assert (
        "Nothing was changed since K1 was signed off"
        in assessor.get(ksb(world, what="/confirm")).text
    )


def test_confirming_needs_the_declaration_and_keeps_the_words(assessor, world, changed):
    page = assessor.get(ksb(world, what="/confirm"))

    page = assessor.submit(
        page, {"reason": "Clearer now."}, button="Confirm the sign-off", status=422
    )

    assert page.value_of("reason").strip() == "Clearer now."
    assert "Tick the declaration to sign." in page.errors


def test_the_same_name_with_other_bytes_is_another_file(apprentice, world):
    upload = [
        add_upload(
            world.apprentice,
            world.enrolment_id,
            stream=io.BytesIO(content),
            name="notes.txt",
            at=MONDAY,
        ).upload_id
        for content in (b"The first notes.\n", b"Other notes.\n")
    ]
    item = make_evidence(world, upload_ids=upload[:1])
    decide(world, item, met("K1"))
    apprentice.submit(apprentice.get(f"/evidence/{item}/change"), {}, button="Change it")
    files = file_texts(upload[1:])
    save_draft(world.apprentice, item, text=text(), files=files, revision=1, at=TUESDAY)
    submit(world, item, at=TUESDAY)

    versions = queries.evidence(item).versions
    assert [[file.name for file in row.files] for row in versions] == [["notes.txt"]] * 2
    sent = []
    for row in versions:
        with apprentice.client.get(f"/files/{row.files[0].upload_id}/original") as response:
            sent.append(response.data)
    assert sent == [b"The first notes.\n", b"Other notes.\n"]
