"""Two providers with every kind of person of the table, as real rows."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kbstrack.access import OPERATOR, Actor
from kbstrack.people import queries
from kbstrack.people.queries import MemberRow
from tests.access import enrolments
from tests.access.links import Link, follow, make_asked, make_auditors
from tests.access.targets import Target, add_samples, make_target
from tests.builders import World, make_world

Places = dict[str, tuple[World | None, MemberRow]]
"""Who comes to which enrolment; None stands for the one most of them come to."""


@dataclass(frozen=True)
class Cast:
    """Who the people of the table are, and to which enrolment each of them comes."""

    person_ids: Mapping[str, uuid.UUID]
    targets: Mapping[str, Target]
    links: Mapping[str, Link]

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
        if name in self.links:
            return follow(name, self.links)
        return queries.actor_of(self.person_ids[name])


def make_cast() -> Cast:
    """Both providers with everybody in them."""
    here, elsewhere = make_world(), make_world(mark="b", ukprn="10000002")
    main, members = enrolments.replaced(here)
    members |= enrolments.in_the_office(here) | enrolments.from_elsewhere(elsewhere)
    no_role, gone = enrolments.without_role(here), enrolments.ended(here)
    double, (many, second) = enrolments.double(here), enrolments.assured_by_many(here)
    apart = _apart(here, elsewhere, no_role, gone, double)
    worlds = {id(world): world for world, _ in apart.values() if world} | {id(many): many}
    made = [make_target(world) for world in (main, *worlds.values())]
    decided = {"S2": made[-1].decision_id, "K2": made[-1].other_decision_id}
    third = enrolments.countersign_and_replace(here, many, second, decided)
    apart |= {
        "an IQA who decided it, now replaced": (many, many.people["assessor"]),
        "an IQA who countersigned it": (many, second),
        "an IQA who assesses it since": (many, third),
    }
    made = add_samples(made, queries.actor_of(members["an IQA"].person_id))
    others = [make_target(elsewhere)]
    [other] = add_samples(others, queries.actor_of(members["an IQA elsewhere"].person_id))
    enrolments.end_and_take_roles(no_role, gone)
    enrolments.name_the_apprentice_beside(double)
    return _cast(made, other, members, apart)


def _apart(here: World, elsewhere: World, no_role: World, gone: World, double: World) -> Places:
    mixed, both = enrolments.mixed(here, elsewhere)
    learning, first, second = enrolments.learning(here)
    own, learner = enrolments.assured_by_oneself(here), enrolments.of_an_iqa(here)
    return {
        "another apprentice": (None, mixed.people["apprentice"]),
        "the assessor, administrating elsewhere": (mixed, mixed.people["assessor"]),
        "the line manager, administrating too": (mixed, both),
        "the assessor, not yet qualified": (learning, learning.people["assessor"]),
        "the countersigner": (learning, second),
        "the former countersigner": (learning, first),
        "the assessor without the role": (no_role, no_role.people["assessor"]),
        "the line manager without the role": (no_role, no_role.people["line_manager"]),
        "the assessor after ending": (gone, gone.people["assessor"]),
        "the line manager after ending": (gone, gone.people["line_manager"]),
        "the apprentice, named beside it too": (double, double.people["apprentice"]),
        "an IQA who decided it": (own, own.people["assessor"]),
        "the apprentice, assuring quality too": (learner, learner.people["apprentice"]),
    }


def _cast(
    made: Sequence[Target], other: Target, members: Mapping[str, MemberRow], apart: Places
) -> Cast:
    by_world = {target.world.enrolment_id: target for target in made}
    main = made[0]
    mixed = apart["the line manager, administrating too"][0]
    assert mixed is not None
    by_link = by_world[mixed.enrolment_id]
    auditors = make_auditors(main, by_link)
    links = auditors | make_asked(main, by_link)
    # Revoked already, since whoever may revoke it does.
    revoked = "an auditor whose link was revoked"
    elsewhere = make_auditors(other, other)[revoked].holder.person_id
    ids = {"here": auditors[revoked].holder.person_id, "elsewhere": elsewhere}
    with_link = {id_: replace(target, link_id=ids["here"]) for id_, target in by_world.items()}
    main = with_link[main.world.enrolment_id]
    targets = dict.fromkeys((*members, *links), main)
    targets |= {
        name: with_link[world.enrolment_id] if world else main for name, (world, _) in apart.items()
    }
    targets |= dict.fromkeys(("somebody without a role", "nobody", "the operator"), main)
    targets["elsewhere"] = replace(other, link_id=ids["elsewhere"])
    person_ids = {name: member.person_id for name, member in members.items()}
    person_ids |= {name: member.person_id for name, (_, member) in apart.items()}
    person_ids |= {"somebody without a role": uuid.uuid4(), "nobody": uuid.UUID(int=0)}
    return Cast(person_ids, targets, links)
