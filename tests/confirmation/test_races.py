"""Two answers at one moment: one is kept whole, the other finds nothing there any more."""

from __future__ import annotations

import uuid
from dataclasses import replace

from flask import Flask
from sqlalchemy import func, select

from kbstrack.confirmation import answering
from kbstrack.confirmation.models import Confirmation, RequestRevocation
from kbstrack.confirmation.service import ask_again, revoke
from kbstrack.db import db
from kbstrack.errors import Conflict, NotFound
from tests.assessment.test_races import race
from tests.builders import TUESDAY, World, make_evidence
from tests.confirmation.asking import CONFIRMS, ask, confirm, follower, ledger_is_sound

ROUNDS = 3


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_of_two_confirmations_by_one_link_one_is_kept(app: Flask, world: World):
    for number in range(ROUNDS):
        ask(world, make_evidence(world))
        actor = follower()

        results = race(
            app,
            lambda actor=actor: confirm(actor, key=uuid.uuid4()),
            lambda actor=actor: confirm(
                actor, text=replace(CONFIRMS, name="Kim Vale"), key=uuid.uuid4()
            ),
        )

        assert results.count(None) == 1
        assert [type(result) for result in results if result is not None] == [NotFound]
        assert count(Confirmation) == number + 1
        db.session.rollback()
    assert ledger_is_sound(world.enrolment_id)


def test_one_form_sent_many_times_at_once_signs_once_and_nobody_is_refused(
    app: Flask, world: World
):
    ask(world, make_evidence(world))
    actor, key = follower(), uuid.uuid4()

    results = race(app, *[lambda: confirm(actor, key=key)] * 6)

    assert results == [None] * 6
    assert count(Confirmation) == 1
    assert ledger_is_sound(world.enrolment_id)


def test_taken_back_or_declined_while_it_is_signed_one_of_them_holds(app: Flask, world: World):
    for _ in range(ROUNDS):
        request_id = ask(world, make_evidence(world))
        actor = follower()
        confirmed, ended = count(Confirmation), count(RequestRevocation)

        results = race(
            app,
            lambda actor=actor: confirm(actor),
            lambda request_id=request_id: revoke(world.apprentice, request_id, at=TUESDAY),
            lambda actor=actor: answering.decline_by_link(actor, reason="", at=TUESDAY),
        )

        assert results.count(None) == 1
        assert all(isinstance(result, NotFound | Conflict) for result in results if result)
        assert count(Confirmation) + count(RequestRevocation) == confirmed + ended + 1
        db.session.rollback()
    assert ledger_is_sound(world.enrolment_id)


def test_sent_again_by_two_at_once_makes_one_new_link(app: Flask, world: World):
    request_id = ask(world, make_evidence(world))
    apprentice, assessor = world.apprentice, world.assessor

    results = race(
        app,
        lambda: ask_again(apprentice, request_id, at=TUESDAY),
        lambda: ask_again(assessor, request_id, at=TUESDAY),
    )

    assert results.count(None) == 1
    assert [type(result) for result in results if result is not None] == [Conflict]
    assert ledger_is_sound(world.enrolment_id)
