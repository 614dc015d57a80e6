"""Marking an assessor as not yet qualified, naming who countersigns, and taking the mark away."""

from __future__ import annotations

import pytest

from kbstrack.access import OPERATOR, Role
from kbstrack.assessment.qualifying import see_qualification, set_qualification
from kbstrack.errors import Conflict, NotAllowed, NotFound, RuleBroken
from kbstrack.people import queries, service
from kbstrack.people.countersigners import countersigner_of, offered, qualification
from tests.assessment.countersigned import agree_on, qualify
from tests.builders import (
    MONDAY,
    TUESDAY,
    World,
    decide,
    make_evidence,
    make_member,
    make_world,
    met,
    not_yet_qualified,
)


def change_roles(world: World, name: str, *roles: Role) -> None:
    """Give these roles instead."""
    member = queries.member(world.people[name].id)
    service.change_member(
        world.administrator,
        member.id,
        name=member.name,
        email=member.email,
        roles=dict.fromkeys(roles),
        revision=member.revision,
        at=TUESDAY,
    )


def named(world: World, name: str = "assessor") -> str | None:
    """Who countersigns for them."""
    found = qualification(world.people[name].id)
    return found.countersigner if found else None


def test_an_assessor_is_qualified_unless_told_otherwise(world: World) -> None:
    found = qualification(world.people["assessor"].id)

    assert found is not None
    assert (found.is_qualified, found.countersigner) == (True, None)
    assert qualification(world.people["apprentice"].id) is None


def test_the_administrator_names_who_countersigns(world: World) -> None:
    not_yet_qualified(world)

    found = qualification(world.people["assessor"].id)
    assert found is not None
    assert (found.is_qualified, found.countersigner) == (False, "Other Assessor A")


def test_somebody_is_invited_as_not_yet_qualified(world: World) -> None:
    row = service.invite_person(
        world.administrator,
        world.provider_id,
        name="Bethan Rees",
        email="bethan@a.example",
        roles={Role.ASSESSOR: None},
        countersigner_id=world.people["assessor"].person_id,
        at=TUESDAY,
    )

    found = qualification(row.id)
    assert found is not None
    assert (found.is_qualified, found.countersigner) == (False, "Assessor A")


def test_only_an_assessor_is_invited_with_a_countersigner(world: World) -> None:
    with pytest.raises(RuleBroken) as refusal:
        service.invite_person(
            world.administrator,
            world.provider_id,
            name="Bethan Rees",
            email="bethan@a.example",
            roles={Role.APPRENTICE: None},
            countersigner_id=world.people["assessor"].person_id,
            at=TUESDAY,
        )

    assert refusal.value.field == "countersigner_id"


def test_a_countersigner_is_a_qualified_assessor_of_the_same_provider(world: World) -> None:
    elsewhere = make_world(mark="b", ukprn="10000002")
    strangers = {
        "themselves": world.people["assessor"].person_id,
        "an apprentice": world.people["apprentice"].person_id,
        "elsewhere": elsewhere.people["assessor"].person_id,
        "nobody": None,
    }
    member = queries.member(world.people["assessor"].id)

    for countersigner_id in strangers.values():
        with pytest.raises(RuleBroken) as refusal:
            set_qualification(
                world.administrator,
                member.id,
                is_qualified=False,
                countersigner_id=countersigner_id,
                revision=member.revision,
            )
        assert refusal.value.field == "countersigner_id"


def test_somebody_not_yet_qualified_cannot_countersign(world: World) -> None:
    not_yet_qualified(world)
    make_member(world.provider_id, "third_assessor", Role.ASSESSOR)

    assert [row.name for row in offered(world.provider_id)] == [
        "Other Assessor A",
        "Third Assessor A",
    ]
    with pytest.raises(RuleBroken, match="qualified assessor"):
        service.invite_person(
            world.administrator,
            world.provider_id,
            name="Bethan Rees",
            email="bethan@a.example",
            roles={Role.ASSESSOR: None},
            countersigner_id=world.people["assessor"].person_id,
            at=TUESDAY,
        )


def test_a_countersigner_stays_qualified_in_the_role_and_in_the_house(world: World) -> None:
    not_yet_qualified(world)
    make_member(world.provider_id, "third_assessor", Role.ASSESSOR)
    sentence = "Other Assessor A countersigns for Assessor A"

    with pytest.raises(RuleBroken, match=sentence):
        service.end_member(world.administrator, world.people["other_assessor"].id, at=TUESDAY)
    with pytest.raises(RuleBroken, match=sentence):
        change_roles(world, "other_assessor", Role.ADMINISTRATOR)
    with pytest.raises(RuleBroken, match=sentence):
        not_yet_qualified(world, "other_assessor", countersigner="assessor")


def test_once_another_is_named_a_countersigner_can_go(world: World) -> None:
    not_yet_qualified(world)
    third = make_member(world.provider_id, "third_assessor", Role.ASSESSOR)
    member = queries.member(world.people["assessor"].id)
    set_qualification(
        world.administrator,
        member.id,
        is_qualified=False,
        countersigner_id=third.person_id,
        revision=member.revision,
    )

    service.end_member(world.administrator, world.people["other_assessor"].id, at=TUESDAY)

    assert named(world) == "Third Assessor A"


def test_the_countersigner_stays_named_while_something_waits(world: World) -> None:
    not_yet_qualified(world)
    item = make_evidence(world)
    decide(world, item, met("K1"))

    qualify(world)

    assert named(world) == "Other Assessor A"
    assert see_qualification(world.administrator, world.people["assessor"].id).is_waiting
    member = queries.member(world.people["assessor"].id)
    with pytest.raises(RuleBroken, match="still waits"):
        set_qualification(
            world.administrator,
            member.id,
            is_qualified=True,
            countersigner_id=None,
            revision=member.revision,
        )
    agree_on(world, item)
    qualify(world)
    assert named(world) is None


def test_the_mark_goes_with_the_name_when_nothing_waits(world: World) -> None:
    not_yet_qualified(world)

    qualify(world)

    assert named(world) is None
    assert countersigner_of(world.provider_id, world.people["assessor"].person_id) is None


def test_the_mark_stays_when_the_role_is_taken_and_given_back(world: World) -> None:
    change_roles(world, "assessor", Role.ASSESSOR, Role.ADMINISTRATOR)
    not_yet_qualified(world)

    change_roles(world, "assessor", Role.ADMINISTRATOR)
    change_roles(world, "assessor", Role.ADMINISTRATOR, Role.ASSESSOR)

    assert named(world) == "Other Assessor A"


def test_a_countersigner_with_a_corrected_address_stays_named(world: World) -> None:
    not_yet_qualified(world)
    member = queries.member(world.people["other_assessor"].id)

    service.change_member(
        world.administrator,
        member.id,
        name=member.name,
        email="corrected@a.example",
        roles={Role.ASSESSOR: None},
        revision=member.revision,
        at=MONDAY,
    )

    after = queries.member(member.id)
    assert after.person_id != member.person_id
    assert countersigner_of(world.provider_id, world.people["assessor"].person_id) == (
        after.person_id
    )


def test_only_administrators_of_the_provider_mark_anybody(world: World) -> None:
    elsewhere = make_world(mark="b", ukprn="10000002")
    member_id = world.people["assessor"].id

    for actor in (world.assessor, world.other_assessor, elsewhere.administrator):
        with pytest.raises((NotFound, NotAllowed)):
            see_qualification(actor, member_id)
        with pytest.raises((NotFound, NotAllowed)):
            set_qualification(
                actor, member_id, is_qualified=True, countersigner_id=None, revision=1
            )


def test_a_mark_on_an_older_state_of_the_person_is_refused(world: World) -> None:
    not_yet_qualified(world)

    with pytest.raises(Conflict):
        set_qualification(
            OPERATOR,
            world.people["assessor"].id,
            is_qualified=True,
            countersigner_id=None,
            revision=1,
        )
