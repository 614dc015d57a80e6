"""The KSB matrix and the overview of an enrolment."""

from __future__ import annotations

import pytest

from kbstrack.access import Role
from kbstrack.people import enrolling
from tests.builders import (
    START,
    TUESDAY,
    World,
    decide,
    make_evidence,
    make_member,
    make_world,
    met,
    not_yet_met,
)
from tests.conftest import CountStatements
from tests.pages import Page, Pages

pytestmark = pytest.mark.usefixtures("now")

READERS = ["apprentice", "assessor", "line_manager", "administrator"]
STRANGERS = ["other_assessor", "other_manager"]


def matrix(pages: Pages, world: World, name: str = "apprentice", query: str = "") -> Page:
    pages.sign_in(world.people[name].person_id)
    return pages.get(f"/enrolments/{world.enrolment_id}/ksbs{query}")


def codes(page: Page) -> list[str]:
    return [" ".join(cell.text_content().split()) for cell in page.html.xpath("//tbody//th")]


def row(page: Page, code: str) -> str:
    for line in page.html.xpath("//tbody/tr"):
        text = " ".join(line.text_content().split())
        if text.startswith(f"{code} "):
            return text
    raise AssertionError(f"{code} has no row")


def test_every_ksb_stands_in_the_matrix_in_its_order_with_its_wording(pages, world):
    page = matrix(pages, world)

    assert codes(page) == ["K1", "K2", "S1", "S2", "B1"]
    assert "How wind lifts a kite" in row(page, "K1")
    assert "paper and cloth" in row(page, "K2")
    assert "Patience: Someone who waits for the wind" in row(page, "B1")
    assert "Made up for tests; there is nothing to license." in page.text


def test_a_row_shows_state_evidence_and_the_last_decision_in_words(pages, world):
    first = make_evidence(world, title="Went wrong", claims=["K1", "K2"])
    decide(world, first, not_yet_met("K1"), met("K2"), sign_offs={"K2": ""})

    page = matrix(pages, world)

    assert "In progress" in row(page, "K1")
    assert "Not yet met, E1, 3 March 2026" in row(page, "K1")
    assert "Met, E1, 3 March 2026" in row(page, "K2")
    assert "Not started" in row(page, "S1")
    assert page.links()["E1 Went wrong"] == f"/evidence/{first}"


def test_each_kind_and_all_together_have_a_figure_and_a_reason(pages, world):
    decide(world, make_evidence(world), met("K1"), sign_offs={"K1": ""})
    make_evidence(world, claims=["S2"])

    page = matrix(pages, world)

    assert "20%: 1 of 5 KSBs met" in page.text
    assert "Knowledge, 50% 1 of 2 met" in page.text
    assert "Behaviours, 0% 0 of 1 met" in page.text
    assert page.text.count("Why this number?") == 4
    assert "1 of 5 are: that is 20%, rounded down." in page.text
    assert "S2 E2 waits for a decision." in page.text
    assert "K2 S1 B1 No submitted evidence claims it yet." in page.text


def test_the_matrix_is_narrowed_by_kind_and_state(pages, world):
    decide(world, make_evidence(world), met("K1"), sign_offs={"K1": ""})

    for query, shown in (
        ("?kind=skill", ["S1", "S2"]),
        ("?state=met", ["K1"]),
        ("?kind=knowledge&state=not+started", ["K2"]),
        ("?kind=nonsense&state=nonsense", ["K1", "K2", "S1", "S2", "B1"]),
    ):
        page = matrix(pages, world, query=query)
        assert codes(page) == shown
        assert "20%: 1 of 5 KSBs met" in page.text


def test_the_filter_is_a_form_that_keeps_what_was_chosen(pages, world):
    page = pages.submit(matrix(pages, world), {"kind": "behaviour"}, button="Show")

    assert codes(page) == ["B1"]
    assert page.value_of("kind") == "behaviour"
    assert page.links()["Show everything"] == f"/enrolments/{world.enrolment_id}/ksbs"


def test_a_filter_that_finds_nothing_says_so_and_leads_back(pages, world):
    page = matrix(pages, world, query="?state=met")

    assert codes(page) == []
    assert "No KSB is like this" in page.text
    assert "Show all KSBs" in page.links()


def test_only_the_apprentice_is_offered_to_add_evidence(pages, world):
    new = f"/enrolments/{world.enrolment_id}/evidence/new"

    assert matrix(pages, world).links()["Add evidence"] == new
    assert matrix(pages, world).links()["Add evidence for K1"] == f"{new}?ksb=K1"
    for name in READERS[1:]:
        assert new not in matrix(pages, world, name).links().values()
        assert "Download portfolio" in matrix(pages, world, name).links()


def test_nothing_is_added_to_an_ended_enrolment(pages, world):
    enrolling.end_enrolment(
        world.administrator, world.enrolment_id, ended_on=START, reason="Left.", at=TUESDAY
    )

    assert "Add evidence" not in matrix(pages, world).links()


def test_strangers_find_nothing(pages, world):
    other = make_world(ukprn="10000002", uln="9000000024", mark="b")
    strangers = [world.people[name] for name in STRANGERS] + list(other.people.values())

    for stranger in strangers:
        pages.sign_in(stranger.person_id)
        for page in ("", "/ksbs", "/ksbs/K1", "/portfolio"):
            pages.get(f"/enrolments/{world.enrolment_id}{page}", status=404)


def test_a_matrix_costs_the_same_for_two_pieces_and_for_twenty(
    pages: Pages, world: World, count_statements: CountStatements
):
    def cost() -> int:
        with count_statements() as statements:
            matrix(pages, world)
        return len(statements)

    for _ in range(2):
        make_evidence(world, claims=["K1", "S1"])
    few = cost()
    for _ in range(18):
        make_evidence(world, claims=["K1", "S1"])

    assert cost() == few


def test_my_ksbs_leads_to_the_current_enrolment(pages, world):
    pages.sign_in(world.people["apprentice"].person_id)

    page = pages.get("/my/ksbs", status=303, follow=False)

    assert page.location == f"/enrolments/{world.enrolment_id}/ksbs"


def test_my_ksbs_explains_itself_to_whoever_is_not_enrolled(pages, world):
    newcomer = make_member(world.provider_id, "newcomer", Role.APPRENTICE)

    assert "You are not enrolled yet" in pages.sign_in(newcomer.person_id).get("/my/ksbs").text


def test_the_overview_says_who_is_on_what_with_whom(pages, world):
    for name in READERS:
        pages.sign_in(world.people[name].person_id)
        page = pages.get(f"/enrolments/{world.enrolment_id}")

        assert page.heading == "Apprentice A"
        for words in (
            "9000000016",
            "1.0. Made up for tests.",
            "Provider A, UKPRN 10000001",
            "Employer A",
            "Line Manager A",
            "Assessor A",
            "1 September 2025",
            "1 December 2026",
            "of the planned time has gone",
        ):
            assert words in page.text
        assert ("Change or end" in page.links()) is (name == "administrator")


def test_the_overview_of_an_ended_enrolment_says_since_when_and_why(pages, world):
    enrolling.end_enrolment(
        world.administrator, world.enrolment_id, ended_on=START, reason="Moved away.", at=TUESDAY
    )
    pages.sign_in(world.people["assessor"].person_id)

    page = pages.get(f"/enrolments/{world.enrolment_id}")

    assert "This enrolment ended on 1 September 2025 (Moved away)." in page.text
