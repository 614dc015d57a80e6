"""Who countersigns: the one who is named, and nobody what they decided themselves."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import func, select

from kbstrack.access import OPERATOR
from kbstrack.assessment.models import Countersignature
from kbstrack.db import db
from kbstrack.errors import NotAllowed, NotFound, RuleBroken
from kbstrack.people import replacing
from tests.assessment.countersigned import (
    agree,
    agree_on,
    answer,
    decision_on,
    qualify,
)
from tests.builders import (
    TUESDAY,
    World,
    decide,
    make_evidence,
    met,
    not_yet_qualified,
)


def count(model: type) -> int:
    """How many rows a table has."""
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def take_over(world: World, name: str) -> None:
    """This assessor takes over."""
    replacing.replace_assessor(
        world.administrator,
        world.enrolment_id,
        assessor_id=world.people[name].person_id,
        from_on=TUESDAY.date(),
        at=TUESDAY,
    )


@pytest.fixture
def decided(world: World) -> uuid.UUID:
    """A piece with K1 and S1 met by an assessor who is not yet qualified."""
    not_yet_qualified(world)
    item = make_evidence(world, claims=["K1", "S1"])
    decide(world, item, met("K1"), met("S1"))
    return item


def test_only_the_one_who_is_named_countersigns(world: World, decided: uuid.UUID) -> None:
    errors = {
        "assessor": NotAllowed,
        "apprentice": NotAllowed,
        "line_manager": NotAllowed,
        "administrator": NotAllowed,
        "other_manager": NotFound,
    }

    for name, error in errors.items():
        with pytest.raises(error):
            answer(world, agree(decision_on(decided)), by=world.actor(name))
    with pytest.raises(NotAllowed):
        answer(world, agree(decision_on(decided)), by=OPERATOR)

    assert count(Countersignature) == 0


def test_nobody_countersigns_what_they_decided_themselves(world: World) -> None:
    """Two assessors of one enrolment, each named for the other in turn."""
    not_yet_qualified(world)
    item = make_evidence(world)
    decide(world, item, met("K1"))
    take_over(world, "other_assessor")
    own = make_evidence(world)
    qualify(world)
    with pytest.raises(RuleBroken, match="Other Assessor A countersigns for Assessor A"):
        not_yet_qualified(world, "other_assessor", countersigner="assessor")
    agree_on(world, item)
    qualify(world)
    not_yet_qualified(world, "other_assessor", countersigner="assessor")
    decide(world, own, met("K1"), by=world.other_assessor)

    with pytest.raises(NotAllowed):
        answer(world, agree(decision_on(own)))
    answer(world, agree(decision_on(own)), by=world.assessor)
