"""What a link opens, and what ends it."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, update

from kbstrack.access import OPERATOR, Actor
from kbstrack.assessment import service as assessment
from kbstrack.confirmation import links, queries, reading, reminders
from kbstrack.confirmation.models import Request, RequestReminder
from kbstrack.confirmation.service import revoke
from kbstrack.errors import NotFound
from kbstrack.evidence import service as evidence
from kbstrack.ids import new_id
from kbstrack.people import enrolling
from kbstrack.record.checking import check
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
from tests.record.hand import outside_hand


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


def test_a_row_past_the_ledger_makes_no_link(world: World):
    """A reminder that was added by hand, and a request whose secret was exchanged."""
    request_id = ask(world, make_evidence(world))
    reminders.send_due(TUESDAY + timedelta(days=6))
    later = TUESDAY + timedelta(days=7)
    assert follower(later) == links.actor_for(request_id)

    added = {
        "id": new_id(), "request_id": request_id, "number": 2,
        "token_hash": links.hash_of("added"), "queued_at": later,
    }  # fmt: skip
    with outside_hand() as hand, hand.touching() as connection:
        connection.execute(insert(RequestReminder).values(added))
        connection.execute(update(Request).values(token_hash=links.hash_of("exchanged")))

    assert links.whoever_follows("added", at=later) is None
    assert links.whoever_follows("exchanged", at=later) is None
    assert {flaw.place for flaw in check(world.enrolment_id).flaws} == {
        "entry 5 (request)",
        "a row: the reminder of the request",
    }
