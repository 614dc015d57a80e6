"""Files join a draft on their own step: what can be taken is kept, what cannot says why."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from kbstrack import current
from kbstrack.db import db
from kbstrack.evidence import queries
from tests.builders import World, make_draft
from tests.pages import Pages

CONTINUE, MORE = "Save and continue", "Add, then choose more"


@pytest.fixture
def apprentice(pages: Pages, world: World) -> Pages:
    """The apprentice, looking at pages."""
    return pages.sign_in(world.people["apprentice"].person_id)


@pytest.fixture
def path(world: World) -> str:
    """Where the files of a draft are."""
    return f"/evidence/{make_draft(world)}/files"


def names(path: str) -> list[str]:
    db.session.rollback()
    piece = queries.evidence(uuid.UUID(path.split("/")[2]))
    return [file.name for file in piece.draft.files]


def test_several_files_at_once_are_added_in_their_order(apprentice, path):
    sent = [("b & “c”.txt", b"one"), ("../a.txt", b"two")]

    page = apprentice.submit(apprentice.get(path), {"files": sent}, button=MORE)

    assert "2 files saved" in page.text
    assert names(path) == ["b & “c”.txt", "a.txt"]


def test_a_refused_file_says_why_and_the_others_stay(apprentice, path):
    sent = [("tool.exe", b"MZ" + b"\0" * 100), ("notes.txt", b"fine"), ("empty.txt", b"")]

    page = apprentice.submit(apprentice.get(path), {"files": sent}, status=422)

    assert len(page.errors) == 2
    assert "tool.exe: This file is a program" in page.errors[0]
    assert "empty.txt: The file is empty." in page.errors[1]
    (said,) = page.html.xpath("//p[@id='files-error']")
    assert all(error in " ".join(said.text_content().split()) for error in page.errors)
    assert "1 file saved" in page.text
    assert names(path) == ["notes.txt"]


def test_a_ticked_file_is_removed(apprentice, path):
    sent = [("a.txt", b"one"), ("b.txt", b"two")]
    page = apprentice.submit(apprentice.get(path), {"files": sent}, button=MORE)
    first = page.html.xpath("//input[@name='remove']/@value")[0]

    page = apprentice.submit(page, {"remove": [first]}, button=MORE, status=422)
    assert "Choose a photo or a file first." in page.errors

    apprentice.submit(page, {"remove": [first]}, button=CONTINUE)
    assert names(path) == ["b.txt"]


def test_a_file_sent_twice_is_there_once(apprentice, path):
    form = apprentice.get(path)

    for _ in range(2):
        apprentice.submit(form, {"files": ("a.txt", b"one")}, button=CONTINUE)

    assert names(path) == ["a.txt"]


def test_files_added_in_another_tab_stay(apprentice, path):
    form = apprentice.get(path)
    apprentice.submit(apprentice.get(path), {"files": ("a.txt", b"one")}, button=CONTINUE)

    apprentice.submit(form, {"files": ("b.txt", b"two")}, button=CONTINUE)

    assert names(path) == ["a.txt", "b.txt"]


def test_going_on_without_a_file_changes_nothing(apprentice, path):
    page = apprentice.submit(apprentice.get(path), button=CONTINUE)

    assert page.heading == "Which KSBs does it show?"
    assert names(path) == []


@pytest.mark.parametrize("is_read_ahead", [False, True])
def test_files_that_are_too_large_together_lose_nothing_else(app, apprentice, path, is_read_ahead):
    # waitress has read the whole request before it asks us, and says so.
    if is_read_ahead:
        apprentice.client.environ_base["wsgi.input_terminated"] = True
    settings = current.settings()
    app.extensions[current.SETTINGS] = replace(settings, max_file_bytes=1000)
    sent = [("a.txt", b"x" * 900)] * 6

    page = apprentice.submit(apprentice.get(path), {"files": sent}, status=413)

    assert page.errors == [
        "Together these files are larger than 5 KB, so none was saved. Add fewer at a time."
    ]
    assert names(path) == []
    assert apprentice.submit(page, button=CONTINUE).heading == "Which KSBs does it show?"


def test_far_too_much_is_not_even_read(app, apprentice, path):
    app.extensions[current.SETTINGS] = replace(current.settings(), max_file_bytes=1000)

    page = apprentice.submit(
        apprentice.get(path), {"files": ("film.txt", b"x" * 30_000)}, status=413
    )

    assert page.errors == []
    assert names(path) == []


def test_one_file_that_is_too_large_is_named(app, apprentice, path):
    settings = current.settings()
    app.extensions[current.SETTINGS] = replace(settings, max_file_bytes=1000)

    page = apprentice.submit(apprentice.get(path), {"files": ("film.txt", b"x" * 1500)}, status=422)

    assert "film.txt: The file is larger than 1,000 bytes." in page.errors[0]


def test_a_form_that_arrived_broken_says_that_no_file_arrived(apprentice, path):
    page = apprentice.post(
        path, data=b"--x\r\nnot a part", content_type="multipart/form-data; boundary=y", status=422
    )

    assert "No file arrived, perhaps because the connection broke. Try again." in page.errors


def test_a_form_that_carries_no_files_is_no_larger_than_any_other(apprentice, path):
    form = b"more=" + b"%41" * 500_000
    answer = apprentice.client.post(
        path, data=form, content_type="application/x-www-form-urlencoded"
    )

    assert answer.status_code == 413


def test_more_than_fifty_files_are_refused_before_any_is_kept(apprentice, path):
    sent = [(f"{number}.txt", b"text") for number in range(51)]

    page = apprentice.submit(apprentice.get(path), {"files": sent}, status=422)

    assert "50 files at most" in page.errors[0]
    assert names(path) == []
