"""Each picture is described by whoever adds it, and nothing that they write is lost."""

from __future__ import annotations

import uuid

import pytest

from kbstrack.db import db
from kbstrack.evidence import queries
from kbstrack.evidence.queries import EvidenceRow
from kbstrack.evidence.rules import caption_field
from tests.builders import World, decide, make_draft, not_yet_met, submit
from tests.pages import Page, Pages
from tests.storage.zoo import jpeg
from tests.web.conftest import GivePassword
from tests.web.keeping import end_session_of, sign_in

CONTINUE, MORE, SAVE = "Save and continue", "Add, then choose more", "Save draft"
BOARD, PLANNER = "The board with six stages", "A planner with two interviews a day"
PICTURE = ("board.jpg", jpeg())


@pytest.fixture
def apprentice(pages: Pages, world: World) -> Pages:
    """The apprentice, looking at pages."""
    return pages.sign_in(world.people["apprentice"].person_id)


@pytest.fixture
def path(world: World) -> str:
    """Where the files of a draft are."""
    return f"/evidence/{make_draft(world)}/files"


@pytest.fixture
def form(apprentice: Pages, path: str) -> Page:
    """The same with a picture that nobody has described."""
    return apprentice.submit(apprentice.get(path), {"files": PICTURE}, button=MORE)


def piece(path: str) -> EvidenceRow:
    db.session.rollback()
    return queries.evidence(uuid.UUID(path.split("/")[2]))


def captions(path: str) -> list[str]:
    draft = piece(path).draft
    assert draft is not None
    return [file.caption for file in draft.files]


def field(path: str, place: int = 0) -> str:
    """The name of the field for the caption of a file."""
    draft = piece(path).draft
    assert draft is not None
    return caption_field(draft.files[place].upload_id)


def typed(page: Page, path: str) -> str:
    """What stands in the field for the caption of the first file."""
    return page.value_of(field(path)).removeprefix("\n")


def test_who_adds_pictures_and_goes_on_is_asked_what_they_show(apprentice, path):
    sent = [PICTURE, ("notes.txt", b"Notes")]

    page = apprentice.submit(apprentice.get(path), {"files": sent}, button=CONTINUE)

    assert page.heading == "Photos and files"
    assert "1 picture saved. Say in a line what can be seen, or leave it empty" in page.text
    labels = [" ".join(label.text_content().split()) for label in page.html.xpath("//label")]
    assert "What does this picture show? board.jpg" in labels
    assert "What is in this file? (optional) notes.txt" in labels

    page = apprentice.submit(page, {field(path): f"  {BOARD}\n"}, button=CONTINUE)

    assert page.heading == "Which KSBs does it show?"
    assert captions(path) == [BOARD, ""]
    assert typed(apprentice.get(path), path) == BOARD


def test_a_picture_can_go_without_a_caption_and_the_check_says_so(apprentice, path, form):
    assert apprentice.submit(form, button=CONTINUE).heading == "Which KSBs does it show?"
    assert captions(path) == [""]

    page = apprentice.get(path.replace("/files", "/check"))
    assert "1 picture without a description." in page.text
    assert page.links()["Say what can be seen"] == f"{path}#{field(path)}"

    apprentice.submit(apprentice.get(path), {field(path): BOARD}, button=CONTINUE)
    page = apprentice.get(path.replace("/files", "/check"))
    assert "without a description" not in page.text


def test_a_caption_is_saved_with_the_draft_and_can_be_emptied(apprentice, path, form):
    page = apprentice.submit(form, {field(path): BOARD}, button=SAVE)
    assert "Draft saved" in page.text
    assert captions(path) == [BOARD]

    apprentice.submit(apprentice.get(path), {field(path): ""}, button=SAVE)
    assert captions(path) == [""]


def test_a_caption_that_is_too_long_stays_to_be_shortened(apprentice, path, form):
    long = "é" * 301

    page = apprentice.submit(
        form, {field(path): long, "files": ("notes.txt", b"Notes")}, button=CONTINUE, status=422
    )

    assert page.errors == [
        "Choose your files again: they were not saved.",
        "The description has 301 characters: shorten it to 300 or fewer.",
    ]
    assert typed(page, path) == long
    assert captions(path) == [""]

    apprentice.submit(page, {field(path): long[1:]}, button=CONTINUE)
    assert captions(path) == [long[1:]]


def test_what_was_typed_stays_when_another_file_is_refused(apprentice, path, form):
    sent = [("tool.exe", b"MZ" + b"\0" * 100), ("planner.jpg", jpeg((40, 60)))]

    page = apprentice.submit(form, {field(path): BOARD, "files": sent}, status=422)

    assert typed(page, path) == BOARD
    assert captions(path) == [BOARD, ""]
    apprentice.submit(page, {field(path, 1): PLANNER}, button=CONTINUE)
    assert captions(path) == [BOARD, PLANNER]


def test_what_was_typed_stays_on_a_page_that_was_open_too_long(apprentice, path, form):
    page = apprentice.submit(form, {field(path): BOARD, "csrf_token": "old"}, status=422)

    assert "This page had been open for a long time" in page.errors[0]
    assert typed(page, path) == BOARD
    assert captions(path) == [""]
    apprentice.submit(page, button=CONTINUE)
    assert captions(path) == [BOARD]


def test_what_was_typed_is_there_after_signing_in_again(
    apprentice: Pages, world: World, give_password: GivePassword, path: str, form: Page
):
    give_password(world.people["apprentice"].person_id)
    form = apprentice.sign_in(world.people["apprentice"].person_id).get(path)
    end_session_of(apprentice)

    page = sign_in(apprentice, apprentice.submit(form, {field(path): BOARD}, button=CONTINUE))

    assert page.path == path
    assert typed(page, path) == BOARD
    apprentice.submit(page, button=CONTINUE)
    assert captions(path) == [BOARD]


def test_an_old_window_does_not_take_away_what_another_one_wrote(apprentice, path, form):
    apprentice.submit(apprentice.get(path), {field(path): BOARD}, button=CONTINUE)

    page = apprentice.submit(form, {"files": ("notes.txt", b"Notes")}, button=MORE)

    assert captions(path) == [BOARD, ""]
    assert typed(page, path) == BOARD


def test_two_windows_that_describe_the_same_picture_are_told(apprentice, path, form):
    apprentice.submit(apprentice.get(path), {field(path): BOARD}, button=CONTINUE)
    sent = {field(path): PLANNER, "files": ("notes.txt", b"Notes")}

    page = apprentice.submit(form, sent, button=CONTINUE, status=409)

    assert page.errors == [
        f"In another window it was saved as “{BOARD}” meanwhile. Save again to write yours."
    ]
    assert typed(page, path) == PLANNER
    assert captions(path) == [BOARD, ""]

    apprentice.submit(page, button=CONTINUE)
    assert captions(path) == [PLANNER, ""]


def test_the_same_words_in_two_windows_are_no_conflict(apprentice, path, form):
    for page in (apprentice.get(path), form):
        next_page = apprentice.submit(page, {field(path): BOARD}, button=CONTINUE)
        assert next_page.heading == "Which KSBs does it show?"
    assert captions(path) == [BOARD]


def test_a_picture_that_is_taken_out_takes_its_caption_along(apprentice, path, form):
    ticked = form.html.xpath("//input[@name='remove']/@value")

    apprentice.submit(form, {"remove": ticked, field(path): BOARD}, button=CONTINUE)

    assert captions(path) == []


def test_captions_can_be_saved_without_going_on(apprentice, path, form):
    page = apprentice.submit(form, {field(path): BOARD}, button=MORE)

    assert page.heading == "Photos and files"
    assert captions(path) == [BOARD]


def test_other_steps_leave_captions_alone(apprentice, path, form):
    apprentice.submit(form, {field(path): BOARD}, button=CONTINUE)

    for step in ("edit", "ksbs", "reasons"):
        apprentice.submit(apprentice.get(path.replace("/files", f"/{step}")), button=CONTINUE)

    assert captions(path) == [BOARD]


def test_captions_go_along_into_the_next_version(apprentice, world, path, form):
    apprentice.submit(form, {field(path): BOARD}, button=SAVE)
    evidence_id = piece(path).id
    submit(world, evidence_id)
    decide(world, evidence_id, not_yet_met("K1"))

    edit = apprentice.get(path.replace("/files", "/edit"))
    apprentice.submit(edit, {"title": "Another title"}, button=CONTINUE)
    assert captions(path) == [BOARD]

    apprentice.submit(apprentice.get(path), {field(path): PLANNER}, button=SAVE)
    assert captions(path) == [PLANNER]
    submit(world, evidence_id)
    versions = piece(path).versions
    assert [row.files[0].caption for row in versions] == [BOARD, PLANNER]
    page = apprentice.get(f"/evidence/{evidence_id}/versions/2/changes")
    assert "Described anew: board.jpg" in page.text
    (item,) = page.html.xpath("//main//li[contains(., 'Described anew')]")
    assert "[taken out: board]" in [gone.text_content() for gone in item.xpath(".//del")]
    assert any("planner" in come.text_content() for come in item.xpath(".//ins"))
