"""What a link opens, and what ends it."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest

from kbstrack.access import OPERATOR, Actor
from kbstrack.assessment import service as assessment
from kbstrack.confirmation import queries, reading
from kbstrack.confirmation.service import revoke
from kbstrack.errors import NotFound
from kbstrack.evidence import service as evidence
from kbstrack.people import enrolling
from tests.builders import (
    TUESDAY,
    WEDNESDAY,
    World,
    decide,
    make_evidence,
    not_yet_met,
    submit,
    text,
)
from tests.confirmation.asking import ask, confirm, follower


@pytest.mark.parametrize("end", ["days", "revoked", "withdrawn", "enrolment"])
def test_a_link_ends_with_its_days_its_request_its_version_and_its_enrolment(world: World, end):
    item = make_evidence(world)
    request_id, at = ask(world, item), TUESDAY
    actor = follower()
    if end == "days":
        at = TUESDAY + timedelta(days=14)
        reading.see_asked(actor, at=at - timedelta(seconds=1))
    elif end == "revoked":
        revoke(world.apprentice, request_id, at=TUESDAY)
    elif end == "withdrawn":
        assessment.withdraw_evidence(
            world.apprentice, item, version_number=1, reason="Oh", at=TUESDAY
        )
    else:
        enrolling.end_enrolment(
            OPERATOR, world.enrolment_id, ended_on=date(2026, 3, 2), reason="Left", at=TUESDAY
        )

    with pytest.raises(NotFound):
        reading.see_asked(actor, at=at)
    with pytest.raises(NotFound):
        confirm(actor, at=at)


def test_a_newer_version_is_said_and_the_one_asked_about_is_signed(world: World):
    item = make_evidence(world)
    ask(world, item)
    actor = follower()
    decide(world, item, not_yet_met("K1"))
    evidence.save_draft(world.apprentice, item, text=text("Newer"), revision=0, at=WEDNESDAY)
    submit(world, item, at=WEDNESDAY)

    page = reading.see_asked(actor, at=WEDNESDAY)
    confirm(actor, at=WEDNESDAY)

    assert page.newer_at == WEDNESDAY
    assert page.version.text.title == "Shortlist for a client"
    assert queries.confirmations(world.enrolment_id)[0].version_number == 1


def test_a_link_opens_its_own_item_and_files_only(world: World):
    item = make_evidence(world)
    ask(world, item)
    actor = follower()

    with pytest.raises(NotFound):
        reading.see_evidence(actor, item)
    with pytest.raises(NotFound):
        reading.see_asked_file(actor, uuid.uuid4(), at=TUESDAY)
    for nobody in (world.apprentice, world.line_manager, Actor(uuid.uuid4()), OPERATOR):
        with pytest.raises(NotFound):
            reading.see_asked(nobody, at=TUESDAY)
        with pytest.raises(NotFound):
            confirm(nobody)
