"""Every kind of person who may come to an enrolment, as values: roles and place beside it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from kbstrack.access import OPERATOR, Actor, EnrolmentScope, ProviderScope, Role

HERE, ELSEWHERE = uuid.UUID(int=1), uuid.UUID(int=2)
ME, APPRENTICE, ASSESSOR, MANAGER = (uuid.UUID(int=number) for number in range(11, 15))


@dataclass(frozen=True)
class Kind:
    """Somebody, and the enrolment they come to; it always belongs to the provider `HERE`."""

    actor: Actor
    scope: EnrolmentScope

    @property
    def provider_scope(self) -> ProviderScope:
        """The enrolment's provider."""
        return ProviderScope(self.scope.provider_id)


def somebody(
    *roles: tuple[uuid.UUID, Role],
    apprentice: uuid.UUID = APPRENTICE,
    assessor: uuid.UUID = ASSESSOR,
    manager: uuid.UUID = MANAGER,
    countersigner: uuid.UUID | None = None,
) -> Kind:
    """`ME` with these roles; say which places of the enrolment are mine."""
    named = frozenset() if countersigner is None else frozenset({countersigner})
    scope = EnrolmentScope(HERE, apprentice, assessor, manager, countersigner_ids=named)
    return Kind(Actor(ME, frozenset(roles)), scope)


APPRENTICE_HERE = (HERE, Role.APPRENTICE)
ASSESSOR_HERE = (HERE, Role.ASSESSOR)
EMPLOYER_HERE = (HERE, Role.EMPLOYER)
ADMINISTRATOR_HERE = (HERE, Role.ADMINISTRATOR)

KINDS: dict[str, Kind] = {
    "the apprentice": somebody(APPRENTICE_HERE, apprentice=ME),
    "another apprentice": somebody(APPRENTICE_HERE),
    "an apprentice elsewhere": somebody((ELSEWHERE, Role.APPRENTICE)),
    "the assessor": somebody(ASSESSOR_HERE, assessor=ME),
    "another assessor": somebody(ASSESSOR_HERE),
    "the former assessor": somebody(ASSESSOR_HERE),
    "an assessor elsewhere": somebody((ELSEWHERE, Role.ASSESSOR)),
    "the assessor without the role": somebody(EMPLOYER_HERE, assessor=ME),
    "the assessor after ending": somebody(assessor=ME),
    "the assessor, not yet qualified": somebody(ASSESSOR_HERE, assessor=ME, countersigner=MANAGER),
    "the countersigner": somebody(ASSESSOR_HERE, countersigner=ME),
    "the former countersigner": somebody(ASSESSOR_HERE, countersigner=MANAGER),
    "the assessor, administrating elsewhere": somebody(
        ASSESSOR_HERE, (ELSEWHERE, Role.ADMINISTRATOR), assessor=ME
    ),
    "the line manager": somebody(EMPLOYER_HERE, manager=ME),
    "another line manager": somebody(EMPLOYER_HERE),
    "the former line manager": somebody(EMPLOYER_HERE),
    "a line manager elsewhere": somebody((ELSEWHERE, Role.EMPLOYER)),
    "the line manager without the role": somebody(ASSESSOR_HERE, manager=ME),
    "the line manager after ending": somebody(manager=ME),
    "the line manager, administrating too": somebody(EMPLOYER_HERE, ADMINISTRATOR_HERE, manager=ME),
    "an administrator": somebody(ADMINISTRATOR_HERE),
    "a former administrator": somebody(),
    "an administrator elsewhere": somebody((ELSEWHERE, Role.ADMINISTRATOR)),
    "the apprentice, named beside it too": somebody(
        APPRENTICE_HERE, ASSESSOR_HERE, EMPLOYER_HERE, apprentice=ME, assessor=ME, manager=ME
    ),
    "somebody without a role": somebody(),
    "the operator": Kind(OPERATOR, EnrolmentScope(HERE, APPRENTICE, ASSESSOR, MANAGER)),
}
