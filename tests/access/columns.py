"""The columns of the tables: an action, and what it is asked of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kbstrack.access import Action


class Of(StrEnum):
    """What an action is asked of."""

    PROVIDER = "a training provider"
    ENROLMENT = "an enrolment"
    DECISION = "a sampled decision with an outcome"
    NEW = "a sampled decision without an outcome"
    REQUEST = "a request to confirm one item"


@dataclass(frozen=True)
class Column:
    """One column."""

    action: Action
    of: Of


COLUMNS: dict[str, Column] = {
    "create": Column(Action.PROVIDER_CREATE, Of.PROVIDER),
    "provider": Column(Action.PROVIDER_MANAGE, Of.PROVIDER),
    "people": Column(Action.PEOPLE_MANAGE, Of.PROVIDER),
    "enrol": Column(Action.ENROLMENT_MANAGE, Of.PROVIDER),
    "check-all": Column(Action.RECORD_CHECK, Of.PROVIDER),
    "auditors": Column(Action.AUDITOR_MANAGE, Of.PROVIDER),
    "plan": Column(Action.SAMPLING_PLAN, Of.PROVIDER),
    "sampling": Column(Action.SAMPLING_SEE, Of.PROVIDER),
    "manage": Column(Action.ENROLMENT_MANAGE, Of.ENROLMENT),
    "see": Column(Action.ENROLMENT_SEE, Of.ENROLMENT),
    "paper": Column(Action.PORTFOLIO_SEE, Of.ENROLMENT),
    "check": Column(Action.RECORD_CHECK, Of.ENROLMENT),
    "freeze": Column(Action.PORTFOLIO_FREEZE, Of.ENROLMENT),
    "write": Column(Action.EVIDENCE_WRITE, Of.ENROLMENT),
    "draft": Column(Action.DRAFT_SEE, Of.ENROLMENT),
    "decide": Column(Action.EVIDENCE_DECIDE, Of.ENROLMENT),
    "take-back": Column(Action.DECISION_REOPEN, Of.ENROLMENT),
    "sign-a": Column(Action.SIGN_OFF_AS_ASSESSOR, Of.ENROLMENT),
    "sign-e": Column(Action.SIGN_OFF_AS_EMPLOYER, Of.ENROLMENT),
    "countersign": Column(Action.COUNTERSIGN, Of.ENROLMENT),
    "ask": Column(Action.CONFIRMATION_ASK, Of.ENROLMENT),
    "confirm": Column(Action.CONFIRM, Of.ENROLMENT),
    "sample": Column(Action.SAMPLING_SEE, Of.DECISION),
    "judge": Column(Action.SAMPLE_JUDGE, Of.DECISION),
    "answer": Column(Action.SAMPLE_ANSWER, Of.DECISION),
    "see-new": Column(Action.SAMPLING_SEE, Of.NEW),
    "judge-new": Column(Action.SAMPLE_JUDGE, Of.NEW),
    "answer-new": Column(Action.SAMPLE_ANSWER, Of.NEW),
    "by-link": Column(Action.CONFIRM_BY_LINK, Of.REQUEST),
}


def columns_of(what: Of) -> tuple[str, ...]:
    """The columns of one table, from left to right."""
    return tuple(name for name, column in COLUMNS.items() if column.of is what)
