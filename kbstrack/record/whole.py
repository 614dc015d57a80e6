"""What is looked at across enrolments: how values are written, and what plans were drawn from."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from kbstrack.db import db
from kbstrack.ledger.rules import Flaw
from kbstrack.quality import drawings
from kbstrack.record.damage import UNREADABLE, unreadable_columns
from kbstrack.record.spelling import spelling_flaws


def whole_flaws(
    only: uuid.UUID | None = None, *, seen_plans: set[uuid.UUID] | None = None
) -> Iterator[Flaw]:
    """Everything of the kind, or what concerns one enrolment.

    A sampling plan concerns many: those in `seen_plans` are left out, and the others join them.
    """
    yield from spelling_flaws(only)
    try:
        yield from _drawing_flaws(only, set() if seen_plans is None else seen_plans)
    except UNREADABLE as error:
        db.session.rollback()
        found = list(unreadable_columns("quality"))
        why = type(error).__name__
        yield from found or [Flaw("the rows of quality", f"they cannot be read ({why}).")]


def _drawing_flaws(only: uuid.UUID | None, seen: set[uuid.UUID]) -> Iterator[Flaw]:
    plans = [plan for plan in drawings.plans(only) if plan.id not in seen]
    seen.update(plan.id for plan in plans)
    hashes = drawings.hashes([plan.id for plan in plans])
    for plan in plans:
        if hashes[plan.id] != plan.considered_sha256:
            yield Flaw(
                f"the sampling plan {plan.name}",
                "what it was drawn from is not what was kept then: a decision, its score, band or "
                "risks were changed, added or removed.",
            )
