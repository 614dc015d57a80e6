"""Requests to people without an account, and what came of them, as rows with their entries."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from kbstrack.confirmation import events
from kbstrack.confirmation.models import (
    Confirmation,
    Request,
    RequestReminder,
    RequestRevocation,
    WitnessStatement,
)
from kbstrack.db import Base, db, transaction
from kbstrack.evidence import queries
from kbstrack.evidence.queries import VersionRow
from kbstrack.ids import new_id
from kbstrack.ledger.rules import Event, Signer
from kbstrack.ledger.service import append
from tests.builders import FRIDAY, THURSDAY, WEDNESDAY, World

WITNESS = Signer(None, "Wyn Ness", "witness")


def add_confirmations(world: World, piece: uuid.UUID) -> None:
    """One confirmation, one statement, one request that was taken back, and one reminder."""
    db.session.rollback()
    version = queries.evidence(piece).versions[-1]
    by = Signer(world.apprentice.person_id, "Apprentice", "apprentice")
    asked = [_request(world, version, what) for what in ("confirmation", "witness_statement") * 2]
    for row in asked:
        _add(world, row, events.request_event, by)
    first, second, third, _ = asked
    signed = {
        "enrolment_id": world.enrolment_id,
        "version_id": version.id,
        "version_sha256": version.sha256,
        "name": "Wyn Ness",
        "job_role": "Workshop lead",
        "declaration": "It is so.",
        "proof_method": "link",
        "proved_at": THURSDAY,
        "signed_at": THURSDAY,
    }
    confirmed = Confirmation(id=new_id(), request_id=first.id, remark="All of it", **signed)
    _add(world, confirmed, events.confirmation_event, WITNESS)
    seen = WitnessStatement(
        id=new_id(), request_id=second.id, statement="I saw the kite fly.", relationship="Lead",
        seen_on=WEDNESDAY.date(), contact="wyn@elsewhere.example", **signed,
    )  # fmt: skip
    _add(world, seen, events.statement_event, WITNESS)
    ended = RequestRevocation(
        request_id=third.id, how="revoked", reason="Somebody else was there",
        revoked_by=by.person_id, revoked_at=FRIDAY,
    )  # fmt: skip
    _add(world, ended, events.revocation_event, by)
    reminder = RequestReminder(
        id=new_id(), request_id=third.id, number=1, token_hash=_hash(new_id()), queued_at=FRIDAY
    )
    _add(world, reminder, events.reminder_event, Signer(None, "kbstrack", "system"))


def _request(world: World, version: VersionRow, what: str) -> Request:
    return Request(
        id=new_id(), enrolment_id=world.enrolment_id, version_id=version.id,
        version_sha256=version.sha256, what=what, name="Wyn Ness", email="wyn@elsewhere.example",
        job_role="Workshop lead", message="Please", token_hash=_hash(new_id()),
        asked_by=world.apprentice.person_id, role="apprentice", asked_at=WEDNESDAY,
        expires_at=WEDNESDAY + timedelta(days=14),
    )  # fmt: skip


def _hash(secret: uuid.UUID) -> str:
    return hashlib.sha256(secret.bytes).hexdigest()


def _add(world: World, row: Base, tell: Callable[[Any], Event], by: Signer) -> None:
    with transaction():
        db.session.add(row)
        db.session.flush()
        at = next(getattr(row, name) for name in _MOMENTS if hasattr(row, name))
        append(world.enrolment_id, tell(row), by=by, at=at)


_MOMENTS = ("signed_at", "asked_at", "revoked_at", "queued_at")
