"""Who may do what: the only authorisation. Asked once per use case, and by pages that offer it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from kbstrack.errors import NotAllowed, NotFound


class Role(StrEnum):
    """What a person is for a training provider."""

    APPRENTICE = "apprentice"
    ASSESSOR = "assessor"
    EMPLOYER = "employer"
    ADMINISTRATOR = "administrator"


class Action(StrEnum):
    """Everything that needs permission."""

    PROVIDER_CREATE = "create a training provider"
    PROVIDER_MANAGE = "change or end the training provider and its employers"
    PEOPLE_MANAGE = "invite, change and end people"
    ENROLMENT_MANAGE = "enrol, change and end enrolments, replace assessor or employer"
    ENROLMENT_SEE = "see an enrolment, its matrix, evidence and decisions"
    EVIDENCE_WRITE = "write, submit and withdraw evidence"
    DRAFT_SEE = "see unfinished evidence"
    EVIDENCE_DECIDE = "decide on claims"
    SIGN_OFF_AS_ASSESSOR = "sign off or reopen a KSB that the standard gives to the assessor"
    SIGN_OFF_AS_EMPLOYER = "sign off or reopen a KSB that the standard gives to the employer"
    PORTFOLIO_SEE = "download the portfolio"


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who asks, with the roles they hold now; `operator()` is the command line."""

    person_id: uuid.UUID
    roles: frozenset[tuple[uuid.UUID, Role]] = frozenset()
    is_operator: bool = False

    def has(self, provider_id: uuid.UUID, role: Role) -> bool:
        """Whether they hold this role for this provider."""
        return (provider_id, role) in self.roles

    def providers_as(self, *roles: Role) -> frozenset[uuid.UUID]:
        """The providers for which they hold any of these roles."""
        return frozenset(provider for provider, role in self.roles if role in roles)


OPERATOR = Actor(person_id=uuid.UUID(int=0), is_operator=True)
"""Whoever runs commands on the machine: may administrate and read, never decide or sign."""


@dataclass(frozen=True, slots=True)
class ProviderScope:
    """A training provider, as far as permission goes; None stands for one not made yet."""

    provider_id: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class EnrolmentScope:
    """An enrolment, as far as permission goes: whose it is, and who stands beside it now."""

    provider_id: uuid.UUID
    apprentice_id: uuid.UUID
    assessor_id: uuid.UUID | None
    line_manager_id: uuid.UUID | None


Scope = ProviderScope | EnrolmentScope
Predicate = Callable[[Actor, Scope], bool]


def is_operator(actor: Actor, scope: Scope) -> bool:
    """They run commands on the machine itself."""
    return actor.is_operator


def is_an_administrator(actor: Actor, scope: Scope) -> bool:
    """They administrate some training provider."""
    return bool(actor.providers_as(Role.ADMINISTRATOR))


def is_administrator(actor: Actor, scope: Scope) -> bool:
    """They administrate the provider in question."""
    return scope.provider_id is not None and actor.has(scope.provider_id, Role.ADMINISTRATOR)


def is_apprentice(actor: Actor, scope: Scope) -> bool:
    """It is their own enrolment."""
    return (
        isinstance(scope, EnrolmentScope)
        and scope.apprentice_id == actor.person_id
        and actor.has(scope.provider_id, Role.APPRENTICE)
    )


def is_assessor(actor: Actor, scope: Scope) -> bool:
    """They are the enrolment's assessor now, and it is not their own work."""
    return (
        isinstance(scope, EnrolmentScope)
        and scope.assessor_id == actor.person_id
        and scope.apprentice_id != actor.person_id
        and actor.has(scope.provider_id, Role.ASSESSOR)
    )


def is_line_manager(actor: Actor, scope: Scope) -> bool:
    """They are the line manager named in the enrolment now, and it is not their own work."""
    return (
        isinstance(scope, EnrolmentScope)
        and scope.line_manager_id == actor.person_id
        and scope.apprentice_id != actor.person_id
        and actor.has(scope.provider_id, Role.EMPLOYER)
    )


_READERS = (is_apprentice, is_assessor, is_line_manager, is_administrator, is_operator)

POLICY: dict[Action, tuple[Predicate, ...]] = {
    Action.PROVIDER_CREATE: (is_an_administrator, is_operator),
    Action.PROVIDER_MANAGE: (is_administrator, is_operator),
    Action.PEOPLE_MANAGE: (is_administrator, is_operator),
    Action.ENROLMENT_MANAGE: (is_administrator, is_operator),
    Action.ENROLMENT_SEE: _READERS,
    Action.EVIDENCE_WRITE: (is_apprentice,),
    Action.DRAFT_SEE: (is_apprentice,),
    Action.EVIDENCE_DECIDE: (is_assessor,),
    Action.SIGN_OFF_AS_ASSESSOR: (is_assessor,),
    Action.SIGN_OFF_AS_EMPLOYER: (is_line_manager,),
    Action.PORTFOLIO_SEE: _READERS,
}
"""Any one of the predicates is enough; an action that is not here is allowed to nobody."""

_HIDDEN_WITHOUT: dict[type[Scope], Action] = {
    ProviderScope: Action.PEOPLE_MANAGE,
    EnrolmentScope: Action.ENROLMENT_SEE,
}


def allows(actor: Actor, action: Action, scope: Scope) -> bool:
    """Whether the person may do this here."""
    return any(predicate(actor, scope) for predicate in POLICY.get(action, ()))


def require(actor: Actor, action: Action, scope: Scope) -> None:
    """Refuse what is not allowed.

    Raises NotFound when the person may not even know that it exists, else NotAllowed.
    """
    if allows(actor, action, scope):
        return
    if action is not Action.PROVIDER_CREATE and not allows(
        actor, _HIDDEN_WITHOUT[type(scope)], scope
    ):
        raise NotFound("There is nothing here, or it is not yours to see.")
    raise NotAllowed(f"You can't {action.value} here.")
