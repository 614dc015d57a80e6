"""The figures of a portfolio: what is in it and what stays outside."""

from __future__ import annotations

import io
import uuid

from kbstrack.assessment import service
from kbstrack.evidence import service as evidence
from kbstrack.portfolio.contents import Contents, see_contents
from tests.builders import (
    FRIDAY,
    MONDAY,
    TUESDAY,
    World,
    decide,
    make_draft,
    make_evidence,
    met,
    not_yet_met,
)


def figures(world: World, person: str = "apprentice") -> Contents:
    return see_contents(world.actor(person), world.enrolment_id, at=FRIDAY)


def withdraw(world: World, piece: uuid.UUID, version: int = 1) -> None:
    service.withdraw_evidence(
        world.apprentice, piece, version_number=version, reason="Wrong file.", at=TUESDAY
    )


def test_the_figures_count_what_is_in_the_portfolio_and_what_stays_outside(world):
    note = evidence.add_upload(
        world.apprentice,
        world.enrolment_id,
        stream=io.BytesIO(b"What I said on the telephone."),
        name="notes.txt",
        at=MONDAY,
    )
    decide(world, make_evidence(world, upload_ids=[note.upload_id]), met("K1"))
    decide(world, make_evidence(world, claims=["K2"]), met("K2"), sign_offs={"K2": ""})
    decide(world, make_evidence(world, claims=["S2"]), not_yet_met("S2"))
    make_evidence(world)
    withdraw(world, make_evidence(world))
    make_draft(world)

    found = figures(world)

    assert (found.piece_count, found.accepted_count) == (4, 2)
    assert [piece.label for piece in found.returned] == ["E3"]
    assert [piece.label for piece in found.waiting] == ["E4"]
    assert (found.draft_count, found.withdrawn_count) == (1, 1)
    assert (found.picture_count, found.other_file_count) == (0, 1)
    assert (found.sign_off_count, found.met_count, found.ksb_count) == (1, 1, 5)
    assert not found.is_complete


def test_nobody_but_the_apprentice_learns_how_many_drafts_there_are(world):
    make_draft(world)

    assert figures(world, "assessor").draft_count == 0
    assert figures(world, "administrator").draft_count == 0
