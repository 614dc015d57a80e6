"""Reading what was signed: confirmations and witness statements."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ScalarSelect, Select, select

from kbstrack.confirmation.models import Confirmation, Request, WitnessStatement
from kbstrack.confirmation.rules import Asked, is_same_name
from kbstrack.db import db
from kbstrack.evidence.models import Evidence, EvidenceVersion
from kbstrack.ledger.models import LedgerEntry
from kbstrack.ledger.rules import What, short_hash


@dataclass(frozen=True, slots=True)
class ConfirmationRow:
    """A confirmation of a version (`evidence_id`, `version_number`) or of a KSB (`code`).

    `asked_name` is whom the request named; None for an account. `short_hash` is the ledger's.
    """

    id: uuid.UUID
    request_id: uuid.UUID | None
    evidence_id: uuid.UUID | None
    evidence_number: int | None
    version_number: int | None
    code: str | None
    name: str
    asked_name: str | None
    job_role: str
    remark: str
    declaration: str
    proof_method: str
    is_by_employer: bool
    signed_at: datetime
    short_hash: str

    @property
    def is_other_name(self) -> bool:
        """Whether somebody signed under another name than was asked."""
        return self.asked_name is not None and not is_same_name(self.asked_name, self.name)


@dataclass(frozen=True, slots=True)
class StatementRow:
    """What a witness says of a version; `asked_name` and `short_hash` as above."""

    id: uuid.UUID
    request_id: uuid.UUID | None
    evidence_id: uuid.UUID
    evidence_number: int
    version_number: int
    name: str
    asked_name: str | None
    job_role: str
    relationship: str
    contact: str
    statement: str
    seen_on: date
    seen_until: date | None
    declaration: str
    proof_method: str
    is_by_employer: bool
    signed_at: datetime
    short_hash: str

    @property
    def is_other_name(self) -> bool:
        """Whether somebody signed under another name than was asked."""
        return self.asked_name is not None and not is_same_name(self.asked_name, self.name)


def confirmed_pieces(enrolment_id: uuid.UUID) -> list[tuple[uuid.UUID, bool]]:
    """Which pieces somebody confirmed, and whether with an account."""
    rows = db.session.execute(
        select(EvidenceVersion.evidence_id, Confirmation.signed_by.is_not(None))
        .join(Confirmation, Confirmation.version_id == EvidenceVersion.id)
        .where(Confirmation.enrolment_id == enrolment_id)
        .order_by(Confirmation.signed_at, Confirmation.id)
    )
    return [(evidence_id, is_by_employer) for evidence_id, is_by_employer in rows]


def signed_by(person_id: uuid.UUID, version_id: uuid.UUID) -> frozenset[Asked]:
    """What somebody signed about a version with their account."""
    found = (
        (Asked.CONFIRMATION, Confirmation),
        (Asked.WITNESS_STATEMENT, WitnessStatement),
    )
    return frozenset(
        what
        for what, model in found
        if db.session.scalar(
            select(model.id).where(model.signed_by == person_id, model.version_id == version_id)
        )
    )


def has_confirmed_ksb(person_id: uuid.UUID, enrolment_id: uuid.UUID, code: str) -> bool:
    """Whether somebody confirmed a KSB with their account."""
    found = select(Confirmation.id).where(
        Confirmation.signed_by == person_id,
        Confirmation.enrolment_id == enrolment_id,
        Confirmation.code == code,
    )
    return db.session.scalar(found) is not None


def confirmations(enrolment_id: uuid.UUID) -> list[ConfirmationRow]:
    """Every confirmation of an enrolment's pieces and KSBs, in the order they were signed."""
    rows = db.session.execute(_signed(Confirmation, What.CONFIRMATION, enrolment_id))
    return [
        ConfirmationRow(
            id=row.id,
            request_id=row.request_id,
            evidence_id=evidence_id,
            evidence_number=evidence_number,
            version_number=number,
            code=row.code,
            name=row.name,
            asked_name=asked_name,
            job_role=row.job_role,
            remark=row.remark,
            declaration=row.declaration,
            proof_method=row.proof_method,
            is_by_employer=row.signed_by is not None,
            signed_at=row.signed_at,
            short_hash=short_hash(digest or ""),
        )
        for row, evidence_id, evidence_number, number, asked_name, digest in rows
    ]


def statements(enrolment_id: uuid.UUID) -> list[StatementRow]:
    """Every witness statement about an enrolment's pieces, in the order they were signed."""
    rows = db.session.execute(_signed(WitnessStatement, What.WITNESS_STATEMENT, enrolment_id))
    return [
        StatementRow(
            id=row.id,
            request_id=row.request_id,
            evidence_id=evidence_id,
            evidence_number=evidence_number or 0,
            version_number=number,
            name=row.name,
            asked_name=asked_name,
            job_role=row.job_role,
            relationship=row.relationship,
            contact=row.contact,
            statement=row.statement,
            seen_on=row.seen_on,
            seen_until=row.seen_until,
            declaration=row.declaration,
            proof_method=row.proof_method,
            is_by_employer=row.signed_by is not None,
            signed_at=row.signed_at,
            short_hash=short_hash(digest or ""),
        )
        for row, evidence_id, evidence_number, number, asked_name, digest in rows
    ]


def _signed(
    model: type[Confirmation] | type[WitnessStatement], what: What, enrolment_id: uuid.UUID
) -> Select[*tuple[Any, ...]]:
    """The rows with the version they are about, whom the request named, and the entry's hash.

    A confirmation of a KSB has no version.
    """
    return (
        select(
            model,
            EvidenceVersion.evidence_id,
            Evidence.number.label("evidence_number"),
            EvidenceVersion.number,
            Request.name.label("asked_name"),
            _hash_of(what, model.id),
        )
        .outerjoin(EvidenceVersion, EvidenceVersion.id == model.version_id)
        .outerjoin(Evidence, Evidence.id == EvidenceVersion.evidence_id)
        .outerjoin(Request, Request.id == model.request_id)
        .where(model.enrolment_id == enrolment_id)
        .order_by(model.signed_at, model.id)
    )


def _hash_of(what: What, subject_id: Any) -> ScalarSelect[str]:
    return (
        select(LedgerEntry.hash)
        .where(LedgerEntry.subject_id == subject_id, LedgerEntry.what == what)
        .correlate_except(LedgerEntry)
        .scalar_subquery()
    )
