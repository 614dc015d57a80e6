"""Drafts: kept with next to nothing, seen by nobody else, never overwritten unseen."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from sqlalchemy import func, select

from kbstrack.access import OPERATOR
from kbstrack.assessment import reading
from kbstrack.assessment import service as assessment
from kbstrack.db import db
from kbstrack.errors import Conflict, NotAllowed, NotFound, RuleBroken
from kbstrack.evidence import queries, service
from kbstrack.evidence.models import Draft, DraftClaim, Evidence
from kbstrack.evidence.rules import ClaimText, EvidenceText
from kbstrack.people import enrolling
from tests.builders import MONDAY, TUESDAY, World, make_draft, make_evidence, make_world, text
from tests.conftest import CountStatements


def draft_of(evidence_id: uuid.UUID) -> queries.DraftRow:
    found = queries.evidence(evidence_id).draft
    assert found is not None
    return found


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_draft_needs_only_a_title(world: World):
    evidence_id = service.start_evidence(
        world.apprentice, world.enrolment_id, text=EvidenceText("An idea"), at=MONDAY
    )

    piece = queries.evidence(evidence_id)
    assert piece.number is None
    assert piece.versions == ()
    assert piece.title == "An idea"
    assert draft_of(evidence_id).text == EvidenceText("An idea")
    assert draft_of(evidence_id).saved_at == MONDAY


def test_a_draft_without_a_title_is_not_kept(world: World):
    with pytest.raises(RuleBroken, match="Enter a title"):
        service.start_evidence(
            world.apprentice, world.enrolment_id, text=EvidenceText(" "), at=MONDAY
        )

    assert count(Evidence) == 0


def test_everything_written_comes_back_as_it_was(world: World):
    written = EvidenceText(
        title="Größe & <b>Maß</b> 👩‍💻",
        kind=text().kind,
        first_on=date(2026, 2, 1),
        last_on=date(2026, 2, 3),
        description="Zeile eins\n\nمرحبا",
        claims=(ClaimText("K1", "Weil'; --", "p. 3"), ClaimText("B1", "", "")),
    )

    evidence_id = service.start_evidence(
        world.apprentice, world.enrolment_id, text=written, at=MONDAY
    )

    assert draft_of(evidence_id).text == written


def test_twenty_thousand_characters_are_kept_whole(world: World):
    long = ("Ünicode 👩‍💻 " * 2_000)[:19_999] + "."

    evidence_id = service.start_evidence(
        world.apprentice, world.enrolment_id, text=EvidenceText("Long", description=long), at=MONDAY
    )

    assert draft_of(evidence_id).text.description == long


def test_saving_replaces_what_was_there(world: World):
    evidence_id = make_draft(world, claims=["K1", "S1"])

    revision = service.save_draft(
        world.apprentice,
        evidence_id,
        text=text("Another title", claims=["S1", "B1"]),
        revision=1,
        at=TUESDAY,
    )

    assert revision == 2
    assert draft_of(evidence_id).text == text("Another title", claims=["S1", "B1"])
    assert draft_of(evidence_id).saved_at == TUESDAY
    assert draft_of(evidence_id).revision == 2


def test_an_older_page_does_not_overwrite_a_newer_draft(world: World):
    evidence_id = make_draft(world)
    service.save_draft(world.apprentice, evidence_id, text=text("Newer"), revision=1, at=TUESDAY)

    with pytest.raises(Conflict, match="saved from another window"):
        service.save_draft(
            world.apprentice, evidence_id, text=text("Older"), revision=1, at=TUESDAY
        )

    assert draft_of(evidence_id).text.title == "Newer"


def test_what_is_refused_leaves_the_draft_as_it_was(world: World):
    evidence_id = make_draft(world)

    with pytest.raises(RuleBroken):
        service.save_draft(
            world.apprentice, evidence_id, text=text(claims=["K9"]), revision=1, at=TUESDAY
        )

    assert draft_of(evidence_id).text == text()
    assert draft_of(evidence_id).revision == 1


def test_the_same_form_sent_twice_keeps_one_draft(world: World):
    key = uuid.uuid4()

    first, second = (
        service.start_evidence(
            world.apprentice, world.enrolment_id, text=text(), at=MONDAY, key=key
        )
        for _ in range(2)
    )

    assert first == second
    assert count(Evidence) == 1


def test_another_text_under_the_same_key_is_not_taken_for_the_first(world: World):
    key = uuid.uuid4()
    service.start_evidence(world.apprentice, world.enrolment_id, text=text(), at=MONDAY, key=key)

    with pytest.raises(RuleBroken, match="not saved yet") as refused:
        service.start_evidence(
            world.apprentice, world.enrolment_id, text=text("Something else"), at=MONDAY, key=key
        )

    assert refused.value.field == "key"
    assert count(Evidence) == 1


def test_a_key_that_somebody_else_used_up_gives_nothing_away(world: World):
    other = make_world(mark="b", ukprn="10000002")
    key = uuid.uuid4()
    service.start_evidence(world.apprentice, world.enrolment_id, text=text(), at=MONDAY, key=key)

    with pytest.raises(RuleBroken, match="sent before"):
        service.start_evidence(
            other.apprentice, other.enrolment_id, text=text(), at=MONDAY, key=key
        )

    assert queries.evidence_of(other.enrolment_id) == []


def test_a_key_is_used_up_by_one_thing_only(world: World):
    key = uuid.uuid4()
    evidence_id = service.start_evidence(
        world.apprentice, world.enrolment_id, text=text(), at=MONDAY, key=key
    )

    with pytest.raises(RuleBroken, match="not saved yet"):
        assessment.submit_evidence(
            world.apprentice, evidence_id, revision=1, is_declared=True, at=MONDAY, key=key
        )

    assert queries.evidence(evidence_id).versions == ()


def test_a_discarded_draft_is_gone_with_its_claims(world: World):
    evidence_id = make_draft(world, claims=["K1", "K2"])

    service.discard_draft(world.apprentice, evidence_id, revision=1, at=TUESDAY)

    assert (count(Evidence), count(Draft), count(DraftClaim)) == (0, 0, 0)
    with pytest.raises(NotFound):
        service.discard_draft(world.apprentice, evidence_id, revision=1, at=TUESDAY)


def test_a_draft_saved_meanwhile_is_not_discarded(world: World):
    evidence_id = make_draft(world)
    service.save_draft(world.apprentice, evidence_id, text=text("Newer"), revision=1, at=TUESDAY)

    with pytest.raises(Conflict):
        service.discard_draft(world.apprentice, evidence_id, revision=1, at=TUESDAY)

    assert draft_of(evidence_id).text.title == "Newer"


def test_discarding_the_next_draft_leaves_what_was_submitted(world: World):
    evidence_id = make_evidence(world)
    service.save_draft(world.apprentice, evidence_id, text=text("Next"), revision=0, at=TUESDAY)

    service.discard_draft(world.apprentice, evidence_id, revision=1, at=TUESDAY)

    piece = queries.evidence(evidence_id)
    assert piece.draft is None
    assert [version.number for version in piece.versions] == [1]


def test_nobody_but_the_apprentice_sees_a_draft(world: World):
    evidence_id = make_draft(world)

    assert reading.see_evidence(world.apprentice, evidence_id).evidence.draft is not None
    for actor in (world.assessor, world.line_manager, world.administrator, OPERATOR):
        with pytest.raises(NotFound):
            reading.see_evidence(actor, evidence_id)
        with pytest.raises(NotAllowed):
            service.save_draft(actor, evidence_id, text=text(), revision=1, at=TUESDAY)


def test_the_draft_of_the_next_version_is_not_shown_with_the_submitted_one(world: World):
    evidence_id = make_evidence(world)
    service.save_draft(world.apprentice, evidence_id, text=text("Secret"), revision=0, at=TUESDAY)

    page = reading.see_evidence(world.assessor, evidence_id)

    assert page.evidence.draft is None
    assert page.evidence.title == "Shortlist for a client"


def test_nothing_is_added_once_the_enrolment_has_ended(world: World):
    evidence_id = make_draft(world)
    enrolling.end_enrolment(
        OPERATOR, world.enrolment_id, ended_on=MONDAY.date(), reason="Finished", at=MONDAY
    )

    with pytest.raises(RuleBroken, match="has ended"):
        make_draft(world)
    with pytest.raises(RuleBroken, match="has ended"):
        service.save_draft(world.apprentice, evidence_id, text=text(), revision=1, at=TUESDAY)
    with pytest.raises(RuleBroken, match="has ended"):
        service.discard_draft(world.apprentice, evidence_id, revision=1, at=TUESDAY)

    assert reading.see_evidence(world.apprentice, evidence_id).evidence.draft is not None


def test_saving_ten_claims_takes_ten_statements_at_most(app, count_statements: CountStatements):
    codes = [f"K{number}" for number in range(1, 10)] + ["S1"]
    world = make_world(reference="ST0321")
    evidence_id = make_draft(world, claims=codes)
    actor = world.apprentice

    with count_statements() as statements:
        service.save_draft(actor, evidence_id, text=text(claims=codes), revision=1, at=TUESDAY)

    assert len(statements) <= 10, statements
