"""Who may do what: the only authorisation. Asked once per use case, and by pages that offer it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from kbstrack.errors import NotAllowed, NotFound

NOT_HERE = "There is nothing here, or it is not yours to see."
"""Of what was never there and of what is somebody else's: nobody can tell the two apart."""


class Role(StrEnum):
    """What a person is for a training provider."""

    APPRENTICE = "apprentice"
    ASSESSOR = "assessor"
    EMPLOYER = "employer"
    IQA = "iqa"
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
    DECISION_REOPEN = "take a decision back, so that it is made again"
    COUNTERSIGN = "countersign or return what an assessor decided who is not yet qualified"
    CONFIRMATION_ASK = "ask somebody to confirm evidence or to say what they saw"
    CONFIRM = "confirm evidence and give a witness statement as the employer"
    CONFIRM_BY_LINK = "confirm the one item, or say what was seen, as a link asks for"
    PORTFOLIO_SEE = "download the portfolio"
    PORTFOLIO_FREEZE = "freeze the portfolio as a numbered issue"
    RECORD_CHECK = "check the record against its ledger"
    SAMPLING_PLAN = "make a sampling plan and add samples"
    SAMPLING_SEE = "see sampling plans, outcomes and coverage"
    SAMPLE_JUDGE = "record the outcome of a sampled decision"
    SAMPLE_ANSWER = "answer what internal quality assurance asks for"
    AUDITOR_MANAGE = "make, see and revoke links for auditors"


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who asks, with the roles they hold now; `OPERATOR` is the command line.

    An auditor holds no role but the enrolments that their link opens today (`auditing`); whoever
    follows a link to confirm something holds that one request. Neither has an account here.
    """

    person_id: uuid.UUID
    roles: frozenset[tuple[uuid.UUID, Role]] = frozenset()
    is_operator: bool = False
    auditing: frozenset[uuid.UUID] = frozenset()
    request_id: uuid.UUID | None = None

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
    enrolment_id: uuid.UUID | None = None
    # Those who countersign for an assessor of this enrolment, present or former.
    countersigner_ids: frozenset[uuid.UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class DecisionScope:
    """A decision that was sampled, as far as permission goes: its enrolment and who signed it."""

    enrolment: EnrolmentScope
    decided_by: uuid.UUID
    countersigned_by: uuid.UUID | None = None
    # Whose signature on the KSB rests on the decision.
    signed_off_by: frozenset[uuid.UUID] = frozenset()
    is_judged: bool = False

    @property
    def provider_id(self) -> uuid.UUID:
        """The training provider it belongs to."""
        return self.enrolment.provider_id


@dataclass(frozen=True, slots=True)
class RequestScope:
    """A request to confirm one item, as far as permission goes."""

    request_id: uuid.UUID
    provider_id: uuid.UUID


Scope = ProviderScope | EnrolmentScope | DecisionScope | RequestScope
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


def is_countersigner(actor: Actor, scope: Scope) -> bool:
    """They countersign for an assessor of the enrolment, and it is not their own work."""
    return (
        isinstance(scope, EnrolmentScope)
        and actor.person_id in scope.countersigner_ids
        and scope.apprentice_id != actor.person_id
        and actor.has(scope.provider_id, Role.ASSESSOR)
    )


def is_iqa(actor: Actor, scope: Scope) -> bool:
    """They assure the quality of the provider's assessment, and it is not their own work."""
    if scope.provider_id is None or not actor.has(scope.provider_id, Role.IQA):
        return False
    place = scope.enrolment if isinstance(scope, DecisionScope) else scope
    return not (isinstance(place, EnrolmentScope) and place.apprentice_id == actor.person_id)


def is_iqa_of_another(actor: Actor, scope: Scope) -> bool:
    """They assure quality; the work is not theirs, and they neither made nor countersigned it, nor
    signed off on it."""
    return (
        isinstance(scope, DecisionScope)
        and is_iqa(actor, scope)
        and actor.person_id not in {scope.decided_by, scope.countersigned_by, *scope.signed_off_by}
    )


def is_assessor_of_sampled(actor: Actor, scope: Scope) -> bool:
    """They assess the enrolment of the sampled decision now, it is not their own work, and there is
    an outcome."""
    return (
        isinstance(scope, DecisionScope) and scope.is_judged and is_assessor(actor, scope.enrolment)
    )


def is_auditor(actor: Actor, scope: Scope) -> bool:
    """Their link, which has not ended and was not revoked, names the enrolment."""
    return isinstance(scope, EnrolmentScope) and scope.enrolment_id in actor.auditing


def is_asked(actor: Actor, scope: Scope) -> bool:
    """They follow the link that was made for exactly this request."""
    return isinstance(scope, RequestScope) and scope.request_id == actor.request_id


_READERS = (
    is_apprentice,
    is_assessor,
    is_countersigner,
    is_line_manager,
    is_iqa,
    is_administrator,
    is_auditor,
    is_operator,
)

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
    Action.DECISION_REOPEN: (is_assessor,),
    Action.COUNTERSIGN: (is_countersigner,),
    Action.CONFIRMATION_ASK: (is_apprentice, is_assessor),
    Action.CONFIRM: (is_line_manager,),
    Action.CONFIRM_BY_LINK: (is_asked,),
    Action.PORTFOLIO_SEE: _READERS,
    Action.PORTFOLIO_FREEZE: (is_assessor, is_administrator),
    Action.RECORD_CHECK: (is_administrator, is_operator),
    Action.SAMPLING_PLAN: (is_iqa,),
    Action.SAMPLING_SEE: (is_iqa, is_administrator, is_operator),
    Action.SAMPLE_JUDGE: (is_iqa_of_another,),
    Action.SAMPLE_ANSWER: (is_assessor_of_sampled,),
    Action.AUDITOR_MANAGE: (is_administrator, is_operator),
}
"""Any one of the predicates is enough; an action that is not here is allowed to nobody."""

_HIDDEN_WITHOUT: dict[type[Scope], tuple[Action, ...]] = {
    ProviderScope: (Action.PEOPLE_MANAGE, Action.SAMPLING_SEE),
    EnrolmentScope: (Action.ENROLMENT_SEE,),
    DecisionScope: (Action.SAMPLING_SEE, Action.SAMPLE_ANSWER),
    RequestScope: (Action.CONFIRM_BY_LINK,),
}
"""Whoever may do none of these does not even learn that it exists."""


def allows(actor: Actor, action: Action, scope: Scope) -> bool:
    """Whether the person may do this here."""
    return any(predicate(actor, scope) for predicate in POLICY.get(action, ()))


def require(actor: Actor, action: Action, scope: Scope) -> None:
    """Refuse what is not allowed.

    Raises NotFound when the person may not even know that it exists, else NotAllowed.
    """
    if allows(actor, action, scope):
        return
    may_know = any(allows(actor, known, scope) for known in _HIDDEN_WITHOUT[type(scope)])
    if action is not Action.PROVIDER_CREATE and not may_know:
        raise NotFound(NOT_HERE)
    raise NotAllowed(f"You can't {action.value} here.")
