"""The page about the portfolio, and what its file is called."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kbstrack import current
from kbstrack.assessment import service, signing
from kbstrack.portfolio.naming import file_name
from kbstrack.web.portfolio import say_duration
from tests.builders import TUESDAY, World, decide, make_draft, make_evidence, met
from tests.pages import Page, Pages

pytestmark = pytest.mark.usefixtures("now")


def portfolio(pages: Pages, world: World, name: str = "apprentice") -> Page:
    pages.sign_in(world.people[name].person_id)
    return pages.get(f"/enrolments/{world.enrolment_id}/portfolio")


def sign_offs_on(page: Page) -> str:
    """What the page says of sign-offs."""
    return page.html.xpath("string(//dt[.='Sign-offs']/following-sibling::dd)").strip()


def test_the_page_says_what_is_in_the_portfolio_what_is_not_and_what_waits(pages, world):
    decide(world, make_evidence(world), met("K1"), sign_offs={"K1": ""})
    make_evidence(world, title="Still waits")
    taken_back = make_evidence(world)
    service.withdraw_evidence(world.apprentice, taken_back, version_number=1, reason="", at=TUESDAY)
    make_draft(world)

    page = portfolio(pages, world)

    for words in (
        "KSBs met 1 of 5",
        "Evidence 2 pieces, 1 accepted",
        "Waiting for a decision E2 Still waits",
        "drafts: you have 1, and only you can see it",
        "withdrawn evidence: 1 piece",
        "Making it takes about 10 seconds",
    ):
        assert words in page.text, words
    assert "you have" not in portfolio(pages, world, "assessor").text


def test_sign_offs_that_stand_are_counted_apart_from_those_that_were_reopened(pages, world):
    decide(
        world,
        make_evidence(world, claims=["K1", "K2"]),
        met("K1"),
        met("K2"),
        sign_offs={"K1": "", "K2": ""},
    )
    assert sign_offs_on(portfolio(pages, world)) == "2"
    signing.reopen(
        world.assessor, world.enrolment_id, "K1", round=1, reason="Not his own.", at=TUESDAY
    )

    assert sign_offs_on(portfolio(pages, world)) == "1, and 1 that was reopened"


def test_an_empty_portfolio_is_said_to_be_empty(pages, world):
    assert "No evidence has been submitted yet" in portfolio(pages, world).text


def test_everybody_who_stands_beside_the_enrolment_can_open_the_page(pages, world):
    for name in ("apprentice", "assessor", "line_manager", "administrator"):
        assert "Make the PDF" in portfolio(pages, world, name).text


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Amara Nwosu-Bell", "Portfolio-Amara-Nwosu-Bell-ST0321-2026-11-22.pdf"),
        (" A / B \\ C ", "Portfolio-A-B-C-ST0321-2026-11-22.pdf"),
        ("محمد علي", "Portfolio-محمد-علي-ST0321-2026-11-22.pdf"),
    ],
)
def test_the_file_is_named_for_the_person_the_standard_and_the_day(name, expected):
    assert file_name(name, "ST0321", date(2026, 11, 22)) == expected


@pytest.mark.parametrize(
    ("pieces", "duration"),
    [(0, "10 seconds"), (16, "10 seconds"), (22, "20 seconds"), (60, "40 seconds"),
     (117, "1 minute"), (200, "2 minutes")],
)  # fmt: skip
def test_how_long_it_takes_is_said_with_room_to_spare(pieces, duration):
    assert say_duration(pieces) == duration


def test_the_page_says_whether_office_documents_are_printed(pages, world, app):
    off = portfolio(pages, world).text
    settings = app.extensions[current.SETTINGS]
    app.extensions[current.SETTINGS] = replace(settings, office="yes")

    on = portfolio(pages, world).text

    assert "the contents of office documents, sound and film: they are listed" in off
    assert "as LibreOffice lays them out" not in off
    assert "and of its office documents as LibreOffice lays them out" in on
    assert "sound and film: they are listed, and attached to the PDF unless they are large" in on
