"""What the tests of changes after a decision share: changing an accepted piece, confirming."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from kbstrack.assessment import queries, sign_off_queries
from kbstrack.assessment.changes import Change, ChangeKind, changes_since
from kbstrack.assessment.renewing import renew_sign_off
from kbstrack.assessment.signing import sign_off
from kbstrack.assessment.standing import SignOffRow
from kbstrack.evidence import service as evidence
from tests.builders import THURSDAY, WEDNESDAY, World, proved, submit, text


def hand_in_changed(
    world: World,
    evidence_id: uuid.UUID,
    *,
    claims: Sequence[str] = ("K1",),
    at: datetime = WEDNESDAY,
) -> int:
    """The apprentice submits the next version of a piece, and this is its number."""
    evidence.save_draft(
        world.apprentice,
        evidence_id,
        text=text(claims=claims, description="Now with my notes."),
        revision=0,
        at=at,
    )
    return submit(world, evidence_id, at=at)


def sign(world: World, code: str = "K1", *, by: str = "assessor", at: datetime = WEDNESDAY) -> None:
    """Sign a KSB off; a reason is given in case there are too few pieces."""
    sign_off(
        world.actor(by),
        world.enrolment_id,
        code,
        reason="It is enough.",
        is_declared=True,
        proof=proved(at),
        at=at,
    )


def renew(
    world: World,
    code: str = "K1",
    *,
    by: str = "assessor",
    round: int = 1,
    reason: str = "",
    is_declared: bool = True,
    seen: str | None = None,
    key: uuid.UUID | None = None,
    at: datetime = THURSDAY,
) -> None:
    """Confirm a sign-off."""
    renew_sign_off(
        world.actor(by),
        world.enrolment_id,
        code,
        round=round,
        reason=reason,
        is_declared=is_declared,
        proof=proved(at),
        at=at,
        seen=seen,
        key=key,
    )


def signed(world: World, code: str = "K1") -> SignOffRow:
    """The last sign-off of a KSB."""
    return sign_off_queries.sign_offs(world.enrolment_id, code=code)[-1]


def changes(world: World, code: str = "K1") -> tuple[Change, ...]:
    """What is not as it was when a KSB was signed off."""
    claims = queries.claim_rows(world.enrolment_id, code=code)
    return changes_since(claims, signed(world, code).decision_ids)


def kinds(world: World, code: str = "K1") -> list[ChangeKind]:
    """What was changed under a sign-off."""
    return [change.kind for change in changes(world, code)]
