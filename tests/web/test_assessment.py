"""The page on which evidence and its claims stand side by side, and what follows a decision."""

from __future__ import annotations

import pytest

from kbstrack.assessment import decision_queries, service
from kbstrack.assessment.models import Decision, SignOff
from kbstrack.db import db
from kbstrack.evidence import queries as evidence_queries
from kbstrack.evidence import service as evidence
from tests.builders import (
    TUESDAY,
    decide,
    make_draft,
    make_evidence,
    met,
    not_yet_met,
    submit,
    text,
)
from tests.web.assessing import answers, count, path, save


@pytest.fixture
def assessor(pages, world, now):
    """The assessor, looking at pages on Tuesday."""
    return pages.sign_in(world.people["assessor"].person_id)


def decisions_on(item):
    db.session.rollback()
    piece = evidence_queries.evidence(item)
    return decision_queries.decisions_of(piece)[piece.latest.number]


def test_the_review_shows_evidence_wording_and_the_apprentices_reason(assessor, world):
    item = make_evidence(world, claims=["K2", "B1"])

    page = assessor.get(path(item))

    assert "I read the applications against the brief." in page.text
    assert "paper and cloth" in page.text
    assert "This shows B1 because I did it." in page.text
    assert "27 February 2026" in page.text
    assert "waiting 1 day" in page.text


def test_nothing_is_chosen_or_ticked_beforehand(assessor, world):
    item = make_evidence(world, claims=["K1", "K2"])
    decide(world, item, met("K1"), not_yet_met("K2"))
    evidence.save_draft(
        world.apprentice, item, text=text(claims=["K1", "K2"]), revision=0, at=TUESDAY
    )
    submit(world, item, at=TUESDAY)

    page = assessor.get(path(item))

    assert not page.html.xpath("//main//input[@checked]")
    assert all(not (area.text or "").strip() for area in page.html.xpath("//main//textarea"))


def test_an_earlier_decision_stands_beside_its_claim_with_what_changed(assessor, world):
    item = make_evidence(world)
    decide(world, item, not_yet_met("K1", "Say how you chose.", action="Add your notes."))
    evidence.save_draft(
        world.apprentice, item, text=text(description="With notes."), revision=0, at=TUESDAY
    )
    submit(world, item, at=TUESDAY)

    page = assessor.get(path(item))

    assert "Version 1: Not yet met 3 March 2026" in page.text
    assert "Say how you chose." in page.text
    assert "Since then: the description changed." in page.text
    assert page.links()["What changed in version 2 (opens in a new tab)"].endswith(
        f"/evidence/{item}/versions/2/changes"
    )


def test_links_out_of_the_form_open_in_a_new_tab(assessor, world):
    """Whoever looks at a file keeps what they have typed."""
    item = make_evidence(world)
    decide(world, item, not_yet_met("K1"))
    evidence.save_draft(world.apprentice, item, text=text("Other"), revision=0, at=TUESDAY)
    submit(world, item, at=TUESDAY)

    page = assessor.get(path(item))

    links = page.html.xpath("//*[contains(@class, 'app-review__evidence')]//a")
    assert links
    assert all(link.get("target") == "_blank" for link in links)


def test_a_whole_answer_is_saved_and_said_with_the_next_piece(assessor, world):
    item = make_evidence(world, claims=["K1", "K2", "S2"])
    make_evidence(world, title="The next one")

    page = save(
        assessor,
        assessor.get(path(item)),
        answers(
            "K1",
            "K2",
            S2__outcome="not_yet_met",
            S2__questions=["valid"],
            S2__feedback="Say how.\n\nAnd why.",
            S2__actions__0__text="Add your notes",
            S2__actions__0__due_on=["20", "March", "2026"],
            sign_off=["K1"],
            is_declared=True,
        ),
    )

    expected = "Decided on E1: action required. 2 met, 1 not yet met. K1 signed off."
    assert expected in page.text
    assert "Review E2: The next one" in page.links()
    assert "Decided by Assessor A on 3 March 2026 at 9:30am" in page.text
    assert "Add your notes By 20 March 2026" in page.text
    found = decisions_on(item)
    assert [found[code].is_met for code in ("K1", "K2", "S2")] == [True, True, False]
    assert (found["S2"].is_valid, found["S2"].is_current) == (True, False)
    assert found["S2"].feedback == "Say how.\n\nAnd why."


def test_when_all_are_met_the_sentence_is_short(assessor, world):
    page = save(assessor, assessor.get(path(make_evidence(world))), answers("K1"))

    assert "Decided on E1: accepted. 1 met." in page.text
    assert "Your queue is empty" in page.text


def test_signing_off_with_fewer_pieces_needs_the_reason_in_the_same_answer(assessor, world):
    item = make_evidence(world, claims=["S1"])
    page = assessor.get(path(item))
    assert "With this piece met it has 1 accepted piece; the standard asks for 2" in page.text

    page = save(assessor, page, answers("S1", sign_off=["S1"], is_declared=True), status=422)
    assert "#S1-reason" in page.links().values()

    page = save(assessor, page, {"S1-reason": "It shows two builds."})
    assert "S1 signed off." in page.text


def test_sign_off_is_offered_only_for_what_the_assessor_signs(assessor, world):
    page = assessor.get(path(make_evidence(world, claims=["K1", "B1"])))

    assert "Sign off K1 now" in page.text
    assert "Sign off B1 now" not in page.text
    assert "I declare that I have looked at the evidence for this KSB myself" in page.text


def test_a_ksb_signed_off_before_says_so_and_is_not_offered(assessor, world):
    decide(world, make_evidence(world), met("K1"), sign_offs={"K1": ""})

    page = assessor.get(path(make_evidence(world)))

    assert "K1 is signed off already, by Assessor A on 3 March 2026" in page.text
    assert "Sign off K1 now" not in page.text


def test_a_decided_piece_shows_who_decided_what_and_has_no_form(assessor, world):
    item = make_evidence(world)
    decide(world, item, not_yet_met("K1", "Say how you chose."))

    page = assessor.get(path(item))

    assert "Decided by Assessor A on 3 March 2026" in page.text
    assert "Confirmed as valid and authentic." in page.text
    assert "Not confirmed as current or sufficient." in page.text
    assert not page.html.xpath("//main//form")


def test_a_withdrawn_piece_says_that_there_is_nothing_to_decide(assessor, world):
    item = make_evidence(world)
    service.withdraw_evidence(
        world.apprentice, item, version_number=1, reason="Wrong file", at=TUESDAY
    )

    page = assessor.get(path(item))

    assert "withdrew this version on 3 March 2026" in page.text
    assert "Wrong file" in page.text


def test_nobody_else_has_the_page(pages, world, now):
    item = make_evidence(world)
    statuses = {
        "apprentice": 403,
        "administrator": 403,
        "line_manager": 403,
        "other_assessor": 404,
        "other_manager": 404,
    }

    for name, status in statuses.items():
        pages.sign_in(world.people[name].person_id)
        pages.get(path(item), status=status)
        pages.post(path(item), {"K1-outcome": "met"}, status=status)

    assert count(Decision) == 0


def test_a_draft_is_not_there(assessor, world):
    assessor.get(path(make_draft(world)), status=404)


def test_the_same_form_sent_twice_decides_once_and_says_the_same(assessor, world):
    item = make_evidence(world)
    page = assessor.get(path(item))
    fields = answers("K1", sign_off=["K1"], is_declared=True)

    said = [save(assessor, page, fields).text for _ in range(2)]

    assert all("Decided on E1: accepted. 1 met. K1 signed off." in text for text in said)
    assert (count(Decision), count(SignOff)) == (1, 1)
