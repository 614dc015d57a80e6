"""The use cases of those who look at the record from outside: IQA, auditors, and its check."""

from __future__ import annotations

from typing import Any

from kbstrack.access import Actor
from kbstrack.auditing import service as auditing
from kbstrack.auditing.service import Wanted
from kbstrack.quality import adding, planning, reading
from kbstrack.quality import service as quality
from kbstrack.record import checking
from tests.access.call import Call, of, of_now
from tests.access.targets import Target
from tests.builders import TUESDAY
from tests.quality.sampling import plan_text

UNNAMED = plan_text(name="")


def _add_sample(actor: Actor, target: Target) -> Any:
    return planning.add_sample(
        actor, target.plan_id, target.decision_id, reason="To look again", at=TUESDAY
    )


def _candidate(actor: Actor, target: Target) -> Any:
    return adding.see_candidate(actor, target.plan_id, target.decision_id)


ASSURING = (
    of_now("plan", planning.preview_plan, "provider_id", text=UNNAMED),
    of_now("plan", planning.make_plan, "provider_id", text=UNNAMED),
    of("sampling", planning.repeat_plan, "plan_id"),
    Call("plan", planning.add_sample, _add_sample, then="judge"),
    of("plan", adding.see_candidates, "plan_id", most=10),
    Call("plan", adding.see_candidate, _candidate, hides=True, then="judge"),
    of("sampling", reading.see_plans, "provider_id"),
    of("sampling", reading.see_plan, "plan_id"),
    of("sampling", reading.see_coverage, "provider_id"),
    of("sample", reading.see_sample, "sample_id"),
    of("see-new", reading.see_sample, "waiting_id"),
    of("answer", reading.see_action, "sample_id"),
    of("answer-new", reading.see_action, "waiting_id"),
    of_now(
        "judge-new",
        quality.judge,
        "waiting_id",
        result=None,
        feedback="",
        due_on=None,
        is_declared=False,
        proof=None,
    ),
    of_now("judge", quality.close, "sample_id", note=""),
    of_now("judge-new", quality.close, "waiting_id", note=""),
    of_now("answer", quality.reply, "sample_id", text=""),
    of_now("answer-new", quality.reply, "waiting_id", text=""),
    of_now("auditors", auditing.make_link, "provider_id", wanted=Wanted("", (), None)),
    of("auditors", auditing.see_links, "provider_id"),
    of("auditors", auditing.see_link, "link_id"),
    of_now("auditors", auditing.revoke_link, "link_id"),
    of("see", auditing.count_views, "enrolment_id"),
    of("check", checking.check_record, "enrolment_id"),
    of("check-all", checking.see_checkable, "provider_id", most=10),
    of("check-all", checking.see_damage, "provider_id"),
    of("check-all", checking.check_part, "provider_id", most_bytes=1),
)
