"""A provider's enrolments narrowed by who, standard, employer, assessor and state."""

from __future__ import annotations

import pytest

from kbstrack.access import OPERATOR, Role
from kbstrack.people import enrolling, reading
from kbstrack.people import service as people
from kbstrack.people.narrowing import EVERYBODY, Narrowing, Offered, Running
from tests.builders import MONDAY, TUESDAY, make_world
from tests.portfolio.classmates import enrol


@pytest.fixture
def world(app):
    """A provider with one enrolment."""
    return make_world()


@pytest.fixture
def firm(world):
    """A second employer and its line manager."""
    row = people.create_employer(OPERATOR, world.provider_id, name="Kestrel", at=MONDAY)
    manager = people.invite_person(
        OPERATOR,
        world.provider_id,
        name="Kit",
        email="kit@k.example",
        roles={Role.EMPLOYER: row.id},
        at=MONDAY,
    )
    return row.id, manager.person_id


@pytest.fixture
def found(world, firm):
    """`found(employer_id=…)` lists the names, as an administrator finds them."""
    enrol(world, "Bea", 1, standard="ST0321 1.0")
    enrol(world, "Cai", 2, assessor="other_assessor")
    enrol(world, "Dee", 3, beside=firm)
    ended = enrol(world, "Eve", 4)
    enrolling.end_enrolment(
        OPERATOR, ended, ended_on=MONDAY.date(), reason="Moved away", at=TUESDAY
    )

    def finding(**given):
        rows, count = reading.see_enrolments(
            world.administrator, world.provider_id, narrowed=Narrowing(**given), most=50
        )
        assert len(rows) == count
        return [row.apprentice for row in rows]

    return finding


def test_each_filter_leaves_out_the_others_and_all_hold_together(world, firm, found):
    other_assessor = world.people["other_assessor"].person_id

    assert found() == ["Apprentice A", "Bea", "Cai", "Dee", "Eve"]
    assert found(standard="ST0321 1.0") == ["Bea"]
    assert found(standard="ST0321 1.1") == []
    assert found(employer_id=firm[0]) == ["Dee"]
    assert found(assessor_id=other_assessor) == ["Cai"]
    assert found(state=Running.ENDED) == ["Eve"]
    assert found(state=Running.RUNNING) == ["Apprentice A", "Bea", "Cai", "Dee"]
    assert found(text="e") == ["Apprentice A", "Bea", "Dee", "Eve"]
    assert found(text="e", standard="ST9999 1.0", state=Running.RUNNING) == ["Apprentice A", "Dee"]
    assert found(employer_id=firm[0], assessor_id=other_assessor) == []


def test_a_page_of_what_is_narrowed_counts_what_is_narrowed(world, found):
    rows, count = reading.see_enrolments(
        world.administrator,
        world.provider_id,
        narrowed=Narrowing(state=Running.RUNNING),
        most=3,
        skip=3,
    )

    assert ([row.apprentice for row in rows], count) == (["Dee"], 4)


def test_what_there_is_to_choose_is_that_of_this_provider(world, firm, found):
    other = make_world(ukprn="10000002", uln="9000000024", mark="b")

    offered = reading.see_narrowings(world.administrator, world.provider_id)

    assert offered == Offered(
        standards=("ST0321 1.0", "ST9999 1.0"),
        employers=((world.employer_id, "Employer A"), (firm[0], "Kestrel")),
        assessors=(
            (world.people["assessor"].person_id, "Assessor A"),
            (world.people["other_assessor"].person_id, "Other Assessor A"),
        ),
    )
    assert reading.see_narrowings(other.administrator, other.provider_id).employers == (
        (other.employer_id, "Employer B"),
    )


@pytest.mark.parametrize(
    ("narrowed", "expected"),
    [
        (EVERYBODY, False),
        (Narrowing(text="  "), False),
        (Narrowing(text="a"), True),
        (Narrowing(state=Running.ENDED), True),
        (Narrowing(standard="ST0321 1.0"), True),
    ],
)
def test_whether_anything_is_left_out(narrowed, expected):
    assert narrowed.leaves_out is expected
