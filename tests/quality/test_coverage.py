"""Coverage: what was decided, what of it was sampled, and what was never looked at."""

from __future__ import annotations

from kbstrack.quality import planning, reading
from kbstrack.quality.outcomes import IqaResult
from kbstrack.quality.queries import samples_of
from kbstrack.quality.rules import BANDS, SamplingRule
from tests.builders import THURSDAY, decide, make_evidence, met
from tests.quality.sampling import judge, make_plan, plan_text

FEW = SamplingRule(shares=dict.fromkeys(BANDS, 1))
ALL = SamplingRule(shares=dict.fromkeys(BANDS, 100))


def test_nothing_decided_is_nothing_to_cover(world, iqa):
    coverage = reading.see_coverage(iqa, world.provider_id)

    assert [lines for _, lines in coverage.parts] == [(), (), (), ()]


def test_what_was_never_sampled_stands_first(world, iqa):
    decide(world, make_evidence(world, claims=["K1", "S1"]), met("K1"), met("S1"))
    (drawn,) = samples_of(make_plan(world, iqa, rule=FEW))

    lines = reading.see_coverage(iqa, world.provider_id).by_ksb

    assert [line.sampled for line in lines] == [0, 1]
    assert lines[1].name.startswith(drawn.code)


def test_outcomes_are_counted_and_a_decision_in_two_plans_once(world, iqa):
    decide(world, make_evidence(world), met("K1"))
    first = samples_of(make_plan(world, iqa))[0]
    second = samples_of(make_plan(world, iqa, name="Another"))[0]
    judge(first, iqa, IqaResult.AGREED)
    judge(second, iqa)

    (line,) = reading.see_coverage(iqa, world.provider_id).by_assessor

    assert (line.name, line.decided, line.sampled, line.percent) == ("Assessor A", 1, 1, 100)
    assert (line.agreed, line.action_required, line.open_actions) == (1, 1, 1)


def test_lists_ask_the_database_no_more_for_more(world, iqa, count_statements):
    assessor = world.assessor
    looks = (
        lambda: reading.see_coverage(iqa, world.provider_id),
        lambda: reading.see_plans(iqa, world.provider_id),
        lambda: reading.see_actions(assessor),
        lambda: reading.see_waiting(iqa),
        lambda: planning.preview_plan(iqa, world.provider_id, text=plan_text(), at=THURSDAY),
    )

    def counts() -> list[int]:
        found = []
        for look in looks:
            with count_statements() as statements:
                look()
            found.append(len(statements))
        return found

    decide(world, make_evidence(world), met("K1"))
    judge(samples_of(make_plan(world, iqa, rule=ALL))[0], iqa)
    few = counts()
    for _ in range(4):
        decide(world, make_evidence(world, claims=["K1", "B1"]), met("K1"), met("B1"))
    for sample in samples_of(make_plan(world, iqa, name="More", rule=ALL)):
        judge(sample, iqa)

    assert counts() == few
