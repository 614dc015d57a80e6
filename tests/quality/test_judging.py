"""Outcomes: signed by somebody else, answered by the assessor, closed by quality assurance."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from kbstrack.access import Actor, Role
from kbstrack.db import db
from kbstrack.errors import Conflict, NotAllowed, NotFound, RuleBroken
from kbstrack.mail.models import Message
from kbstrack.people import queries as people
from kbstrack.people.proofs import PROVE_AGAIN
from kbstrack.quality import queries, service
from kbstrack.quality.models import IqaOutcome
from kbstrack.quality.outcomes import DECLARATION, IqaResult, SampleState
from tests.builders import THURSDAY, TUESDAY, World, make_member, proved
from tests.quality.sampling import add_role, judge, make_sample


@pytest.fixture
def sample(world: World, iqa: Actor) -> queries.SampleRow:
    """K1, decided on Tuesday, drawn on Wednesday."""
    return make_sample(world, iqa)


def state(sample: queries.SampleRow) -> SampleState:
    return queries.sample(sample.id).state


def letters(text: str) -> list[str]:
    """To whom a message with this in its subject goes."""
    return list(
        db.session.scalars(
            select(Message.recipient).where(Message.subject.contains(text)).order_by(Message.id)
        )
    )


def test_agreeing_is_signed_with_the_declaration_and_its_proof(sample, iqa):
    judge(sample, iqa, IqaResult.AGREED, feedback="Clear feedback, well done.")

    row = db.session.get_one(IqaOutcome, sample.id)
    assert (row.declaration, row.proof_method, row.proved_at) == (DECLARATION, "password", THURSDAY)
    assert row.due_on is None
    assert state(sample) is SampleState.AGREED
    assert letters("quality assurance of E1 for K1: receipt") == ["iqa@a.example"]
    assert letters("asks you for something") == []


def test_an_action_goes_to_the_assessor(sample, iqa):
    judge(sample, iqa)

    assert state(sample) is SampleState.ACTION_REQUIRED
    assert letters("asks you for something") == ["assessor@a.example"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"result": None}, "result"),
        ({"feedback": " "}, "feedback"),
        ({"feedback": "x" * 5_001}, "feedback"),
        ({"due_on": None}, "due_on"),
        ({"due_on": THURSDAY.date() - timedelta(days=1)}, "due_on"),
        ({"due_on": date(2027, 4, 1)}, "due_on"),
        ({"is_declared": False}, "is_declared"),
    ],
)
def test_an_outcome_that_lacks_something_says_where(sample, iqa, changes, field):
    with pytest.raises(RuleBroken) as refused:
        judge(sample, iqa, **changes)

    assert refused.value.field == field
    assert state(sample) is SampleState.WAITING


def test_an_old_proof_does_not_sign(sample, iqa):
    with pytest.raises(RuleBroken, match=PROVE_AGAIN):
        service.judge(
            iqa,
            sample.id,
            result=IqaResult.AGREED,
            feedback="",
            due_on=None,
            is_declared=True,
            proof=proved(TUESDAY),
            at=THURSDAY,
        )

    assert db.session.scalar(select(func.count()).select_from(IqaOutcome)) == 0


def test_nobody_judges_their_own_decision(sample, world):
    both = add_role(world, "assessor", Role.ASSESSOR, Role.IQA)

    with pytest.raises(NotAllowed):
        judge(sample, both)


def test_nobody_judges_a_decision_on_their_own_work(sample, world):
    both = add_role(world, "apprentice", Role.APPRENTICE, Role.IQA)

    with pytest.raises(NotFound):
        judge(sample, both)


def test_others_do_not_judge(sample, world, iqa):
    with pytest.raises(NotAllowed):
        judge(sample, world.administrator)
    for name in ("apprentice", "line_manager", "other_assessor"):
        with pytest.raises(NotFound):
            judge(sample, world.actor(name))


def test_an_outcome_is_recorded_once(sample, world, iqa):
    judge(sample, iqa)
    second = people.actor_of(make_member(world.provider_id, "qa", Role.IQA).person_id)

    with pytest.raises(Conflict, match="recorded meanwhile"):
        judge(sample, second, IqaResult.AGREED)


def test_the_same_outcome_sent_twice_is_one(sample, iqa):
    key = uuid.uuid4()
    judge(sample, iqa, key=key)
    judge(sample, iqa, key=key)

    assert db.session.scalar(select(func.count()).select_from(IqaOutcome)) == 1
