"""Reading lists of evidence narrowly: a row a piece, without its texts."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Subquery, and_, func, select
from sqlalchemy.orm import defer

from kbstrack.assessment.countersign_queries import waits
from kbstrack.assessment.models import ActionPoint, Decision
from kbstrack.assessment.queries import stands
from kbstrack.assessment.rules import Outcome, in_order
from kbstrack.db import db
from kbstrack.evidence.models import (
    Claim,
    Draft,
    DraftClaim,
    Evidence,
    EvidenceVersion,
    Withdrawal,
)
from kbstrack.evidence.rules import EvidenceKind, EvidenceState, evidence_state


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """A piece in a list: the title and claims of its latest version, or of its draft."""

    id: uuid.UUID
    number: int | None
    title: str
    kind: EvidenceKind | None
    first_on: date | None
    last_on: date | None
    codes: tuple[str, ...]
    state: EvidenceState
    version_number: int
    has_draft: bool
    changed_at: datetime
    due_on: date | None
    waits_for_countersignature: bool = False
    submitted_at: datetime | None = None


def evidence_items(
    enrolment_ids: Collection[uuid.UUID], *, with_drafts: bool
) -> dict[uuid.UUID, list[EvidenceItem]]:
    """The pieces of these enrolments, the latest change first.

    With drafts for their apprentice; for others a piece that was never submitted does not exist.
    """
    submitted = _submitted(enrolment_ids)
    drafts = _drafts(enrolment_ids) if with_drafts else {}
    codes = _codes(version.id for _, version, *_ in submitted.values())
    draft_codes = _draft_codes(drafts) if drafts else {}
    found: dict[uuid.UUID, list[EvidenceItem]] = defaultdict(list)
    for row in submitted.values():
        draft = drafts.pop(row[0].id, None)
        saved_at = draft[1].saved_at if draft else None
        found[row[0].enrolment_id].append(_submitted_item(row, codes[row[1].id], saved_at))
    for piece, written in drafts.values():
        codes_so_far = draft_codes.get(piece.id, ())
        found[piece.enrolment_id].append(_draft_item(piece, written, codes_so_far))
    for items in found.values():
        items.sort(key=lambda item: (item.changed_at, item.id), reverse=True)
    return found


def last_submissions(enrolment_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, datetime]:
    """When each of these enrolments had its last submission; those without are left out."""
    rows = db.session.execute(
        select(Evidence.enrolment_id, func.max(EvidenceVersion.submitted_at))
        .join(EvidenceVersion, EvidenceVersion.evidence_id == Evidence.id)
        .where(Evidence.enrolment_id.in_(enrolment_ids))
        .group_by(Evidence.enrolment_id)
    )
    return {key: value for key, value in rows}


Submitted = tuple[
    Evidence,
    EvidenceVersion,
    datetime | None,
    int | None,
    int | None,
    date | None,
    datetime | None,
    int | None,
]


def _submitted(enrolment_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Submitted]:
    latest, decided, due = _latest(enrolment_ids), _decided(enrolment_ids), _due(enrolment_ids)
    rows = db.session.execute(
        select(
            Evidence,
            EvidenceVersion,
            Withdrawal.withdrawn_at,
            decided.c.decided,
            decided.c.met,
            due.c.due_on,
            decided.c.decided_at,
            decided.c.waiting,
        )
        .join(latest, latest.c.evidence_id == Evidence.id)
        .join(
            EvidenceVersion,
            and_(
                EvidenceVersion.evidence_id == Evidence.id,
                EvidenceVersion.number == latest.c.number,
            ),
        )
        .outerjoin(Withdrawal, Withdrawal.version_id == EvidenceVersion.id)
        .outerjoin(decided, decided.c.version_id == EvidenceVersion.id)
        .outerjoin(due, due.c.version_id == EvidenceVersion.id)
        .options(defer(EvidenceVersion.description), defer(EvidenceVersion.declaration))
        .order_by(Evidence.id)
    )
    return {row[0].id: row for row in rows}


def _latest(enrolment_ids: Collection[uuid.UUID]) -> Subquery:
    """The number of the version of each piece that counts: the last that was not withdrawn."""
    number = EvidenceVersion.number
    standing = func.max(number).filter(Withdrawal.version_id.is_(None))
    return (
        select(
            EvidenceVersion.evidence_id,
            func.coalesce(standing, func.max(number)).label("number"),
        )
        .join(Evidence, Evidence.id == EvidenceVersion.evidence_id)
        .outerjoin(Withdrawal, Withdrawal.version_id == EvidenceVersion.id)
        .where(Evidence.enrolment_id.in_(enrolment_ids))
        .group_by(EvidenceVersion.evidence_id)
        .subquery()
    )


def _decided(enrolment_ids: Collection[uuid.UUID]) -> Subquery:
    """How many decisions each version has, how many of them are "met", when, and how many wait
    for a countersignature."""
    return (
        select(
            Decision.version_id,
            func.count().label("decided"),
            func.count().filter(Decision.outcome == Outcome.MET).label("met"),
            func.max(Decision.decided_at).label("decided_at"),
            func.count().filter(waits()).label("waiting"),
        )
        .join(EvidenceVersion, EvidenceVersion.id == Decision.version_id)
        .join(Evidence, Evidence.id == EvidenceVersion.evidence_id)
        .where(Evidence.enrolment_id.in_(enrolment_ids), stands())
        .group_by(Decision.version_id)
        .subquery()
    )


def _due(enrolment_ids: Collection[uuid.UUID]) -> Subquery:
    """By when the first action of each version is to be done."""
    return (
        select(Decision.version_id, func.min(ActionPoint.due_on).label("due_on"))
        .join(ActionPoint, ActionPoint.decision_id == Decision.id)
        .join(EvidenceVersion, EvidenceVersion.id == Decision.version_id)
        .join(Evidence, Evidence.id == EvidenceVersion.evidence_id)
        .where(Evidence.enrolment_id.in_(enrolment_ids), stands())
        .group_by(Decision.version_id)
        .subquery()
    )


def _drafts(enrolment_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, tuple[Evidence, Draft]]:
    rows = db.session.execute(
        select(Evidence, Draft)
        .join(Draft, Draft.evidence_id == Evidence.id)
        .where(Evidence.enrolment_id.in_(enrolment_ids))
        .options(defer(Draft.description))
        .order_by(Evidence.id)
    )
    return {piece.id: (piece, draft) for piece, draft in rows}


def _codes(version_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, tuple[str, ...]]:
    found: dict[uuid.UUID, list[str]] = defaultdict(list)
    for version_id, code in db.session.execute(
        select(Claim.version_id, Claim.code).where(Claim.version_id.in_(list(version_ids)))
    ):
        found[version_id].append(code)
    return defaultdict(tuple, {key: tuple(in_order(codes)) for key, codes in found.items()})


def _draft_codes(evidence_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, tuple[str, ...]]:
    found: dict[uuid.UUID, list[str]] = defaultdict(list)
    for evidence_id, code in db.session.execute(
        select(DraftClaim.evidence_id, DraftClaim.code).where(
            DraftClaim.evidence_id.in_(list(evidence_ids))
        )
    ):
        found[evidence_id].append(code)
    return {key: tuple(in_order(codes)) for key, codes in found.items()}


def _submitted_item(
    row: Submitted, codes: tuple[str, ...], saved_at: datetime | None
) -> EvidenceItem:
    piece, version, withdrawn_at, decided, met, due_on, decided_at, waiting = row
    outcomes = [True] * (met or 0) + [False] * ((decided or 0) - (met or 0))
    return EvidenceItem(
        id=piece.id,
        number=piece.number,
        title=version.title,
        kind=EvidenceKind(version.kind),
        first_on=version.first_on,
        last_on=version.last_on,
        codes=codes,
        state=evidence_state(
            has_version=True,
            is_withdrawn=withdrawn_at is not None,
            outcomes=outcomes,
            is_open=len(outcomes) < len(codes),
        ),
        version_number=version.number,
        has_draft=saved_at is not None,
        changed_at=max(
            moment
            for moment in (version.submitted_at, withdrawn_at, decided_at, saved_at)
            if moment is not None
        ),
        due_on=due_on,
        waits_for_countersignature=bool(waiting),
        submitted_at=version.submitted_at,
    )


def _draft_item(piece: Evidence, row: Draft, codes: tuple[str, ...]) -> EvidenceItem:
    return EvidenceItem(
        id=piece.id,
        number=None,
        title=row.title,
        kind=EvidenceKind(row.kind) if row.kind else None,
        first_on=row.first_on,
        last_on=row.last_on,
        codes=codes,
        state=EvidenceState.DRAFT,
        version_number=0,
        has_draft=True,
        changed_at=row.saved_at,
        due_on=None,
    )
