"""A countersignature at the same moment as something else: one is first, the other is told so."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask

from kbstrack.assessment.countersigning import countersign
from kbstrack.assessment.models import Countersignature, DecisionReopening
from kbstrack.assessment.qualifying import set_qualification
from kbstrack.assessment.redeciding import reopen_decision
from kbstrack.assessment.service import decide as answer_claims
from kbstrack.assessment.service import submit_evidence
from kbstrack.errors import Conflict
from kbstrack.evidence import queries as evidence_queries
from kbstrack.evidence.service import save_draft
from kbstrack.ledger import queries as ledger
from kbstrack.ledger.rules import chain_flaws
from kbstrack.people import queries, service
from kbstrack.people.countersigners import qualification
from tests.assessment.countersigned import agree, decision_on, disagree
from tests.assessment.test_races import ROUNDS, count, one_was_first, race
from tests.builders import (
    TUESDAY,
    WEDNESDAY,
    World,
    decide,
    make_evidence,
    met,
    not_yet_met,
    not_yet_qualified,
    proved,
    text,
)


@pytest.fixture(autouse=True)
def marked(world: World) -> None:
    """The assessor is not yet qualified."""
    not_yet_qualified(world)


def sign(world: World, evidence_id: uuid.UUID, *, is_agreed: bool = True):
    """A call that answers to K1."""
    row, actor, enrolment_id = decision_on(evidence_id), world.other_assessor, world.enrolment_id
    given = agree(row) if is_agreed else disagree(row)
    return lambda: countersign(
        actor,
        enrolment_id,
        answers=[given],
        is_declared=True,
        proof=proved(WEDNESDAY),
        at=WEDNESDAY,
    )


def decided(world: World) -> uuid.UUID:
    """A piece with K1 met."""
    item = make_evidence(world)
    decide(world, item, met("K1"))
    return item


def test_of_many_countersignatures_one_is_kept(app: Flask, world: World) -> None:
    call = sign(world, decided(world))

    assert one_was_first(race(app, *[call] * ROUNDS))
    assert count(Countersignature) == 1
    assert chain_flaws(ledger.entries(world.enrolment_id)) == []


def test_agreed_or_returned_but_not_both(app: Flask, world: World) -> None:
    for _ in range(ROUNDS):
        item = decided(world)

        results = race(app, sign(world, item), sign(world, item, is_agreed=False))

        assert one_was_first(results)
    assert count(Countersignature) + count(DecisionReopening) == ROUNDS


def test_countersigned_or_taken_back_first(app: Flask, world: World) -> None:
    """Once it is countersigned the assessor can still take it back, never the other way round."""
    for _ in range(ROUNDS):
        item, assessor = decided(world), world.assessor
        decision_id = decision_on(item).id

        first, second = race(
            app,
            sign(world, item),
            lambda by=assessor, decision_id=decision_id: reopen_decision(
                by, decision_id, reason="Too quick", at=WEDNESDAY
            ),
        )

        assert second is None
        row = decision_on(item)
        assert not row.counts
        assert (row.countersigned_at is None) == isinstance(first, Conflict)
    assert chain_flaws(ledger.entries(world.enrolment_id)) == []


def test_countersigned_or_submitted_again_first(app: Flask, world: World) -> None:
    for _ in range(ROUNDS):
        item, apprentice = make_evidence(world), world.apprentice
        decide(world, item, not_yet_met("K1"))
        save_draft(apprentice, item, text=text("Signed now"), files=[], revision=0, at=TUESDAY)
        draft = evidence_queries.evidence(item).draft
        assert draft is not None

        first, second = race(
            app,
            sign(world, item),
            lambda by=apprentice, item=item, revision=draft.revision: submit_evidence(
                by, item, revision=revision, is_declared=True, at=WEDNESDAY
            ),
        )

        assert second is None
        assert isinstance(first, Conflict | None)
        assert (decision_on(item).countersigned_at is None) == (first is not None)


def test_whoever_decides_while_the_mark_is_taken_away_is_not_left_waiting(
    app: Flask, world: World
) -> None:
    """What needs a countersignature has somebody named who can give it."""
    for _ in range(ROUNDS):
        item, actor = make_evidence(world), world.assessor
        not_yet_qualified(world)
        member, administrator = queries.member(world.people["assessor"].id), world.administrator

        race(
            app,
            lambda by=actor, item=item: answer_claims(
                by, item, version_number=1, decisions=[met("K1")], at=TUESDAY
            ),
            lambda by=administrator, member=member: set_qualification(
                by,
                member.id,
                is_qualified=True,
                countersigner_id=world.people["other_assessor"].person_id,
                revision=member.revision,
            ),
        )

        row, found = decision_on(item), qualification(world.people["assessor"].id)
        assert found is not None
        assert row.counts or found.countersigner is not None


def test_of_naming_a_countersigner_and_ending_them_one_is_first(app: Flask, world: World) -> None:
    make = world.people["assessor"].id
    member, administrator = queries.member(make), world.administrator
    set_qualification(
        administrator, make, is_qualified=True, countersigner_id=None, revision=member.revision
    )
    member = queries.member(make)
    other = world.people["other_assessor"]

    results = race(
        app,
        lambda: set_qualification(
            administrator,
            member.id,
            is_qualified=False,
            countersigner_id=other.person_id,
            revision=member.revision,
        ),
        lambda: service.end_member(administrator, other.id, at=WEDNESDAY),
    )

    assert results.count(None) == 1
