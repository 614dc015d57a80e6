"""Links for auditors: who makes them, what they open and for how long, and that looks are noted."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from kbstrack.access import OPERATOR, Action, Actor, allows
from kbstrack.assessment import service as assessment
from kbstrack.assessment.reading import see_enrolment, see_evidence
from kbstrack.auditing import queries, service
from kbstrack.auditing.models import AuditorLink, AuditorRevocation
from kbstrack.auditing.service import NewLink, Wanted
from kbstrack.clock import day_of
from kbstrack.db import db
from kbstrack.errors import NotAllowed, NotFound, RuleBroken
from kbstrack.people import enrolling
from tests.builders import (
    FRIDAY,
    MONDAY,
    TUESDAY,
    WEDNESDAY,
    World,
    make_draft,
    make_evidence,
    make_world,
)

TODAY = day_of(MONDAY)
LAST_DAY = TODAY + timedelta(days=13)


def make(world: World, *, by: Actor | None = None, **change: object) -> NewLink:
    key = change.pop("key", None)
    wanted = Wanted("Ines Audit", (world.enrolment_id,), LAST_DAY, "Looking & Co")
    return service.make_link(
        by or world.administrator,
        world.provider_id,
        wanted=replace(wanted, **change),  # type: ignore[arg-type]
        at=MONDAY,
        key=key,  # type: ignore[arg-type]
    )


def auditor(made: NewLink, at=TUESDAY):
    return service.auditor_of(made.id, at=at)


def test_a_link_opens_exactly_the_chosen_records(world: World):
    other = make_world(ukprn="10000002", uln="9000000024", mark="b")
    found = auditor(make(world))

    assert see_enrolment(found, world.enrolment_id).apprentice == "Apprentice A"
    with pytest.raises(NotFound):
        see_enrolment(found, other.enrolment_id)
    assert [row.id for row in service.see_audited(found)] == [world.enrolment_id]


def test_an_ended_enrolment_can_be_audited(world: World):
    enrolling.end_enrolment(
        world.administrator, world.enrolment_id, ended_on=TODAY, reason="Done.", at=MONDAY
    )

    assert see_enrolment(auditor(make(world)), world.enrolment_id).ended_on == TODAY


def test_an_auditor_reads_and_does_nothing_else(world: World):
    evidence_id, draft_id = make_evidence(world), make_draft(world)
    found = auditor(make(world))
    scope = see_enrolment(found, world.enrolment_id).scope

    allowed = {action for action in Action if allows(found, action, scope)}

    assert allowed == {Action.ENROLMENT_SEE, Action.PORTFOLIO_SEE}
    assert see_evidence(found, evidence_id).evidence.draft is None
    with pytest.raises(NotFound):
        see_evidence(found, draft_id)
    with pytest.raises(NotAllowed):
        assessment.withdraw_evidence(found, evidence_id, version_number=1, reason="", at=TUESDAY)


def test_a_link_works_through_its_last_day_and_no_longer(world: World):
    made = make(world, ends_on=TODAY)

    assert auditor(made, at=MONDAY) is not None
    assert auditor(made, at=TUESDAY) is None
    assert service.find_open(made.token, at=TUESDAY) is None


def test_a_revoked_link_is_closed_at_once(world: World):
    made = make(world)

    service.revoke_link(world.administrator, made.id, at=TUESDAY)
    service.revoke_link(world.administrator, made.id, at=WEDNESDAY)

    assert auditor(made) is None
    assert service.find_open(made.token, at=TUESDAY) is None
    assert db.session.scalar(select(func.count()).select_from(AuditorRevocation)) == 1


def test_nobody_else_loses_access_while_a_link_is_open(world: World):
    make(world)

    for actor in (world.apprentice, world.assessor, world.line_manager):
        assert see_enrolment(actor, world.enrolment_id)


def test_only_hashes_of_the_secrets_are_kept(world: World):
    made = make(world, with_passcode=True)
    row = db.session.get_one(AuditorLink, made.id)

    assert made.token not in (row.token_hash, row.passcode_hash)
    assert made.passcode not in row.passcode_hash
    assert service.find_open(made.token, at=TUESDAY).id == made.id
    assert service.find_open(made.token + "x", at=TUESDAY) is None


def test_the_passcode_may_be_typed_as_it_was_read_out(world: World):
    made = make(world, with_passcode=True)
    row = db.session.get_one(AuditorLink, made.id)
    spelled = f"{made.passcode[:4].lower()}-{made.passcode[4:]} "

    assert service.is_passcode(row, spelled)
    assert not service.is_passcode(row, "WRONG123")
    assert not service.is_passcode(row, "")
    assert service.is_passcode(db.session.get_one(AuditorLink, make(world).id), "")


def test_the_message_has_the_link_and_not_the_passcode(world: World, mailbox):
    made = make(world, email="Ines@Example.org", with_passcode=True)

    (message,) = [message for message in mailbox() if message.recipient == "ines@example.org"]
    assert f"/audit/{made.token}" in message.body
    assert "14 March 2026" in message.body or str(LAST_DAY.day) in message.body
    assert made.passcode not in message.body


def test_the_same_form_sent_twice_makes_one_link_and_shows_its_secret_once(world: World):
    key = uuid.uuid4()

    first, second = make(world, key=key), make(world, key=key)

    assert first.id == second.id
    assert (second.token, second.passcode) == (None, None)
    assert len(queries.links(world.provider_id)) == 1


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"name": " "}, ["name"]),
        ({"name": "x" * 201}, ["name"]),
        ({"organisation": "x" * 201}, ["organisation"]),
        ({"ends_on": None}, ["ends_on"]),
        ({"ends_on": date(2026, 3, 1)}, ["ends_on"]),
        ({"ends_on": date(2028, 3, 1)}, ["ends_on"]),
        ({"enrolment_ids": ()}, ["enrolments"]),
        ({"name": "", "ends_on": None, "enrolment_ids": ()}, ["name", "ends_on", "enrolments"]),
        ({"email": "no address"}, ["email"]),
    ],
)
def test_what_a_link_must_say(world: World, change, fields):
    with pytest.raises(RuleBroken) as refused:
        make(world, **change)

    assert [problem.field for problem in refused.value.problems] == fields


def test_another_providers_apprentice_cannot_be_chosen(world: World):
    other = make_world(ukprn="10000002", uln="9000000024", mark="b")

    with pytest.raises(RuleBroken):
        make(world, enrolment_ids=(other.enrolment_id,))
    made = make(world, enrolment_ids=(world.enrolment_id, other.enrolment_id))

    assert queries.scope_of(made.id) == {world.enrolment_id}


@pytest.mark.parametrize("who", ["apprentice", "assessor", "line_manager"])
def test_only_administrators_make_see_and_revoke_links(world: World, who: str):
    made = make(world)
    actor = world.actor(who)

    for attempt in (
        lambda: make(world, by=actor),
        lambda: service.see_links(actor, world.provider_id),
        lambda: service.see_link(actor, made.id),
        lambda: service.revoke_link(actor, made.id, at=MONDAY),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_the_operator_can_make_a_link_too(world: World):
    made = make(world, by=OPERATOR)

    assert auditor(made) is not None


def test_every_look_is_noted_and_counted(world: World):
    made = make(world)
    found = auditor(made)
    for what, at in (("KSB matrix", TUESDAY), ("portfolio", WEDNESDAY)):
        service.note_view(found, world.enrolment_id, what=what, at=at)

    row, views = service.see_link(world.administrator, made.id)

    assert [(view.apprentice, view.what, view.at) for view in views] == [
        ("Apprentice A", "portfolio", WEDNESDAY),
        ("Apprentice A", "KSB matrix", TUESDAY),
    ]
    assert (row.view_count, row.last_view_at) == (2, WEDNESDAY)
    assert service.count_views(world.apprentice, world.enrolment_id) == 2


def test_looks_are_noted_of_auditors_only(world: World):
    with pytest.raises(NotAllowed):
        service.note_view(world.assessor, world.enrolment_id, what="KSB matrix", at=FRIDAY)
