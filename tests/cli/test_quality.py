"""`kbstrack quality`: sampling plans, and drawing one again."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from kbstrack.access import Role
from kbstrack.cli import main
from kbstrack.db import db, transaction
from kbstrack.people import queries as people
from kbstrack.quality import plan_queries
from kbstrack.quality.models import Sample
from tests.builders import decide, make_evidence, make_member, met
from tests.quality.sampling import DRAWN, make_plan


@pytest.fixture
def plan_id(world):
    """A plan that drew one of two decisions."""
    decide(world, make_evidence(world, claims=["K1", "S1"]), met("K1"), met("S1"))
    iqa = people.actor_of(make_member(world.provider_id, "iqa", Role.IQA).person_id)
    return make_plan(world, iqa)


@pytest.fixture
def run_quality(run_people):
    """Run `kbstrack quality …` on the instance that `run_people` speaks to."""

    def run(*arguments, exit_code=0):
        db.session.rollback()
        result = CliRunner().invoke(main, ["quality", *arguments])
        assert result.exit_code == exit_code, result.output
        return result.output

    return run


def test_plans_are_listed_for_people_and_for_programs(run_quality, plan_id):
    assert "Spring 2026  interim, 2026-03-01 to 2026-03-31" in run_quality("list")
    (entry,) = json.loads(run_quality("list", "--json"))
    assert (entry["id"], entry["seed"], entry["open_actions"]) == (str(plan_id), "kites", 0)


def test_a_plan_is_drawn_again_by_its_name_or_id(run_quality, plan_id):
    by_name = run_quality("repeat", "spring 2026")

    assert "SHA-256 of the text “kites:”" in " ".join(by_name.split())
    assert "each with the same score" in by_name
    assert run_quality("repeat", str(plan_id)) == by_name


def test_a_sample_that_was_not_drawn_is_named(run_quality, plan_id):
    drawn = plan_queries.drawn_ids(plan_id)
    considered = {item.decision_id for item in plan_queries.considered(plan_id)}
    (left_out,) = considered - drawn
    with transaction():
        db.session.add(
            Sample(
                plan_id=plan_id,
                decision_id=left_out,
                score=99,
                band="high",
                risks="",
                reason="",
                added_by=plan_queries.plan(plan_id).made_by,
                added_at=DRAWN,
            )
        )

    said = run_quality("repeat", str(plan_id), exit_code=1)

    assert f"{left_out}: sampled then, not drawn now" in said
    assert "not the same sample" in said


def test_a_plan_that_is_not_there_is_said(run_quality, plan_id):
    assert "There is no sampling plan" in run_quality("repeat", "Autumn", exit_code=1)
