"""The enrolments of the cast, and who stands beside each of them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import update

from kbstrack.access import OPERATOR, Role
from kbstrack.assessment import countersigning
from kbstrack.assessment.countersign_rules import Answer
from kbstrack.assessment.qualifying import set_qualification
from kbstrack.db import db, transaction
from kbstrack.people import enrolling, queries, replacing
from kbstrack.people import service as people
from kbstrack.people.beside import Beside
from kbstrack.people.models import AssessorAssignment, EmployerAssignment
from kbstrack.people.queries import MemberRow
from tests.builders import MONDAY, PLANNED_END, START, TUESDAY, ULNS, World, proved

ULNS_HERE = (*ULNS, "9000000075", "9000000083", "9000000091")


def add(world: World, name: str, *roles: Role) -> MemberRow:
    """One more person of the provider; line managers work for its employer."""
    return people.invite_person(
        OPERATOR,
        world.provider_id,
        name=name,
        email=f"{name.replace(' ', '-')}@example.org",
        roles={role: world.employer_id if role is Role.EMPLOYER else None for role in roles},
        at=MONDAY,
    )


def enrol(
    world: World, *, apprentice: MemberRow, assessor: MemberRow, manager: MemberRow, uln: str
) -> World:
    """One more enrolment of the provider, as a world of its own."""
    row = enrolling.enrol(
        OPERATOR,
        world.provider_id,
        apprentice_id=apprentice.person_id,
        uln=uln,
        standard_reference="ST9999",
        standard_version="1.0",
        start_on=START,
        planned_end_on=PLANNED_END,
        beside=Beside(assessor.person_id, world.employer_id, manager.person_id),
        at=MONDAY,
    )
    members = {"apprentice": apprentice, "assessor": assessor, "line_manager": manager}
    return replace(world, enrolment_id=row.id, people={**world.people, **members})


def replaced(here: World) -> tuple[World, dict[str, MemberRow]]:
    """The first enrolment, whose assessor and line manager were replaced, and who knows of it."""
    assessor = add(here, "second assessor", Role.ASSESSOR)
    manager = add(here, "second manager", Role.EMPLOYER)
    replacing.replace_assessor(
        OPERATOR, here.enrolment_id, assessor_id=assessor.person_id, from_on=START, at=MONDAY
    )
    replacing.replace_employer(
        OPERATOR,
        here.enrolment_id,
        employer_id=here.employer_id,
        line_manager_id=manager.person_id,
        from_on=START,
        at=MONDAY,
    )
    return here, {
        "the apprentice": here.people["apprentice"],
        "the assessor": assessor,
        "another assessor": here.people["other_assessor"],
        "the former assessor": here.people["assessor"],
        "the line manager": manager,
        "another line manager": here.people["other_manager"],
        "the former line manager": here.people["line_manager"],
    }


def in_the_office(here: World) -> dict[str, MemberRow]:
    """Those who stand beside no enrolment."""
    former = {
        "a former IQA": add(here, "former iqa", Role.IQA),
        "a former administrator": add(here, "former administrator", Role.ADMINISTRATOR),
    }
    for member in former.values():
        people.end_member(OPERATOR, member.id, at=MONDAY)
    return {
        **former,
        "an IQA": add(here, "iqa", Role.IQA),
        "an administrator": here.people["administrator"],
        "an administrator with an assessor's role": add(
            here, "assessing administrator", Role.ADMINISTRATOR, Role.ASSESSOR
        ),
    }


def from_elsewhere(elsewhere: World) -> dict[str, MemberRow]:
    """People of the other provider."""
    return {
        "an apprentice elsewhere": elsewhere.people["apprentice"],
        "an assessor elsewhere": elsewhere.people["assessor"],
        "a line manager elsewhere": elsewhere.people["line_manager"],
        "an IQA elsewhere": add(elsewhere, "iqa elsewhere", Role.IQA),
        "an administrator elsewhere": elsewhere.people["administrator"],
    }


def mixed(here: World, elsewhere: World) -> tuple[World, MemberRow]:
    """Its assessor administrates elsewhere, its line manager administrates here."""
    assessor = add(here, "mixed assessor", Role.ASSESSOR)
    add(elsewhere, "mixed assessor", Role.ADMINISTRATOR)
    both = add(here, "mixed manager", Role.EMPLOYER, Role.ADMINISTRATOR)
    apprentice = add(here, "another apprentice", Role.APPRENTICE)
    world = enrol(here, apprentice=apprentice, assessor=assessor, manager=both, uln=ULNS[1])
    return world, both


def learning(here: World) -> tuple[World, MemberRow, MemberRow]:
    """An assessor who is not yet qualified, and the two who were named one after the other."""
    apprentice = add(here, "fifth apprentice", Role.APPRENTICE)
    assessor = add(here, "learning assessor", Role.ASSESSOR)
    first, second = (add(here, name, Role.ASSESSOR) for name in ("countersigner", "next one"))
    for countersigner in (first, second):
        _name_countersigner(assessor, countersigner)
    manager = here.people["other_manager"]
    world = enrol(here, apprentice=apprentice, assessor=assessor, manager=manager, uln=ULNS[5])
    return world, first, second


def assured_by_oneself(here: World) -> World:
    """Its assessor assures quality too."""
    return enrol(
        here,
        apprentice=add(here, "sixth apprentice", Role.APPRENTICE),
        assessor=add(here, "assuring assessor", Role.ASSESSOR, Role.IQA),
        manager=here.people["other_manager"],
        uln=ULNS_HERE[6],
    )


def assured_by_many(here: World) -> tuple[World, MemberRow]:
    """Assessor and countersigner assure quality too; the second assures what the first decides."""
    second = add(here, "assuring countersigner", Role.ASSESSOR, Role.IQA)
    first = add(here, "assuring learner", Role.ASSESSOR, Role.IQA)
    _name_countersigner(first, second)
    apprentice = add(here, "seventh apprentice", Role.APPRENTICE)
    manager = here.people["other_manager"]
    world = enrol(here, apprentice=apprentice, assessor=first, manager=manager, uln=ULNS_HERE[7])
    return world, second


def countersign_and_replace(
    here: World, world: World, second: MemberRow, decided: Mapping[str, uuid.UUID]
) -> MemberRow:
    """What was decided is countersigned, then there is a new assessor, who assures quality too."""
    answers = [Answer(decision_id, code, True) for code, decision_id in decided.items()]
    countersigning.countersign(
        queries.actor_of(second.person_id),
        world.enrolment_id,
        answers=answers,
        is_declared=True,
        proof=proved(TUESDAY),
        at=TUESDAY,
    )
    third = add(here, "third assessor", Role.ASSESSOR, Role.IQA)
    replacing.replace_assessor(
        OPERATOR, world.enrolment_id, assessor_id=third.person_id, from_on=START, at=TUESDAY
    )
    return third


def of_an_iqa(here: World) -> World:
    """Its apprentice assures quality too."""
    return enrol(
        here,
        apprentice=add(here, "assuring apprentice", Role.APPRENTICE, Role.IQA),
        assessor=here.people["other_assessor"],
        manager=here.people["other_manager"],
        uln=ULNS_HERE[8],
    )


def without_role(here: World) -> World:
    """Its assessor and line manager are to lose their roles."""
    return enrol(
        here,
        apprentice=add(here, "third apprentice", Role.APPRENTICE),
        assessor=add(here, "assessor without role", Role.ASSESSOR),
        manager=add(here, "manager without role", Role.EMPLOYER),
        uln=ULNS[2],
    )


def ended(here: World) -> World:
    """Its assessor and line manager are to end."""
    return enrol(
        here,
        apprentice=add(here, "fourth apprentice", Role.APPRENTICE),
        assessor=add(here, "ended assessor", Role.ASSESSOR),
        manager=add(here, "ended manager", Role.EMPLOYER),
        uln=ULNS[3],
    )


def double(here: World) -> World:
    """Its apprentice holds other roles and is to be named beside it."""
    return enrol(
        here,
        apprentice=add(here, "double", Role.APPRENTICE, Role.ASSESSOR, Role.EMPLOYER),
        assessor=here.people["other_assessor"],
        manager=here.people["other_manager"],
        uln=ULNS[4],
    )


def end_and_take_roles(no_role: World, gone: World) -> None:
    """What was to happen to these two."""
    other: dict[str, dict[Role, uuid.UUID | None]] = {
        "assessor": {Role.EMPLOYER: no_role.employer_id},
        "line_manager": {Role.ASSESSOR: None},
    }
    for name, roles in other.items():
        member = queries.member(no_role.people[name].id)
        people.change_member(
            OPERATOR,
            member.id,
            name=member.name,
            email=member.email,
            roles=roles,
            revision=member.revision,
            at=MONDAY,
        )
        people.end_member(OPERATOR, gone.people[name].id, at=MONDAY)


def name_the_apprentice_beside(world: World) -> None:
    """No use case does this; permission must not depend on that."""
    me = world.people["apprentice"].person_id
    with transaction():
        db.session.execute(
            update(AssessorAssignment)
            .where(AssessorAssignment.enrolment_id == world.enrolment_id)
            .values(assessor_id=me)
        )
        db.session.execute(
            update(EmployerAssignment)
            .where(EmployerAssignment.enrolment_id == world.enrolment_id)
            .values(line_manager_id=me)
        )


def _name_countersigner(assessor: MemberRow, countersigner: MemberRow) -> None:
    set_qualification(
        OPERATOR,
        assessor.id,
        is_qualified=False,
        countersigner_id=countersigner.person_id,
        revision=queries.member(assessor.id).revision,
    )
