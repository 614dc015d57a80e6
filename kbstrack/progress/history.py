"""What happened to one KSB: submissions, decisions, sign-offs and reopenings as one story."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from kbstrack.access import Actor
from kbstrack.assessment import queries
from kbstrack.assessment.decision_queries import DecisionRow
from kbstrack.assessment.standing import ClaimRow, SignOffRow
from kbstrack.progress.service import KsbPage, see_ksb


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened, in a few words, and who did it."""

    at: datetime
    title: str
    by: str


@dataclass(frozen=True, slots=True)
class KsbHistory:
    """One KSB with what happened to it, the latest first."""

    page: KsbPage
    happenings: tuple[Happening, ...]


def see_ksb_history(actor: Actor, enrolment_id: uuid.UUID, code: str) -> KsbHistory:
    """One KSB of an enrolment with its story. Raises NotFound, for an unknown code too."""
    page = see_ksb(actor, enrolment_id, code)
    claims = queries.claim_rows(page.enrolment.id, code=page.item.ksb.code)
    return KsbHistory(
        page=page,
        happenings=happenings(
            [claim for claim in claims if claim.code == page.item.ksb.code],
            page.decisions,
            page.sign_offs,
            apprentice=page.enrolment.apprentice,
        ),
    )


def happenings(
    claims: Iterable[ClaimRow],
    decisions: Iterable[DecisionRow],
    sign_offs: Iterable[SignOffRow],
    *,
    apprentice: str,
) -> tuple[Happening, ...]:
    """All that these rows of one KSB say happened, the latest first.

    What happened at the same moment was one step; what follows from it stands above it.
    """
    found = []
    for claim in claims:
        piece = _label(claim.evidence_number, claim.version_number)
        later = ", withdrawn later" if claim.is_withdrawn else ""
        found.append((claim.submitted_at, 0, f"{piece} submitted{later}", apprentice))
    for decision in decisions:
        piece = _label(decision.evidence_number, decision.version_number)
        outcome = decision.outcome.label.lower()
        found.append((decision.decided_at, 1, f"{piece} decided: {outcome}", decision.assessor))
    for sign_off in sign_offs:
        found.append((sign_off.signed_at, 2, f"{sign_off.code} signed off", sign_off.name))
        if sign_off.reopened_at is not None:
            by = sign_off.reopened_by or ""
            found.append((sign_off.reopened_at, 3, f"{sign_off.code} reopened", by))
    found.sort(reverse=True)
    return tuple(Happening(at, title, by) for at, _, title, by in found)


def _label(number: int, version: int) -> str:
    return f"E{number}" if version == 1 else f"E{number}, version {version},"
