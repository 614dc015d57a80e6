"""What a person asked the server to save, and what the record has of it."""

from __future__ import annotations

import hashlib
import uuid
from abc import ABC, abstractmethod
from collections.abc import Hashable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import select, union

from bench.killing.visitor import Sent
from kbstrack.assessment.models import ActionPoint, Decision, Reopening, SignOff, SignOffBasis
from kbstrack.current import store
from kbstrack.db import db
from kbstrack.errors import NotFound
from kbstrack.evidence.models import (
    Claim,
    Draft,
    DraftClaim,
    DraftFile,
    EvidenceVersion,
    Upload,
    VersionFile,
)


class State(StrEnum):
    """What the record has of one write; anything but the first two is a broken promise."""

    ABSENT = "absent"
    WHOLE = "whole"
    WRONG = "half, double or changed"


@dataclass(frozen=True)
class Write(ABC):
    """One form that a person sent, and what must be in the record once it is acknowledged."""

    form: Sent
    kind: ClassVar[str]

    @property
    @abstractmethod
    def wanted(self) -> Hashable:
        """What was typed, as `found` has it."""

    @abstractmethod
    def found(self) -> list[Any]:
        """What the record has of it: once, if it is whole."""

    @property
    def state(self) -> State:
        """Whether it is there, exactly once and as it was sent."""
        found = self.found()
        if not found:
            return State.ABSENT
        return State.WHOLE if found == [self.wanted] else State.WRONG


@dataclass(frozen=True)
class Begun(Write):
    """A new piece; its title is its own."""

    title: str
    description: str
    kind = "pieces begun"

    @property
    def wanted(self) -> Hashable:
        """Its text."""
        return self.title, self.description

    def found(self) -> list[Any]:
        """The text of each piece with this title, wherever it has got to."""
        asked = [
            select(model.evidence_id, model.title, model.description).where(
                model.title == self.title
            )
            for model in (Draft, EvidenceVersion)
        ]
        return [(title, text) for _, title, text in db.session.execute(union(*asked))]


@dataclass(frozen=True)
class Attached(Write):
    """A file added to a piece; its name is its own."""

    evidence_id: uuid.UUID
    name: str
    content: bytes
    kind = "files uploaded"

    @property
    def wanted(self) -> Hashable:
        """Its bytes by their SHA-256."""
        return hashlib.sha256(self.content).hexdigest()

    def found(self) -> list[Any]:
        """The SHA-256 of the bytes that lie there for each file of this name."""
        in_draft = select(Upload.id, Upload.sha256).join(
            DraftFile, DraftFile.upload_id == Upload.id
        )
        in_version = (
            select(Upload.id, Upload.sha256)
            .join(VersionFile, VersionFile.upload_id == Upload.id)
            .join(EvidenceVersion, EvidenceVersion.id == VersionFile.version_id)
        )
        rows = db.session.execute(
            union(
                in_draft.where(DraftFile.evidence_id == self.evidence_id, Upload.name == self.name),
                in_version.where(
                    EvidenceVersion.evidence_id == self.evidence_id, Upload.name == self.name
                ),
            )
        )
        return [_hash_of_bytes(sha256) for _, sha256 in rows]


@dataclass(frozen=True)
class Claimed(Write):
    """The KSBs of a piece, or the reasons for them."""

    evidence_id: uuid.UUID
    reasons: tuple[tuple[str, str], ...]
    kind = "claims saved"

    @property
    def wanted(self) -> Hashable:
        """Codes and reasons in the order of the codes; a later save may have added reasons."""
        return self.reasons

    def found(self) -> list[Any]:
        """What the draft or the version claims."""
        asked = [
            select(DraftClaim.code, DraftClaim.rationale).where(
                DraftClaim.evidence_id == self.evidence_id
            ),
            select(Claim.code, Claim.rationale)
            .join(EvidenceVersion, EvidenceVersion.id == Claim.version_id)
            .where(EvidenceVersion.evidence_id == self.evidence_id),
        ]
        rows = sorted((code, why) for code, why in db.session.execute(union(*asked)))
        has_reasons = any(why for _, why in self.reasons)
        if not any(why for _, why in rows) if has_reasons else not rows:
            return []
        return [tuple((code, why if has_reasons else "") for code, why in rows)]


@dataclass(frozen=True)
class HandedIn(Write):
    """A version with everything in it."""

    evidence_id: uuid.UUID
    title: str
    description: str
    claims: tuple[tuple[str, str], ...]
    files: tuple[str, ...]
    kind = "versions handed in"

    @property
    def wanted(self) -> Hashable:
        """Its number, its text, its claims and its files by name."""
        return 1, self.title, self.description, self.claims, self.files

    def found(self) -> list[Any]:
        """Every version of the piece."""
        asked = select(EvidenceVersion).where(EvidenceVersion.evidence_id == self.evidence_id)
        return [
            (row.number, row.title, row.description, _claims_of(row.id), _files_of(row.id))
            for row in db.session.scalars(asked)
        ]


@dataclass(frozen=True, order=True)
class Answer:
    """What an assessor answered to one claim; signed off with it, or not."""

    code: str
    outcome: str
    feedback: str
    actions: tuple[str, ...]
    is_signed: bool


@dataclass(frozen=True)
class Decided(Write):
    """The answer to every claim of a version, and the KSBs signed off with it."""

    evidence_id: uuid.UUID
    answers: tuple[Answer, ...]
    kind = "answers to a piece"

    @property
    def wanted(self) -> Hashable:
        """The answers to all claims."""
        return self.answers

    def found(self) -> list[Any]:
        """What was decided on the piece, all of it together."""
        asked = (
            select(Decision)
            .join(EvidenceVersion, EvidenceVersion.id == Decision.version_id)
            .where(EvidenceVersion.evidence_id == self.evidence_id)
        )
        answers = [
            Answer(row.code, row.outcome, row.feedback, _actions_of(row.id), _is_signed(row))
            for row in db.session.scalars(asked)
        ]
        return [tuple(sorted(answers))] if answers else []


@dataclass(frozen=True)
class SignedOff(Write):
    """A sign-off on the KSB's own page; its remark is its own."""

    code: str
    remark: str
    kind = "sign-offs"

    @property
    def wanted(self) -> Hashable:
        """Its KSB, and that it rests on something."""
        return self.code, True

    def found(self) -> list[Any]:
        """Every sign-off with this remark."""
        return [
            (row.code, _rests_on_something(row.id))
            for row in db.session.scalars(select(SignOff).where(SignOff.reason == self.remark))
        ]


@dataclass(frozen=True)
class Reopened(Write):
    """A sign-off taken back; its reason is its own."""

    code: str
    why: str
    kind = "reopenings"

    @property
    def wanted(self) -> Hashable:
        """Its KSB."""
        return self.code

    def found(self) -> list[Any]:
        """The KSB of every reopening with this reason."""
        asked = select(SignOff.code).join(Reopening, Reopening.sign_off_id == SignOff.id)
        return list(db.session.scalars(asked.where(Reopening.reason == self.why)))


KINDS = (Begun, Attached, Claimed, HandedIn, Decided, SignedOff, Reopened)


def _hash_of_bytes(sha256: str) -> str:
    try:
        return hashlib.sha256(store().read(sha256)).hexdigest()
    except NotFound:
        return "no bytes"


def _claims_of(version_id: uuid.UUID) -> tuple[tuple[str, str], ...]:
    asked = select(Claim.code, Claim.rationale).where(Claim.version_id == version_id)
    return tuple(sorted((code, why) for code, why in db.session.execute(asked)))


def _files_of(version_id: uuid.UUID) -> tuple[str, ...]:
    asked = (
        select(Upload.name)
        .join(VersionFile, VersionFile.upload_id == Upload.id)
        .where(VersionFile.version_id == version_id)
        .order_by(VersionFile.position)
    )
    return tuple(db.session.scalars(asked))


def _actions_of(decision_id: uuid.UUID) -> tuple[str, ...]:
    asked = select(ActionPoint.text).where(ActionPoint.decision_id == decision_id)
    return tuple(db.session.scalars(asked.order_by(ActionPoint.position)))


def _is_signed(decision: Decision) -> bool:
    """Whether the KSB was signed off at the same moment, and on this decision."""
    asked = (
        select(SignOff.id)
        .join(SignOffBasis, SignOffBasis.sign_off_id == SignOff.id)
        .where(SignOffBasis.decision_id == decision.id, SignOff.signed_at == decision.decided_at)
    )
    return db.session.scalars(asked.limit(1)).first() is not None


def _rests_on_something(sign_off_id: uuid.UUID) -> bool:
    asked = select(SignOffBasis).where(SignOffBasis.sign_off_id == sign_off_id)
    return db.session.scalars(asked.limit(1)).first() is not None
