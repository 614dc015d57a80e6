"""Changes, confirmations and reopenings at the same moment: one is first, the record is whole."""

from __future__ import annotations

from functools import partial

import pytest
from flask import Flask

from kbstrack.assessment import service
from kbstrack.assessment.models import Decision, DecisionReopening, Renewal, Reopening, SignOff
from kbstrack.assessment.redeciding import reopen_decision
from kbstrack.assessment.signing import reopen, sign_off
from kbstrack.assessment.working import begin_change
from kbstrack.db import db
from kbstrack.errors import Conflict, NotFound
from kbstrack.evidence.models import Draft, EvidenceVersion, Withdrawal
from kbstrack.ledger import queries as ledger
from kbstrack.ledger.rules import chain_flaws
from kbstrack.people.replacing import replace_assessor
from kbstrack.record.checking import check
from tests.assessment.changing import hand_in_changed, renew, sign, signed
from tests.assessment.test_races import ROUNDS, count, one_was_first, race
from tests.builders import THURSDAY, WEDNESDAY, World, decide, make_evidence, met, proved


@pytest.fixture(autouse=True)
def whole(app: Flask, world: World):
    """Whatever came first: afterwards the chain is unbroken and the record agrees with it."""
    yield
    db.session.rollback()
    assert chain_flaws(ledger.entries(world.enrolment_id)) == []
    assert not check(world.enrolment_id).flaws
    db.session.rollback()


def test_a_change_is_decided_on_or_withdrawn_but_never_both(app: Flask, world: World) -> None:
    assessor, apprentice = world.assessor, world.apprentice
    for _ in range(ROUNDS):
        item = make_evidence(world)
        decide(world, item, met("K1"))
        hand_in_changed(world, item)
        before = count(Decision) + count(Withdrawal)

        results = race(
            app,
            lambda item=item: service.decide(
                assessor, item, version_number=2, turn=0, decisions=[met("K1")], at=THURSDAY
            ),
            lambda item=item: service.withdraw_evidence(
                apprentice, item, version_number=2, reason="", at=THURSDAY
            ),
        )

        assert one_was_first(results)
        assert count(Decision) + count(Withdrawal) == before + 1


def test_a_change_is_submitted_or_the_decision_taken_back_first(app: Flask, world: World) -> None:
    assessor, apprentice = world.assessor, world.apprentice
    for _ in range(ROUNDS):
        item = make_evidence(world)
        decide(world, item, met("K1"))
        revision = begin_change(apprentice, item, version=1, at=WEDNESDAY)
        decision_id = db.session.query(Decision.id).order_by(Decision.id.desc()).first()[0]
        before = count(EvidenceVersion) + count(DecisionReopening)

        results = race(
            app,
            lambda item=item, revision=revision: service.submit_evidence(
                apprentice, item, revision=revision, version=1, is_declared=True, at=THURSDAY
            ),
            lambda decision_id=decision_id: reopen_decision(
                assessor, decision_id, reason="The date.", at=THURSDAY
            ),
        )

        assert one_was_first(results)
        assert count(EvidenceVersion) + count(DecisionReopening) == before + 1


def test_a_change_begun_twice_is_one_draft(app: Flask, world: World) -> None:
    item, apprentice = make_evidence(world), world.apprentice
    decide(world, item, met("K1"))

    results = race(app, *[lambda: begin_change(apprentice, item, version=1, at=WEDNESDAY)] * 2)

    assert results == [None, None]
    assert count(Draft) == 1


def test_a_sign_off_is_confirmed_or_reopened_but_never_both(app: Flask, world: World) -> None:
    assessor, enrolment_id = world.assessor, world.enrolment_id
    item = make_evidence(world)
    decide(world, item, met("K1"))
    sign(world)
    hand_in_changed(world, item)
    decide(world, item, met("K1"), at=THURSDAY)

    results = race(
        app,
        lambda: renew(world, by="assessor"),
        lambda: reopen(
            assessor, enrolment_id, "K1", round=1, renewals=0, reason="No.", at=THURSDAY
        ),
    )

    assert one_was_first(results)
    assert count(Renewal) + count(Reopening) == 1


def test_of_two_confirmations_one_is_kept(app: Flask, world: World) -> None:
    item = make_evidence(world)
    decide(world, item, met("K1"))
    sign(world)
    hand_in_changed(world, item)
    decide(world, item, met("K1"), at=THURSDAY)

    results = race(app, *[lambda: renew(world)] * 2)

    assert one_was_first(results)
    assert len(signed(world).renewals) == 1


def test_of_two_who_take_a_decision_back_one_is_first(app: Flask, world: World) -> None:
    decide(world, make_evidence(world), met("K1"))
    (decision_id,) = db.session.query(Decision.id).first()
    assessor = world.assessor

    results = race(
        app, *[lambda: reopen_decision(assessor, decision_id, reason="No.", at=THURSDAY)] * 2
    )

    assert one_was_first(results)
    assert count(DecisionReopening) == 1


def test_whoever_is_replaced_while_they_sign_has_signed_before_or_not_at_all(
    app: Flask, world: World
) -> None:
    decide(world, make_evidence(world), met("K1"))
    assessor, administrator, enrolment_id = world.assessor, world.administrator, world.enrolment_id
    other_id, day = world.people["other_assessor"].person_id, THURSDAY.date()
    signature = partial(sign_off, reason="", is_declared=True, proof=proved(THURSDAY), at=THURSDAY)

    signing, replacing = race(
        app,
        lambda: signature(assessor, enrolment_id, "K1"),
        lambda: replace_assessor(
            administrator, enrolment_id, assessor_id=other_id, from_on=day, at=THURSDAY
        ),
    )

    assert replacing is None
    assert signing is None or isinstance(signing, NotFound)
    assert count(SignOff) == (1 if signing is None else 0)
    with pytest.raises((NotFound, Conflict)):
        signature(assessor, enrolment_id, "K1")
