"""Printing a whole class: whose portfolios are made, and what was asked for before."""

from __future__ import annotations

import uuid

import pytest

from kbstrack import clock
from kbstrack.access import OPERATOR
from kbstrack.jobs import queries
from kbstrack.people import enrolling
from kbstrack.portfolio import class_parts
from kbstrack.web import classes
from tests.builders import MONDAY, TUESDAY, make_world
from tests.pages import Pages
from tests.portfolio.classmates import classmates, enrol
from tests.web.picking import PICK, asked_ids, class_of, make_all, press_all, tick


@pytest.fixture
def admin(pages, world, now):
    """The provider's administrator, looking at pages."""
    return pages.sign_in(world.people["administrator"].person_id)


def test_pressed_twice_it_is_one_job(admin, world):
    assert class_of(press_all(admin)) == class_of(press_all(admin))


def test_only_those_ticked_are_made(admin, world):
    mates = classmates(world, 3)

    page = tick(admin, admin.get(PICK), mates[1:])

    assert asked_ids(page) == [str(id_) for id_ in mates[1:]]


def test_all_that_are_found_are_made_also_those_on_other_pages(admin, world):
    mates = classmates(world, 55)
    ended = enrol(world, "Classmate 99", 99)
    enrolling.end_enrolment(
        OPERATOR, ended, ended_on=MONDAY.date(), reason="Moved away", at=TUESDAY
    )
    second = admin.get(f"{PICK}?text=classmate&state=running&page=2")
    assert "Page 2 of 2" in second.text

    page = press_all(admin, f"{PICK}?text=classmate&state=running&page=2")

    assert asked_ids(page) == [str(id_) for id_ in mates]
    assert "Classmate 01, Classmate 02 and 53 more" in page.text


def test_without_a_tick_the_page_says_so_and_keeps_the_filters(admin, world):
    enrol(world, "Bea", 1, standard="ST0321 1.0")

    page = tick(admin, admin.get(f"{PICK}?standard=ST0321+1.0"), [], status=422)

    assert page.errors == ["Select at least one apprentice"]
    assert page.title.startswith("Error:")
    assert page.html.xpath("//label[contains(@class, 'checkboxes')]/text()") == ["Bea"]
    assert not queries.is_any_free(clock.now())


def test_more_than_fit_into_one_zip_are_refused_and_the_ticks_stay(admin, world, monkeypatch):
    mates = classmates(world, 3)
    monkeypatch.setattr(class_parts, "MOST", 2)
    monkeypatch.setattr(classes, "MOST", 2)

    page = tick(admin, admin.get(PICK), mates, status=422)

    assert page.errors == [
        "3 portfolios are too many for one ZIP: it holds 2 at most. "
        "Narrow the list, and make several."
    ]
    assert page.html.xpath("//input[@name='enrolments'][@checked]/@value") == [
        str(id_) for id_ in mates
    ]
    assert "narrow the list to make all that are found" in page.text
    data = {"csrf_token": page.value_of("csrf_token"), "all": "yes"}
    assert "4 portfolios are too many" in admin.post(PICK, data, status=422).errors[0]


def test_what_is_not_there_or_anothers_is_refused_as_not_there(admin, world):
    other = make_world(ukprn="10000002", uln="9000000024", mark="b")
    token = admin.get(PICK).value_of("csrf_token")

    for id_ in (other.enrolment_id, uuid.uuid4()):
        data = {"csrf_token": token, "enrolments": [str(world.enrolment_id), str(id_)]}
        admin.post(PICK, data, status=404)
    data = {"csrf_token": token, "enrolments": "not-an-id"}
    assert admin.post(PICK, data, status=422).errors == ["Select one of the answers shown"]

    assert not queries.is_any_free(clock.now())


def test_an_old_page_is_told_so_and_keeps_its_ticks(admin, world):
    data = {"enrolments": str(world.enrolment_id)}

    page = admin.post(PICK, data, status=422)

    assert "had been open for a long time" in page.errors[0]
    assert page.html.xpath("//input[@name='enrolments']/@checked") == ["checked"]


def test_what_was_asked_for_before_is_found_again(admin, world, now):
    page = press_all(admin)
    assert "1 portfolio, 3 March 2026 at 9:30am: waiting" in admin.get(PICK).text
    make_all()

    listed = admin.get(PICK)

    assert "1 portfolio, 3 March 2026 at 9:30am: ready" in listed.text
    assert page.path in listed.links().values()
    other = make_world(ukprn="10000002", uln="9000000024", mark="b")
    elsewhere = Pages(admin.app).sign_in(other.people["administrator"].person_id)
    assert "Asked for before" not in elsewhere.get(PICK).text


def test_the_list_asks_the_database_no_more_for_more(admin, world, count_statements):
    classmates(world, 4)
    press_all(admin)
    with count_statements() as few:
        admin.get(PICK)
    for number in range(5, 50):
        enrol(world, f"Classmate {number:02}", number)
    press_all(admin)
    with count_statements() as many:
        page = admin.get(PICK)

    assert "Make all 50 portfolios found" in page.text
    assert len(many) == len(few)


def test_an_empty_provider_and_a_filter_without_a_match_say_what_to_do(admin, world):
    assert "Nothing found" in admin.get(f"{PICK}?text=zebra").text
    assert "Make the one portfolio found" in admin.get(PICK).text


def test_the_list_of_enrolments_leads_there_with_its_filters(admin, world):
    link = admin.get("/enrolments?text=apprentice").links()["print several portfolios"]

    assert link == f"{PICK}?text=apprentice"
    assert admin.get(link).value_of("text") == "apprentice"
