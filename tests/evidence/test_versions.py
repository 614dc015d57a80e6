"""Handing in: numbered versions that never change, and the way back before a decision."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from kbstrack.access import OPERATOR
from kbstrack.assessment import reading
from kbstrack.assessment import service as assessment
from kbstrack.db import db, transaction
from kbstrack.errors import Conflict, RuleBroken
from kbstrack.evidence import queries, service
from kbstrack.evidence.queries import VersionRow
from kbstrack.evidence.rules import AUTHENTICITY, ClaimText, EvidenceState, EvidenceText
from kbstrack.people import enrolling
from tests.builders import (
    MONDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    World,
    decide,
    make_draft,
    make_evidence,
    met,
    not_yet_met,
    submit,
    text,
)


def latest(evidence_id: uuid.UUID) -> VersionRow:
    found = queries.evidence(evidence_id).latest
    assert found is not None
    return found


def state(world: World, evidence_id: uuid.UUID) -> EvidenceState:
    return reading.see_evidence(world.apprentice, evidence_id).state


def withdraw(world: World, evidence_id: uuid.UUID, *, number: int = 1) -> None:
    assessment.withdraw_evidence(
        world.apprentice, evidence_id, version_number=number, reason="A page is missing", at=TUESDAY
    )


def test_the_number_comes_with_the_first_submission_and_stays(world: World):
    draft, first, second = make_draft(world), make_evidence(world), make_evidence(world)

    assert [queries.evidence(id_).number for id_ in (first, second, draft)] == [1, 2, None]

    submit(world, draft)
    withdraw(world, first)
    service.save_draft(world.apprentice, first, text=text(), revision=0, at=TUESDAY)
    submit(world, first, at=TUESDAY)

    assert [queries.evidence(id_).number for id_ in (first, second, draft)] == [1, 2, 3]


def test_a_version_holds_what_was_written_and_its_hash(world: World):
    evidence_id = make_evidence(world, claims=["S1", "K1"])

    piece, version = queries.evidence(evidence_id), latest(evidence_id)

    assert piece.draft is None
    assert version.number == 1
    assert version.text == text(claims=["K1", "S1"])
    assert version.submitted_by == world.apprentice.person_id
    assert version.submitted_at == MONDAY
    assert version.declaration == AUTHENTICITY
    assert len(version.sha256) == 64
    assert state(world, evidence_id) is EvidenceState.SUBMITTED


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (text(description=""), "description"),
        (text(claims=[]), "claims"),
        (text(kind=None), "kind"),
        (text(first_on=None), "first_on"),
        (
            EvidenceText(
                "T", text().kind, date(2026, 2, 1), None, "What I did", (ClaimText("K1"),)
            ),
            "claim-K1",
        ),
    ],
)
def test_what_is_missing_is_named_and_the_draft_stays(world: World, given, field):
    evidence_id = service.start_evidence(
        world.apprentice, world.enrolment_id, text=given, at=MONDAY
    )

    with pytest.raises(RuleBroken) as refused:
        submit(world, evidence_id)

    assert refused.value.field == field
    assert queries.evidence(evidence_id).draft is not None
    assert queries.evidence(evidence_id).versions == ()


def test_handing_in_needs_the_declaration(world: World):
    evidence_id = make_draft(world)

    with pytest.raises(RuleBroken, match="own work") as refused:
        assessment.submit_evidence(
            world.apprentice, evidence_id, revision=1, is_declared=False, at=MONDAY
        )

    assert refused.value.field == "is_declared"
    assert state(world, evidence_id) is EvidenceState.DRAFT


def test_what_is_handed_in_is_what_the_page_showed(world: World):
    evidence_id = make_draft(world)
    service.save_draft(world.apprentice, evidence_id, text=text("Newer"), revision=1, at=TUESDAY)

    with pytest.raises(Conflict):
        assessment.submit_evidence(
            world.apprentice, evidence_id, revision=1, is_declared=True, at=TUESDAY
        )

    assert queries.evidence(evidence_id).versions == ()


def test_the_same_submission_sent_twice_makes_one_version(world: World):
    evidence_id, key = make_draft(world), uuid.uuid4()

    numbers = [
        assessment.submit_evidence(
            world.apprentice, evidence_id, revision=1, is_declared=True, at=MONDAY, key=key
        )
        for _ in range(2)
    ]

    assert numbers == [1, 1]
    assert len(queries.evidence(evidence_id).versions) == 1


def test_what_came_back_is_changed_and_handed_in_as_the_next_version(world: World):
    evidence_id = make_evidence(world, claims=["K1", "S1"])
    decide(world, evidence_id, met("K1"), not_yet_met("S1"))
    assert state(world, evidence_id) is EvidenceState.ACTION_REQUIRED

    service.save_draft(
        world.apprentice,
        evidence_id,
        text=text("Second try", claims=["K1", "S1"]),
        revision=0,
        at=WEDNESDAY,
    )
    assert submit(world, evidence_id, at=THURSDAY) == 2

    first, second = queries.evidence(evidence_id).versions
    assert (first.number, second.number) == (1, 2)
    assert first.text == text(claims=["K1", "S1"])
    assert second.text.title == "Second try"
    assert first.sha256 != second.sha256
    assert set(reading.see_evidence(world.apprentice, evidence_id).decisions[1]) == {"K1", "S1"}
    assert state(world, evidence_id) is EvidenceState.SUBMITTED


def test_the_same_text_handed_in_again_has_another_hash(world: World):
    evidence_id = make_evidence(world)
    decide(world, evidence_id, not_yet_met("K1"))
    service.save_draft(world.apprentice, evidence_id, text=text(), revision=0, at=WEDNESDAY)
    submit(world, evidence_id, at=THURSDAY)

    first, second = queries.evidence(evidence_id).versions

    assert first.text == second.text
    assert first.sha256 != second.sha256


def test_accepted_evidence_that_is_changed_becomes_a_new_version(world: World):
    evidence_id = make_evidence(world)
    decide(world, evidence_id, met("K1"))
    service.save_draft(world.apprentice, evidence_id, text=text("More"), revision=0, at=WEDNESDAY)

    submit(world, evidence_id, at=THURSDAY)

    first, second = queries.evidence(evidence_id).versions
    assert (first.text.title, second.text.title) == ("Shortlist for a client", "More")


def test_what_waits_for_its_decision_is_withdrawn_before_it_is_changed(world: World):
    evidence_id = make_evidence(world)
    service.save_draft(world.apprentice, evidence_id, text=text("More"), revision=0, at=TUESDAY)

    with pytest.raises(Conflict, match="take it back first"):
        submit(world, evidence_id, at=TUESDAY)


def test_withdrawn_evidence_stays_readable_and_can_be_handed_in_again(world: World):
    evidence_id = make_evidence(world)

    withdraw(world, evidence_id)

    assert state(world, evidence_id) is EvidenceState.WITHDRAWN
    assert latest(evidence_id).withdrawn_at == TUESDAY
    assert latest(evidence_id).withdrawal_reason == "A page is missing"
    assert latest(evidence_id).text == text()

    service.save_draft(world.apprentice, evidence_id, text=text("Again"), revision=0, at=TUESDAY)
    assert submit(world, evidence_id, at=WEDNESDAY) == 2
    assert state(world, evidence_id) is EvidenceState.SUBMITTED
    assert queries.evidence(evidence_id).number == 1


def test_nothing_is_withdrawn_twice_or_once_it_is_decided(world: World):
    twice, decided = make_evidence(world), make_evidence(world)
    withdraw(world, twice)
    decide(world, decided, met("K1"))

    with pytest.raises(Conflict, match="withdrawn already"):
        withdraw(world, twice)
    with pytest.raises(Conflict, match="decided"):
        withdraw(world, decided)
    with pytest.raises(Conflict):
        withdraw(world, decided, number=7)


def test_an_ended_enrolment_takes_no_submission(world: World):
    draft, submitted = make_draft(world), make_evidence(world)
    enrolling.end_enrolment(
        OPERATOR, world.enrolment_id, ended_on=MONDAY.date(), reason="Finished", at=MONDAY
    )

    with pytest.raises(RuleBroken, match="has ended"):
        submit(world, draft)
    with pytest.raises(RuleBroken, match="has ended"):
        withdraw(world, submitted)


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("evidence_version", "title = 'Changed'"),
        ("evidence_version", "sha256 = '0'"),
        ("claim", "rationale = 'Changed'"),
        ("withdrawal", "reason = 'Changed'"),
    ],
)
def test_the_database_itself_refuses_to_change_what_was_handed_in(world: World, table, change):
    evidence_id = make_evidence(world)
    withdraw(world, evidence_id)

    for statement in (f"UPDATE {table} SET {change}", f"DELETE FROM {table}"):
        with pytest.raises(DBAPIError), transaction():
            db.session.execute(sql(statement))

    assert latest(evidence_id).text == text()
    assert latest(evidence_id).withdrawal_reason == "A page is missing"
