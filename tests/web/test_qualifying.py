"""The administrator's page about an assessor's qualification, and the invitation form."""

from __future__ import annotations

import pytest

from kbstrack.db import db
from kbstrack.people import queries
from kbstrack.people.countersigners import qualification
from tests.builders import MONDAY, decide, make_evidence, met, not_yet_qualified


@pytest.fixture
def administrator(pages, world, now):
    """Who administrates the provider."""
    return pages.sign_in(world.people["administrator"].person_id)


def path(world, name="assessor"):
    return f"/people/{world.people[name].id}/qualification"


def present(world, name="assessor"):
    db.session.rollback()
    found = qualification(world.people[name].id)
    return (found.is_qualified, found.countersigner)


def test_the_persons_page_says_how_it_is_and_leads_to_the_change(administrator, world):
    page = administrator.get(f"/people/{world.people['assessor'].id}")

    assert "Yes: what they decide counts at once." in page.text
    assert path(world) in page.links().values()
    page = administrator.get(f"/people/{world.people['apprentice'].id}")
    assert "Qualified to assess" not in page.text


def test_an_assessor_is_marked_as_not_yet_qualified(administrator, world):
    other = world.people["other_assessor"].person_id

    page = administrator.submit(
        administrator.get(path(world)), {"standing": "not_yet", "countersigner_id": str(other)}
    )

    assert "Other Assessor A countersigns what they decide." in page.text
    assert present(world) == (False, "Other Assessor A")


def test_somebody_has_to_be_named_for_that(administrator, world):
    page = administrator.submit(administrator.get(path(world)), {"standing": "not_yet"}, status=422)

    assert page.errors == ["Select who countersigns what they decide."]
    assert present(world) == (True, None)


def test_the_mark_is_taken_away_and_the_name_stays_for_what_waits(administrator, world):
    not_yet_qualified(world)
    decide(world, make_evidence(world), met("K1"), at=MONDAY)

    page = administrator.submit(administrator.get(path(world)), {"standing": "qualified"})

    assert "Other Assessor A countersigns what still waits." in page.text
    assert present(world) == (True, "Other Assessor A")


def test_nobody_is_not_offered_while_something_waits(administrator, world):
    not_yet_qualified(world)

    def offered():
        page = administrator.get(path(world))
        return page.html.xpath("//select[@name='countersigner_id']/option/text()")

    assert "Nobody" in offered()
    decide(world, make_evidence(world), met("K1"), at=MONDAY)
    assert offered() == ["Other Assessor A"]
    page = administrator.submit(
        administrator.get(path(world)), {"countersigner_id": ""}, status=422
    )
    assert page.errors


def test_a_countersigner_is_told_for_whom_they_are_needed(administrator, world):
    not_yet_qualified(world)
    other = world.people["other_assessor"]

    page = administrator.get(path(world, "other_assessor"))
    assert "Other Assessor A countersigns for Assessor A." in page.text
    page = administrator.submit(administrator.get(f"/people/{other.id}/end"), status=422)

    assert page.errors == [
        "Other Assessor A countersigns for Assessor A, so they can't be ended yet: "
        "name somebody else on that person's page first."
    ]


def test_a_page_from_before_another_change_keeps_what_was_chosen(administrator, world):
    page = administrator.get(path(world))
    not_yet_qualified(world)

    page = administrator.submit(page, {"standing": "qualified"}, status=409)

    assert "Somebody changed this while you were writing." in page.text
    assert present(world) == (False, "Other Assessor A")


def test_somebody_is_invited_as_not_yet_qualified(administrator, world):
    page = administrator.submit(
        administrator.get("/people/new"),
        {
            "name": "Bethan Rees",
            "email": "bethan@a.example",
            "roles": ["assessor"],
            "countersigner_id": str(world.people["assessor"].person_id),
        },
    )

    assert "Assessor A countersigns what they decide." in page.text
    rows = {row.name: row for row in queries.members(world.provider_id)}
    assert qualification(rows["Bethan Rees"].id).countersigner == "Assessor A"


def test_only_assessors_have_the_page_and_only_for_administrators(pages, administrator, world):
    administrator.get(path(world, "apprentice"), status=404)
    for name in ("assessor", "apprentice", "line_manager"):
        pages.sign_in(world.people[name].person_id)
        pages.get(path(world), status=404)
