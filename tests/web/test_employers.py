"""The administrator's pages about employers and the training provider itself."""

from __future__ import annotations

import pytest

from kbstrack.access import OPERATOR, Role
from kbstrack.people import enrolling, queries
from kbstrack.people import service as people
from tests.builders import MONDAY, TUESDAY, make_member, make_world


@pytest.fixture
def admin(pages, world, now):
    """The provider's administrator, looking at pages."""
    return pages.sign_in(world.people["administrator"].person_id)


@pytest.fixture
def other(world):
    """Another training provider on the same instance."""
    return make_world(mark="b", ukprn="10000002", uln="9000000024")


def test_an_employer_is_added_once_however_often_the_form_is_sent(admin, world):
    form = admin.get("/employers/new")
    page = admin.submit(form, {"name": "Kestrel Ltd"})
    admin.submit(form, {"name": "Kestrel Ltd"})

    assert page.heading == "Employers"
    assert "Kestrel Ltd is added" in page.text
    invite = admin.get(page.links()["Now invite a line manager there"])
    assert invite.heading == "Invite a person"
    assert invite.html.xpath("//input[@value='employer']/@checked")
    chosen = invite.html.xpath("//select[@name='employer_id']/option[@selected]")
    assert [option.text_content().strip() for option in chosen] == ["Kestrel Ltd"]
    names = [row.name for row in queries.employers(world.provider_id)]
    assert names == ["Employer A", "Kestrel Ltd"]


def test_an_employers_name_is_free_or_refused_with_what_was_typed(admin):
    form = admin.get("/employers/new")

    page = admin.submit(form, {"name": "EMPLOYER A"}, status=422)
    assert page.errors == ["There is an employer called EMPLOYER A already."]
    assert page.value_of("name") == "EMPLOYER A"
    assert admin.submit(form, {"name": ""}, status=422).errors == ["Enter the employer's name"]


def test_an_employer_is_renamed_and_two_who_rename_at_once_are_told(admin, world):
    form = admin.get(f"/employers/{world.employer_id}/change")
    people.change_employer(OPERATOR, world.employer_id, name="Kestrel", revision=1)

    page = admin.submit(form, {"name": "Merlin"}, status=409)

    assert "Employer's name: Kestrel" in page.text
    assert page.value_of("name") == "Merlin"
    assert "Merlin" in admin.submit(page).text


def test_an_ended_employer_is_shown_on_request_and_comes_back(admin, world):
    form = admin.get(f"/employers/{world.employer_id}/end")
    page = admin.submit(form)
    assert "No employers yet" in page.text

    page = admin.submit(admin.get("/employers?ended=yes"), button="Bring back")
    assert "Employer A is back" in page.text


def test_an_employer_that_has_ended_is_offered_to_nobody(admin, world):
    people.end_employer(OPERATOR, world.employer_id, at=TUESDAY)

    assert "Employer A" not in admin.get("/people/new").text
    assert "a line manager at an employer" in admin.get("/enrolments/new").links()
    assert "Employer A" not in (
        admin.get(f"/enrolments/{world.enrolment_id}/details/employer").html.xpath(
            "string(//select)"
        )
    )


def test_the_list_of_employers_asks_the_database_no_more_for_more(admin, world, count_statements):
    with count_statements() as few:
        admin.get("/employers")
    for number in range(20):
        people.create_employer(OPERATOR, world.provider_id, name=f"Firm {number}", at=MONDAY)
    with count_statements() as many:
        admin.get("/employers")

    assert len(many) == len(few)


def test_the_providers_name_and_ukprn_are_changed(admin, world):
    form = admin.get(f"/providers/{world.provider_id}/change")

    page = admin.submit(form, {"ukprn": "1234"}, status=422)
    assert page.errors == ["Enter the UKPRN: 8 digits, for example 10012345."]
    page = admin.submit(page, {"name": "Wren Training", "ukprn": "10000009"})

    assert page.heading == "Training provider"
    assert "Wren Training" in page.text
    page = admin.submit(form, {"name": "Older"}, status=409)
    assert "UKPRN: 10000009" in page.text


@pytest.mark.parametrize(
    ("address", "empty"),
    [("/employers", "No employers yet"), ("/enrolments", "No enrolments yet")],
)
def test_where_nothing_is_listed_yet_there_is_nothing_to_filter(pages, now, address, empty):
    provider = people.create_provider(OPERATOR, name="Wren", ukprn="10000009", at=MONDAY)
    admin = make_member(provider.id, "newcomer", Role.ADMINISTRATOR)

    page = pages.sign_in(admin.person_id).get(address)

    assert empty in page.text
    assert not page.html.xpath("//main//form")


def test_an_employer_that_has_ended_can_still_be_asked_for(admin, world):
    people.end_employer(OPERATOR, world.employer_id, at=TUESDAY)

    page = admin.get("/employers")

    assert "No employers yet" in page.text
    assert "Employer A" in admin.submit(page, {"ended": True}).text


def test_a_second_provider_is_added_and_can_be_chosen(admin, world):
    form = admin.get("/providers/new")
    page = admin.submit(form, {"name": "Wren Training", "ukprn": "10000009"})
    admin.submit(form, {"name": "Wren Training", "ukprn": "10000009"})

    assert page.heading == "Training providers"
    assert len(queries.providers()) == 2
    assert "1 person" in admin.get("/people").text, "the new one is chosen"
    assert "No enrolments yet" in admin.get("/enrolments").text
    assert "an apprentice" in admin.get("/enrolments/new").links()
    page = admin.submit(admin.get("/enrolments"), {"provider": str(world.provider_id)})
    assert "1 enrolment" in page.text


def test_a_ukprn_that_is_taken_is_refused_without_saying_by_whom(admin, other):
    page = admin.submit(
        admin.get("/providers/new"), {"name": "Mine", "ukprn": "10000002"}, status=422
    )

    assert page.errors == ["The UKPRN 10000002 is already in use here."]
    assert "Provider B" not in page.whole_text


def test_a_provider_ends_only_without_running_enrolments(admin, world):
    form = admin.get(f"/providers/{world.provider_id}/end")
    page = admin.submit(form, status=422)
    assert page.errors == ["End the running enrolments first: there are 1."]

    enrolling.end_enrolment(
        OPERATOR, world.enrolment_id, ended_on=MONDAY.date(), reason="Closed", at=TUESDAY
    )
    admin.submit(form, status=303, follow=False)
    admin.get("/people", status=404)


def test_another_providers_employers_and_names_are_not_there(admin, other):
    for path in ("change", "end"):
        admin.get(f"/employers/{other.employer_id}/{path}", status=404)
        admin.get(f"/providers/{other.provider_id}/{path}", status=404)
    token = admin.get("/employers/new").value_of("csrf_token")
    for path in (
        f"/employers/{other.employer_id}/change",
        f"/employers/{other.employer_id}/end",
        f"/employers/{other.employer_id}/bring-back",
        f"/providers/{other.provider_id}/change",
        f"/providers/{other.provider_id}/end",
    ):
        admin.post(path, {"csrf_token": token}, status=404)
    admin.get(f"/employers?provider={other.provider_id}", status=404)
    admin.get(f"/provider?provider={other.provider_id}", status=404)
    for path in ("/employers?ended=yes", "/provider"):
        assert " B" not in admin.get(path).text


def test_the_same_employers_name_at_another_provider_makes_no_difference(admin, other):
    page = admin.submit(admin.get("/employers/new"), {"name": "Employer B"})

    assert "Employer B is added" in page.text


@pytest.mark.parametrize("role", ["apprentice", "assessor", "line_manager"])
def test_nobody_but_administrators_finds_these_pages(pages, world, role):
    pages.sign_in(world.people[role].person_id)

    for path in ("/employers", "/employers/new", "/provider", "/providers/new"):
        pages.get(path, status=404)
    pages.get(f"/employers/{world.employer_id}/change", status=404)
    pages.get(f"/providers/{world.provider_id}/end", status=404)
