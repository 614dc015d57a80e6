"""The assessor's caseload and the employer's apprentices."""

from __future__ import annotations

import pytest

from kbstrack.access import OPERATOR, Role
from kbstrack.people import enrolling
from kbstrack.people.beside import Beside
from tests.builders import (
    MONDAY,
    PLANNED_END,
    START,
    TUESDAY,
    World,
    decide,
    make_evidence,
    make_member,
    met,
)
from tests.conftest import CountStatements
from tests.pages import Page, Pages

pytestmark = pytest.mark.usefixtures("now")

ULNS = [
    "9000000024", "9000000032", "9000000040", "9000000059", "9000000067", "9000000075",
]  # fmt: skip


def add_apprentice(world: World, name: str, uln: str) -> World:
    """One more apprentice beside the same people; the world as it looks from them."""
    member = make_member(world.provider_id, name, Role.APPRENTICE)
    enrolment = enrolling.enrol(
        OPERATOR,
        world.provider_id,
        apprentice_id=member.person_id,
        uln=uln,
        standard_reference="ST9999",
        standard_version="1.0",
        start_on=START,
        planned_end_on=PLANNED_END,
        beside=Beside(
            assessor_id=world.people["assessor"].person_id,
            employer_id=world.employer_id,
            line_manager_id=world.people["line_manager"].person_id,
        ),
        at=MONDAY,
    )
    people = {**world.people, "apprentice": member}
    return World(world.provider_id, world.employer_id, enrolment.id, people)


def caseload(pages: Pages, world: World, query: str = "") -> Page:
    return pages.sign_in(world.people["assessor"].person_id).get(f"/caseload{query}")


def names(page: Page) -> list[str]:
    return [link.text_content() for link in page.html.xpath("//tbody//th/a")]


def test_a_row_says_how_far_how_fast_and_how_long_ago(pages, world):
    decide(world, make_evidence(world), met("K1"), sign_offs={"K1": ""})
    make_evidence(world)

    page = caseload(pages, world)

    assert names(page) == ["Apprentice A"]
    for words in (
        "1 of 5 met",
        "Behind",
        "40% of the time has gone and 20% of the KSBs are met",
        "2 March 2026, yesterday",
        "1 piece waiting",
        "1 piece in your queue",
    ):
        assert words in page.text, words


def test_an_apprentice_without_evidence_is_said_to_have_none(pages, world):
    assert "No evidence yet" in caseload(pages, world).text


def test_the_list_is_ordered_and_narrowed_by_links(pages, world):
    bea, _ = add_apprentice(world, "bea", ULNS[0]), add_apprentice(world, "cat", ULNS[1])
    make_evidence(world, at=MONDAY)
    for code in ("K1", "K2"):
        piece = make_evidence(bea, claims=[code], at=TUESDAY)
        decide(bea, piece, met(code), sign_offs={code: ""}, at=TUESDAY)

    for query, order in (
        ("", ["Apprentice A", "Bea A", "Cat A"]),
        ("?sort=activity", ["Cat A", "Apprentice A", "Bea A"]),
        ("?sort=behind", ["Apprentice A", "Cat A", "Bea A"]),
        ("?sort=nonsense", ["Apprentice A", "Bea A", "Cat A"]),
        ("?show=behind", ["Apprentice A", "Cat A"]),
    ):
        assert names(caseload(pages, world, query)) == order, query
    page = caseload(pages, world)
    assert "3 apprentices, 2 of them behind" in page.text
    assert page.links()["furthest behind"] == "/caseload?sort=behind"


def test_a_choice_survives_the_other_one(pages, world):
    page = caseload(pages, world, "?sort=activity&show=behind")

    assert page.links()["furthest behind"] == "/caseload?sort=behind&show=behind"
    assert page.links()["Running"] == "/caseload?sort=activity"


def test_ended_enrolments_are_shown_when_they_are_asked_for(pages, world):
    enrolling.end_enrolment(
        world.administrator, world.enrolment_id, ended_on=START, reason="Left.", at=TUESDAY
    )

    assert "No apprentices yet" in caseload(pages, world).text
    page = caseload(pages, world, "?show=all")
    assert names(page) == ["Apprentice A"]
    assert "Ended" in page.text


def test_when_nobody_is_behind_the_filter_says_so(pages, world):
    for code in ("K1", "K2"):
        decide(world, make_evidence(world, claims=[code]), met(code), sign_offs={code: ""})

    assert "Nobody is behind" in caseload(pages, world, "?show=behind").text


def test_an_employer_sees_their_apprentices_and_prints_portfolios(pages, world):
    page = pages.sign_in(world.people["line_manager"].person_id).get("/apprentices")

    assert names(page) == ["Apprentice A"]
    link = page.links()["Print portfolio of Apprentice A"]
    assert link == f"/enrolments/{world.enrolment_id}/portfolio"


def test_whoever_stands_beside_nobody_sees_nobody(pages, world):
    for name in ("other_assessor", "other_manager", "apprentice", "administrator"):
        pages.sign_in(world.people[name].person_id)
        for path in ("/caseload?show=all", "/apprentices?show=all"):
            assert names(pages.get(path)) == []


def test_a_caseload_costs_the_same_for_two_apprentices_and_for_seven(
    pages: Pages, world: World, count_statements: CountStatements
):
    def cost() -> int:
        with count_statements() as statements:
            caseload(pages, world)
        return len(statements)

    make_evidence(world)
    make_evidence(add_apprentice(world, "one", ULNS[0]))
    few = cost()
    for number, uln in enumerate(ULNS[1:]):
        make_evidence(add_apprentice(world, f"more{number}", uln))

    assert cost() == few
