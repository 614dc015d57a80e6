"""The first page, for whatever a person is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from kbstrack.access import Role
from kbstrack.assessment.redeciding import reopen_decision
from kbstrack.assessment.signing import sign_off
from kbstrack.people import enrolling
from kbstrack.people import service as people
from tests.assessment.countersigned import decision_on
from tests.builders import (
    MONDAY,
    START,
    THURSDAY,
    TUESDAY,
    World,
    decide,
    make_draft,
    make_evidence,
    make_member,
    make_world,
    met,
    not_yet_met,
    proved,
)
from tests.conftest import CountStatements
from tests.pages import Page, Pages

pytestmark = pytest.mark.usefixtures("now")


def home(pages: Pages, world: World, name: str) -> Page:
    return pages.sign_in(world.people[name].person_id).get("/")


def main_button(page: Page) -> str:
    """What the one button says that is not a secondary one."""
    (button,) = page.html.xpath(
        "//main//a[@role='button'][not(contains(@class, 'govuk-button--secondary'))]"
    )
    return button.text_content().strip()


def test_nobody_is_sent_to_sign_in(pages):
    assert pages.get("/", status=303, follow=False).location == "/sign-in"


def test_a_new_apprentice_is_told_the_first_steps(pages, world):
    page = home(pages, world, "apprentice")

    assert "Your first steps" in page.text
    assert page.links()["Add evidence"] == f"/enrolments/{world.enrolment_id}/evidence/new"
    assert page.links()["the 5 KSBs of your standard"] == f"/enrolments/{world.enrolment_id}/ksbs"


def test_an_apprentice_finds_what_came_back_first_with_its_day_and_feedback(pages, world):
    make_draft(world, title="A begun piece")
    make_evidence(world, title="A waiting piece")
    returned = make_evidence(world, title="A returned piece", claims=["K2"])
    decide(world, returned, not_yet_met("K2", "Say which cloth you took."))

    page = home(pages, world, "apprentice")

    assert "K2: Say which cloth you took." in page.text
    assert "By 20 March 2026" in page.text
    assert page.links()["E2 A returned piece"] == f"/evidence/{returned}"
    order = ["A returned piece", "A begun piece", "A waiting piece"]
    assert sorted(order, key=page.text.index) == order


def test_what_waits_again_says_when_it_was_submitted(pages, world):
    piece = make_evidence(world, claims=["K1"], at=MONDAY)
    decide(world, piece, met("K1"), at=TUESDAY)
    decision = decision_on(piece)
    reopen_decision(world.assessor, decision.id, reason="Look again.", at=THURSDAY)

    page = home(pages, world, "apprentice")

    assert "With your assessor" in page.text
    assert "K1, submitted 2 March 2026" in page.text


def test_an_apprentice_finds_the_three_pieces_decided_last_with_what_was_written(pages, world):
    pieces = [make_evidence(world, title=f"Piece {number}") for number in range(1, 6)]
    for day, piece in enumerate(pieces[:4]):
        at = TUESDAY + timedelta(days=day)
        decide(world, piece, met("K1", f"Good work {day}.\nAll of it."), at=at)
    decide(world, pieces[4], not_yet_met("K1"), at=TUESDAY + timedelta(days=9))

    page = home(pages, world, "apprentice")

    news = page.html.xpath("//h2[.='Decided lately']/following-sibling::ul[1]")[0]
    rows = [" ".join(row.text_content().split()) for row in news]
    assert rows == [
        "E4 Piece 4 K1, decided 6 March 2026 Good work 3. Accepted",
        "E3 Piece 3 K1, decided 5 March 2026 Good work 2. Accepted",
        "E2 Piece 2 K1, decided 4 March 2026 Good work 1. Accepted",
    ]
    assert page.links()["E4 Piece 4"] == f"/evidence/{pieces[3]}"


def test_nothing_is_called_decided_before_anything_is(pages, world):
    make_evidence(world)

    assert "Decided lately" not in home(pages, world, "apprentice").text


def test_an_action_whose_day_has_passed_says_so(pages, world, now):
    decide(world, make_evidence(world), not_yet_met("K1"))
    now.shift(60 * 60 * 24 * 30)

    assert "this day has passed" in home(pages, world, "apprentice").text


def test_an_apprentice_with_nothing_open_is_told_so(pages, world):
    decide(world, make_evidence(world), met("K1"), sign_offs={"K1": ""})

    page = home(pages, world, "apprentice")

    assert "Nothing is waiting for you" in page.text
    assert "4 KSBs are not met yet" in page.text


def test_an_apprentice_whose_ksbs_are_all_met_finds_the_portfolio_first(pages, world):
    codes = ["K1", "K2", "S1", "S2", "B1"]
    before = home(pages, world, "apprentice")
    decide(
        world,
        make_evidence(world, claims=codes),
        *(met(code) for code in codes),
        sign_offs=dict.fromkeys(codes[:-1], "It is enough."),
    )
    sign_off(
        world.line_manager,
        world.enrolment_id,
        "B1",
        reason="It is enough.",
        is_declared=True,
        proof=proved(TUESDAY),
        at=TUESDAY,
    )

    after = home(pages, world, "apprentice")

    assert main_button(before) == "Add evidence"
    assert main_button(after) == "Download portfolio"
    assert "Add evidence" in after.links()


def test_an_ended_apprentice_reads_on_but_adds_nothing(pages, world):
    enrolling.end_enrolment(
        world.administrator, world.enrolment_id, ended_on=START, reason="Left.", at=TUESDAY
    )

    page = home(pages, world, "apprentice")

    assert "Your enrolment ended on 1 September 2025" in page.text
    assert "Add evidence" not in page.links()


def test_an_apprentice_without_an_enrolment_is_told_what_happens_next(pages, world):
    newcomer = make_member(world.provider_id, "newcomer", Role.APPRENTICE)

    page = pages.sign_in(newcomer.person_id).get("/")

    assert "You are not enrolled yet" in page.text


def test_an_assessor_finds_the_oldest_five_of_the_queue_and_the_way_to_all(pages, world):
    for number in range(1, 7):
        make_evidence(world, title=f"Piece number {number}", at=MONDAY + timedelta(minutes=number))

    page = home(pages, world, "assessor")

    assert "E5 Piece number 5" in page.links()
    assert "E6 Piece number 6" not in page.links()
    assert page.links()["See all 6 pieces in your queue"] == "/queue"
    assert "For 1 day" in page.text


def test_an_assessor_sees_in_words_who_is_behind(pages, world):
    page = home(pages, world, "assessor")

    assert "1 apprentice, 1 of them behind" in page.text
    assert "Nothing waits: you have decided on everything" in page.text
    assert page.links()["Apprentice A"] == f"/enrolments/{world.enrolment_id}"


def test_an_assessor_without_apprentices_is_told_so(pages, world):
    assert "No apprentices yet" in home(pages, world, "other_assessor").text


def test_a_line_manager_finds_their_apprentices_and_the_portfolio(pages, world):
    page = home(pages, world, "line_manager")

    assert "Apprentice A" in page.links()
    link = page.links()["Print portfolio of Apprentice A"]
    assert link == f"/enrolments/{world.enrolment_id}/portfolio"
    assert "No apprentices yet" in home(pages, world, "other_manager").text


def test_an_administrator_finds_figures_and_who_is_behind(pages, world):
    make_world(ukprn="10000002", uln="9000000024", mark="b")

    page = home(pages, world, "administrator")

    figures = page.html.xpath("//*[@class='app-card__figure']/text()")
    assert figures == [str(len(world.people)), "1", "1"]
    (heading,) = page.html.xpath(f"//*[@id='{page.links()['Behind'].removeprefix('#')}']")
    assert heading.text_content() == "Apprentices who are behind, furthest first"
    assert "Apprentice A" in page.text
    assert "Apprentice B" not in page.text


def test_the_first_page_costs_the_same_for_few_pieces_and_for_many(
    app: Flask, pages: Pages, world: World, count_statements: CountStatements
):
    def cost() -> int:
        with count_statements() as statements:
            home(pages, world, "apprentice")
        return len(statements)

    for _ in range(2):
        decide(world, make_evidence(world), not_yet_met("K1"))
        decide(world, make_evidence(world), met("K1"))
        make_draft(world)
    few = cost()
    for _ in range(8):
        decide(world, make_evidence(world), not_yet_met("K1"))
        decide(world, make_evidence(world), met("K1"))
        make_draft(world)

    assert cost() == few


def test_somebody_who_holds_several_roles_finds_all_their_parts(pages, world):
    person = world.people["assessor"]
    people.change_member(
        world.administrator,
        person.id,
        name=person.name,
        email=person.email,
        roles={Role.ASSESSOR: None, Role.ADMINISTRATOR: None},
        revision=person.revision,
        at=TUESDAY,
    )
    page = pages.sign_in(person.person_id).get("/")

    assert "Your caseload" in page.text
    assert "Running enrolments" in page.text


def test_somebody_who_was_ended_is_told_whom_to_ask(pages, world):
    people.end_member(world.administrator, world.people["other_assessor"].id, at=TUESDAY)

    page = home(pages, world, "other_assessor")

    assert "You have no role here at the moment" in page.text
    assert "Ask your training provider" in page.text


@pytest.mark.parametrize(
    ("name", "address", "place"),
    [
        ("apprentice", "/enrolments/{enrolment}/ksbs", "My KSBs"),
        ("apprentice", "/evidence/{piece}", "My evidence"),
        ("assessor", "/evidence/{piece}/review", "Queue"),
        ("assessor", "/enrolments/{enrolment}/ksbs/K1", "Caseload"),
        ("administrator", "/enrolments/{enrolment}/ksbs", "Enrolments"),
    ],
)
def test_the_navigation_shows_where_a_page_belongs(pages, world, name, address, place):
    piece = make_evidence(world)
    pages.sign_in(world.people[name].person_id)

    page = pages.get(address.format(enrolment=world.enrolment_id, piece=piece))

    marked = page.html.xpath("//nav[@aria-label='Main']//a[@aria-current]")
    assert [link.text_content() for link in marked] == [place]
