"""Where the rows are that the ledger tells of: every stage's events, in one place."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator

from kbstrack.assessment import events as assessment
from kbstrack.confirmation import events as confirmation
from kbstrack.evidence import events as evidence
from kbstrack.issues import events as issues
from kbstrack.ledger.rules import Event
from kbstrack.people import events as people
from kbstrack.quality import events as quality

Source = Callable[[uuid.UUID], Iterator[Event]]

SOURCES: dict[str, Source] = {
    "people": people.events,
    "evidence": evidence.events,
    "assessment": assessment.events,
    "confirmation": confirmation.events,
    "quality": quality.events,
    "issues": issues.events,
}
"""By stage: what the rows of an enrolment say happened. A new stage adds its line."""
