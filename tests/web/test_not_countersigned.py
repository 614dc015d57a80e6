"""What waits for a countersignature says so on every page, and counts nowhere."""

from __future__ import annotations

import pytest

from tests.assessment.countersigned import (
    agree_on,
)
from tests.builders import (
    MONDAY,
    decide,
    make_evidence,
    met,
    not_yet_met,
    not_yet_qualified,
)
from tests.web.assessing import answers, save


@pytest.fixture
def item(world):
    """A piece with K1 met and S1 not yet met by an assessor who is not yet qualified."""
    not_yet_qualified(world)
    item = make_evidence(world, claims=["K1", "S1"], title="Call notes")
    decide(world, item, met("K1", "Clearly told."), not_yet_met("S1"), at=MONDAY)
    return item


@pytest.fixture
def grace(pages, world, item, now):
    """The countersigner, looking at pages on Tuesday."""
    return pages.sign_in(world.people["other_assessor"].person_id)


def test_everybody_reads_for_whom_it_waits(grace, pages, world, item):
    sentence = "E1 waits for Other Assessor A's countersignature"
    for name in ("apprentice", "assessor", "line_manager", "administrator"):
        pages.sign_in(world.people[name].person_id)
        assert sentence in pages.get(f"/enrolments/{world.enrolment_id}/ksbs/K1").text
        assert (
            "Waits for Other Assessor A’s countersignature" in pages.get(f"/evidence/{item}").text
        )


def test_what_waits_for_a_countersignature_is_called_accepted_nowhere(pages, world, now):
    not_yet_qualified(world)
    item = make_evidence(world)
    pages.sign_in(world.people["assessor"].person_id)
    decided = save(pages, pages.get(f"/evidence/{item}/review"), answers("K1"))
    ksb = f"/enrolments/{world.enrolment_id}/ksbs/K1"
    places = ("/", f"/enrolments/{world.enrolment_id}/evidence", f"/evidence/{item}")

    assert "Decided on E1: 1 met." in decided.text
    assert (
        "0 pieces accepted, 1 needed. 1 more waits for a countersignature." in pages.get(ksb).text
    )
    pages.sign_in(world.people["apprentice"].person_id)
    for place in places:
        page = pages.get(place)
        assert "Waits for" in page.text
        assert not page.html.xpath("//*[contains(@class, 'app-state--accepted')]")

    agree_on(world, item, ["K1"])

    for place in places:
        assert pages.get(place).html.xpath("//*[contains(@class, 'app-state--accepted')]")


def test_an_assessor_not_yet_qualified_reads_before_deciding_that_it_waits(pages, world, now):
    not_yet_qualified(world)
    item = make_evidence(world)
    pages.sign_in(world.people["assessor"].person_id)

    page = pages.get(f"/evidence/{item}/review")

    assert "Other Assessor A countersigns what you decide" in page.text
    assert "Sign off K1 now" not in page.text
    page = save(pages, page, answers("K1"))
    assert "It counts once Other Assessor A has countersigned it." in page.text


def test_an_assessor_not_yet_qualified_reads_that_a_sign_off_waits_too(pages, world, item, now):
    agree_on(world, item, ["K1", "S1"])
    pages.sign_in(world.people["assessor"].person_id)

    page = pages.get(f"/enrolments/{world.enrolment_id}/ksbs/K1/sign-off")
    assert "counts once Other Assessor A has countersigned it" in page.text
    page = pages.submit(page, {"is_declared": True})

    assert "K1 is signed off. It counts once Other Assessor A has countersigned it." in page.text


def test_what_waits_for_a_countersignature_offers_no_sign_off_that_would_be_refused(
    pages, world, item, now
):
    pages.sign_in(world.people["assessor"].person_id)
    ksb = pages.get(f"/enrolments/{world.enrolment_id}/ksbs/K1")

    page = pages.get(f"/enrolments/{world.enrolment_id}/ksbs/K1/sign-off")

    assert "Sign off K1" not in ksb.links()
    assert "so K1 can be signed off only after that" in page.text
    assert not page.html.xpath("//main//form")
    assert page.links()["Open K1"] == f"/enrolments/{world.enrolment_id}/ksbs/K1"


def test_a_caseload_says_how_much_waits_for_a_countersignature(pages, world, item, now):
    pages.sign_in(world.people["assessor"].person_id)
    assert "2 wait for a countersignature" in pages.get("/caseload").text

    agree_on(world, item)

    assert "1 waits for a countersignature" in pages.get("/").text
