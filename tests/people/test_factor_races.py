"""One code or one answer at several doors at the same moment: one of them opens."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from kbstrack.access import Role
from kbstrack.config import Settings
from kbstrack.errors import RuleBroken
from kbstrack.people import factor_queries, factors, requiring, second_step
from kbstrack.people.proofs import Proof, ProofMethod
from tests.builders import TUESDAY, World, make_world
from tests.people.test_races import race
from tests.web.factoring import ORIGIN, Device, code_of, give_app, give_passkey

FRESH = Proof(ProofMethod.PASSWORD, TUESDAY)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, public_url=ORIGIN)


@pytest.fixture
def world(app) -> World:
    return make_world()


@pytest.fixture
def person_id(world):
    return world.people["assessor"].person_id


def test_a_code_opens_one_door(app, person_id):
    secret, _ = give_app(person_id)
    code = code_of(secret, TUESDAY)

    opened = race(app, *[lambda: second_step.use_code(person_id, code, at=TUESDAY)] * 4)

    assert opened.count(ProofMethod.TOTP) == 1
    assert opened.count(None) == 3


def test_a_recovery_code_opens_one_door(app, person_id):
    _, codes = give_app(person_id)

    opened = race(app, *[lambda: second_step.use_code(person_id, codes[0], at=TUESDAY)] * 4)

    assert opened.count(ProofMethod.RECOVERY_CODE) == 1


def test_one_answer_of_a_passkey_that_counts_opens_one_door(app, person_id):
    device, challenge = Device(), os.urandom(32)
    give_passkey(person_id, device)
    answer = device.get(challenge)

    opened = race(
        app,
        *[lambda: second_step.use_passkey(answer, challenge=challenge, at=TUESDAY).id] * 4,
    )

    assert opened.count(person_id) == 1
    assert sum(isinstance(found, RuleBroken) for found in opened) == 3


def test_of_two_first_factors_at_once_one_brings_the_recovery_codes(app, world, person_id):
    secrets = {"One": "A" * 32, "Two": "B" * 32}

    def add(name: str) -> list[str]:
        return factors.add_totp(
            world.assessor,
            name=name,
            secret=secrets[name],
            code=code_of(secrets[name], TUESDAY),
            proof=FRESH,
            at=TUESDAY,
        )

    codes = race(app, lambda: add("One"), lambda: add("Two"))

    assert sorted(len(found) for found in codes) == [0, 10]
    assert len(factor_queries.factors_of(person_id)) == 2


def test_the_last_two_are_not_removed_at_once_while_a_role_needs_one(app, world, person_id):
    give_app(person_id, name="One")
    give_app(person_id, name="Two")
    requiring.require_second_step(
        world.administrator, world.provider_id, roles=[Role.ASSESSOR], at=TUESDAY
    )
    actor = world.assessor
    first, second = (row.id for row in factor_queries.factors_of(person_id))

    def remove(factor_id):
        return lambda: factors.remove_factor(actor, factor_id, proof=FRESH, at=TUESDAY)

    removed = race(app, remove(first), remove(second))

    assert sum(isinstance(found, RuleBroken) for found in removed) == 1
    assert len(factor_queries.factors_of(person_id)) == 1
