"""A caption belongs to a file of a version: saved, handed in, hashed and carried on with it."""

from __future__ import annotations

import io
import uuid

import pytest

from kbstrack.assessment.working import begin_change, save_work, see_work
from kbstrack.errors import Conflict, RuleBroken
from kbstrack.evidence import events, queries, service
from kbstrack.evidence.rules import FileText
from tests.builders import (
    MONDAY,
    TUESDAY,
    World,
    decide,
    file_texts,
    make_draft,
    make_evidence,
    met,
    submit,
    text,
)

BOARD = "The board with six stages"


@pytest.fixture
def files(world: World) -> list[uuid.UUID]:
    return [
        service.add_upload(
            world.apprentice,
            world.enrolment_id,
            stream=io.BytesIO(name.encode()),
            name=name,
            at=MONDAY,
        ).upload_id
        for name in ("board.txt", "desk.txt")
    ]


def version_captions(evidence_id: uuid.UUID) -> list[list[str]]:
    versions = queries.evidence(evidence_id).versions
    return [[file.caption for file in version.files] for version in versions]


def test_a_caption_is_cleaned_and_handed_in_with_its_file(world: World, files):
    evidence_id = make_draft(world, upload_ids=files, captions=[" The\tboard\nwith six stages "])
    draft = queries.evidence(evidence_id).draft
    assert draft is not None
    assert [file.text for file in draft.files] == [FileText(files[0], BOARD), FileText(files[1])]

    submit(world, evidence_id)

    assert version_captions(evidence_id) == [[BOARD, ""]]


def test_a_caption_that_is_too_long_changes_nothing(world: World, files):
    evidence_id = make_draft(world, upload_ids=files, captions=[BOARD])

    with pytest.raises(RuleBroken, match="301 characters") as refused:
        service.save_draft(
            world.apprentice,
            evidence_id,
            text=text("Another"),
            files=file_texts(files, ["", "x" * 301]),
            revision=1,
            at=TUESDAY,
        )

    assert refused.value.field == f"caption-{files[1].hex}"
    draft = queries.evidence(evidence_id).draft
    assert draft is not None
    assert (draft.text.title, draft.files[0].caption) == ("Shortlist for a client", BOARD)


def test_another_caption_is_another_hash_and_the_same_files(world: World, files):
    said_of = {}
    for caption in ("", BOARD):
        evidence_id = make_evidence(world, upload_ids=files, captions=[caption])
        latest = queries.evidence(evidence_id).latest
        assert latest is not None
        event = events.submission_of(latest.id)
        said = event.texts["files"]
        said_of[caption] = said[0].get("caption")
        assert event.facts["files"] == [str(file) for file in files]
        assert "caption" not in said[1]

    assert said_of == {"": None, BOARD: BOARD}


def test_changing_an_accepted_piece_begins_with_its_captions(world: World, files):
    evidence_id = make_evidence(world, upload_ids=files, captions=[BOARD, "A desk"])
    decide(world, evidence_id, met("K1"))

    begin_change(world.apprentice, evidence_id, version=1, at=TUESDAY)
    submit(world, evidence_id, at=TUESDAY)

    assert version_captions(evidence_id) == [[BOARD, "A desk"]] * 2


def test_the_same_captions_sent_twice_are_saved_once(world: World, files):
    evidence_id = make_draft(world, upload_ids=files)
    work = see_work(world.apprentice, evidence_id)
    described, other = file_texts(files, [f" {BOARD} "]), file_texts(files, ["Another"])
    sent = {"text": work.text, "revision": 1, "version": 0, "at": TUESDAY}

    assert save_work(world.apprentice, work, files=described, **sent) == 2
    assert save_work(world.apprentice, work, files=described, **sent) == 2
    with pytest.raises(Conflict):
        save_work(world.apprentice, work, files=other, **sent)
