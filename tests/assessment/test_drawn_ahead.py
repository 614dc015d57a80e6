"""Whatever changes how a piece looks in the portfolio has it drawn, a little later."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from kbstrack.app import create_app
from kbstrack.assessment.redeciding import reopen_decision
from kbstrack.confirmation.as_employer import confirm
from kbstrack.db import db
from kbstrack.errors import Conflict
from kbstrack.jobs import ahead, queries, service
from kbstrack.jobs.models import Job
from tests.assessment.countersigned import agree, answer, decision_on
from tests.builders import (
    MONDAY,
    TUESDAY,
    WEDNESDAY,
    decide,
    make_draft,
    make_evidence,
    make_world,
    met,
    not_yet_met,
    not_yet_qualified,
    proved,
    submit,
)
from tests.confirmation.asking import CONFIRMS, ask, follower
from tests.confirmation.asking import confirm as confirm_by_link
from tests.conftest import running


def asked():
    """What waits to be drawn."""
    db.session.rollback()
    return list(db.session.scalars(select(Job).where(Job.finished_at.is_(None))))


def do_all():
    """As if everything that waits had been drawn."""
    while taken := service.take(WEDNESDAY.replace(year=2027), limit=9):
        service.finish(taken.job.id, taken.lease, {}, WEDNESDAY)


def test_a_piece_is_drawn_a_little_after_it_was_decided_on(world):
    decide(world, make_evidence(world), met("K1"))

    [job] = asked()
    assert (job.kind, job.about, job.asked_by) == ("draw ahead", world.enrolment_id, None)
    assert job.provider_id == world.provider_id
    assert job.next_attempt_at == TUESDAY + ahead.PAUSE


def test_a_run_of_decisions_is_drawn_once_and_another_apprentices_by_itself(world):
    first, second = make_evidence(world), make_evidence(world, title="Another")
    other = make_world(ukprn="10000002", uln="9000000024", mark="b")
    decide(world, first, met("K1"))
    decide(world, second, not_yet_met("K1"))
    decide(other, make_evidence(other), met("K1"))

    assert {job.about for job in asked()} == {world.enrolment_id, other.enrolment_id}
    assert len(asked()) == 2


def test_what_is_written_and_handed_in_is_drawn_with_the_decision_on_it(world):
    submit(world, make_draft(world))

    assert asked() == []


def test_taking_a_decision_back_changes_its_piece_too(world):
    evidence_id = make_evidence(world)
    decide(world, evidence_id, met("K1"))
    do_all()

    reopen_decision(world.assessor, decision_on(evidence_id).id, reason="Wrong", at=WEDNESDAY)

    assert len(asked()) == 1


def test_so_does_a_second_signature(world):
    not_yet_qualified(world)
    evidence_id = make_evidence(world)
    decide(world, evidence_id, met("K1"))
    do_all()

    answer(world, agree(decision_on(evidence_id)))

    assert len(asked()) == 1


def test_so_does_what_the_employer_and_a_witness_say_of_it(world):
    evidence_id = make_evidence(world)
    confirm(
        world.line_manager,
        evidence_id,
        version_number=1,
        text=CONFIRMS,
        is_declared=True,
        proof=proved(TUESDAY),
        at=TUESDAY,
    )
    assert len(asked()) == 1
    do_all()

    ask(world, evidence_id)
    confirm_by_link(follower())

    assert len(asked()) == 1


def test_a_decision_that_was_refused_has_nothing_drawn(world):
    evidence_id = make_evidence(world)
    decide(world, evidence_id, met("K1"))
    do_all()

    with pytest.raises(Conflict):
        decide(world, evidence_id, met("K1"))

    assert asked() == []


def test_saving_a_decision_asks_the_database_little_more(world, count_statements):
    evidence_id = make_evidence(world)

    with count_statements() as statements:
        decide(world, evidence_id, met("K1"))

    # PostgreSQL has them take turns first.
    assert 2 <= sum("job" in text or "advisory" in text for text in statements) <= 3


def test_it_can_be_turned_off(settings, catalogue):
    with running(create_app(replace(settings, draw_ahead=False), catalogue=catalogue)):
        world = make_world()
        decide(world, make_evidence(world), met("K1"))

        assert asked() == []
        assert not queries.is_any_free(MONDAY.replace(year=2027))
