"""Every kind of person who may come to an enrolment, as values: roles and place beside it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

from kbstrack.access import (
    OPERATOR,
    Actor,
    DecisionScope,
    EnrolmentScope,
    ProviderScope,
    RequestScope,
    Role,
    Scope,
)
from tests.access.columns import Of

HERE, ELSEWHERE = uuid.UUID(int=1), uuid.UUID(int=2)
ME, APPRENTICE, ASSESSOR, MANAGER = (uuid.UUID(int=number) for number in range(11, 15))
ENROLMENT, REQUEST, OTHER = (uuid.UUID(int=number) for number in range(21, 24))
NOBODY = uuid.UUID(int=0)


@dataclass(frozen=True)
class Kind:
    """Somebody, and the enrolment, decision and request they come to; all of provider `HERE`."""

    actor: Actor
    scope: EnrolmentScope
    decision: DecisionScope

    def scope_of(self, what: Of) -> Scope:
        """What somebody comes to."""
        scopes: dict[Of, Scope] = {
            Of.PROVIDER: ProviderScope(HERE),
            Of.ENROLMENT: self.scope,
            Of.DECISION: self.decision,
            Of.NEW: replace(self.decision, is_judged=False),
            Of.REQUEST: RequestScope(REQUEST, HERE),
        }
        return scopes[what]


def come(
    actor: Actor,
    *,
    apprentice: uuid.UUID = APPRENTICE,
    assessor: uuid.UUID = ASSESSOR,
    manager: uuid.UUID = MANAGER,
    countersigner: uuid.UUID | None = None,
    decided_by: uuid.UUID | None = None,
    countersigned_by: uuid.UUID | None = None,
) -> Kind:
    """This actor comes to an enrolment; its assessor made the decision unless told otherwise."""
    named = frozenset() if countersigner is None else frozenset({countersigner})
    scope = EnrolmentScope(HERE, apprentice, assessor, manager, ENROLMENT, named)
    return Kind(
        actor, scope, DecisionScope(scope, decided_by or assessor, countersigned_by, is_judged=True)
    )


def somebody(*roles: tuple[uuid.UUID, Role], **places: uuid.UUID) -> Kind:
    """`ME` with these roles; say which places of the enrolment are mine."""
    return come(Actor(ME, frozenset(roles)), **places)


def auditor(*enrolments: uuid.UUID) -> Kind:
    """`ME` with a link that opens these enrolments today."""
    return come(Actor(ME, auditing=frozenset(enrolments)))


def asked(request_id: uuid.UUID | None) -> Kind:
    """`ME`, who follows the link of this request; None for a link that opens nothing any more."""
    return come(Actor(ME, request_id=request_id))


APPRENTICE_HERE = (HERE, Role.APPRENTICE)
ASSESSOR_HERE = (HERE, Role.ASSESSOR)
EMPLOYER_HERE = (HERE, Role.EMPLOYER)
IQA_HERE = (HERE, Role.IQA)
ADMINISTRATOR_HERE = (HERE, Role.ADMINISTRATOR)

KINDS: dict[str, Kind] = {
    "the apprentice": somebody(APPRENTICE_HERE, apprentice=ME),
    "another apprentice": somebody(APPRENTICE_HERE),
    "an apprentice elsewhere": somebody((ELSEWHERE, Role.APPRENTICE)),
    "the apprentice, named beside it too": somebody(
        APPRENTICE_HERE,
        ASSESSOR_HERE,
        EMPLOYER_HERE,
        apprentice=ME,
        assessor=ME,
        manager=ME,
        countersigner=ME,
    ),
    "the apprentice, assuring quality too": somebody(APPRENTICE_HERE, IQA_HERE, apprentice=ME),
    "the assessor": somebody(ASSESSOR_HERE, assessor=ME),
    "another assessor": somebody(ASSESSOR_HERE),
    "the former assessor": somebody(ASSESSOR_HERE, decided_by=ME),
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
    "an IQA": somebody(IQA_HERE),
    "an IQA elsewhere": somebody((ELSEWHERE, Role.IQA)),
    "a former IQA": somebody(),
    "an IQA who decided it": somebody(ASSESSOR_HERE, IQA_HERE, assessor=ME),
    "an IQA who decided it, now replaced": somebody(ASSESSOR_HERE, IQA_HERE, decided_by=ME),
    "an IQA who countersigned it": somebody(
        ASSESSOR_HERE, IQA_HERE, countersigner=ME, countersigned_by=ME
    ),
    "an IQA who assesses it since": somebody(
        ASSESSOR_HERE, IQA_HERE, assessor=ME, decided_by=ASSESSOR
    ),
    "an administrator": somebody(ADMINISTRATOR_HERE),
    "a former administrator": somebody(),
    "an administrator elsewhere": somebody((ELSEWHERE, Role.ADMINISTRATOR)),
    "an administrator with an assessor's role": somebody(ADMINISTRATOR_HERE, ASSESSOR_HERE),
    "an auditor": auditor(ENROLMENT),
    "an auditor of others": auditor(OTHER),
    "an auditor whose link has ended": auditor(),
    "an auditor whose link was revoked": auditor(),
    "whoever was asked": asked(REQUEST),
    "whoever was asked something else": asked(OTHER),
    "whoever has answered": asked(None),
    "whoever has a link that was revoked": asked(None),
    "whoever has a link that has ended": asked(None),
    "somebody without a role": somebody(),
    "nobody": come(Actor(NOBODY)),
    "the operator": come(OPERATOR),
}
