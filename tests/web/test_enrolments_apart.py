"""What keeps training providers apart on the pages about enrolments, and everybody else out."""

from __future__ import annotations

import pytest

from kbstrack.access import OPERATOR, Role
from kbstrack.people import enrolment_queries
from kbstrack.people import service as people
from tests.builders import MONDAY, TUESDAY, make_world


@pytest.fixture
def admin(pages, world, now):
    """The provider's administrator, looking at pages."""
    return pages.sign_in(world.people["administrator"].person_id)


@pytest.fixture
def other(world):
    """Another training provider on the same instance."""
    return make_world(mark="b", ukprn="10000002", uln="9000000024")


def apprentice(world, name="Zoë Quinn"):
    return people.invite_person(
        OPERATOR,
        world.provider_id,
        name=name,
        email=f"{name.split()[0].lower()}@z.example",
        roles={Role.APPRENTICE: None},
        at=MONDAY,
    )


def filled(world, person):
    """What is typed and chosen to enrol somebody."""
    return {
        "apprentice_id": str(person.person_id),
        "uln": "9276308686",
        "standard": "ST9999 1.0",
        "start_on": ["2", "3", "2026"],
        "planned_end_on": ["1", "March", "2027"],
        "assessor_id": str(world.people["assessor"].person_id),
        "line_manager_id": str(world.people["other_manager"].person_id),
    }


def url(world, page=""):
    return f"/enrolments/{world.enrolment_id}/details{page}"


def test_another_providers_enrolments_are_not_there(admin, other):
    for page in ("", "/change", "/assessor", "/employer", "/end"):
        admin.get(url(other, page), status=404)
    token = admin.get("/enrolments/new").value_of("csrf_token")
    for page in ("/change", "/assessor", "/employer", "/end", "/resume"):
        admin.post(url(other, page), {"csrf_token": token}, status=404)
    admin.get(f"/enrolments?provider={other.provider_id}", status=404)
    admin.get(f"/enrolments/new?provider={other.provider_id}", status=404)
    assert "1 enrolment" in admin.get("/enrolments").text
    assert "Nothing found" in admin.get("/enrolments?text=9000000024").text


def test_no_list_to_choose_from_names_another_providers_people(admin, world, other):
    for path in ("/enrolments/new", url(world, "/assessor"), url(world, "/employer")):
        page = admin.get(path)
        assert " B" not in page.text
        for member in other.people.values():
            assert str(member.person_id) not in page.response.text


def test_another_providers_people_and_ulns_cannot_be_used_or_found_out(admin, world, other):
    person = apprentice(world)
    form = admin.get("/enrolments/new")
    sent = {name: form.value_of(name) for name in ("csrf_token", "key")}

    given = filled(world, person) | {"assessor_id": str(other.people["assessor"].person_id)}
    refused = admin.post("/enrolments/new", sent | given, status=422)
    assert refused.errors == ["Select one of the answers shown"]

    page = admin.submit(form, filled(world, person) | {"uln": "9000000024"})
    assert "Zoë Quinn is enrolled" in page.text, "what another provider has is no reason"


def test_who_stands_beside_an_enrolment_cannot_change_it(pages, world):
    for role in ("apprentice", "assessor", "line_manager"):
        pages.sign_in(world.people[role].person_id)
        pages.get("/enrolments", status=404)
        pages.get("/enrolments/new", status=404)
        for page in ("", "/change", "/assessor", "/employer", "/end"):
            pages.get(url(world, page), status=403)
    pages.sign_in(world.people["other_assessor"].person_id)
    pages.get(url(world), status=404)


def test_a_former_administrator_is_out_at_once(admin, world):
    form = admin.get(url(world, "/end"))
    people.invite_person(
        OPERATOR,
        world.provider_id,
        name="New",
        email="new@a.example",
        roles={Role.ADMINISTRATOR: None},
        at=MONDAY,
    )
    people.end_member(OPERATOR, world.people["administrator"].id, at=TUESDAY)

    refused = admin.submit(form, {"reason": "Spite"}, status=409)
    assert "no longer there for you" in refused.text
    assert enrolment_queries.enrolment(world.enrolment_id).ended_on is None
