"""Taking a decision back: by its assessor, with a reason, and decided again in a new round."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import func, select

from kbstrack.assessment import decision_queries, queries, service, standing
from kbstrack.assessment.decision_queries import DecisionRow
from kbstrack.assessment.models import DecisionReopening
from kbstrack.assessment.redeciding import reopen_decision
from kbstrack.db import db
from kbstrack.errors import Conflict, NotAllowed, NotFound, RuleBroken
from kbstrack.evidence import queries as evidence_queries
from kbstrack.evidence import service as evidence
from kbstrack.evidence.rules import EvidenceState
from kbstrack.ledger import queries as ledger
from kbstrack.ledger.rules import What, chain_flaws
from kbstrack.people import enrolling
from tests.builders import (
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
    submit,
    text,
)


def decision_on(evidence_id: uuid.UUID, code: str = "K1", *, version: int = 1) -> DecisionRow:
    """The decision on a claim that was made last."""
    found = decision_queries.decisions_of(evidence_queries.evidence(evidence_id))
    return found[version][code]


def take_back(
    world: World,
    evidence_id: uuid.UUID,
    code: str = "K1",
    *,
    by: str = "assessor",
    reason: str = "I had overlooked the date.",
    version: int = 1,
    key: uuid.UUID | None = None,
) -> None:
    """Take a decision back on Wednesday."""
    decision_id = decision_on(evidence_id, code, version=version).id
    reopen_decision(world.actor(by), decision_id, reason=reason, at=WEDNESDAY, key=key)


def state_of(evidence_id: uuid.UUID) -> EvidenceState:
    """How far the piece has come."""
    return queries.state_of(evidence_queries.evidence(evidence_id))


def waiting(world: World) -> list[tuple[str, ...]]:
    """What of each piece waits for a decision."""
    return [row.codes for row in queries.queue([world.enrolment_id])]


def count() -> int:
    """How many decisions were taken back."""
    return db.session.scalar(select(func.count()).select_from(DecisionReopening)) or 0


@pytest.fixture
def accepted(world: World) -> uuid.UUID:
    """A piece whose claims K1 and S1 are met."""
    item = make_evidence(world, claims=["K1", "S1"])
    decide(world, item, met("K1"), met("S1"))
    return item


def test_a_claim_whose_decision_is_taken_back_waits_again_alone(
    world: World, accepted: uuid.UUID
) -> None:
    take_back(world, accepted)

    assert state_of(accepted) is EvidenceState.SUBMITTED
    assert waiting(world) == [("K1",)]
    found = standing.standings(queries.claim_rows(world.enrolment_id))
    assert [(item.is_waiting, item.is_met) for item in found["K1"]] == [(True, None)]
    assert [(item.is_waiting, item.is_met) for item in found["S1"]] == [(False, True)]


def test_the_decision_stays_with_who_took_it_back_and_why(
    world: World, accepted: uuid.UUID
) -> None:
    take_back(world, accepted)

    row = decision_on(accepted)
    assert (row.is_met, row.stands, row.counts) == (True, False, False)
    assert (row.reopened_by, row.reopened_at, row.reopening_role) == (
        "Assessor A",
        WEDNESDAY,
        "assessor",
    )
    assert row.reopening_reason == "I had overlooked the date."


def test_it_is_entered_into_the_ledger(world: World, accepted: uuid.UUID) -> None:
    take_back(world, accepted)

    entries = ledger.entries(world.enrolment_id)
    assert (entries[-1].what, entries[-1].subject_id, entries[-1].role) == (
        What.DECISION_REOPENING,
        decision_on(accepted).id,
        "assessor",
    )
    assert "overlooked" not in entries[-1].facts
    assert chain_flaws(entries) == []


def test_the_claim_is_decided_again_in_a_second_round(world: World, accepted: uuid.UUID) -> None:
    take_back(world, accepted)

    decide(world, accepted, not_yet_met("K1"), at=THURSDAY)

    assert (decision_on(accepted).round, decision_on(accepted, "S1").round) == (2, 1)
    assert state_of(accepted) is EvidenceState.ACTION_REQUIRED
    assert waiting(world) == []


def test_only_what_is_open_is_asked_in_the_second_round(world: World, accepted: uuid.UUID) -> None:
    take_back(world, accepted)

    with pytest.raises(RuleBroken, match="every claim"):
        decide(world, accepted, met("K1"), met("S1"), at=THURSDAY)


def test_what_was_decided_again_can_be_taken_back_again(world: World, accepted: uuid.UUID) -> None:
    take_back(world, accepted)
    decide(world, accepted, met("K1"), at=THURSDAY)

    take_back(world, accepted)
    decide(world, accepted, met("K1"), at=FRIDAY)

    assert decision_on(accepted).round == 3
    assert state_of(accepted) is EvidenceState.ACCEPTED
    assert chain_flaws(ledger.entries(world.enrolment_id)) == []


def test_an_answer_from_before_it_was_taken_back_is_refused(
    world: World, accepted: uuid.UUID
) -> None:
    take_back(world, accepted)

    with pytest.raises(Conflict, match="decided meanwhile"):
        service.decide(
            world.assessor,
            accepted,
            version_number=1,
            turn=0,
            decisions=[met("K1")],
            at=THURSDAY,
        )


def test_it_is_taken_back_once(world: World, accepted: uuid.UUID) -> None:
    take_back(world, accepted)

    with pytest.raises(Conflict, match="taken back meanwhile"):
        take_back(world, accepted)
    assert count() == 1


def test_the_same_form_sent_twice_takes_it_back_once(world: World, accepted: uuid.UUID) -> None:
    key = uuid.uuid4()

    take_back(world, accepted, key=key)
    take_back(world, accepted, key=key)

    assert count() == 1


def test_a_reason_is_needed(world: World, accepted: uuid.UUID) -> None:
    with pytest.raises(RuleBroken, match="Say why") as refused:
        take_back(world, accepted, reason=" \n ")

    assert refused.value.field == "reason"


@pytest.mark.parametrize(
    ("by", "error"),
    [
        ("apprentice", NotAllowed),
        ("line_manager", NotAllowed),
        ("administrator", NotAllowed),
        ("other_assessor", NotFound),
    ],
)
def test_nobody_but_the_assessor_takes_it_back(
    world: World, accepted: uuid.UUID, by: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        take_back(world, accepted, by=by)
    assert count() == 0


def test_another_provider_does_not_learn_that_it_exists(accepted: uuid.UUID) -> None:
    other = make_world(ukprn="10000002", uln="9000000024", mark="b")

    with pytest.raises(NotFound):
        take_back(other, accepted)
    with pytest.raises(NotFound):
        reopen_decision(other.assessor, uuid.uuid4(), reason="Why", at=WEDNESDAY)


def test_a_later_version_is_decided_on_instead(world: World, accepted: uuid.UUID) -> None:
    evidence.save_draft(
        world.apprentice, accepted, text=text(claims=["K1"]), revision=0, at=WEDNESDAY
    )
    submit(world, accepted, at=WEDNESDAY)

    with pytest.raises(Conflict, match="later version"):
        take_back(world, accepted)


def test_once_the_later_version_was_withdrawn_the_former_can_be_decided_again(
    world: World, accepted: uuid.UUID
) -> None:
    evidence.save_draft(
        world.apprentice, accepted, text=text(claims=["K1"]), revision=0, at=WEDNESDAY
    )
    submit(world, accepted, at=WEDNESDAY)
    service.withdraw_evidence(world.apprentice, accepted, version_number=2, reason="", at=WEDNESDAY)
    assert state_of(accepted) is EvidenceState.ACCEPTED

    take_back(world, accepted)

    assert waiting(world) == [("K1",)]
    service.decide(world.assessor, accepted, version_number=1, decisions=[met("K1")], at=THURSDAY)
    assert state_of(accepted) is EvidenceState.ACCEPTED


def test_what_is_being_decided_again_can_not_be_withdrawn(
    world: World, accepted: uuid.UUID
) -> None:
    take_back(world, accepted)

    with pytest.raises(Conflict, match="deciding on this piece again"):
        service.withdraw_evidence(
            world.apprentice, accepted, version_number=1, reason="", at=THURSDAY
        )


def test_nothing_is_taken_back_once_the_enrolment_has_ended(
    world: World, accepted: uuid.UUID
) -> None:
    enrolling.end_enrolment(
        world.administrator,
        world.enrolment_id,
        ended_on=WEDNESDAY.date(),
        reason="Moved away.",
        at=WEDNESDAY,
    )

    with pytest.raises(RuleBroken, match="has ended"):
        take_back(world, accepted)


def test_what_is_to_be_decided_again_waits_since_it_was_taken_back(
    world: World, accepted: uuid.UUID
) -> None:
    other = make_evidence(world, claims=["K2"], at=TUESDAY)
    take_back(world, accepted)

    rows = queries.queue([world.enrolment_id])

    assert [(row.evidence_id, row.waits_since, row.is_again) for row in rows] == [
        (other, TUESDAY, False),
        (accepted, WEDNESDAY, True),
    ]
