"""Who can be asked about what, by whom, how often, and what takes it back."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from kbstrack.assessment import service as assessment
from kbstrack.confirmation import links, request_queries, service
from kbstrack.confirmation.models import Request
from kbstrack.confirmation.rules import Asked, RequestState, RequestText
from kbstrack.db import db
from kbstrack.errors import Conflict, NotAllowed, NotFound, RuleBroken
from kbstrack.evidence import service as evidence
from kbstrack.ledger.queries import entry_of
from kbstrack.ledger.rules import What
from kbstrack.mail.delivery import deliver_due
from tests.builders import (
    MONDAY,
    TUESDAY,
    WEDNESDAY,
    World,
    decide,
    make_draft,
    make_evidence,
    make_world,
    not_yet_met,
    submit,
    text,
)
from tests.confirmation.asking import (
    SAM,
    ask,
    confirm,
    follower,
    ledger_is_sound,
    messages,
    token_in,
)


def state_of(request_id: uuid.UUID, at=TUESDAY) -> RequestState:
    return request_queries.request(request_id).state(at)


@pytest.mark.parametrize("who", ["apprentice", "assessor"])
def test_the_apprentice_and_the_assessor_can_ask_somebody_who_gets_a_link(world: World, who):
    item = make_evidence(world)

    request_id = ask(world, item, by=world.actor(who))

    [letter] = messages()
    assert "Apprentice A" in letter.subject
    assert "Shortlist for a client" in letter.body
    assert "You saw the shortlist on Monday." in letter.body
    assert "16 March 2026" not in letter.body, "14 days from the third are the seventeenth"
    assert "17 March 2026" in letter.body
    assert links.whoever_follows(token_in(letter), at=TUESDAY) == links.actor_for(request_id)
    assert request_queries.request(request_id).role == who


@pytest.mark.parametrize("who", ["line_manager", "administrator"])
def test_nobody_else_who_sees_the_piece_can_ask(world: World, who):
    with pytest.raises(NotAllowed, match="ask somebody"):
        ask(world, make_evidence(world), by=world.actor(who))


def test_whoever_does_not_see_the_piece_is_not_told_of_it(world: World):
    item = make_evidence(world)

    with pytest.raises(NotFound):
        ask(world, item, by=world.other_assessor)
    with pytest.raises(NotFound):
        ask(world, item, by=make_world(mark="b", ukprn="10000002").assessor)


def test_only_the_hash_of_the_secret_is_kept(world: World):
    ask(world, make_evidence(world))

    token = token_in(messages()[0])
    row = db.session.scalars(select(Request)).one()
    kept = [str(getattr(row, column.key)) for column in Request.__table__.columns]
    assert len(token) == 43, "256 bits"
    assert row.token_hash == links.hash_of(token)
    assert token not in " ".join(kept)


def test_the_secret_is_gone_from_the_message_once_it_is_sent(world: World):
    ask(world, make_evidence(world))
    token = token_in(messages()[0])

    while deliver_due(WEDNESDAY).is_full:
        pass

    [letter] = messages()
    assert token not in letter.body
    assert letter.secret is None
    assert "removed after it was sent" in letter.body


def test_the_ledger_tells_of_the_request_without_personal_data(world: World):
    request_id = ask(world, make_evidence(world))

    entry = entry_of(What.REQUEST, request_id)
    assert entry is not None
    assert entry.role == "apprentice"
    assert entry.side is not None
    assert entry.side.names == {"recipient": "Sam Ortiz"}
    assert not [word for word in ("Sam", "sam@", "Client", "shortlist") if word in entry.facts]
    assert ledger_is_sound(world.enrolment_id)


@pytest.mark.parametrize(
    "email",
    [
        "apprentice@a.example",
        "Apprentice+me@A.example",
        " APPRENTICE@a.example ",
        "\uff41pprentice@a.example",
    ],
)
def test_the_apprentices_own_address_is_refused_whoever_asks(world: World, email):
    item = make_evidence(world)
    for who in (world.apprentice, world.assessor):
        with pytest.raises(RuleBroken, match="apprentice's own address") as refused:
            ask(world, item, by=who, text=replace(SAM, email=email))
        assert refused.value.field == "email"


def test_the_askers_own_address_is_refused(world: World):
    with pytest.raises(RuleBroken, match="your own address"):
        ask(
            world,
            make_evidence(world),
            by=world.assessor,
            text=replace(SAM, email="assessor@a.example"),
        )


def test_everything_that_is_wrong_is_said_at_once(world: World):
    with pytest.raises(RuleBroken) as refused:
        ask(
            world,
            make_evidence(world),
            text=RequestText(" ", "nobody", "x" * 201, "Look at https://evil.example"),
        )

    assert [problem.field for problem in refused.value.problems] == [
        "name",
        "email",
        "job_role",
        "message",
    ]


@pytest.mark.parametrize("field", ["message", "name"])
@pytest.mark.parametrize("words", ["see www.evil.test", "evil.com/x", "http://x"])
def test_neither_message_nor_name_can_carry_another_address(world: World, field, words):
    with pytest.raises(RuleBroken, match="web address") as refused:
        ask(world, make_evidence(world), text=replace(SAM, **{field: words}))
    assert refused.value.field == field


def test_a_draft_cannot_be_asked_about(world: World):
    with pytest.raises(NotFound):
        ask(world, make_draft(world))


def test_a_version_taken_back_cannot_be_asked_about(world: World):
    item = make_evidence(world)
    assessment.withdraw_evidence(
        world.apprentice, item, version_number=1, reason="Wrong file", at=MONDAY
    )

    with pytest.raises(Conflict, match="taken back"):
        ask(world, item)


def test_only_the_version_that_stands_can_be_asked_about(world: World):
    item = make_evidence(world)
    decide(world, item, not_yet_met("K1"))
    evidence.save_draft(world.apprentice, item, text=text("Better"), revision=0, at=TUESDAY)
    submit(world, item, at=TUESDAY)

    with pytest.raises(Conflict, match="newer version"):
        ask(world, item, version=1)
    assert state_of(ask(world, item, version=2)) is RequestState.OPEN


def test_nobody_is_asked_the_same_twice_while_it_waits(world: World):
    item = make_evidence(world)
    ask(world, item)

    with pytest.raises(RuleBroken, match="asked already"):
        ask(world, item, by=world.assessor)
    ask(world, item, what=Asked.WITNESS_STATEMENT)
    ask(world, make_evidence(world))


def test_at_most_five_requests_wait_for_one_piece(world: World):
    item = make_evidence(world)
    first, *_ = [
        ask(world, item, text=replace(SAM, email=f"w{number}@client.example"))
        for number in range(5)
    ]

    with pytest.raises(RuleBroken, match="5 people are asked"):
        ask(world, item)

    service.revoke(world.apprentice, first, at=TUESDAY)
    ask(world, item)


def test_one_address_gets_at_most_five_requests_a_day(world: World):
    for _ in range(5):
        ask(world, make_evidence(world))

    item = make_evidence(world)
    with pytest.raises(RuleBroken, match="as many requests today"):
        ask(world, item, by=world.assessor)
    ask(world, item, at=TUESDAY + timedelta(hours=25))


def test_one_person_sends_at_most_twenty_requests_a_day(world: World):
    for number in range(20):
        if number % 5 == 0:
            item = make_evidence(world)
        ask(world, item, text=replace(SAM, email=f"w{number}@client.example"))

    item = make_evidence(world)
    with pytest.raises(RuleBroken, match="20 requests within a day"):
        ask(world, item)
    ask(world, item, by=world.assessor)


def test_the_same_form_sent_twice_asks_once(world: World):
    item, key = make_evidence(world), uuid.uuid4()

    assert ask(world, item, key=key) == ask(world, item, key=key)
    assert len(messages()) == 1


def test_what_is_taken_back_can_no_longer_be_followed(world: World):
    request_id = ask(world, make_evidence(world))
    token = token_in(messages()[0])

    service.revoke(world.assessor, request_id, at=TUESDAY)
    service.revoke(world.assessor, request_id, at=TUESDAY)

    assert links.whoever_follows(token, at=TUESDAY) is None
    assert state_of(request_id) is RequestState.REVOKED
    assert ledger_is_sound(world.enrolment_id)


def test_what_was_signed_cannot_be_taken_back(world: World):
    request_id = ask(world, make_evidence(world))
    confirm(follower())

    with pytest.raises(Conflict):
        service.revoke(world.apprentice, request_id, at=TUESDAY)


def test_asking_again_sends_a_new_link_and_the_old_one_is_dead(world: World):
    old = ask(world, make_evidence(world))
    token = token_in(messages()[0])

    new = service.ask_again(world.apprentice, old, at=WEDNESDAY)

    assert links.whoever_follows(token, at=WEDNESDAY) is None
    assert links.whoever_follows(token_in(messages()[-1]), at=WEDNESDAY) == links.actor_for(new)
    assert state_of(old, WEDNESDAY) is RequestState.REPLACED
    with pytest.raises(Conflict):
        service.ask_again(world.apprentice, old, at=WEDNESDAY)
    assert ledger_is_sound(world.enrolment_id)


def test_what_expired_or_was_taken_back_can_be_asked_again(world: World):
    expired, revoked = ask(world, make_evidence(world)), ask(world, make_evidence(world))
    service.revoke(world.apprentice, revoked, at=TUESDAY)
    later = TUESDAY + timedelta(days=15)
    assert state_of(expired, later) is RequestState.EXPIRED

    for old in (expired, revoked):
        assert state_of(service.ask_again(world.apprentice, old, at=later), later) == "waiting"


def test_nobody_can_ask_or_take_back_for_another_enrolment(world: World):
    request_id = ask(world, make_evidence(world))
    elsewhere = make_world(mark="b", ukprn="10000002")

    for actor in (elsewhere.apprentice, elsewhere.assessor, world.other_assessor):
        with pytest.raises(NotFound):
            service.revoke(actor, request_id, at=TUESDAY)
        with pytest.raises(NotFound):
            service.ask_again(actor, request_id, at=TUESDAY)
