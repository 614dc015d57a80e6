"""A small world with a portfolio that can be frozen."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from flask import Flask

from kbstrack.db import db
from kbstrack.issues.rules import IssueKind
from kbstrack.issuing.asking import ask_issue
from kbstrack.issuing.preflight import see_preflight
from kbstrack.jobs.running import run_next
from tests.builders import TUESDAY, World, make_evidence, make_world

Freeze = Callable[..., uuid.UUID]


@pytest.fixture
def world(app: Flask) -> World:
    """A provider with one enrolment on the tiny standard, and one piece of evidence."""
    found = make_world()
    make_evidence(found, title="A shortlist of kites")
    return found


def ask_for(
    world: World,
    *,
    name: str = "assessor",
    kind: IssueKind | None = IssueKind.INTERIM,
    reason: str = "For the mid-point review",
    at=TUESDAY,
) -> uuid.UUID:
    """Have the portfolio frozen by one of its people, who read the list."""
    actor = world.actor(name)
    seen = see_preflight(actor, world.enrolment_id, at=at).seen
    return ask_issue(actor, world.enrolment_id, kind=kind, reason=reason, seen=seen, at=at)


@pytest.fixture
def freeze(world: World) -> Freeze:
    """`freeze()` asks for an issue and lets a worker make it; gives the job's id."""

    def freezing(**given) -> uuid.UUID:
        job_id = ask_for(world, **given)
        at = given.get("at", TUESDAY)
        assert run_next(lambda: at)
        db.session.rollback()
        return job_id

    return freezing
