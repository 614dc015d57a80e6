"""Files are handed out to those who may see them, as what they are, and never as a page of ours."""

from __future__ import annotations

import io
import uuid
from pathlib import Path

import pikepdf
import pytest
from flask import Flask
from PIL import Image

from kbstrack.current import store
from kbstrack.errors import RuleBroken
from kbstrack.evidence import service
from kbstrack.evidence.file_queries import FileRow
from tests.builders import MONDAY, ULNS, World, make_draft, make_evidence, make_world
from tests.pages import Pages


def photo(color: str = "teal") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), color).save(out, "JPEG", comment=b"taken at home")
    return out.getvalue()


def paper() -> bytes:
    out = io.BytesIO()
    document = pikepdf.new()
    document.add_blank_page()
    document.save(out)
    return out.getvalue()


def upload(world: World, name: str, content: bytes) -> FileRow:
    return service.add_upload(
        world.apprentice, world.enrolment_id, stream=io.BytesIO(content), name=name, at=MONDAY
    )


def as_(pages: Pages, world: World, name: str) -> Pages:
    return pages.sign_in(world.people[name].person_id)


def test_a_picture_is_shown_as_the_copy_without_what_the_camera_wrote_into_it(pages, world):
    file = upload(world, "Team & “board”.jpg", photo())

    shown = as_(pages, world, "apprentice").get(f"/files/{file.upload_id}")
    original = pages.get(f"/files/{file.upload_id}/original")

    assert shown.headers["Content-Type"] == "image/jpeg"
    assert shown.headers["Content-Disposition"].startswith("inline; filename=")
    assert b"taken at home" not in shown.response.data
    assert original.response.data == photo()
    assert original.headers["Content-Disposition"].startswith("attachment; ")
    assert (
        "filename*=UTF-8''Team%20&%20%E2%80%9Cboard%E2%80%9D.jpg"
        in (original.headers["Content-Disposition"])
    )


def test_every_file_comes_in_a_sandbox_with_our_own_type(pages, world):
    files = [
        upload(world, "board.jpg", photo()),
        upload(world, "plan.pdf", paper()),
        upload(world, "page.txt", b"if x < 3 then <script>alert(1)</script>"),
    ]
    as_(pages, world, "apprentice")

    answers = [pages.get(f"/files/{file.upload_id}") for file in files]

    assert [answer.headers["Content-Type"] for answer in answers] == [
        "image/jpeg",
        "application/pdf",
        "text/plain; charset=utf-8",
    ]
    for answer in answers:
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert policy.endswith("sandbox")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store, private"
    kinds = [answer.headers["Content-Disposition"].split(";")[0] for answer in answers]
    assert kinds == ["inline", "inline", "attachment"]


def test_a_part_of_a_file_can_be_asked_for_and_an_unchanged_one_is_not_sent_again(pages, world):
    file = upload(world, "notes.txt", b"0123456789")
    as_(pages, world, "apprentice")

    part = pages.get(
        f"/files/{file.upload_id}/original", status=206, headers={"Range": "bytes=2-5"}
    )
    same = pages.get(
        f"/files/{file.upload_id}/original",
        status=304,
        headers={"If-None-Match": f'"{file.sha256}"'},
    )

    assert part.response.data == b"2345"
    assert part.headers["Content-Range"] == "bytes 2-5/10"
    assert same.response.data == b""


def test_a_draft_s_file_is_its_apprentice_s_alone(pages, world):
    file = upload(world, "board.jpg", photo())
    make_draft(world, upload_ids=[file.upload_id])

    for name in ("assessor", "other_assessor", "line_manager", "administrator"):
        as_(pages, world, name).get(f"/files/{file.upload_id}", status=404)
        pages.get(f"/files/{file.upload_id}/original", status=404)


def test_a_submitted_file_is_for_those_who_may_see_the_evidence(app: Flask, pages, world):
    file = upload(world, "board.jpg", photo())
    make_evidence(world, upload_ids=[file.upload_id])
    elsewhere = make_world(ukprn="10000002", uln=ULNS[1], mark="b")

    for name in ("apprentice", "assessor", "line_manager", "administrator"):
        as_(pages, world, name).get(f"/files/{file.upload_id}")
    for who, name in ((world, "other_assessor"), (elsewhere, "apprentice")):
        as_(pages, who, name).get(f"/files/{file.upload_id}", status=404)
    as_(pages, world, "apprentice").get(f"/files/{uuid.uuid4()}", status=404)


def test_bytes_that_are_gone_are_not_found(pages, world):
    file = upload(world, "notes.txt", b"Notes of the call")
    Path(store().path(file.sha256)).unlink()

    as_(pages, world, "apprentice").get(f"/files/{file.upload_id}", status=404)


def test_a_text_under_a_program_s_name_is_refused_also_when_its_bytes_are_known(world):
    upload(world, "notes.txt", b"del everything\r\n")

    with pytest.raises(RuleBroken, match=r"x\.bat: We can't take \.bat files"):
        upload(world, "x.bat", b"del everything\r\n")


def test_a_picture_keeps_any_name(world):
    assert upload(world, "photo.bat", photo()).name == "photo.bat"
    assert upload(world, "again.bat", photo()).name == "again.bat"


def test_bytes_that_were_exchanged_on_the_disk_are_not_shown_as_the_evidence(pages, world):
    file = upload(world, "board.jpg", photo())
    store().path(file.copy_sha256).write_bytes(photo("red"))

    page = as_(pages, world, "apprentice").get(f"/files/{file.upload_id}", status=404)

    assert "This file is damaged where it is kept" in page.text
    assert pages.get(f"/files/{file.upload_id}/original").response.data == photo()
