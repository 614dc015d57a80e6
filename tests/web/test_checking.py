"""Anybody who was given a portfolio asks whether it is what was issued."""

from __future__ import annotations

import io
from dataclasses import replace
from zipfile import ZipFile

import pytest

from kbstrack import current
from tests.issuing.issued import frozen_pdf
from tests.pages import Page, Pages

pytestmark = pytest.mark.usefixtures("now")


def hand_in(pages: Pages, content: bytes, *, status: int = 200, code: str = "") -> Page:
    data = {"pdf": (io.BytesIO(content), "portfolio.pdf"), "code": code}
    return pages.post("/check", data, status=status)


def test_the_pdf_as_it_was_issued_is_named_with_all_there_is_to_say(pages, world):
    pdf, _ = frozen_pdf(world)
    page = hand_in(pages, pdf)

    assert page.heading == "This is the PDF that was issued"
    for words in ("Provider A, UKPRN 10000001", "Apprentice A", "1, for gateway", "Newest Yes"):
        assert words in page.text


def test_a_flipped_bit_is_noticed_and_the_issue_is_named_in_initials_only(pages, world):
    pdf, _ = frozen_pdf(world)
    page = hand_in(pages, pdf[:500] + b"y" + pdf[501:])

    assert page.heading == "This PDF is not what was issued"
    assert "A. A." in page.text
    assert "Apprentice A" not in page.text


@pytest.mark.parametrize("split", [0, 1, 30, 63])
def test_the_code_inside_is_found_wherever_the_bytes_are_cut(split):
    from kbstrack.web.checking import Passing

    passing = Passing()
    said = b"z" * 64 + b"kbstrack-issue:7K2M-9QWX-4TRB<"
    passing.write(said[: 64 + split])
    passing.write(said[64 + split :])

    assert passing.says_code == "7K2M-9QWX-4TRB"


def test_a_pdf_of_somebody_else_is_not_known_and_other_files_are_no_pdfs(pages, world):
    assert hand_in(pages, b"%PDF-1.4 mine").heading == "This PDF is not known here"
    assert hand_in(pages, b"GIF89a").heading == "This file is no PDF"


def test_a_bundle_is_never_said_to_be_changed_although_the_pdf_in_it_says_its_code(pages, world):
    pdf, _ = frozen_pdf(world)
    bundle = io.BytesIO()
    with ZipFile(bundle, "w") as archive:
        archive.writestr("Portfolio/portfolio.pdf", pdf)
    page = hand_in(pages, bundle.getvalue())

    assert page.heading == "This file is a ZIP, and only the PDF is compared here"
    assert "unpack it and check portfolio.pdf here" in page.text


def test_the_code_says_for_whom_in_initials_and_whether_there_is_a_newer_one(pages, world):
    _, first = frozen_pdf(world)
    _, second = frozen_pdf(world, 2)
    page = hand_in(pages, b"", code=first.lower().replace("-", " "))

    assert page.path == f"/check/{first}"
    assert "A. A." in page.text
    assert "Apprentice" not in page.text
    assert "Not the newest: issue 2 of this portfolio was made since." in page.text
    assert "Newest Yes" in pages.get(f"/check/{second}").text
    assert pages.get(f"/check/{second.lower()}").path == f"/check/{second}"


@pytest.mark.parametrize("typed", ["ABC", "0000-0000-0000", "'; DROP TABLE issue", "x" * 3000])
def test_a_code_of_no_issue_is_said_to_be_none_and_stays(pages, world, typed):
    page = hand_in(pages, b"", code=typed, status=422)

    assert "No issue has this code" in page.text
    assert page.value_of("code") == typed


def test_nothing_at_all_and_an_address_of_no_issue(pages, world):
    assert hand_in(pages, b"", status=422).errors == [
        "Choose the PDF, or type the code from its cover"
    ]
    pages.get("/check/0000-0000-0000", status=404)
    pages.get("/check/" + "x" * 500, status=404)
    pages.post("/check", {"code": "ABC"}, status=422)
    answer = pages.client.post(
        "/check", data=b"--broken", content_type="multipart/form-data; boundary=z"
    )
    assert answer.status_code in {400, 422}


def test_a_file_that_is_too_large_is_told_so(pages, world, monkeypatch):
    settings = replace(current.settings(), max_file_bytes=1_000)
    monkeypatch.setitem(pages.app.extensions, current.SETTINGS, settings)
    page = hand_in(pages, b"%PDF" + b"x" * 2_000_000, status=413)

    assert "This PDF is larger than the 1 KB" in page.text


def test_a_form_without_files_is_held_in_memory_and_so_may_be_small_only(pages, world):
    form = b"code=" + b"%41" * 300_000
    answer = pages.client.post(
        "/check", data=form, content_type="application/x-www-form-urlencoded"
    )

    assert answer.status_code == 413


def test_no_file_is_written_while_one_is_checked(pages, world, monkeypatch):
    import tempfile

    def refuse(*_args, **_given):
        raise AssertionError("a file was made")

    monkeypatch.setattr(tempfile, "_mkstemp_inner", refuse)
    assert hand_in(pages, b"%PDF-1.4" + b"x" * 3_000_000).heading == "This PDF is not known here"
