"""Passkeys below the pages: whose they are, and every answer that is not taken."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import timedelta

import pytest

from kbstrack.config import Settings
from kbstrack.db import db
from kbstrack.errors import RuleBroken
from kbstrack.people import factors, second_step
from kbstrack.people.proofs import Proof, ProofMethod
from tests.builders import TUESDAY, World, make_world
from tests.web.factoring import ORIGIN, PRESENT, Device, give_passkey

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


def use(device, person_id=None, *, challenge=None):
    challenge = challenge or os.urandom(32)
    answer = device.get(challenge)
    return second_step.use_passkey(answer, challenge=challenge, at=TUESDAY, person_id=person_id)


def test_a_passkey_says_whose_it_is(device, assessor_id):
    assert use(device).id == assessor_id
    assert use(device, assessor_id).id == assessor_id


def test_an_answer_to_another_challenge_is_refused(device):
    answer = device.get(os.urandom(32))

    for challenge in (os.urandom(32), b"", None):
        with pytest.raises(RuleBroken):
            second_step.use_passkey(answer, challenge=challenge, at=TUESDAY)


def test_the_passkey_of_somebody_else_is_refused(device, world):
    with pytest.raises(RuleBroken):
        use(device, world.people["apprentice"].person_id)


def test_a_device_that_names_another_person_is_refused(device, world):
    device.handle = world.people["apprentice"].person_id.bytes

    with pytest.raises(RuleBroken):
        use(device)


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://portfolio.example"},
        {"host": "evil.example"},
        {"flags": PRESENT},
        {"flags": 0},
        {"key": Device().key},
        {"credential_id": b"unknown"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_answer_from_elsewhere_or_without_a_check_of_the_person_is_refused(device, change):
    with pytest.raises(RuleBroken, match="did not work"):
        use(replace(device, **change))


def test_a_sign_count_that_does_not_go_on_is_refused(device):
    use(device)
    device.count -= 1

    with pytest.raises(RuleBroken):
        use(device)


def test_a_passkey_that_counts_nothing_goes_on_working(assessor_id):
    device = Device(count=0)
    give_passkey(assessor_id, device)

    for _ in range(2):
        device.count = -1
        assert use(device).id == assessor_id


def test_a_person_who_may_not_sign_in_has_no_passkey_either(device, assessor_id):
    from kbstrack.people.models import Person

    db.session.get_one(Person, assessor_id).active = False
    db.session.commit()

    with pytest.raises(RuleBroken):
        use(device)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "null",
        "[]",
        "{}",
        "{" * 500,
        "[" * 10_000,
        "x" * 30_000,
        '{"id": 1}',
        json.dumps({"id": "é", "rawId": "é", "type": "public-key", "response": {}}),
        json.dumps(
            {
                "id": "AA",
                "rawId": "AA",
                "type": "public-key",
                "response": {
                    "clientDataJSON": "AA",
                    "authenticatorData": "AA",
                    "signature": "AA",
                    "attestationObject": "o2NmbXQ",
                    "userHandle": "é",
                },
            }
        ),
    ],
)
def test_garbage_is_refused_with_a_sentence(world, device, answer):
    with pytest.raises(RuleBroken, match="did not work"):
        second_step.use_passkey(answer, challenge=b"x" * 32, at=TUESDAY)
    with pytest.raises(RuleBroken, match="did not work"):
        factors.add_passkey(
            world.assessor, name="", answer=answer, challenge=b"x" * 32, proof=FRESH, at=TUESDAY
        )


def test_one_passkey_is_set_up_once(assessor_id, device):
    with pytest.raises(RuleBroken, match="set up already"):
        give_passkey(assessor_id, device, name="Again")
