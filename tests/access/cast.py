"""Two providers with every kind of person of the table, as real rows."""

from __future__ import annotations

import io
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import update

from kbstrack.access import OPERATOR, Actor, Role
from kbstrack.assessment import decision_queries
from kbstrack.assessment import service as assessment
from kbstrack.assessment.qualifying import set_qualification
from kbstrack.confirmation import service as confirmation
from kbstrack.confirmation.rules import Asked, RequestText
from kbstrack.db import db, transaction
from kbstrack.evidence import queries as evidence_queries
from kbstrack.evidence import service as evidence
from kbstrack.people import enrolling, enrolment_queries, factor_queries, queries, replacing
from kbstrack.people import service as people
from kbstrack.people.beside import Beside
from kbstrack.people.models import AssessorAssignment, EmployerAssignment
from kbstrack.people.queries import MemberRow
from tests.builders import (
    MONDAY,
    PLANNED_END,
    START,
    ULNS,
    World,
    decide,
    make_draft,
    make_evidence,
    make_world,
    not_yet_met,
    submit,
    text,
)
from tests.web.factoring import give_app

NOTES = b"Notes on the applications I read.\n"


@dataclass(frozen=True)
class Target:
    """An enrolment with one piece in two versions, one draft, a file in each, and a decision."""

    world: World
    evidence_id: uuid.UUID
    decision_id: uuid.UUID
    upload_id: uuid.UUID
    draft_id: uuid.UUID
    draft_upload_id: uuid.UUID
    request_id: uuid.UUID

    @property
    def member_id(self) -> uuid.UUID:
        """The apprentice as the provider's member."""
        return self.world.people["apprentice"].id

    @property
    def factor_id(self) -> uuid.UUID:
        """The apprentice's authenticator app."""
        return factor_queries.factors_of(self.world.people["apprentice"].person_id)[0].id


@dataclass(frozen=True)
class Cast:
    """Who the people of the table are, and to which enrolment each of them comes."""

    person_ids: Mapping[str, uuid.UUID]
    targets: Mapping[str, Target]

    @property
    def main(self) -> Target:
        """The enrolment most of them come to."""
        return self.targets["the apprentice"]

    @property
    def enrolled(self) -> list[uuid.UUID]:
        """Every enrolment of both providers."""
        return [target.world.enrolment_id for target in self.distinct]

    @property
    def distinct(self) -> list[Target]:
        """Every target once."""
        return list({target.evidence_id: target for target in self.targets.values()}.values())

    def actor(self, name: str) -> Actor:
        """The person with the roles they hold at this moment."""
        if name == "the operator":
            return OPERATOR
        return queries.actor_of(self.person_ids[name])


def make_cast() -> Cast:
    """Both providers with everybody in them."""
    here, elsewhere = make_world(), make_world(mark="b", ukprn="10000002")
    main, person_ids = _main(here, elsewhere)
    mixed, both = _mixed(here, elsewhere)
    no_role, ended, double = _without_role(here), _ended(here), _double(here)
    learning, first, second = _learning(here)
    apart = {
        "another apprentice": (None, mixed.people["apprentice"]),
        "the assessor, administrating elsewhere": (mixed, mixed.people["assessor"]),
        "the line manager, administrating too": (mixed, both),
        "the assessor, not yet qualified": (learning, learning.people["assessor"]),
        "the countersigner": (learning, second),
        "the former countersigner": (learning, first),
        "the assessor without the role": (no_role, no_role.people["assessor"]),
        "the line manager without the role": (no_role, no_role.people["line_manager"]),
        "the assessor after ending": (ended, ended.people["assessor"]),
        "the line manager after ending": (ended, ended.people["line_manager"]),
        "the apprentice, named beside it too": (double, double.people["apprentice"]),
    }
    made = {id(world): _target(world) for world in (main, mixed, learning, no_role, ended, double)}
    targets = {name: made[id(main)] for name in person_ids}
    for name, (world, member) in apart.items():
        person_ids[name] = member.person_id
        targets[name] = made[id(world or main)]
    targets["the operator"] = made[id(main)]
    targets["elsewhere"] = _target(elsewhere)
    _end_and_take_roles(no_role, ended)
    _name_the_apprentice_beside(double)
    return Cast(person_ids, targets)


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


def _main(here: World, elsewhere: World) -> tuple[World, dict[str, uuid.UUID]]:
    """The enrolment whose assessor and line manager were replaced, and who knows of it."""
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
    gone = add(here, "former administrator", Role.ADMINISTRATOR)
    people.end_member(OPERATOR, gone.id, at=MONDAY)
    members = {
        "the apprentice": here.people["apprentice"],
        "an apprentice elsewhere": elsewhere.people["apprentice"],
        "the assessor": assessor,
        "another assessor": here.people["other_assessor"],
        "the former assessor": here.people["assessor"],
        "an assessor elsewhere": elsewhere.people["assessor"],
        "the line manager": manager,
        "another line manager": here.people["other_manager"],
        "the former line manager": here.people["line_manager"],
        "a line manager elsewhere": elsewhere.people["line_manager"],
        "an administrator": here.people["administrator"],
        "a former administrator": gone,
        "an administrator elsewhere": elsewhere.people["administrator"],
    }
    person_ids = {name: member.person_id for name, member in members.items()}
    return here, person_ids | {"somebody without a role": uuid.uuid4()}


def _mixed(here: World, elsewhere: World) -> tuple[World, MemberRow]:
    assessor = add(here, "mixed assessor", Role.ASSESSOR)
    add(elsewhere, "mixed assessor", Role.ADMINISTRATOR)
    both = add(here, "mixed manager", Role.EMPLOYER, Role.ADMINISTRATOR)
    apprentice = add(here, "another apprentice", Role.APPRENTICE)
    world = enrol(here, apprentice=apprentice, assessor=assessor, manager=both, uln=ULNS[1])
    return world, both


def _learning(here: World) -> tuple[World, MemberRow, MemberRow]:
    """An assessor who is not yet qualified, and the two who were named one after the other."""
    apprentice = add(here, "fifth apprentice", Role.APPRENTICE)
    assessor = add(here, "learning assessor", Role.ASSESSOR)
    first, second = (add(here, name, Role.ASSESSOR) for name in ("countersigner", "next one"))
    for countersigner in (first, second):
        set_qualification(
            OPERATOR,
            assessor.id,
            is_qualified=False,
            countersigner_id=countersigner.person_id,
            revision=queries.member(assessor.id).revision,
        )
    manager = here.people["other_manager"]
    world = enrol(here, apprentice=apprentice, assessor=assessor, manager=manager, uln=ULNS[5])
    return world, first, second


def _without_role(here: World) -> World:
    return enrol(
        here,
        apprentice=add(here, "third apprentice", Role.APPRENTICE),
        assessor=add(here, "assessor without role", Role.ASSESSOR),
        manager=add(here, "manager without role", Role.EMPLOYER),
        uln=ULNS[2],
    )


def _ended(here: World) -> World:
    return enrol(
        here,
        apprentice=add(here, "fourth apprentice", Role.APPRENTICE),
        assessor=add(here, "ended assessor", Role.ASSESSOR),
        manager=add(here, "ended manager", Role.EMPLOYER),
        uln=ULNS[3],
    )


def _double(here: World) -> World:
    return enrol(
        here,
        apprentice=add(here, "double", Role.APPRENTICE, Role.ASSESSOR, Role.EMPLOYER),
        assessor=here.people["other_assessor"],
        manager=here.people["other_manager"],
        uln=ULNS[4],
    )


def _end_and_take_roles(no_role: World, ended: World) -> None:
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
        people.end_member(OPERATOR, ended.people[name].id, at=MONDAY)


def _name_the_apprentice_beside(double: World) -> None:
    """No use case does this; permission must not depend on that."""
    me = double.people["apprentice"].person_id
    with transaction():
        db.session.execute(
            update(AssessorAssignment)
            .where(AssessorAssignment.enrolment_id == double.enrolment_id)
            .values(assessor_id=me)
        )
        db.session.execute(
            update(EmployerAssignment)
            .where(EmployerAssignment.enrolment_id == double.enrolment_id)
            .values(line_manager_id=me)
        )


def _target(world: World) -> Target:
    give_app(world.people["apprentice"].person_id)
    submitted, kept = (
        evidence.add_upload(
            world.apprentice,
            world.enrolment_id,
            stream=io.BytesIO(NOTES),
            name=name,
            at=MONDAY,
        ).upload_id
        for name in ("submitted.txt", "draft.txt")
    )
    evidence_id = _in_two_versions(world, submitted)
    return Target(
        world=world,
        evidence_id=evidence_id,
        decision_id=_decision(world),
        upload_id=submitted,
        draft_id=make_draft(world, upload_ids=[kept]),
        draft_upload_id=kept,
        request_id=_asked(world, evidence_id),
    )


def _decision(world: World) -> uuid.UUID:
    evidence_id = make_evidence(world, claims=["S2"])
    assessor_id = enrolment_queries.enrolment(world.enrolment_id).assessor_id
    assert assessor_id is not None
    by = queries.actor_of(assessor_id)
    decide(world, evidence_id, not_yet_met("S2"), by=by, at=MONDAY)
    return decision_queries.decisions_of(evidence_queries.evidence(evidence_id))[1]["S2"].id


def _in_two_versions(world: World, upload_id: uuid.UUID) -> uuid.UUID:
    evidence_id = make_evidence(world, claims=["K1", "B1"], upload_ids=[upload_id])
    assessment.withdraw_evidence(
        world.apprentice, evidence_id, version_number=1, reason="A page was missing", at=MONDAY
    )
    evidence.save_draft(
        world.apprentice,
        evidence_id,
        text=text(claims=["K1", "B1"]),
        upload_ids=[upload_id],
        revision=0,
        at=MONDAY,
    )
    submit(world, evidence_id)
    return evidence_id


def _asked(world: World, evidence_id: uuid.UUID) -> uuid.UUID:
    """Somebody without an account was asked about it."""
    return confirmation.ask(
        world.apprentice,
        evidence_id,
        version_number=2,
        what=Asked.CONFIRMATION,
        text=RequestText("Sam Ortiz", f"{evidence_id}@client.example"),
        at=MONDAY,
    )
