"""Enrolling, replacing and ending, and who has access after each."""

from __future__ import annotations

import uuid
from datetime import date

import pytest

from kbstrack.access import OPERATOR, Role
from kbstrack.db import db
from kbstrack.errors import Conflict, NotAllowed, NotFound, RuleBroken
from kbstrack.people import assignment_queries, enrolling, enrolment_queries, replacing
from kbstrack.people import service as people
from kbstrack.people.beside import Beside
from tests.builders import MONDAY, PLANNED_END, START, TUESDAY, make_world

ULN = "9276308686"


@pytest.fixture
def world(app):
    return make_world()


@pytest.fixture
def other(world):
    return make_world(mark="b", ukprn="10000002", uln="9000000024")


def enrol(world, *, by=None, **changed):
    """Enrol the other assessor, who is an apprentice as well by now."""
    row = world.people["other_assessor"]
    apprentice = changed.pop("apprentice_id", row.person_id)
    roles = {Role.APPRENTICE: None, Role.ASSESSOR: None}
    people.change_member(
        OPERATOR,
        row.id,
        name=row.name,
        email=row.email,
        roles=roles,
        revision=people.queries.member(row.id).revision,
        at=MONDAY,
    )
    given = {
        "uln": ULN,
        "standard_reference": "ST9999",
        "standard_version": "1.0",
        "start_on": START,
        "planned_end_on": PLANNED_END,
        "beside": Beside(
            world.people["assessor"].person_id,
            world.employer_id,
            world.people["line_manager"].person_id,
        ),
    }
    return enrolling.enrol(
        by or world.administrator,
        world.provider_id,
        apprentice_id=apprentice,
        at=MONDAY,
        **given | changed,
    )


def beside(world, **changed):
    ids = {
        "assessor_id": world.people["assessor"].person_id,
        "employer_id": world.employer_id,
        "line_manager_id": world.people["line_manager"].person_id,
    }
    return Beside(**ids | changed)


def test_an_enrolment_pins_the_standard_with_its_hash(world, catalogue):
    row = enrol(world)

    standard = catalogue.get("ST9999", "1.0")
    assert (row.standard_version, row.standard_hash) == ("1.0", standard.content_hash)
    assert (row.assessor, row.employer, row.line_manager) == (
        "Assessor A",
        "Employer A",
        "Line Manager A",
    )


def test_the_same_form_twice_gives_one_enrolment(world):
    key = uuid.uuid4()

    assert enrol(world, key=key).id == enrol(world, key=key).id


def test_what_does_not_fit_is_refused_at_its_field(world, other):
    nobody = uuid.uuid4()
    apprentice = world.people["other_assessor"].person_id
    firm = people.create_employer(OPERATOR, world.provider_id, name="Kestrel", at=MONDAY)
    for changed, field in (
        ({"uln": "1234567890"}, "uln"),
        ({"uln": "9000000016"}, "uln"),
        ({"planned_end_on": START}, "planned_end_on"),
        ({"apprentice_id": nobody}, "apprentice_id"),
        ({"apprentice_id": other.people["apprentice"].person_id}, "apprentice_id"),
        ({"apprentice_id": world.people["assessor"].person_id}, "apprentice_id"),
        ({"beside": beside(world, assessor_id=apprentice)}, "assessor_id"),
        ({"beside": beside(world, assessor_id=other.assessor.person_id)}, "assessor_id"),
        ({"beside": beside(world, line_manager_id=nobody)}, "line_manager_id"),
        ({"beside": beside(world, employer_id=firm.id)}, "line_manager_id"),
        ({"beside": beside(world, employer_id=other.employer_id)}, "line_manager_id"),
    ):
        with pytest.raises(RuleBroken) as refused:
            enrol(world, **changed)
        assert refused.value.field == field, changed
    assert enrolment_queries.count_administered(OPERATOR, world.provider_id) == 1


def test_everything_that_does_not_fit_is_said_at_once(world):
    nobody = uuid.uuid4()
    with pytest.raises(RuleBroken) as refused:
        enrol(
            world,
            apprentice_id=nobody,
            uln="9000000016",
            planned_end_on=START,
            beside=beside(world, assessor_id=uuid.uuid4(), line_manager_id=nobody),
        )
    assert [problem.field for problem in refused.value.problems] == [
        "apprentice_id",
        "uln",
        "planned_end_on",
        "line_manager_id",
    ]

    with pytest.raises(RuleBroken) as refused:
        enrolling.change_enrolment(
            OPERATOR,
            world.enrolment_id,
            uln="1234567890",
            start_on=START,
            planned_end_on=START,
            revision=1,
            at=MONDAY,
        )
    assert [problem.field for problem in refused.value.problems] == ["uln", "planned_end_on"]
    db.session.rollback()
    row = enrolment_queries.enrolment(world.enrolment_id)
    assert (row.uln, row.planned_end_on) == ("9000000016", PLANNED_END)


def test_a_standard_that_is_not_there_is_not_found(world):
    with pytest.raises(NotFound, match=r"ST9999 version 9\.9"):
        enrol(world, standard_version="9.9")


def test_an_apprentice_is_on_a_standard_once_at_a_time(world):
    with pytest.raises(RuleBroken, match="They are on ST9999 already"):
        enrol(world, apprentice_id=world.apprentice.person_id, uln="9000000016")
    with pytest.raises(RuleBroken, match="another ULN"):
        enrol(world, apprentice_id=world.apprentice.person_id)


def test_what_another_provider_has_is_no_reason_to_refuse(world, other):
    assert enrol(world, uln="9000000024").uln == "9000000024"


@pytest.mark.parametrize("who", ["apprentice", "assessor", "line_manager"])
def test_only_administrators_change_enrolments(world, other, who):
    for actor, error in ((world.actor(who), NotAllowed), (other.administrator, NotFound)):
        with pytest.raises(error):
            replacing.replace_assessor(
                actor,
                world.enrolment_id,
                assessor_id=world.other_assessor.person_id,
                from_on=MONDAY.date(),
                at=MONDAY,
            )
        with pytest.raises(error):
            enrolling.end_enrolment(
                actor, world.enrolment_id, ended_on=START, reason="Mine", at=MONDAY
            )
    with pytest.raises(NotFound):
        enrol(world, by=world.actor(who))


def test_a_correction_that_rests_on_an_older_state_is_refused(world):
    given = {"uln": ULN, "start_on": START, "planned_end_on": PLANNED_END}
    enrolling.change_enrolment(
        world.administrator, world.enrolment_id, revision=1, at=MONDAY, **given
    )

    with pytest.raises(Conflict):
        enrolling.change_enrolment(
            world.administrator, world.enrolment_id, revision=1, at=MONDAY, **given
        )


def test_a_replaced_assessor_is_out_at_once_and_stays_in_the_history(world):
    replacing.replace_assessor(
        world.administrator,
        world.enrolment_id,
        assessor_id=world.other_assessor.person_id,
        from_on=date(2026, 3, 2),
        at=TUESDAY,
    )

    assert enrolment_queries.assessed_by(world.assessor) == []
    former = assignment_queries.assignments(world.enrolment_id)[-1]
    assert (former.name, former.ended_at) == ("Assessor A", TUESDAY)
    with pytest.raises(RuleBroken, match="They are the assessor already"):
        replacing.replace_assessor(
            world.administrator,
            world.enrolment_id,
            assessor_id=world.other_assessor.person_id,
            from_on=date(2026, 3, 3),
            at=TUESDAY,
        )


def test_a_line_manager_is_replaced_only_by_one_of_the_employer(world):
    firm = people.create_employer(OPERATOR, world.provider_id, name="Kestrel", at=MONDAY)
    given = {
        "line_manager_id": world.actor("other_manager").person_id,
        "from_on": date(2026, 3, 2),
        "at": TUESDAY,
    }
    with pytest.raises(RuleBroken, match="does not work for this employer"):
        replacing.replace_employer(
            world.administrator, world.enrolment_id, employer_id=firm.id, **given
        )

    replacing.replace_employer(
        world.administrator, world.enrolment_id, employer_id=world.employer_id, **given
    )
    assert enrolment_queries.managed_by(world.line_manager) == []
    assert len(enrolment_queries.managed_by(world.actor("other_manager"))) == 1


def test_an_enrolment_ends_once_and_is_resumed_once(world):
    given = {"ended_on": date(2026, 3, 2), "reason": " Moved  away ", "at": TUESDAY}
    enrolling.end_enrolment(world.administrator, world.enrolment_id, **given)
    row = enrolment_queries.enrolment(world.enrolment_id)
    assert (row.ended_on, row.end_reason) == (date(2026, 3, 2), "Moved away")
    with pytest.raises(RuleBroken, match="has ended already"):
        enrolling.end_enrolment(world.administrator, world.enrolment_id, **given)

    enrolling.resume_enrolment(world.administrator, world.enrolment_id, at=MONDAY)
    with pytest.raises(RuleBroken, match="is running"):
        enrolling.resume_enrolment(world.administrator, world.enrolment_id, at=MONDAY)
