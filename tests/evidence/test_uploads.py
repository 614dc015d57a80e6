"""Files: any name, bytes under their hash, and nothing half done when one is refused."""

from __future__ import annotations

import hashlib
import io
import uuid

import pytest
from sqlalchemy import func, select
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from kbstrack.access import OPERATOR
from kbstrack.current import store
from kbstrack.db import db, transaction
from kbstrack.errors import NotFound, RuleBroken
from kbstrack.evidence import queries, service
from kbstrack.evidence.file_queries import FileRow
from kbstrack.evidence.models import StoredFile, Upload
from kbstrack.people import enrolling
from tests.builders import (
    MONDAY,
    TUESDAY,
    World,
    file_texts,
    make_draft,
    make_evidence,
    make_world,
    text,
)

NOTES = b"Notes on the applications I read.\n"
PROGRAM = b"\x7fELF\x02\x01\x01" + bytes(60)


def upload(world: World, content: bytes = NOTES, name: str = "notes.txt") -> FileRow:
    return service.add_upload(
        world.apprentice, world.enrolment_id, stream=io.BytesIO(content), name=name, at=MONDAY
    )


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize(
    ("given", "label"),
    [
        ("notes.txt", "notes.txt"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\me\\brief.txt", "brief.txt"),
        ('a "quoted" & <b>.txt', 'a "quoted" & <b>.txt'),
        ("photo 👩‍💻.txt", "photo 👩‍💻.txt"),
        ("مستند.txt", "مستند.txt"),
        ("evil\u202etxt.txt", "eviltxt.txt"),
        ("e\u0301.txt", "é.txt"),
    ],
)
def test_a_name_is_a_label_and_never_a_path(world: World, given, label):
    file = upload(world, name=given)

    assert file.name == label
    assert store().path(file.sha256).read_bytes() == NOTES


def test_a_name_of_any_length_is_kept_in_a_length_that_can_be_saved(world: World):
    file = upload(world, name="é" * 300 + ".txt")

    assert 0 < len(file.name.encode()) <= 200
    assert file.name.endswith(".txt")


def test_what_is_known_of_a_file_is_found_in_it(world: World):
    file = upload(world)

    assert file.sha256 == hashlib.sha256(NOTES).hexdigest()
    assert file.size_bytes == len(NOTES)
    assert (file.media_type, file.family) == ("text/plain", "text")
    assert file.enrolment_id == world.enrolment_id


def test_the_same_bytes_are_stored_once_under_two_names(world: World):
    first, second = upload(world, name="one.txt"), upload(world, name="two.txt")

    assert first.sha256 == second.sha256
    assert first.upload_id != second.upload_id
    assert (count(StoredFile), count(Upload)) == (1, 2)


def test_the_same_bytes_given_to_two_providers_are_two_uploads(world: World):
    other = make_world(mark="b", ukprn="10000002")

    mine, theirs = upload(world, name="mine.txt"), upload(other, name="theirs.txt")

    assert mine.sha256 == theirs.sha256
    with pytest.raises(NotFound):
        service.visible_file(world.apprentice, theirs.upload_id)


@pytest.mark.parametrize("name", ["tool.exe", "notes.txt", "photo.jpg"])
def test_a_program_is_refused_by_its_content_with_a_sentence(world: World, name):
    with pytest.raises(RuleBroken, match=rf"^{name}: .+\.$") as refused:
        upload(world, PROGRAM, name)

    assert refused.value.field == "files"
    assert (count(StoredFile), count(Upload)) == (0, 0)


def test_an_empty_file_is_refused_with_a_sentence(world: World):
    with pytest.raises(RuleBroken, match=r"^empty\.txt: ") as refused:
        upload(world, b"", "empty.txt")

    assert refused.value.field == "files"
    assert count(Upload) == 0


def test_a_file_goes_into_the_draft_in_the_order_given(world: World):
    files = [upload(world, name=f"{name}.txt") for name in ("c", "a", "b")]

    evidence_id = make_draft(world, upload_ids=[file.upload_id for file in files])

    draft = queries.evidence(evidence_id).draft
    assert draft is not None
    assert [file.name for file in draft.files] == ["c.txt", "a.txt", "b.txt"]


def test_a_file_named_twice_is_there_once(world: World):
    file = upload(world)

    evidence_id = make_draft(world, upload_ids=[file.upload_id, file.upload_id])

    draft = queries.evidence(evidence_id).draft
    assert draft is not None
    assert len(draft.files) == 1


def test_a_file_of_another_enrolment_cannot_be_added(world: World):
    other = make_world(mark="b", ukprn="10000002")
    theirs = upload(other)
    evidence_id = make_draft(world)

    for upload_id in (theirs.upload_id, uuid.uuid4()):
        with pytest.raises(RuleBroken, match="add it again") as refused:
            service.save_draft(
                world.apprentice,
                evidence_id,
                text=text("Changed"),
                files=file_texts([upload_id]),
                revision=1,
                at=TUESDAY,
            )
        assert refused.value.field == "files"

    assert queries.evidence(evidence_id).title == "Shortlist for a client"


def test_nobody_adds_a_file_to_an_enrolment_of_others(world: World):
    with pytest.raises(NotFound):
        service.add_upload(
            world.other_assessor,
            world.enrolment_id,
            stream=io.BytesIO(NOTES),
            name="notes.txt",
            at=MONDAY,
        )

    assert (count(StoredFile), count(Upload)) == (0, 0)


def test_an_ended_enrolment_takes_no_file(world: World):
    enrolling.end_enrolment(
        OPERATOR, world.enrolment_id, ended_on=MONDAY.date(), reason="Finished", at=MONDAY
    )

    with pytest.raises(RuleBroken, match="has ended"):
        upload(world)

    assert count(Upload) == 0


def test_a_file_is_seen_by_others_once_it_is_submitted(world: World):
    loose, kept, given = (upload(world, name=f"{name}.txt") for name in ("loose", "kept", "given"))
    make_draft(world, upload_ids=[kept.upload_id])
    make_evidence(world, upload_ids=[given.upload_id])

    for file in (loose, kept, given):
        assert service.visible_file(world.apprentice, file.upload_id) == file
    for actor in (world.assessor, world.line_manager, world.administrator):
        assert service.visible_file(actor, given.upload_id) == given
        for file in (loose, kept):
            with pytest.raises(NotFound):
                service.visible_file(actor, file.upload_id)


def test_what_a_file_was_called_cannot_be_changed_afterwards(world: World):
    file = upload(world)

    for statement in ("UPDATE upload SET name = 'x'", "UPDATE stored_file SET family = 'pdf'"):
        with pytest.raises(DBAPIError), transaction():
            db.session.execute(sql(statement))

    assert service.visible_file(world.apprentice, file.upload_id) == file
