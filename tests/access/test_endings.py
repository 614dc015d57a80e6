"""What ends, ends at once: a provider, a membership, a role, a place beside an enrolment."""

from __future__ import annotations

import pytest
from flask import Flask

from kbstrack.access import OPERATOR, Role
from kbstrack.assessment import reading
from kbstrack.errors import NotFound
from kbstrack.people import enrolling, replacing
from kbstrack.people import service as people
from tests.builders import MONDAY, START, TUESDAY, World, make_world


@pytest.fixture
def world(app: Flask) -> World:
    return make_world()


def sees(world: World, name: str) -> bool:
    try:
        reading.see_enrolment(world.actor(name), world.enrolment_id)
    except NotFound:
        return False
    return True


def test_everybody_beside_an_enrolment_sees_it_to_begin_with(world: World):
    names = ("apprentice", "assessor", "line_manager", "administrator")

    assert [name for name in names if not sees(world, name)] == []
    assert not sees(world, "other_assessor")
    assert not sees(world, "other_manager")


def test_once_a_provider_has_ended_nobody_of_it_sees_anything(world: World):
    enrolling.end_enrolment(
        OPERATOR, world.enrolment_id, ended_on=MONDAY.date(), reason="Closed", at=MONDAY
    )
    people.end_provider(OPERATOR, world.provider_id, at=MONDAY)

    for name in ("apprentice", "assessor", "line_manager", "administrator"):
        assert world.actor(name).roles == frozenset(), name
        assert not sees(world, name), name


def test_an_ended_enrolment_can_still_be_read_by_the_people_beside_it(world: World):
    enrolling.end_enrolment(
        OPERATOR, world.enrolment_id, ended_on=MONDAY.date(), reason="Finished", at=MONDAY
    )

    for name in ("apprentice", "assessor", "line_manager", "administrator"):
        assert sees(world, name), name


def test_a_replaced_assessor_loses_access_and_the_new_one_has_it(world: World):
    replacing.replace_assessor(
        OPERATOR,
        world.enrolment_id,
        assessor_id=world.people["other_assessor"].person_id,
        from_on=START,
        at=TUESDAY,
    )

    assert not sees(world, "assessor")
    assert sees(world, "other_assessor")


def test_a_replaced_line_manager_loses_access_and_the_new_one_has_it(world: World):
    replacing.replace_employer(
        OPERATOR,
        world.enrolment_id,
        employer_id=world.employer_id,
        line_manager_id=world.people["other_manager"].person_id,
        from_on=START,
        at=TUESDAY,
    )

    assert not sees(world, "line_manager")
    assert sees(world, "other_manager")


def test_whoever_has_ended_sees_nothing_until_they_are_brought_back(world: World):
    member_id = world.people["assessor"].id
    people.end_member(OPERATOR, member_id, at=TUESDAY)

    assert not sees(world, "assessor")

    people.end_member(OPERATOR, member_id, at=TUESDAY, is_ended=False)

    assert sees(world, "assessor")


def test_a_role_taken_away_is_gone_at_once(world: World):
    manager = world.people["line_manager"]
    people.change_member(
        OPERATOR,
        manager.id,
        name=manager.name,
        email=manager.email,
        roles={Role.ASSESSOR: None},
        revision=manager.revision,
        at=TUESDAY,
    )

    assert not sees(world, "line_manager")
