"""The administrator's pages about people: list, invitation, change, end, return."""

from __future__ import annotations

import pytest

from kbstrack.access import OPERATOR, Role
from kbstrack.people import accounts, queries
from kbstrack.people import service as people
from tests.builders import MONDAY, TUESDAY


@pytest.fixture
def admin(pages, world, now):
    """The provider's administrator, who has signed in before, looking at pages."""
    accounts.note_sign_in(world.people["administrator"].person_id, at=MONDAY)
    return pages.sign_in(world.people["administrator"].person_id)


def invite(admin, status=303, **fields):
    given = {"name": "Ivy Lane", "email": "ivy@a.example", "roles": ["assessor"]}
    return admin.submit(admin.get("/people/new"), given | fields, status=status, follow=False)


def test_the_list_shows_names_roles_and_whether_they_came(admin, world, mailbox):
    page = admin.get("/people")

    assert page.heading == "People"
    assert "6 people" in page.text
    assert "Line manager at Employer A" in page.text
    assert "Invited 2 March 2026, not signed in yet" in page.text
    assert "Training provider" not in page.text, "with one provider nothing is asked"


def test_somebody_who_signed_in_has_joined(admin, world):
    accounts.note_sign_in(world.people["assessor"].person_id, at=TUESDAY)

    assert "Joined 3 March 2026" in admin.get("/people?role=assessor").text


def test_the_list_is_searched_and_filtered(admin):
    for query, found in {
        "text=ASSESSOR": "2 people",
        "text=line_manager@": "1 person",
        "role=employer": "2 people",
        "role=employer&text=other": "1 person",
        "role=nonsense": "6 people",
        "text=+&page=99999999999": "6 people",
    }.items():
        assert found in admin.get(f"/people?{query}").text, query


def test_a_search_that_finds_nobody_says_what_to_do(admin):
    page = admin.get("/people?text=zebra")

    assert "Nobody found" in page.text
    assert "Show everybody" in page.links()


def test_who_has_ended_is_shown_on_request_only(admin, world):
    people.end_member(OPERATOR, world.people["other_manager"].id, at=TUESDAY)

    assert "Other Manager A" not in admin.get("/people").text
    assert "Ended 3 March 2026" in admin.get("/people?ended=yes").text


def test_a_long_list_is_in_pages_and_asks_the_database_no_more(admin, world, count_statements):
    with count_statements() as few:
        admin.get("/people")
    for number in range(50):
        people.invite_person(
            OPERATOR,
            world.provider_id,
            name=f"Person {number:02}",
            email=f"p{number}@a.example",
            roles={Role.APPRENTICE: None},
            at=MONDAY,
        )

    with count_statements() as many:
        page = admin.get("/people")
    assert len(many) == len(few)
    assert "Page 1 of 2" in page.text
    assert "Person 49" in admin.get("/people?page=2").text


def test_an_invitation_is_queued_and_the_person_is_there(admin, mailbox):
    page = invite(admin)

    shown = admin.get(page.location)
    assert shown.heading == "Ivy Lane"
    assert "Ivy Lane is invited" in shown.text
    assert mailbox()[-1].recipient == "ivy@a.example"


def test_the_same_invitation_sent_twice_makes_one_person(admin, world):
    form = admin.get("/people/new")
    given = {"name": "Ivy Lane", "email": "ivy@a.example", "roles": ["assessor"]}

    first = admin.submit(form, given, status=303, follow=False)
    second = admin.submit(form, given, status=303, follow=False)

    assert first.location == second.location
    assert len(queries.members(world.provider_id)) == 7


def test_a_form_with_errors_keeps_what_was_typed(admin):
    page = invite(admin, email="ivy at home", status=422)

    assert page.errors == ["Enter an email address like name@example.org, without spaces."]
    assert page.value_of("name") == "Ivy Lane"
    assert page.value_of("email") == "ivy at home"


def test_an_empty_form_names_everything_at_once(admin):
    page = invite(admin, name="", email="", roles=[], status=422)

    assert page.errors == [
        "Enter the name",
        "Enter the email address",
        "Select at least one role",
    ]


def test_a_line_manager_needs_an_employer(admin, world):
    page = invite(admin, roles=["employer"], status=422)
    assert page.errors == ["Select the employer they work for."]

    page = invite(admin, roles=["employer"], employer_id=str(world.employer_id))
    assert "Line manager at Employer A" in admin.get(page.location).text


def test_an_address_that_is_here_already_is_refused_in_a_sentence(admin):
    page = invite(admin, email="assessor@a.example", status=422)

    assert "Assessor A is here already" in page.errors[0]


def test_the_invitation_can_be_sent_again_until_they_come(admin, world, mailbox):
    member = world.people["assessor"]
    page = admin.get(f"/people/{member.id}")

    admin.submit(page, button="Send the invitation again")
    assert [message.recipient for message in mailbox()].count("assessor@a.example") == 2

    accounts.note_sign_in(member.person_id, at=TUESDAY)
    refused = admin.submit(page, button="Send the invitation again", status=422)
    assert "They have signed in already" in refused.text


def test_name_roles_and_address_are_changed(admin, world, mailbox):
    member = world.people["other_assessor"]
    form = admin.get(f"/people/{member.id}/change")

    page = admin.submit(
        form, {"name": "Olu Ade", "email": "olu@a.example", "roles": ["assessor", "administrator"]}
    )

    assert page.heading == "Olu Ade"
    assert "olu@a.example" in page.text
    assert "Assessor, Administrator" in page.text
    assert mailbox()[-1].recipient == "olu@a.example"


def test_the_address_of_somebody_who_joined_is_theirs(admin, world):
    member = world.people["other_assessor"]
    accounts.note_sign_in(member.person_id, at=TUESDAY)
    form = admin.get(f"/people/{member.id}/change")

    assert "Only they can change that" in form.text
    assert not form.html.xpath("//input[@name='email']")
    assert admin.submit(form, {"name": "Olu Ade"}).heading == "Olu Ade"


def test_the_last_administrator_stays(admin, world):
    member = world.people["administrator"]

    page = admin.submit(
        admin.get(f"/people/{member.id}/change"), {"roles": ["assessor"]}, status=422
    )
    assert "needs at least one administrator" in page.errors[0]
    page = admin.submit(admin.get(f"/people/{member.id}/end"), status=422)
    assert "needs at least one administrator" in page.errors[0]


def test_two_who_change_at_once_do_not_overwrite_each_other(admin, world):
    member = world.people["other_assessor"]
    form = admin.get(f"/people/{member.id}/change")
    people.change_member(
        OPERATOR,
        member.id,
        name=member.name,
        email=member.email,
        roles={Role.ADMINISTRATOR: None},
        revision=member.revision,
        at=TUESDAY,
    )

    page = admin.submit(form, {"name": "Olu Ade"}, status=409)

    assert "Somebody changed this while you were writing" in page.errors[0]
    assert "Roles: Administrator" in page.text
    assert page.value_of("name") == "Olu Ade"
    assert admin.submit(page).heading == "Olu Ade", "the second time it is saved"


def test_ending_says_what_it_means_and_takes_the_access_at_once(admin, world):
    member = world.people["assessor"]
    form = admin.get(f"/people/{member.id}/end")
    assert "Apprentice A, ST9999" in form.text, "who is left without an assessor"

    page = admin.submit(form)

    assert "Assessor A has no access any more" in page.text
    assert queries.roles_of(member.person_id) == frozenset()


def test_who_has_ended_can_be_brought_back(admin, world):
    member = world.people["assessor"]
    people.end_member(OPERATOR, member.id, at=TUESDAY)

    page = admin.submit(admin.get(f"/people/{member.id}"), button="Bring back")

    assert "They are back" in page.text
    assert queries.roles_of(member.person_id) == {(world.provider_id, Role.ASSESSOR)}


def test_a_person_page_lists_the_enrolments_they_have_a_part_in(admin, world):
    assert "They assess it. Running." in admin.get(f"/people/{world.people['assessor'].id}").text
    page = admin.get(f"/people/{world.people['apprentice'].id}")
    assert "Their own apprenticeship. Running." in page.text
    assert "Enrol on a standard" in page.links()
    page = admin.get(f"/people/{world.people['other_assessor'].id}")
    assert "They have no part in any enrolment now." in page.text
