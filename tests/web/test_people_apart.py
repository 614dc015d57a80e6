"""What keeps training providers apart on the pages about people, and everybody else out."""

from __future__ import annotations

import uuid

import pytest

from kbstrack.access import OPERATOR, Role
from kbstrack.people import queries
from kbstrack.people import service as people
from tests.builders import MONDAY, make_world


@pytest.fixture
def admin(pages, world, now):
    """The provider's administrator, looking at pages."""
    return pages.sign_in(world.people["administrator"].person_id)


@pytest.fixture
def other(world):
    """Another training provider on the same instance."""
    return make_world(mark="b", ukprn="10000002", uln="9000000024")


@pytest.fixture
def both(pages, world, other, now):
    """Somebody who administrates both providers."""
    person = people.invite_person(
        OPERATOR,
        other.provider_id,
        name="Both",
        email="administrator@a.example",
        roles={Role.ADMINISTRATOR: None},
        at=MONDAY,
    )
    return pages.sign_in(person.person_id)


def invite(admin, status=303, **fields):
    given = {"name": "Ivy Lane", "email": "ivy@a.example", "roles": ["assessor"]}
    return admin.submit(admin.get("/people/new"), given | fields, status=status, follow=False)


@pytest.mark.parametrize("role", ["apprentice", "assessor", "line_manager"])
def test_nobody_but_administrators_finds_these_pages(pages, world, role):
    pages.sign_in(world.people[role].person_id)
    member = world.people["apprentice"].id

    for path in ("/people", "/people/new", f"/people/{member}", f"/people/{member}/end"):
        pages.get(path, status=404)


def test_another_providers_people_are_not_there(admin, other):
    member = other.people["assessor"]

    for path in ("", "/change", "/end"):
        admin.get(f"/people/{member.id}{path}", status=404)
    admin.get(f"/people/{uuid.uuid4()}", status=404)
    admin.get(f"/people?provider={other.provider_id}", status=404)
    admin.get("/people?provider=nonsense", status=404)
    assert "6 people" in admin.get("/people").text
    assert "@b.example" not in admin.get("/people?ended=yes").text
    assert "Employer B" not in admin.get("/people/new").text


def test_nothing_of_another_providers_people_can_be_sent(admin, other):
    member = other.people["assessor"]
    token = admin.get("/people/new").value_of("csrf_token")

    for path in ("change", "end", "invite", "bring-back"):
        admin.post(f"/people/{member.id}/{path}", {"csrf_token": token}, status=404)
    page = invite(admin, roles=["employer"], status=422)
    sent = {
        name: page.value_of(name)
        for name in ("csrf_token", "key", "name", "email", "countersigner_id")
    }
    refused = admin.post(
        "/people/new",
        sent | {"roles": "employer", "employer_id": str(other.employer_id)},
        status=422,
    )
    assert refused.errors == ["Select one of the answers shown"]


def test_an_administrator_of_two_providers_chooses_between_them(both, other):
    first = both.get("/people")
    assert "Assessor A" in first.text
    assert "Assessor B" not in first.text
    second = both.submit(first, {"provider": str(other.provider_id)}, button="Show")
    assert "Assessor B" in second.text
    assert "Assessor A" not in second.text
    assert "Assessor B" in both.get("/people").text, "the choice lasts"


def test_a_form_stays_with_its_provider_when_another_tab_chooses_another(both, world, other):
    form = both.get(f"/people/new?provider={world.provider_id}")
    both.get(f"/people?provider={other.provider_id}")

    both.submit(form, {"name": "Ivy", "email": "ivy@a.example", "roles": ["assessor"]})

    assert "Ivy" in [row.name for row in queries.members(world.provider_id)]


def test_an_address_known_to_another_provider_makes_no_difference(admin, other):
    page = invite(admin, email="assessor@b.example")

    shown = admin.get(page.location)
    assert "Ivy Lane is invited" in shown.text
    assert "Provider B" not in shown.whole_text
