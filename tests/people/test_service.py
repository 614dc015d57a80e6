"""Making, changing and ending providers, employers and people."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import func, select

from kbstrack.access import OPERATOR, Role
from kbstrack.assessment import sign_off_queries
from kbstrack.db import db
from kbstrack.errors import Conflict, NotAllowed, NotFound, RuleBroken
from kbstrack.people import accounts, queries, reading, service
from kbstrack.people.models import Person
from tests.builders import MONDAY, TUESDAY, decide, make_evidence, make_world, met


@pytest.fixture
def world(app):
    return make_world()


@pytest.fixture
def other(world):
    return make_world(mark="b", ukprn="10000002", uln="9000000024")


def invite(world, *, by=None, **changed):
    given = {"name": "Ivy Lane", "email": "ivy@a.example", "roles": {Role.ASSESSOR: None}}
    return service.invite_person(
        by or world.administrator, world.provider_id, at=TUESDAY, **given | changed
    )


def change(world, who, **changed):
    row = queries.member(world.people[who].id)
    given = {
        "name": row.name,
        "email": row.email,
        "roles": dict.fromkeys(row.roles),
        "revision": row.revision,
        "at": TUESDAY,
    }
    return service.change_member(world.administrator, row.id, **given | changed)


def test_an_administrator_adds_a_provider_and_administrates_it(world):
    row = service.create_provider(world.administrator, name="Wren", ukprn="10000009", at=MONDAY)

    assert row.id in world.administrator.providers_as(Role.ADMINISTRATOR)
    assert queries.members(row.id)[0].name == "Administrator A"
    with pytest.raises(RuleBroken, match="10000009 is already in use"):
        service.create_provider(OPERATOR, name="Wren", ukprn="10000009", at=MONDAY)
    with pytest.raises(NotAllowed):
        service.create_provider(world.assessor, name="Mine", ukprn="10000008", at=MONDAY)


def test_an_ended_provider_is_closed_to_everybody_until_it_is_opened_again(world):
    row = service.create_provider(world.administrator, name="Wren", ukprn="10000009", at=MONDAY)
    service.end_provider(world.administrator, row.id, at=TUESDAY)
    assert row.id not in world.administrator.providers_as(Role.ADMINISTRATOR)
    with pytest.raises(NotFound):
        service.end_provider(world.administrator, row.id, at=TUESDAY, is_ended=False)

    service.end_provider(OPERATOR, row.id, at=TUESDAY, is_ended=False)
    assert row.id in world.administrator.providers_as(Role.ADMINISTRATOR)


def test_an_invitation_twice_with_one_key_is_one_person_and_one_message(world, mailbox):
    key = uuid.uuid4()

    assert invite(world, key=key).id == invite(world, key=key).id
    assert [message.recipient for message in mailbox()].count("ivy@a.example") == 1


def test_a_person_at_two_providers_is_one_account_with_two_names(world, other):
    row = invite(world, email="ASSESSOR@b.example")

    assert row.person_id == other.assessor.person_id
    assert queries.member_of(other.provider_id, row.person_id).name == "Assessor B"
    assert queries.roles_of(row.person_id) == {
        (world.provider_id, Role.ASSESSOR),
        (other.provider_id, Role.ASSESSOR),
    }


def test_who_had_ended_comes_back_by_an_invitation(world):
    service.end_member(OPERATOR, world.people["assessor"].id, at=MONDAY)

    row = invite(world, email="assessor@a.example", roles={Role.ADMINISTRATOR: None})

    assert row.id == world.people["assessor"].id
    assert row.roles == (Role.ADMINISTRATOR,)
    assert (row.ended_at, row.joined_at) == (None, None)


def test_who_comes_back_keeps_their_place_and_what_they_signed(world):
    assessor = world.people["assessor"]
    accounts.note_sign_in(assessor.person_id, at=MONDAY)
    decide(world, make_evidence(world), met("K1"), sign_offs={"K1": ""})
    service.end_member(OPERATOR, assessor.id, at=TUESDAY)
    row = invite(world, email="assessor@a.example", roles={Role.ASSESSOR: None})

    with pytest.raises(RuleBroken, match="Only they can change their address"):
        service.change_member(
            OPERATOR,
            row.id,
            name=row.name,
            email="somebody-else@a.example",
            roles={Role.ASSESSOR: None},
            revision=row.revision,
            at=TUESDAY,
        )

    (signed,) = sign_off_queries.sign_offs(world.enrolment_id)
    assert signed.stands


def test_roles_that_cannot_be_are_refused_at_their_field(world, other):
    for roles, field in (
        ({}, "roles"),
        ({Role.EMPLOYER: None}, "employer_id"),
        ({Role.EMPLOYER: uuid.uuid4()}, "employer_id"),
        ({Role.EMPLOYER: other.employer_id}, "employer_id"),
    ):
        with pytest.raises(RuleBroken) as refused:
            invite(world, roles=roles)
        assert refused.value.field == field
    people = select(func.count()).where(Person.email == "ivy@a.example")
    assert db.session.scalar(people) == 0, "a refusal leaves nothing behind"


def test_a_role_that_is_needed_stays(world):
    with pytest.raises(RuleBroken, match="running enrolment"):
        change(world, "apprentice", roles={Role.ASSESSOR: None})
    with pytest.raises(RuleBroken, match="at least one administrator"):
        change(world, "administrator", roles={Role.ASSESSOR: None})
    with pytest.raises(RuleBroken, match="at least one administrator"):
        service.end_member(world.administrator, world.people["administrator"].id, at=MONDAY)


def test_a_change_of_roles_alone_is_a_change_that_others_must_see(world):
    revision = world.people["assessor"].revision
    change(world, "assessor", roles={Role.ASSESSOR: None, Role.ADMINISTRATOR: None})

    with pytest.raises(Conflict):
        change(world, "assessor", name="Olu", revision=revision)


def test_a_wrong_address_is_corrected_until_they_join(world, mailbox):
    change(world, "assessor", email="right@a.example")
    assert mailbox()[-1].recipient == "right@a.example"
    row = queries.member(world.people["assessor"].id)
    assert reading.see_enrolments_of(world.administrator, row)[0].assessor_id == row.person_id

    accounts.note_sign_in(row.person_id, at=TUESDAY)
    with pytest.raises(RuleBroken, match="Only they can change their address now"):
        change(world, "assessor", email="mine@a.example")


def test_an_address_is_never_taken_from_another_provider(world, other):
    change(world, "assessor", email="assessor@b.example")

    assert queries.member(other.people["assessor"].id).email == "assessor@b.example"
    assert queries.member(world.people["assessor"].id).name == "Assessor A"
    with pytest.raises(RuleBroken, match="here already"):
        change(world, "other_assessor", email="line_manager@a.example")


def test_ending_takes_the_roles_at_once_and_nothing_else(world, other):
    row = invite(world, email="assessor@b.example")
    service.end_member(world.administrator, row.id, at=TUESDAY)

    assert queries.roles_of(row.person_id) == {(other.provider_id, Role.ASSESSOR)}
    assert "Ivy Lane" in [
        item.name for item in reading.see_people(OPERATOR, world.provider_id, with_ended=True)
    ]


def test_an_employers_name_is_unique_at_its_provider(world, other):
    with pytest.raises(RuleBroken, match="There is an employer called employer a already"):
        service.create_employer(
            world.administrator, world.provider_id, name=" employer  a", at=MONDAY
        )
    row = service.create_employer(
        world.administrator, world.provider_id, name="Employer B", at=MONDAY
    )
    with pytest.raises(RuleBroken, match="already"):
        service.change_employer(world.administrator, row.id, name="EMPLOYER A", revision=1)


@pytest.mark.parametrize("who", ["apprentice", "assessor", "line_manager", "other provider's"])
def test_nobody_else_sees_or_changes_anything_of_a_provider(world, other, who):
    actor = world.actor(who) if who in world.people else other.administrator
    member, employer = world.people["other_manager"].id, world.employer_id

    for attempt in (
        lambda: invite(world, by=actor),
        lambda: service.invite_again(actor, member, at=MONDAY),
        lambda: service.end_member(actor, member, at=MONDAY),
        lambda: service.create_employer(actor, world.provider_id, name="Mine", at=MONDAY),
        lambda: service.change_employer(actor, employer, name="Mine", revision=1),
        lambda: service.end_employer(actor, employer, at=MONDAY),
        lambda: service.end_provider(actor, world.provider_id, at=MONDAY),
        lambda: reading.see_people(actor, world.provider_id),
        lambda: reading.see_member(actor, member),
        lambda: reading.see_employers(actor, world.provider_id),
        lambda: reading.see_employer(actor, employer),
        lambda: reading.see_provider(actor, world.provider_id),
        lambda: reading.see_offered_managers(actor, world.provider_id),
        lambda: reading.see_enrolments(actor, world.provider_id, most=5),
    ):
        with pytest.raises(NotFound):
            attempt()
