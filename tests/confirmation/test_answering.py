"""What whoever follows a link can do once, and what everybody hears of it."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from kbstrack.confirmation import answering, links, queries, reading, request_queries
from kbstrack.confirmation.models import Confirmation, WitnessStatement
from kbstrack.confirmation.rules import (
    DECLARATIONS,
    Asked,
    ConfirmationText,
    RequestState,
    StatementText,
)
from kbstrack.confirmation.service import ask_again
from kbstrack.db import db
from kbstrack.errors import NotFound, RuleBroken
from kbstrack.ledger.queries import entry_of
from kbstrack.ledger.rules import What
from tests.builders import (
    MONDAY,
    TUESDAY,
    WEDNESDAY,
    World,
    make_evidence,
)
from tests.confirmation.asking import (
    CONFIRMS,
    SAM,
    SAW,
    ask,
    confirm,
    copy_of,
    follower,
    ledger_is_sound,
    messages,
    state,
    token_in,
)


def test_a_confirmation_keeps_exactly_what_was_signed(world: World):
    item = make_evidence(world)
    request_id = ask(world, item)

    signed_id = confirm(follower())

    row = db.session.get_one(Confirmation, signed_id)
    version = reading.see_confirmations(
        world.apprentice, reading.see_evidence(world.apprentice, item), at=TUESDAY
    )
    assert row.request_id == request_id
    assert row.declaration == DECLARATIONS[Asked.CONFIRMATION]
    assert (row.name, row.job_role, row.remark) == (
        "Sam Ortiz",
        "Head of hiring",
        "The shortlist was right.",
    )
    assert (row.proof_method, row.signed_by) == ("link", None)
    assert [found.name for found in version.confirmations] == ["Sam Ortiz"]
    assert request_queries.request(request_id).state(TUESDAY) is RequestState.ANSWERED
    assert ledger_is_sound(world.enrolment_id)


def test_a_copy_with_the_short_hash_goes_to_whoever_signed(world: World):
    ask(world, make_evidence(world))
    signed_id = confirm(follower())

    copy = copy_of()
    entry = entry_of(What.CONFIRMATION, signed_id)
    assert entry is not None
    for part in (
        DECLARATIONS[Asked.CONFIRMATION],
        "The shortlist was right.",
        "Sam Ortiz, Head of hiring",
        entry.short_hash,
        "version 1",
    ):
        assert part in copy.body
    assert queries.confirmations(world.enrolment_id)[0].short_hash == entry.short_hash


def test_whoever_asked_is_told(world: World):
    ask(world, make_evidence(world), by=world.assessor)
    confirm(follower())

    assert "Sam Ortiz confirmed E1" in [row.subject for row in messages("assessor@a.example")]


def test_the_ledger_names_no_person_in_its_facts(world: World):
    ask(world, make_evidence(world), what=Asked.WITNESS_STATEMENT)
    signed_id = state(follower())

    entry = entry_of(What.WITNESS_STATEMENT, signed_id)
    assert entry is not None
    assert entry.by_id is None
    assert entry.side is not None
    assert (entry.side.by_name, entry.role) == ("Sam Ortiz", "witness")
    assert entry.side.names == {"asked": "Sam Ortiz"}
    assert not [word for word in ("Sam", "hiring", "2026-02-27") if word in entry.facts]


def test_a_witness_statement_keeps_words_role_relationship_days_and_contact(world: World):
    ask(world, make_evidence(world), what=Asked.WITNESS_STATEMENT)

    signed_id = state(follower(), text=replace(SAW, seen_until=date(2026, 3, 1)))

    row = db.session.get_one(WitnessStatement, signed_id)
    assert row.statement == SAW.statement
    assert (row.relationship, row.contact) == ("Her client", "sam@client.example")
    assert (row.seen_on, row.seen_until) == (date(2026, 2, 27), date(2026, 3, 1))
    assert row.declaration == DECLARATIONS[Asked.WITNESS_STATEMENT]
    assert SAW.statement in copy_of().body
    assert ledger_is_sound(world.enrolment_id)


def test_another_name_is_allowed_and_kept_beside_the_one_asked_for(world: World):
    ask(world, make_evidence(world))
    confirm(follower(), text=replace(CONFIRMS, name="Kim Vale"))

    [row] = queries.confirmations(world.enrolment_id)
    assert (row.asked_name, row.name) == ("Sam Ortiz", "Kim Vale")


@pytest.mark.parametrize("name", ["", "   ", "—", "\u200b"])
def test_without_a_typed_name_nothing_is_signed(world: World, name):
    ask(world, make_evidence(world))

    with pytest.raises(RuleBroken, match="Type your name") as refused:
        confirm(follower(), text=replace(CONFIRMS, name=name))

    assert refused.value.field == "name"


@pytest.mark.parametrize("words", ["I saw", "\u200b \u200b \u200b", "- - -"])
def test_everything_that_a_statement_lacks_is_said_at_once(world: World, words):
    ask(world, make_evidence(world), what=Asked.WITNESS_STATEMENT)
    empty = StatementText(name="", statement=words)

    with pytest.raises(RuleBroken) as refused:
        answering.state_by_link(follower(), text=empty, is_declared=False, at=TUESDAY)

    assert [problem.field for problem in refused.value.problems] == [
        "statement",
        "seen_on",
        "job_role",
        "relationship",
        "contact",
        "name",
        "is_declared",
    ]


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (date(2026, 3, 4), None, "seen_on"),
        (date(2026, 3, 2), date(2026, 3, 1), "seen_until"),
        (date(2026, 3, 2), date(2026, 3, 4), "seen_until"),
    ],
)
def test_nobody_saw_what_is_still_to_come(world: World, first, last, field):
    ask(world, make_evidence(world), what=Asked.WITNESS_STATEMENT)

    with pytest.raises(RuleBroken) as refused:
        state(follower(), text=replace(SAW, seen_on=first, seen_until=last))

    assert refused.value.field == field


def test_the_same_form_sent_twice_gives_the_first_result(world: World):
    ask(world, make_evidence(world))
    actor, key = follower(), uuid.uuid4()

    assert confirm(actor, key=key) == confirm(actor, key=key)
    assert len(queries.confirmations(world.enrolment_id)) == 1


def test_after_the_first_answer_everything_else_is_gone(world: World):
    ask(world, make_evidence(world))
    actor, key, token = follower(), uuid.uuid4(), token_in(messages()[0])
    confirm(actor, key=key)

    with pytest.raises(NotFound):
        confirm(actor, key=uuid.uuid4())
    with pytest.raises(NotFound):
        confirm(actor, key=key, text=replace(CONFIRMS, remark="And more"))
    with pytest.raises(NotFound):
        answering.decline_by_link(actor, reason="", at=TUESDAY)
    with pytest.raises(NotFound):
        reading.see_asked(actor, at=TUESDAY)
    assert links.whoever_follows(token, at=TUESDAY) is None


def test_a_confirmation_cannot_be_given_as_a_statement_or_the_other_way_round(world: World):
    ask(world, make_evidence(world))
    with pytest.raises(NotFound):
        state(follower())
    ask(world, make_evidence(world), what=Asked.WITNESS_STATEMENT, at=WEDNESDAY)
    with pytest.raises(NotFound):
        confirm(follower(WEDNESDAY), at=WEDNESDAY)


def test_whoever_declines_is_not_asked_again_and_the_asker_is_told_why(world: World):
    request_id = ask(world, make_evidence(world))

    answering.decline_by_link(follower(), reason="I was on leave.", at=TUESDAY)

    [told] = [row for row in messages("apprentice@a.example") if "declined" in row.subject]
    assert "I was on leave." in told.body
    row = request_queries.request(request_id)
    assert (row.state(TUESDAY), row.reason) == (RequestState.DECLINED, "I was on leave.")
    with pytest.raises(RuleBroken, match="ask somebody else"):
        ask_again(world.apprentice, request_id, at=WEDNESDAY)
    assert ledger_is_sound(world.enrolment_id)


def test_declining_twice_with_one_form_declines_once(world: World):
    ask(world, make_evidence(world))
    actor, key = follower(), uuid.uuid4()

    for _ in range(2):
        answering.decline_by_link(actor, reason="", at=TUESDAY, key=key)


def test_a_job_role_that_was_asked_for_is_not_taken_for_the_answer(world: World):
    ask(world, make_evidence(world))

    with pytest.raises(RuleBroken, match="your job role"):
        confirm(follower(), text=ConfirmationText(SAM.name))


def test_nothing_of_an_answer_changes_the_standing_of_the_piece(world: World):
    item = make_evidence(world)
    ask(world, item)
    before = reading.see_evidence(world.assessor, item).state
    confirm(follower())

    assert reading.see_evidence(world.assessor, item).state == before
    assert db.session.scalar(select(Confirmation.version_sha256)) == (
        reading.see_evidence(world.assessor, item).evidence.version(1).sha256
    )
    assert MONDAY < TUESDAY


def test_only_whoever_was_asked_reads_the_apprentices_name_in_a_message(world: World):
    first, second = make_evidence(world, title="One"), make_evidence(world, title="Two")
    ask(world, first, by=world.assessor)
    confirm(follower())
    ask(world, second, by=world.assessor)
    answering.decline_by_link(follower(), reason="", at=TUESDAY)

    told = messages(to="assessor@a.example")

    assert {row.subject for row in told if "E1" in row.subject or "E2" in row.subject} == {
        "Sam Ortiz confirmed E1",
        "Sam Ortiz declined to answer about E2",
    }
    assert not [row.body for row in told if "Apprentice A" in row.body]
    assert all("Apprentice A" in row.body for row in messages())
