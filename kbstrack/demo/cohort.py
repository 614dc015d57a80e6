"""Makes the demo's people and enrolments through the same use cases as everybody's."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from kbstrack.access import OPERATOR, Actor, Role
from kbstrack.current import catalogue
from kbstrack.db import db
from kbstrack.demo.people import (
    ADMINISTRATOR,
    APPRENTICES,
    ASSESSORS,
    ASSURER,
    COUNTERSIGNERS,
    EMPLOYERS,
    PROVIDER,
    STANDARD,
    DemoApprentice,
    DemoPerson,
)
from kbstrack.demo.script import moment
from kbstrack.people import accounts, enrolling, links, queries, service
from kbstrack.people.beside import Beside
from kbstrack.people.models import Person

PASSWORD = "evidence every day"  # noqa: S105 - said on the sign-in page of the demo


@dataclass(frozen=True, slots=True)
class Cohort:
    """The people of the demo by key, and the apprentices' enrolments by the same key."""

    provider_id: uuid.UUID
    password_hash: str
    people: dict[str, uuid.UUID]
    enrolments: dict[str, uuid.UUID]

    def actor(self, key: str) -> Actor:
        """The person with their roles."""
        return queries.actor_of(self.people[key])

    def invite(
        self, person: DemoPerson, role: Role, employer_id: uuid.UUID | None, at: datetime
    ) -> None:
        """Bring somebody in, who follows the invitation at once."""
        member = service.invite_person(
            OPERATOR,
            self.provider_id,
            name=person.name,
            email=person.email,
            roles={role: employer_id},
            countersigner_id=self.people.get(COUNTERSIGNERS.get(person.key, "")),
            at=at,
        )
        _join(member.person_id, self.password_hash, at)
        self.people[person.key] = member.person_id

    def enrol(self, who: DemoApprentice, beside: Beside, at: datetime) -> None:
        """Put an apprentice on the demo's standard."""
        row = enrolling.enrol(
            OPERATOR,
            self.provider_id,
            apprentice_id=self.people[who.person.key],
            uln=who.uln,
            standard_reference=STANDARD,
            standard_version=catalogue().latest(STANDARD).version,
            start_on=who.start_on,
            planned_end_on=who.planned_end_on,
            beside=beside,
            at=at,
        )
        self.enrolments[who.person.key] = row.id


def make_cohort(password_hash: str) -> Cohort:
    """One provider with everybody who stands in the story; all of them can sign in."""
    began = moment(min(each.start_on for each in APPRENTICES) - timedelta(days=14), 9, 1, "began")
    provider_id = service.create_provider(
        OPERATOR, name=PROVIDER.name, ukprn=PROVIDER.ukprn, at=began
    ).id
    made = Cohort(provider_id, password_hash, {}, {})
    made.invite(ADMINISTRATOR, Role.ADMINISTRATOR, None, began)
    for person in ASSESSORS:
        made.invite(person, Role.ASSESSOR, None, began)
    made.invite(ASSURER, Role.IQA, None, began)
    employers = {}
    for employer in EMPLOYERS:
        row = service.create_employer(OPERATOR, provider_id, name=employer.name, at=began)
        made.invite(employer.manager, Role.EMPLOYER, row.id, began)
        employers[employer.key] = (row.id, made.people[employer.manager.key])
    for who in APPRENTICES:
        at = moment(who.start_on - timedelta(days=3), 9, 1, who.uln)
        made.invite(who.person, Role.APPRENTICE, None, at)
        made.enrol(who, Beside(made.people[who.assessor], *employers[who.employer]), at)
    return made


def _join(person_id: uuid.UUID, password_hash: str, at: datetime) -> None:
    token = links.invitation_token(db.session.get_one(Person, person_id), at)
    accounts.set_password(token, password_hash=password_hash, at=at)
    accounts.note_sign_in(person_id, at=at)


class Guest(NamedTuple):
    """Somebody of the demo, and what to look at as them."""

    name: str
    email: str
    what: str


def _kind_of(assessor: DemoPerson) -> str:
    if assessor.key in COUNTERSIGNERS:
        return "assessor, not yet qualified"
    if assessor.key in COUNTERSIGNERS.values():
        return "assessor who countersigns"
    return "assessor"


def who_can_sign_in() -> list[Guest]:
    """Everybody of the demo, apprentices first."""
    apprentices = [
        Guest(each.person.name, each.person.email, f"apprentice, {each.stage}")
        for each in APPRENTICES
    ]
    managers = [
        Guest(each.manager.name, each.manager.email, f"line manager at {each.name}")
        for each in EMPLOYERS
    ]
    return [
        *apprentices,
        *(Guest(each.name, each.email, _kind_of(each)) for each in ASSESSORS),
        *managers,
        Guest(ASSURER.name, ASSURER.email, "internal quality assurer"),
        Guest(ADMINISTRATOR.name, ADMINISTRATOR.email, "administrator"),
    ]
