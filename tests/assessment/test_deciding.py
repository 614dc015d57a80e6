"""Deciding on a piece of evidence: all claims at once, once, by its assessor."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from sqlalchemy import func, select

from kbstrack.access import OPERATOR
from kbstrack.assessment import decision_queries, queries, service
from kbstrack.assessment.models import ActionPoint, Decision, SignOff
from kbstrack.assessment.rules import DecisionText, Outcome
from kbstrack.db import db
from kbstrack.errors import Conflict, NotAllowed, NotFound, RuleBroken
from kbstrack.evidence import queries as evidence_queries
from kbstrack.evidence import service as evidence
from kbstrack.evidence.rules import EvidenceState
from kbstrack.people import enrolling, replacing
from tests.builders import (
    DUE,
    FRIDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    World,
    decide,
    make_evidence,
    make_world,
    met,
    not_yet_met,
    proved,
    submit,
    text,
)


def state_of(evidence_id: uuid.UUID) -> EvidenceState:
    """How far the piece has come."""
    return queries.state_of(evidence_queries.evidence(evidence_id))


def rows_of(model: type) -> int:
    """How many rows a table has."""
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def hand_in_again(world: World, evidence_id: uuid.UUID, claims: tuple[str, ...] = ("K1",)) -> None:
    """The apprentice changes the piece and submits the next version."""
    evidence.save_draft(
        world.apprentice,
        evidence_id,
        text=text(claims=claims, description="Now with my notes."),
        revision=0,
        at=WEDNESDAY,
    )
    submit(world, evidence_id, at=WEDNESDAY)


def test_a_piece_whose_claims_are_all_met_is_accepted(world: World) -> None:
    item = make_evidence(world, claims=["K1", "S2"])

    decide(world, item, met("K1"), met("S2"))

    assert state_of(item) is EvidenceState.ACCEPTED


def test_one_claim_not_yet_met_asks_for_action(world: World) -> None:
    item = make_evidence(world, claims=["K1", "S2"])

    decide(world, item, met("K1"), not_yet_met("S2"))

    assert state_of(item) is EvidenceState.ACTION_REQUIRED


def test_a_decision_keeps_what_was_said_and_what_it_is_bound_to(world: World) -> None:
    item = make_evidence(world, claims=["K1", "S2"])

    decide(world, item, met("K1"), not_yet_met("S2", "Say how.", action="Add notes."))

    piece = evidence_queries.evidence(item)
    found = decision_queries.decisions_of(piece)[1]
    assert [found["S2"].outcome, found["S2"].feedback] == [Outcome.NOT_YET_MET, "Say how."]
    assert [(action.text, action.due_on) for action in found["S2"].actions] == [("Add notes.", DUE)]
    assert (found["S2"].is_valid, found["S2"].is_sufficient) == (True, False)
    assert (found["K1"].assessor, found["K1"].decided_at) == ("Assessor A", TUESDAY)
    row = db.session.get_one(Decision, found["K1"].id)
    assert piece.latest is not None
    assert row.version_sha256 == piece.latest.sha256
    assert row.statement_hash


def test_the_answer_names_the_new_state(world: World) -> None:
    item = make_evidence(world)

    state = service.decide(
        world.assessor, item, version_number=1, decisions=[met("K1")], at=TUESDAY
    )

    assert state is EvidenceState.ACCEPTED


def test_an_incomplete_answer_saves_nothing(world: World) -> None:
    item = make_evidence(world, claims=["K1", "K2"])
    answers = [
        [met("K1")],
        [met("K1"), met("K2"), met("K2")],
        [met("K1"), met("K2"), met("S2")],
        [met("K1"), DecisionText("K2", Outcome.NOT_YET_MET)],
        [met("K1"), DecisionText("K2", Outcome.MET)],
    ]

    for decisions in answers:
        with pytest.raises(RuleBroken):
            decide(world, item, *decisions)

    assert state_of(item) is EvidenceState.SUBMITTED
    assert rows_of(Decision) == 0


def test_an_assessor_cannot_decide_twice(world: World) -> None:
    item = make_evidence(world)
    decide(world, item, met("K1", "The first."))

    with pytest.raises(Conflict, match="decided meanwhile"):
        decide(world, item, not_yet_met("K1"), at=WEDNESDAY)

    assert (
        decision_queries.decisions_of(evidence_queries.evidence(item))[1]["K1"].feedback
        == "The first."
    )
    assert rows_of(ActionPoint) == 0


def test_nobody_but_the_assessor_decides(world: World) -> None:
    item = make_evidence(world)
    errors = {
        "apprentice": NotAllowed,
        "administrator": NotAllowed,
        "line_manager": NotAllowed,
        "other_assessor": NotFound,
        "other_manager": NotFound,
    }

    for name, error in errors.items():
        with pytest.raises(error):
            decide(world, item, met("K1"), by=world.actor(name))

    assert state_of(item) is EvidenceState.SUBMITTED


def test_the_command_line_decides_nothing(world: World) -> None:
    item = make_evidence(world)

    with pytest.raises(NotAllowed):
        decide(world, item, met("K1"), by=OPERATOR)


def test_an_assessor_of_another_provider_finds_nothing(world: World) -> None:
    item = make_evidence(world)
    elsewhere = make_world(mark="b", ukprn="10000002", uln="9000000024")

    with pytest.raises(NotFound):
        decide(world, item, met("K1"), by=elsewhere.assessor)


def test_a_former_assessor_finds_nothing_and_the_new_one_decides(world: World) -> None:
    item = make_evidence(world)
    former = world.assessor
    replacing.replace_assessor(
        world.administrator,
        world.enrolment_id,
        assessor_id=world.people["other_assessor"].person_id,
        from_on=date(2026, 3, 2),
        at=TUESDAY,
    )

    with pytest.raises(NotFound):
        decide(world, item, met("K1"), by=former)
    decide(world, item, met("K1"), by=world.other_assessor)

    assert state_of(item) is EvidenceState.ACCEPTED


def test_a_piece_withdrawn_meanwhile_cannot_be_decided_on(world: World) -> None:
    item = make_evidence(world)
    service.withdraw_evidence(world.apprentice, item, version_number=1, reason="", at=TUESDAY)

    with pytest.raises(Conflict, match="withdrew"):
        decide(world, item, met("K1"))

    assert rows_of(Decision) == 0


def test_a_version_that_is_not_the_latest_cannot_be_decided_on(world: World) -> None:
    item = make_evidence(world)
    service.withdraw_evidence(world.apprentice, item, version_number=1, reason="", at=TUESDAY)
    hand_in_again(world, item)

    with pytest.raises(Conflict, match="version 2"):
        service.decide(world.assessor, item, version_number=1, decisions=[met("K1")], at=THURSDAY)

    assert state_of(item) is EvidenceState.SUBMITTED


def test_the_next_version_gets_decisions_of_its_own(world: World) -> None:
    item = make_evidence(world)
    decide(world, item, not_yet_met("K1", "Say how."))
    hand_in_again(world, item)

    decide(world, item, met("K1", "Now it does."), at=FRIDAY)

    found = decision_queries.decisions_of(evidence_queries.evidence(item))
    assert [found[1]["K1"].feedback, found[2]["K1"].feedback] == ["Say how.", "Now it does."]
    assert state_of(item) is EvidenceState.ACCEPTED


def test_a_draft_that_was_never_submitted_is_not_there_for_the_assessor(world: World) -> None:
    draft = evidence.start_evidence(world.apprentice, world.enrolment_id, text=text(), at=TUESDAY)

    with pytest.raises(NotFound):
        service.decide(world.assessor, draft, version_number=1, decisions=[met("K1")], at=TUESDAY)


def test_nothing_is_decided_once_the_enrolment_has_ended(world: World) -> None:
    item = make_evidence(world)
    enrolling.end_enrolment(
        world.administrator,
        world.enrolment_id,
        ended_on=date(2026, 3, 3),
        reason="Changed employer.",
        at=TUESDAY,
    )

    with pytest.raises(RuleBroken, match="ended"):
        decide(world, item, met("K1"), at=WEDNESDAY)


def test_the_same_form_sent_twice_decides_once_and_answers_the_same(world: World) -> None:
    item, key = make_evidence(world), uuid.uuid4()

    answers = [
        service.decide(
            world.assessor,
            item,
            version_number=1,
            decisions=[met("K1")],
            sign_offs={"K1": ""},
            is_declared=True,
            proof=proved(at),
            at=at,
            key=key,
        )
        for at in (TUESDAY, WEDNESDAY)
    ]

    assert answers == [EvidenceState.ACCEPTED] * 2
    assert (rows_of(Decision), rows_of(SignOff)) == (1, 1)


def test_a_key_counts_for_its_own_person_only(world: World) -> None:
    """Somebody who learns another person's key gets nothing with it."""
    item, key = make_evidence(world), uuid.uuid4()
    service.decide(
        world.assessor, item, version_number=1, decisions=[met("K1")], at=TUESDAY, key=key
    )

    with pytest.raises(NotAllowed):
        service.decide(
            world.administrator, item, version_number=1, decisions=[met("K1")], at=TUESDAY, key=key
        )
