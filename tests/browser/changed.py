"""Accepted pieces that were changed: one waits, one was decided again and can be taken back."""

from __future__ import annotations

import uuid

from kbstrack.assessment import decision_queries
from kbstrack.evidence import queries
from tests.assessment.changing import hand_in_changed, sign
from tests.builders import FRIDAY, THURSDAY, TUESDAY, WEDNESDAY, World, decide, make_evidence, met


def with_changes(full: World, long_word: str) -> dict[str, str]:
    """Adds them to the full enrolment; `S10` waits, `S11` can be confirmed."""
    waits = _signed(full, "S10", f"Call log with {long_word[:80]}")
    again = _signed(full, "S11", "Check list")
    hand_in_changed(full, waits, claims=["S10"], at=FRIDAY)
    hand_in_changed(full, again, claims=["S11"], at=THURSDAY)
    decide(full, again, met("S11", f"Clearer now. {long_word}"), at=THURSDAY)
    found = decision_queries.decisions_of(queries.evidence(again))
    return {"changed": str(waits), "decision": str(found[2]["S11"].id)}


def _signed(full: World, code: str, title: str) -> uuid.UUID:
    evidence_id = make_evidence(full, claims=[code], title=title)
    decide(full, evidence_id, met(code), at=TUESDAY)
    sign(full, code, at=WEDNESDAY)
    return evidence_id
