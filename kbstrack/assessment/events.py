"""What the ledger says of decisions, sign-offs, their countersignatures and reopenings."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Select, or_, select

from kbstrack.assessment.models import (
    ActionPoint,
    Countersignature,
    Decision,
    DecisionReopening,
    Renewal,
    RenewalBasis,
    Reopening,
    SignOff,
    SignOffBasis,
)
from kbstrack.db import db
from kbstrack.evidence.models import Evidence, EvidenceVersion
from kbstrack.ledger.rows import row_event
from kbstrack.ledger.rules import Event, What


def decision_event(row: Decision, actions: Sequence[ActionPoint]) -> Event:
    """A decision: bound to the version's hash and to the statement's."""
    return row_event(
        row,
        What.DECISION,
        row.id,
        texts=("feedback",),
        more_texts={
            "actions": [
                {"position": action.position, "text": action.text, "due_on": str(action.due_on)}
                for action in sorted(actions, key=lambda action: action.position)
            ]
        },
    )


def decision_reopening_event(row: DecisionReopening) -> Event:
    """A decision taken back."""
    return row_event(row, What.DECISION_REOPENING, row.decision_id, texts=("reason",))


def countersignature_event(row: Countersignature) -> Event:
    """A second signature."""
    return row_event(row, What.COUNTERSIGNATURE, row.id, texts=("remark", "declaration"))


def sign_off_event(row: SignOff, decision_ids: Collection[uuid.UUID]) -> Event:
    """A sign-off with the decisions that it rests on."""
    return row_event(
        row,
        What.SIGN_OFF,
        row.id,
        texts=("reason", "declaration"),
        more_facts={"basis": sorted(map(str, decision_ids))},
    )


def renewal_event(row: Renewal, decision_ids: Collection[uuid.UUID]) -> Event:
    """A sign-off confirmed on changed evidence, with the decisions that it rests on now."""
    return row_event(
        row,
        What.RENEWAL,
        row.id,
        texts=("reason", "declaration"),
        more_facts={"basis": sorted(map(str, decision_ids))},
    )


def reopening_event(row: Reopening) -> Event:
    """A sign-off taken back."""
    return row_event(row, What.REOPENING, row.sign_off_id, texts=("reason",))


def events(enrolment_id: uuid.UUID) -> Iterator[Event]:
    """What the rows of an enrolment say happened, in no particular order."""
    decided = _decided(enrolment_id)
    signed = select(SignOff.id).where(SignOff.enrolment_id == enrolment_id)
    yield from _decisions(decided)
    for taken_back in _all(select(DecisionReopening), DecisionReopening.decision_id, decided):
        yield decision_reopening_event(taken_back)
    for second in db.session.scalars(
        select(Countersignature).where(
            or_(
                Countersignature.decision_id.in_(decided),
                Countersignature.sign_off_id.in_(signed),
            )
        )
    ):
        yield countersignature_event(second)
    basis = _basis(select(SignOffBasis.sign_off_id, SignOffBasis.decision_id), signed)
    for sign_off in _all(select(SignOff), SignOff.id, signed):
        yield sign_off_event(sign_off, basis[sign_off.id])
    renewed = select(Renewal.id).where(Renewal.sign_off_id.in_(signed))
    basis = _basis(select(RenewalBasis.renewal_id, RenewalBasis.decision_id), renewed)
    for renewal in _all(select(Renewal), Renewal.id, renewed):
        yield renewal_event(renewal, basis[renewal.id])
    for reopening in _all(select(Reopening), Reopening.sign_off_id, signed):
        yield reopening_event(reopening)


def _decided(enrolment_id: uuid.UUID) -> Select[Any]:
    return (
        select(Decision.id)
        .join(EvidenceVersion, EvidenceVersion.id == Decision.version_id)
        .join(Evidence, Evidence.id == EvidenceVersion.evidence_id)
        .where(Evidence.enrolment_id == enrolment_id)
    )


def _decisions(decided: Select[Any]) -> Iterator[Event]:
    actions: dict[uuid.UUID, list[ActionPoint]] = defaultdict(list)
    for action in _all(select(ActionPoint), ActionPoint.decision_id, decided):
        actions[action.decision_id].append(action)
    for decision in _all(select(Decision), Decision.id, decided):
        yield decision_event(decision, actions[decision.id])


def _all(query: Select[Any], column: Any, ids: Select[Any]) -> Sequence[Any]:
    return db.session.scalars(query.where(column.in_(ids))).all()


def _basis(
    query: Select[uuid.UUID, uuid.UUID], ids: Select[Any]
) -> dict[uuid.UUID, list[uuid.UUID]]:
    """By sign-off or renewal: the first column of `query`."""
    found: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    subject = query.selected_columns[0]
    for subject_id, decision_id in db.session.execute(query.where(subject.in_(ids))):
        found[subject_id].append(decision_id)
    return found
