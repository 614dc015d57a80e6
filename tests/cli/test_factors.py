"""`kbstrack people reset-second-factor`: for whoever lost phone and recovery codes."""

from __future__ import annotations

from kbstrack.db import db
from kbstrack.people import factor_queries
from tests.web.factoring import give_app


def reset(run_people, *more, **given):
    return run_people(
        "reset-second-factor", "assessor@a.example", "--reason", "Lost her phone", *more, **given
    )


def test_the_second_step_is_removed_and_the_person_written_to(run_people, world, mailbox):
    person_id = world.people["assessor"].person_id
    give_app(person_id)

    said = reset(run_people)

    assert "Assessor A signs in with the password alone now" in said
    db.session.rollback()
    assert not factor_queries.methods_of(person_id)
    assert any("Lost her phone" in message.body for message in mailbox())


def test_without_a_second_step_there_is_nothing_to_remove(run_people, world):
    assert "nothing to remove" in reset(run_people, exit_code=1)


def test_a_reason_is_needed(run_people, world):
    give_app(world.people["assessor"].person_id)

    said = run_people("reset-second-factor", "assessor@a.example", "--reason", " ", exit_code=1)

    assert "Say why" in said
    assert factor_queries.methods_of(world.people["assessor"].person_id)
