"""Signing KSBs off in the same answer as the decision: both, or neither."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import func, select

from kbstrack.assessment import decision_queries, queries, service, sign_off_queries
from kbstrack.assessment.models import Decision, SignOff
from kbstrack.assessment.signing import sign_off
from kbstrack.db import db
from kbstrack.errors import Conflict, NotAllowed, RuleBroken
from kbstrack.evidence import queries as evidence_queries
from kbstrack.evidence.rules import EvidenceState
from tests.builders import (
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    World,
    decide,
    make_evidence,
    met,
    not_yet_met,
    proved,
)


def state_of(evidence_id: uuid.UUID) -> EvidenceState:
    """How far the piece has come."""
    return queries.state_of(evidence_queries.evidence(evidence_id))


def rows_of(model: type) -> int:
    """How many rows a table has."""
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_decision_can_sign_ksbs_off_in_the_same_answer(world: World) -> None:
    item = make_evidence(world, claims=["K1", "K2"])

    decide(world, item, met("K1"), met("K2"), sign_offs={"K1": ""})

    (signed,) = sign_off_queries.sign_offs(world.enrolment_id)
    decision = decision_queries.decisions_of(evidence_queries.evidence(item))[1]["K1"]
    assert (signed.code, signed.round, signed.decision_ids) == ("K1", 1, (decision.id,))


def test_a_sign_off_that_fails_takes_the_decisions_with_it(world: World) -> None:
    item = make_evidence(world, claims=["K1", "S1", "B1"])
    failing = [
        ({"K1": ""}, False, RuleBroken, "is_declared"),
        # S1 needs two pieces, this is the first: K1, signed just before it, must go too.
        ({"K1": "", "S1": ""}, True, RuleBroken, "S1-reason"),
        # B1 is the employer's to sign off.
        ({"K1": "", "B1": ""}, True, NotAllowed, None),
        ({"K2": ""}, True, RuleBroken, None),
    ]

    for sign_offs, is_declared, error, field in failing:
        with pytest.raises(error) as refusal:
            service.decide(
                world.assessor,
                item,
                version_number=1,
                decisions=[met("K1"), met("S1"), met("B1")],
                sign_offs=sign_offs,
                is_declared=is_declared,
                proof=proved(TUESDAY),
                at=TUESDAY,
            )
        assert getattr(refusal.value, "field", None) == field
        assert state_of(item) is EvidenceState.SUBMITTED
        assert (rows_of(Decision), rows_of(SignOff)) == (0, 0)


def test_a_ksb_signed_off_meanwhile_takes_the_decisions_with_it(world: World) -> None:
    decide(world, make_evidence(world), met("K1"))
    item = make_evidence(world)
    sign_off(
        world.assessor,
        world.enrolment_id,
        "K1",
        reason="",
        is_declared=True,
        proof=proved(WEDNESDAY),
        at=WEDNESDAY,
    )

    with pytest.raises(Conflict, match="signed off meanwhile"):
        decide(world, item, met("K1"), sign_offs={"K1": ""}, at=THURSDAY)

    assert state_of(item) is EvidenceState.SUBMITTED


def test_not_yet_met_cannot_sign_off_in_the_same_answer(world: World) -> None:
    decide(world, make_evidence(world), met("K1"))
    item = make_evidence(world)

    with pytest.raises(RuleBroken, match="not yet met") as refusal:
        decide(world, item, not_yet_met("K1"), sign_offs={"K1": ""})

    assert refusal.value.field == "sign_off"
    assert state_of(item) is EvidenceState.SUBMITTED
