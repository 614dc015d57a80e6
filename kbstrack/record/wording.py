"""What somebody had before them when they decided or signed: the statement, and their own words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from kbstrack.assessment.models import (
    Countersignature,
    Decision,
    DecisionReopening,
    Renewal,
    Reopening,
    SignOff,
)
from kbstrack.confirmation.models import Confirmation, WitnessStatement
from kbstrack.db import Base, db
from kbstrack.evidence.models import EvidenceVersion, Withdrawal
from kbstrack.formats import say_period
from kbstrack.issues.models import Issue
from kbstrack.ledger.rules import Entry, What
from kbstrack.people.models import EnrolmentState
from kbstrack.quality.models import IqaOutcome
from kbstrack.record.lines import Line
from kbstrack.standards.rules import Ksb, Standard

_ROWS: Mapping[What, type[Base]] = {
    What.ENROLMENT: EnrolmentState,
    What.SUBMISSION: EvidenceVersion,
    What.WITHDRAWAL: Withdrawal,
    What.DECISION: Decision,
    What.DECISION_REOPENING: DecisionReopening,
    What.COUNTERSIGNATURE: Countersignature,
    What.SIGN_OFF: SignOff,
    What.RENEWAL: Renewal,
    What.REOPENING: Reopening,
    What.CONFIRMATION: Confirmation,
    What.WITNESS_STATEMENT: WitnessStatement,
    What.IQA_OUTCOME: IqaOutcome,
    What.ISSUE: Issue,
}
"""The row that an entry tells of; its key is the entry's subject."""

_LABELS = {
    "statement": "What was seen",
    "feedback": "Feedback",
    "reason": "Reason",
    "remark": "Remark",
    "end_reason": "Reason",
    "declaration": "What was declared",
}
"""The columns with words of people, and what to call them."""

_PARTICULARS = {
    "job_role": "Job role",
    "relationship": "How they know the apprentice",
    "contact": "Contact",
}
"""What whoever signed by link or with an account says of themselves, and what to call it."""

_APART = {(What.IQA_OUTCOME, "feedback")}
"""What stays between quality assurance and the assessor: a history is read by others too."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A KSB's statement; `is_the_same` while it is word for word what was decided on then."""

    ksb: Ksb
    is_the_same: bool


def wordings(told: Line, standard: Standard) -> tuple[Wording, ...]:
    """The statements an entry is about, each compared with the hash that was entered."""
    facts = json.loads(told.entry.facts)
    hashes = {claim["code"]: claim["statement_hash"] for claim in facts.get("claims", ())}
    if "code" in facts and "statement_hash" in facts:
        hashes[facts["code"]] = facts["statement_hash"]
    return tuple(
        Wording(ksb, hashes.get(ksb.code, ksb.statement_hash) == ksb.statement_hash)
        for ksb in (standard.ksb(code) for code in told.codes)
    )


def particulars_of(entry: Entry) -> tuple[tuple[str, str], ...]:
    """What a confirmation or a statement says beside its words: (label, text), in its order."""
    row = _row(entry)
    if not isinstance(row, Confirmation | WitnessStatement):
        return ()
    found = [(label, getattr(row, column, "")) for column, label in _PARTICULARS.items()]
    if isinstance(row, WitnessStatement):
        found.insert(0, ("Seen", say_period(row.seen_on, row.seen_until)))
    return tuple((label, text) for label, text in found if text)


def texts_of(entry: Entry) -> tuple[tuple[str, str], ...]:
    """What people wrote in the row that an entry tells of: (label, text), without empty ones."""
    what, row = What(entry.what), _row(entry)
    if row is None:
        return ()
    found = (
        (label, getattr(row, column, None))
        for column, label in _LABELS.items()
        if (what, column) not in _APART
    )
    return tuple((label, text) for label, text in found if text)


def _row(entry: Entry) -> Base | None:
    model = _ROWS.get(What(entry.what))
    return db.session.get(model, entry.subject_id) if model else None
