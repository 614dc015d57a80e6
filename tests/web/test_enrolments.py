"""The administrator's pages about enrolments: list, enrolling, facts, replacing, ending."""

from __future__ import annotations

import pytest

from kbstrack.access import OPERATOR, Role
from kbstrack.people import enrolling, enrolment_queries
from kbstrack.people import service as people
from kbstrack.people.beside import Beside
from tests.builders import MONDAY, PLANNED_END, START, TUESDAY


@pytest.fixture
def admin(pages, world, now):
    """The provider's administrator, looking at pages."""
    return pages.sign_in(world.people["administrator"].person_id)


def apprentice(world, name="Zoë Quinn"):
    return people.invite_person(
        OPERATOR,
        world.provider_id,
        name=name,
        email=f"{name.split()[0].lower()}@z.example",
        roles={Role.APPRENTICE: None},
        at=MONDAY,
    )


def enrol(world, name, uln):
    return enrolling.enrol(
        OPERATOR,
        world.provider_id,
        apprentice_id=apprentice(world, name).person_id,
        uln=uln,
        standard_reference="ST9999",
        standard_version="1.0",
        start_on=START,
        planned_end_on=PLANNED_END,
        beside=Beside(
            world.people["assessor"].person_id,
            world.employer_id,
            world.people["line_manager"].person_id,
        ),
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


def test_the_list_shows_who_is_on_what_with_whom(admin):
    page = admin.get("/enrolments")

    for text in (
        "1 enrolment",
        "Apprentice A",
        "ULN 9000000016",
        "ST9999, version 1.0",
        "Assessor A",
        "Employer A",
        "1 September 2025 to 1 December 2026",
        "Running",
    ):
        assert text in page.text


def test_the_list_is_searched_by_name_and_uln(admin, world):
    enrol(world, "Zoë Quinn", "9276308686")

    for text, count in {"zoe": 1, "QUINN zoë": 1, "92763": 1, "9000000016": 1, "a": 1}.items():
        assert f"{count} enrolment" in admin.get(f"/enrolments?text={text}").text, text
    assert "Nothing found" in admin.get("/enrolments?text=zebra").text


def test_the_list_asks_the_database_no_more_for_more(admin, world, count_statements):
    with count_statements() as few:
        admin.get("/enrolments")
    for uln in ("9000000024", "9000000032", "9000000040", "9000000059"):
        enrol(world, f"Person{uln}", uln)
    with count_statements() as many:
        page = admin.get("/enrolments")

    assert "5 enrolments" in page.text
    assert len(many) == len(few)
    assert "5 enrolments" in admin.get("/enrolments?page=99").text


def test_an_apprentice_is_enrolled_once_however_often_the_form_is_sent(admin, world):
    person = apprentice(world)
    form = admin.get(f"/enrolments/new?apprentice={person.person_id}")

    page = admin.submit(form, {**filled(world, person)})
    admin.submit(form, {**filled(world, person)})

    assert page.heading == "Enrolment details"
    assert "Zoë Quinn is enrolled on ST9999." in page.text
    assert "Line manager at Employer A, from 2 March 2026 until now" in page.text
    assert len(enrolment_queries.find("9276308686", OPERATOR)) == 1


def test_the_apprentice_from_the_address_is_chosen_already(admin, world):
    person = apprentice(world)

    page = admin.get(f"/enrolments/new?apprentice={person.person_id}")

    assert page.value_of("apprentice_id") == str(person.person_id)


def test_an_empty_form_names_everything_in_the_order_of_the_page(admin):
    page = admin.submit(admin.get("/enrolments/new"), status=422)

    assert page.errors == [
        "Select the apprentice",
        "Enter the ULN: 10 digits",
        "Select the standard",
        "Enter the start date",
        "Enter the planned end date",
        "Select the assessor",
        "Select the employer and line manager",
    ]


def test_a_wrong_uln_is_refused_and_everything_stays(admin, world):
    person = apprentice(world)
    given = filled(world, person) | {"uln": "1234567890"}

    page = admin.submit(admin.get("/enrolments/new"), given, status=422)

    assert "This ULN is not valid" in page.errors[0]
    assert {name: page.value_of(name) for name in ("uln", "standard", "assessor_id")} == {
        name: given[name] for name in ("uln", "standard", "assessor_id")
    }


def test_a_wrong_uln_and_a_wrong_date_are_told_together(admin, world):
    page = admin.submit(
        admin.get(url(world, "/change")),
        {"uln": "1234567890", "planned_end_on": ["1", "2", "2020"]},
        status=422,
    )

    assert [sentence.split(":")[0] for sentence in page.errors] == [
        "This ULN is not valid",
        "The planned end must be after the start",
    ]
    assert page.value_of("uln") == "1234567890"


def test_people_of_one_name_are_told_apart_by_their_address(admin, world):
    for email in ("ann1@z.example", "ann2@z.example"):
        people.invite_person(
            OPERATOR,
            world.provider_id,
            name="Ann Lee",
            email=email,
            roles={Role.APPRENTICE: None},
            at=MONDAY,
        )

    page = admin.get("/enrolments/new")

    assert "Ann Lee (ann1@z.example)" in page.text
    assert "Apprentice A (" not in page.text


def test_uln_and_dates_are_corrected_and_a_conflict_is_told(admin, world):
    form = admin.get(url(world, "/change"))
    page = admin.submit(form, {"uln": "9276308686", "planned_end_on": ["1", "2", "2027"]})
    assert "9276308686" in page.text
    assert "1 February 2027" in page.text

    page = admin.submit(form, {"uln": "9000000032"}, status=409)
    assert "ULN: 9276308686" in page.text
    assert page.value_of("uln") == "9000000032"
    assert "9000000032" in admin.submit(page).text


def test_an_assessor_is_replaced_and_the_former_one_is_out_at_once(admin, world):
    form = admin.get(url(world, "/assessor"))
    assert "Assessor A loses access to this apprentice as soon as you save" in form.text
    chosen = str(world.people["other_assessor"].person_id)

    page = admin.submit(form, {"assessor_id": chosen, "from_on": ["4", "3", "2026"]}, status=422)
    assert page.errors == [
        "Enter today or an earlier day: the change takes effect as soon as you save it."
    ]
    page = admin.submit(page, {"from_on": ["2", "3", "2026"]})

    assert "Assessor, from 2 March 2026 until now" in page.text
    assert "replaced 3 March 2026 at 9:30am" in page.text
    assert enrolment_queries.assessed_by(world.assessor) == []
    assert len(enrolment_queries.assessed_by(world.other_assessor)) == 1


def test_a_line_manager_is_replaced_with_the_employer(admin, world):
    firm = people.create_employer(OPERATOR, world.provider_id, name="Kestrel", at=MONDAY)
    manager = people.invite_person(
        OPERATOR,
        world.provider_id,
        name="Kit",
        email="kit@k.example",
        roles={Role.EMPLOYER: firm.id},
        at=MONDAY,
    )
    form = admin.get(url(world, "/employer"))
    assert "Kestrel: Kit" in form.text

    page = admin.submit(form, {"line_manager_id": str(manager.person_id)})

    assert "Line manager at Kestrel, from 3 March 2026 until now" in page.text
    assert enrolment_queries.managed_by(world.line_manager) == []


def test_an_enrolment_ends_with_day_and_reason_and_is_resumed(admin, world):
    form = admin.get(url(world, "/end"))
    page = admin.submit(form, {"reason": ""}, status=422)
    assert page.errors == ["Enter the reason"]

    page = admin.submit(page, {"reason": "Moved to Leeds"})
    assert "Ended 3 March 2026. Moved to Leeds" in page.text
    assert "Replace" not in page.links()
    assert "Ended 3 March 2026" in admin.get("/enrolments").text

    page = admin.submit(page, button="Resume this enrolment")
    assert "The enrolment is running again." in page.text


def test_an_enrolment_is_not_resumed_beside_another_on_the_same_standard(admin, world):
    enrolling.end_enrolment(
        OPERATOR, world.enrolment_id, ended_on=MONDAY.date(), reason="Moved", at=TUESDAY
    )
    page = admin.get(url(world))
    given = filled(world, world.people["apprentice"]) | {"uln": "9000000016"}
    admin.submit(admin.get("/enrolments/new"), given)

    refused = admin.submit(page, button="Resume this enrolment", status=422)

    assert refused.errors == ["They are on ST9999 already: end that enrolment first."]
