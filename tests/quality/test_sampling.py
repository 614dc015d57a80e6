"""The drawing: the same for whoever repeats it, in whatever order the decisions come."""

from __future__ import annotations

import hashlib
import random
import uuid
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbstrack.errors import RuleBroken
from kbstrack.quality import rules
from kbstrack.quality.risks import Risk
from kbstrack.quality.rules import BANDS, Band, SamplingRule, sample, scored
from tests.quality.sampling import PLAN, plan_text

RISKS = st.lists(st.sampled_from(list(Risk)), unique=True, max_size=len(Risk))
SHARES = st.fixed_dictionaries({band: st.integers(1, 100) for band in BANDS})
DECISIONS = st.dictionaries(st.uuids(), RISKS, max_size=60)
SEEDS = st.text(min_size=1, max_size=20)


def of(decisions: dict[uuid.UUID, list[Risk]], rule: SamplingRule) -> list[rules.Scored]:
    return [scored(key, risks, rule) for key, risks in decisions.items()]


@given(DECISIONS, SHARES, SEEDS, st.randoms(use_true_random=False))
def test_the_order_of_the_decisions_makes_no_difference(
    decisions: dict[uuid.UUID, list[Risk]],
    shares: dict[Band, int],
    seed: str,
    rnd: random.Random,
) -> None:
    rule = SamplingRule(shares=shares)
    items = of(decisions, rule)
    mixed = [*items, *items[:3]]
    rnd.shuffle(mixed)

    assert sample(mixed, rule, seed) == sample(items, rule, seed)


@given(DECISIONS, SHARES, SEEDS)
def test_each_band_gives_its_share_rounded_up_and_at_least_one(
    decisions: dict[uuid.UUID, list[Risk]], shares: dict[Band, int], seed: str
) -> None:
    rule = SamplingRule(shares=shares)
    items = of(decisions, rule)
    drawn = rules.counts(sample(items, rule, seed))

    for band, count in rules.counts(items).items():
        exact = count * shares[band] / 100
        assert exact <= drawn[band] < exact + 1
        assert drawn[band] >= min(count, 1)


@given(DECISIONS, SHARES, SEEDS)
def test_nothing_is_drawn_that_was_not_there_and_nothing_twice(
    decisions: dict[uuid.UUID, list[Risk]], shares: dict[Band, int], seed: str
) -> None:
    rule = SamplingRule(shares=shares)
    items = of(decisions, rule)
    drawn = sample(items, rule, seed)

    assert set(drawn) <= set(items)
    assert len({item.decision_id for item in drawn}) == len(drawn)


@given(DECISIONS, SEEDS, st.integers(1, 99))
def test_a_larger_share_only_adds_to_a_smaller_one(
    decisions: dict[uuid.UUID, list[Risk]], seed: str, share: int
) -> None:
    smaller, larger = (
        SamplingRule(shares=dict.fromkeys(BANDS, value)) for value in (share, share + 1)
    )
    items = of(decisions, smaller)

    assert set(sample(items, smaller, seed)) <= set(sample(items, larger, seed))


def test_an_outsider_finds_the_same_first_decision_with_a_hash_of_their_own() -> None:
    ids = [uuid.UUID(int=number) for number in range(1, 30)]
    rule = SamplingRule(shares=dict.fromkeys(BANDS, 1))

    drawn = sample([scored(key, [], rule) for key in ids], rule, "kites")

    by_hand = min(ids, key=lambda key: hashlib.sha256(f"kites:{key}".encode()).hexdigest())
    assert [item.decision_id for item in drawn] == [by_hand]


def test_another_seed_gives_another_sample() -> None:
    rule = SamplingRule(shares=dict.fromkeys(BANDS, 10))
    items = [scored(uuid.UUID(int=number), [], rule) for number in range(200)]

    assert sample(items, rule, "kites") != sample(items, rule, "wind")


@pytest.mark.parametrize(
    ("score", "band"), [(0, Band.LOW), (19, Band.LOW), (20, Band.MEDIUM), (40, Band.HIGH)]
)
def test_a_score_lies_in_the_band_that_begins_at_or_below_it(score: int, band: Band) -> None:
    assert SamplingRule(high_from=40, medium_from=20).band(score) is band


def test_the_score_is_the_sum_of_the_weights() -> None:
    rule = SamplingRule()

    assert rule.score([Risk.REOPENED, Risk.LONG_GAP]) == 40


def test_a_rule_is_the_same_after_it_was_stored() -> None:
    assert rules.from_json(rules.as_json(SamplingRule())) == SamplingRule()


def test_the_words_name_all_that_the_drawing_depends_on() -> None:
    words = " ".join(rules.in_words(PLAN))

    assert "1 to 31 March 2026" in words
    assert "50% of the high, 25% of the medium and 10% of the low" in words
    assert "rounded up" in words
    assert "SHA-256 of the text “kites:”" in words


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"from_on": date(2026, 4, 5)}, "from_on"),
        ({"until_on": date(2026, 2, 1)}, "until_on"),
        ({"seed": ""}, "seed"),
        ({"seed": "x" * 65}, "seed"),
        ({"rule": SamplingRule(high_from=20)}, "high_from"),
        ({"rule": SamplingRule(medium_from=0)}, "medium_from"),
        ({"rule": SamplingRule(shares=dict.fromkeys(BANDS, 101))}, "high_share"),
        ({"rule": SamplingRule(weights=dict.fromkeys(Risk, -1))}, "unqualified"),
    ],
)
def test_a_plan_that_cannot_be_drawn_says_at_which_field(changes, field) -> None:
    with pytest.raises(RuleBroken) as refused:
        rules.check_plan(plan_text(**changes), today=date(2026, 3, 31))

    assert field in {problem.field for problem in refused.value.problems}


def test_everything_that_is_wrong_is_said_at_once() -> None:
    wrong = replace(PLAN, name="", seed="")

    with pytest.raises(RuleBroken) as refused:
        rules.check_plan(wrong, today=date(2026, 3, 31))

    assert [problem.field for problem in refused.value.problems] == ["name", "seed"]
