"""Second factors as a provider's matter: roles that need one, and taking a lost one away."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from kbstrack.access import OPERATOR, Role
from kbstrack.config import Settings
from kbstrack.db import db
from kbstrack.errors import NotFound, RuleBroken
from kbstrack.people import factor_queries, factors, recovery, requiring
from kbstrack.people import service as people
from kbstrack.people.factor_models import FactorReset
from kbstrack.people.proofs import Proof, ProofMethod
from tests.builders import MONDAY, TUESDAY, World, make_member, make_world
from tests.web.factoring import ORIGIN, Device, give_app, give_passkey

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


def test_the_last_one_stays_as_long_as_a_role_needs_it(world, device, assessor_id):
    requiring.require_second_step(
        world.administrator, world.provider_id, roles=[Role.ASSESSOR], at=MONDAY
    )
    first = factor_queries.factors_of(assessor_id)[0]

    with pytest.raises(RuleBroken, match="your only one"):
        factors.remove_factor(world.assessor, first.id, proof=FRESH, at=TUESDAY)

    give_app(assessor_id)
    factors.remove_factor(world.assessor, first.id, proof=FRESH, at=TUESDAY)
    assert factor_queries.methods_of(assessor_id) == {ProofMethod.TOTP}


def test_a_rule_holds_for_its_role_at_its_provider_from_then_on(world):
    elsewhere = make_world(mark="b", ukprn="10000002")
    requiring.require_second_step(
        world.administrator, world.provider_id, roles=[Role.ASSESSOR], at=MONDAY
    )
    lacking = {
        name: factor_queries.lacks_required(who)
        for name, who in {
            "assessor": world.assessor,
            "apprentice": world.apprentice,
            "elsewhere": elsewhere.assessor,
            "operator": OPERATOR,
        }.items()
    }
    assert lacking == {
        "assessor": True, "apprentice": False, "elsewhere": False, "operator": False,
    }  # fmt: skip

    give_app(world.assessor.person_id)
    assert not factor_queries.lacks_required(world.assessor)

    requiring.require_second_step(world.administrator, world.provider_id, roles=[], at=TUESDAY)
    assert requiring.see_required_roles(world.administrator, world.provider_id) == frozenset()


def test_the_administrator_takes_a_lost_one_away_with_a_reason_and_it_is_told(
    world, device, assessor_id, mailbox
):
    member = world.people["assessor"]

    requiring.reset_factors(
        world.administrator, member.id, reason="Lost her phone, I rang her.", at=TUESDAY
    )

    assert not factor_queries.methods_of(assessor_id)
    assert recovery.codes_left(assessor_id) == 0
    reset = db.session.scalars(select(FactorReset)).one()
    assert (reset.person_id, reset.reset_by) == (assessor_id, world.administrator.person_id)
    letter = [message for message in mailbox() if message.recipient == member.email][-1]
    assert "Lost her phone, I rang her." in letter.body


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_a_reset_needs_a_reason(world, device, assessor_id, reason):
    with pytest.raises(RuleBroken, match="Say why"):
        requiring.reset_factors(
            world.administrator, world.people["assessor"].id, reason=reason, at=TUESDAY
        )

    assert factor_queries.methods_of(assessor_id)


def test_only_the_operator_resets_somebody_who_belongs_elsewhere_too(world, device, assessor_id):
    elsewhere = make_world(mark="b", ukprn="10000002")
    people.invite_person(
        OPERATOR,
        elsewhere.provider_id,
        name="Assessor here too",
        email="assessor@a.example",
        roles={Role.ASSESSOR: None},
        at=MONDAY,
    )
    member_id = world.people["assessor"].id

    with pytest.raises(RuleBroken, match="whoever runs kbstrack"):
        requiring.reset_factors(world.administrator, member_id, reason="Lost", at=TUESDAY)
    assert factor_queries.methods_of(assessor_id)
    requiring.reset_factors(OPERATOR, member_id, reason="Lost", at=TUESDAY)

    assert not factor_queries.methods_of(assessor_id)


def test_administrators_do_not_reset_themselves_or_people_elsewhere(world):
    elsewhere = make_world(mark="b", ukprn="10000002")

    with pytest.raises(RuleBroken, match="your account page"):
        requiring.reset_factors(
            world.administrator, world.people["administrator"].id, reason="Lost", at=TUESDAY
        )
    with pytest.raises(NotFound):
        requiring.reset_factors(
            world.administrator, elsewhere.people["assessor"].id, reason="Lost", at=TUESDAY
        )


def test_with_nothing_set_up_there_is_nothing_to_reset(world):
    other = make_member(world.provider_id, "new", Role.ASSESSOR)

    with pytest.raises(RuleBroken, match="nothing to remove"):
        requiring.reset_factors(world.administrator, other.id, reason="Lost", at=TUESDAY)
