"""Whoever reads a piece has its pictures described: in words where they can't be seen."""

from __future__ import annotations

import io
import uuid

import pytest

from kbstrack.evidence import service
from tests.builders import (
    MONDAY,
    WEDNESDAY,
    World,
    decide,
    file_texts,
    make_draft,
    make_evidence,
    not_yet_met,
    submit,
    text,
)
from tests.confirmation.asking import ask
from tests.pages import Page
from tests.storage.zoo import jpeg
from tests.web.following import link

pytestmark = pytest.mark.usefixtures("now")

BOARD = "The board with <six> stages"
NOTES = "What I said at the interview, in keywords"


@pytest.fixture
def files(world: World) -> list[uuid.UUID]:
    """Two pictures, and a text between them."""
    given = {"board.jpg": jpeg(), "notes.txt": b"Notes", "desk <1>.jpg": jpeg((40, 60))}
    return [
        service.add_upload(
            world.apprentice, world.enrolment_id, stream=io.BytesIO(content), name=name, at=MONDAY
        ).upload_id
        for name, content in given.items()
    ]


def alternatives(page: Page) -> list[str]:
    return [picture.get("alt") for picture in page.html.xpath("//main//img")]


def shown(page: Page) -> list[tuple[str, str | None]]:
    """Every caption, and whether it is for the eyes only."""
    return [
        (line.text_content(), line.get("aria-hidden"))
        for line in page.html.xpath("//*[@class='app-files__caption']")
    ]


@pytest.mark.parametrize(
    ("who", "what"),
    [
        ("apprentice", ""),
        ("apprentice", "/versions/1"),
        ("assessor", ""),
        ("assessor", "/review"),
        ("line_manager", ""),
        ("line_manager", "/confirm"),
    ],
)
def test_a_picture_has_its_caption_below_it_and_says_it_once(pages, world, files, who, what):
    item = make_evidence(world, upload_ids=files, captions=[BOARD, NOTES])

    page = pages.sign_in(world.people[who].person_id).get(f"/evidence/{item}{what}")

    assert alternatives(page) == [BOARD, "Picture 2 of 2: desk <1>.jpg, without a description"]
    assert shown(page) == [(BOARD, "true"), (NOTES, None)]


def test_who_confirms_by_a_link_has_the_captions_too(pages, world, files):
    item = make_draft(world, upload_ids=files, captions=[BOARD, NOTES])
    submit(world, item)
    ask(world, item)

    page = pages.get(link())

    assert alternatives(page) == [BOARD, "Picture 2 of 2: desk <1>.jpg, without a description"]
    assert shown(page) == [(BOARD, "true"), (NOTES, None)]


def test_a_draft_is_checked_with_its_captions(pages, world, files):
    item = make_draft(world, upload_ids=files, captions=[BOARD])

    page = pages.sign_in(world.people["apprentice"].person_id).get(f"/evidence/{item}/check")

    assert alternatives(page)[0] == BOARD
    assert "1 picture without a description." in page.text


def test_nobody_else_reads_a_caption_that_was_not_submitted(pages, world, files):
    item = make_evidence(world, upload_ids=files[:1], captions=["As it was"])
    decide(world, item, not_yet_met("K1"))
    changed = file_texts(files[:1], ["As it will be"])
    service.save_draft(world.apprentice, item, text=text(), files=changed, revision=0, at=WEDNESDAY)

    for address in (f"/evidence/{item}", f"/evidence/{item}/versions/1"):
        page = pages.sign_in(world.people["assessor"].person_id).get(address)
        assert alternatives(page) == ["As it was"]
        assert "As it will be" not in page.whole_text
