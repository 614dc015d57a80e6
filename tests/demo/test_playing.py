"""The demo cohort is played through the real use cases and comes out as the story says."""

from __future__ import annotations

import pytest
from flask import Flask

from kbstrack.access import Role
from kbstrack.assessment import countersign_queries
from kbstrack.assessment import reading as assessment_reading
from kbstrack.clock import now
from kbstrack.demo import cohort, playing
from kbstrack.demo.people import APPRENTICES
from kbstrack.demo.reading import story
from kbstrack.evidence.rules import EvidenceState
from kbstrack.ids import seeded
from kbstrack.progress import service as progress

SHORT = ("safiya", "megan", "kofi")
"""Those with little to play; the whole cohort is played by `script/demo`."""


@pytest.fixture
def made(app: Flask) -> cohort.Cohort:
    with seeded("test"):
        return cohort.make_cohort("$argon2id$not-a-real-hash")


@pytest.mark.slow
def test_the_story_of_an_apprentice_becomes_their_record(made: cohort.Cohort) -> None:
    stories = tuple(story(key) for key in SHORT)

    for _ in playing.play(stories, made):
        pass

    safiya = made.actor("safiya")
    pieces = assessment_reading.list_evidence(safiya, made.enrolments["safiya"])
    states = [piece.state for piece in pieces]
    assert len(pieces) == 10
    assert states.count(EvidenceState.ACCEPTED) == 6
    assert states.count(EvidenceState.ACTION_REQUIRED) == 2
    assert states.count(EvidenceState.SUBMITTED) == 1
    assert states.count(EvidenceState.DRAFT) == 1
    matrix = progress.see_progress(safiya, made.enrolments["safiya"], at=now())
    assert matrix.progress.total.met_count == 13


def test_everybody_of_the_demo_has_their_role(made: cohort.Cohort) -> None:
    roles = {key: {role for _, role in made.actor(key).roles} for key in made.people}

    assert roles["nadia"] == {Role.ADMINISTRATOR}
    assert roles["ruth"] == roles["dafydd"] == roles["bethan"] == {Role.ASSESSOR}
    assert roles["tomasz"] == roles["grace"] == roles["hamish"] == {Role.EMPLOYER}
    assert all(roles[each.person.key] == {Role.APPRENTICE} for each in APPRENTICES)


def test_the_same_seed_gives_the_same_ids(made: cohort.Cohort) -> None:
    with seeded("one"):
        from kbstrack.ids import new_id

        first = [new_id() for _ in range(3)]
    with seeded("one"):
        again = [new_id() for _ in range(3)]

    assert first == again
    assert new_id() != new_id()


def test_one_assessor_is_not_yet_qualified_and_something_waits_for_the_other(
    made: cohort.Cohort,
) -> None:
    for _ in playing.play((story("megan"),), made):
        pass

    (row,) = countersign_queries.waiting(made.actor("ruth"))
    assert (row.assessor, row.codes) == ("Bethan Rhosydd", ("K6",))
    standing = progress.see_progress(made.actor("megan"), made.enrolments["megan"], at=now())
    counting = {item.ksb.code for item in standing.progress.ksbs if item.accepted_count}
    assert counting == {"B9", "S14"}
