"""Second factors below the pages: what counts, and what counts only once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from kbstrack.config import Settings
from kbstrack.db import db
from kbstrack.errors import NotFound, RuleBroken
from kbstrack.people import factor_queries, factors, recovery, second_step
from kbstrack.people.factor_models import RecoveryCode, Totp
from kbstrack.people.proofs import Proof, ProofMethod
from tests.builders import MONDAY, TUESDAY, World, make_world
from tests.web.factoring import ORIGIN, Device, code_of, give_app, give_passkey

FRESH = Proof(ProofMethod.PASSWORD, TUESDAY)
HALF_A_MINUTE = timedelta(seconds=30)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, public_url=ORIGIN)


@pytest.fixture
def world(app) -> World:
    return make_world()


@pytest.fixture
def assessor_id(world):
    return world.people["assessor"].person_id


@pytest.fixture
def device(assessor_id):
    device = Device()
    give_passkey(assessor_id, device)
    return device


def subjects(mailbox, email="assessor@a.example"):
    db.session.rollback()
    return [message.subject for message in mailbox() if message.recipient == email]


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_code_counts_half_a_minute_early_and_late(assessor_id, steps):
    secret, _ = give_app(assessor_id)

    code = code_of(secret, TUESDAY + steps * HALF_A_MINUTE)

    assert second_step.use_code(assessor_id, code, at=TUESDAY) is ProofMethod.TOTP


@pytest.mark.parametrize("steps", [-2, 2])
def test_a_code_from_further_away_does_not_count(assessor_id, steps):
    secret, _ = give_app(assessor_id)

    code = code_of(secret, TUESDAY + steps * HALF_A_MINUTE)

    assert second_step.use_code(assessor_id, code, at=TUESDAY) is None


def test_no_code_is_taken_twice_nor_one_from_before_it(assessor_id):
    secret, _ = give_app(assessor_id)
    code, earlier = code_of(secret, TUESDAY), code_of(secret, TUESDAY - HALF_A_MINUTE)

    assert second_step.use_code(assessor_id, code, at=TUESDAY) is ProofMethod.TOTP

    assert second_step.use_code(assessor_id, code, at=TUESDAY) is None
    assert second_step.use_code(assessor_id, earlier, at=TUESDAY) is None
    later = TUESDAY + HALF_A_MINUTE
    assert second_step.use_code(assessor_id, code_of(secret, later), at=later)


def test_the_code_that_set_up_the_app_does_not_sign_in(assessor_id):
    secret, _ = give_app(assessor_id)

    assert second_step.use_code(assessor_id, code_of(secret, MONDAY), at=MONDAY) is None


def test_the_app_of_somebody_else_makes_no_codes_for_this_one(world, assessor_id):
    give_app(assessor_id)
    others, _ = give_app(world.people["apprentice"].person_id)

    assert second_step.use_code(assessor_id, code_of(others, TUESDAY), at=TUESDAY) is None


def test_the_secret_lies_encrypted_and_bound_to_its_person(world, assessor_id):
    secret, _ = give_app(assessor_id)
    row = db.session.scalars(select(Totp)).one()
    assert secret.encode() not in row.sealed_secret

    row.person_id = world.people["apprentice"].person_id
    db.session.commit()

    moved = second_step.use_code(row.person_id, code_of(secret, TUESDAY), at=TUESDAY)
    assert moved is None


def test_ten_recovery_codes_come_with_the_first_factor_and_each_works_once(assessor_id, mailbox):
    _, codes = give_app(assessor_id)
    assert len(set(codes)) == 10

    typed = f" {codes[3].upper().replace('-', ' ')} "
    assert second_step.use_code(assessor_id, typed, at=TUESDAY) is ProofMethod.RECOVERY_CODE

    assert second_step.use_code(assessor_id, codes[3], at=TUESDAY) is None
    assert recovery.codes_left(assessor_id) == 9
    assert "A recovery code of your kbstrack account was used" in subjects(mailbox)
    stored = set(db.session.scalars(select(RecoveryCode.code_hash)))
    assert not stored & set(codes)


def test_recovery_codes_of_others_and_earlier_ones_do_not_work(world, assessor_id, mailbox):
    _, old = give_app(assessor_id)
    _, others = give_app(world.people["apprentice"].person_id)

    new = factors.make_recovery_codes(world.assessor, proof=FRESH, at=TUESDAY)

    assert second_step.use_code(assessor_id, old[0], at=TUESDAY) is None
    assert second_step.use_code(assessor_id, others[0], at=TUESDAY) is None
    assert second_step.use_code(assessor_id, new[0], at=TUESDAY)
    assert "New recovery codes for your kbstrack account" in subjects(mailbox)


@pytest.mark.parametrize("proof", [None, Proof(ProofMethod.PASSWORD, MONDAY)])
def test_without_a_fresh_proof_nothing_changes(world, device, assessor_id, proof):
    factor = factor_queries.factors_of(assessor_id)[0]

    with pytest.raises(RuleBroken, match="Prove that it is you"):
        factors.remove_factor(world.assessor, factor.id, proof=proof, at=TUESDAY)
    with pytest.raises(RuleBroken, match="Prove that it is you"):
        factors.make_recovery_codes(world.assessor, proof=proof, at=TUESDAY)
    with pytest.raises(RuleBroken, match="Prove that it is you"):
        factors.add_totp(
            world.assessor, name="", secret="A" * 32, code="1", proof=proof, at=TUESDAY
        )

    assert len(factor_queries.factors_of(assessor_id)) == 1


def test_removing_is_told_and_the_last_one_takes_the_recovery_codes_along(
    world, device, assessor_id, mailbox
):
    factor = factor_queries.factors_of(assessor_id)[0]

    factors.remove_factor(world.assessor, factor.id, proof=FRESH, at=TUESDAY)

    assert not factor_queries.methods_of(assessor_id)
    assert recovery.codes_left(assessor_id) == 0
    assert "A second step was removed from your kbstrack account" in subjects(mailbox)


def test_nobody_removes_what_is_somebody_elses(world, device, assessor_id):
    factor = factor_queries.factors_of(assessor_id)[0]

    with pytest.raises(NotFound):
        factors.remove_factor(world.apprentice, factor.id, proof=FRESH, at=TUESDAY)


def test_two_factors_do_not_have_one_name(assessor_id, device):
    with pytest.raises(RuleBroken, match="this name already"):
        give_app(assessor_id, name="MY LAPTOP")
