"""Quality assurance in every state: sampled, agreed, to be done, answered and closed."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType

from kbstrack.access import Role
from kbstrack.people import queries as people
from kbstrack.quality import planning, queries, service
from kbstrack.quality.outcomes import IqaResult
from kbstrack.quality.rules import BANDS, SamplingRule
from tests.builders import FRIDAY, World, make_member, proved
from tests.quality.sampling import plan_text

LATER = FRIDAY + timedelta(days=7)


def with_assurer(world: World, mark: str) -> World:
    """The world with an internal quality assurer in it as `iqa`."""
    member = make_member(world.provider_id, "iqa", Role.IQA, mark=mark)
    return replace(world, people=MappingProxyType({**world.people, "iqa": member}))


def assured(full: World, long_word: str) -> dict[str, str]:
    """A plan of everything with its samples by state, and a small one; what fills the gaps."""
    actor = people.actor_of(full.people["iqa"].person_id)

    def plan(name: str, share: int) -> uuid.UUID:
        rule = SamplingRule(shares=dict.fromkeys(BANDS, share))
        text = plan_text(name=name, rule=rule)
        return planning.make_plan(actor, full.provider_id, text=text, at=LATER)

    whole, few = plan(f"Spring, {long_word[:80]}", 100), plan("Summer", 1)
    rows = [row for row in queries.samples_of(whole) if row.enrolment_id == full.enrolment_id]
    waiting, agreed, asked, answered, closed = rows[:5]
    for row in (agreed, asked, answered, closed):
        is_agreed = row is agreed
        service.judge(
            actor,
            row.id,
            result=IqaResult.AGREED if is_agreed else IqaResult.ACTION_REQUIRED,
            feedback=f"Say what makes it enough. {long_word}",
            due_on=None if is_agreed else date(2026, 3, 30),
            is_declared=True,
            proof=proved(LATER),
            at=LATER,
        )
    for row in (answered, closed):
        service.reply(full.assessor, row.id, text=f"I rang them. {long_word}", at=LATER)
    service.close(actor, closed.id, note="Seen, thank you.", at=LATER)
    drawn = {row.decision_id for row in queries.samples_of(few)}
    return {
        "plan": str(whole),
        "few": str(few),
        "sampled": str(waiting.id),
        "agreed": str(agreed.id),
        "asked": str(asked.id),
        "answered": str(answered.id),
        "closed": str(closed.id),
        "to_add": str(next(row.decision_id for row in rows if row.decision_id not in drawn)),
    }
