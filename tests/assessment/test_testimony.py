"""What witnesses say they saw is never the only basis of a met, whatever becomes of the piece."""

from __future__ import annotations

import uuid

import pytest

from kbstrack.assessment import service as assessment
from kbstrack.assessment.reviewing import see_review
from kbstrack.errors import RuleBroken
from kbstrack.evidence import queries as evidence_queries
from kbstrack.evidence import service as evidence
from kbstrack.evidence.rules import EvidenceKind
from tests.assessment.changing import sign
from tests.builders import (
    MONDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    World,
    decide,
    make_evidence,
    met,
    submit,
    text,
)

REFUSED = "A witness statement is never the only basis of a met"


def make_testimony(world: World, code: str = "K1") -> uuid.UUID:
    """A submitted piece in which a witness says what they saw."""
    evidence_id = evidence.start_evidence(
        world.apprentice,
        world.enrolment_id,
        text=text("What Grace saw", kind=EvidenceKind.WITNESS_TESTIMONY, claims=[code]),
        files=(),
        at=MONDAY,
    )
    submit(world, evidence_id)
    return evidence_id


def hand_in_as(world: World, evidence_id: uuid.UUID, kind: EvidenceKind) -> None:
    """The apprentice submits the next version of a piece, as a piece of this kind."""
    evidence.save_draft(
        world.apprentice,
        evidence_id,
        text=text("Another title", kind=kind),
        revision=0,
        at=WEDNESDAY,
    )
    submit(world, evidence_id, at=WEDNESDAY)


def test_testimony_alone_is_refused_whatever_the_reason(world: World):
    decide(world, make_testimony(world), met("K1"))

    with pytest.raises(RuleBroken, match=REFUSED):
        sign(world)


def test_decided_and_signed_off_in_one_it_is_refused_too(world: World):
    piece = make_testimony(world)

    with pytest.raises(RuleBroken, match=REFUSED):
        decide(world, piece, met("K1"), sign_offs={"K1": "It is enough."})


def test_testimony_alone_is_no_offer_to_sign_off(world: World):
    assert dict(see_review(world.assessor, make_testimony(world)).offers) == {}


def test_the_line_manager_who_sees_it_at_work_may_have_testimony_alone(world: World):
    decide(world, make_testimony(world, "B1"), met("B1"))

    sign(world, "B1", by="line_manager")


def test_a_later_version_of_another_kind_that_waits_makes_it_no_other_basis(world: World):
    piece = make_testimony(world)
    decide(world, piece, met("K1"))
    hand_in_as(world, piece, EvidenceKind.WORK_PRODUCT)

    with pytest.raises(RuleBroken, match=REFUSED):
        sign(world)

    decide(world, piece, met("K1"), at=THURSDAY)
    sign(world, at=THURSDAY)


def test_testimony_that_waits_in_a_later_version_takes_nothing_from_what_was_met(world: World):
    piece = make_evidence(world)
    decide(world, piece, met("K1"), at=TUESDAY)
    hand_in_as(world, piece, EvidenceKind.WITNESS_TESTIMONY)

    sign(world)


def test_withdrawing_the_later_version_changes_nothing(world: World):
    piece = make_testimony(world)
    decide(world, piece, met("K1"))
    hand_in_as(world, piece, EvidenceKind.WORK_PRODUCT)
    latest = evidence_queries.evidence(piece).versions[-1].number
    assessment.withdraw_evidence(
        world.apprentice, piece, version_number=latest, reason="", at=WEDNESDAY
    )

    with pytest.raises(RuleBroken, match=REFUSED):
        sign(world)
