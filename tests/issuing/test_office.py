"""An issue with an office document: what LibreOffice cannot do is read before it is frozen."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from kbstrack import current
from kbstrack.config import Settings
from kbstrack.demo.office import shortlist
from kbstrack.evidence import service as evidence
from kbstrack.issues import queries
from kbstrack.issuing import reading
from kbstrack.issuing.preflight import see_preflight
from kbstrack.jobs import queries as jobs
from kbstrack.jobs.running import run_next
from kbstrack.pdf.office import converting
from kbstrack.portfolio.asking import ask_pdf
from tests.builders import MONDAY, TUESDAY, World, make_evidence
from tests.issuing.conftest import ask_for
from tests.pdf.office.made import NAME, stand_in
from tests.pdf.paper import Paper

FAILS = f"E2, report.docx: {converting.NOT_MADE}"


@pytest.fixture
def program(app: Flask, world: World, tmp_path: Path) -> Path:
    """A program that the settings name, and a piece with a document for it."""
    found = stand_in(tmp_path / "own")
    settings: Settings = app.extensions[current.SETTINGS]
    app.extensions[current.SETTINGS] = replace(
        settings, office=str(found), office_is_confined=False
    )
    document = evidence.add_upload(
        world.apprentice,
        world.enrolment_id,
        stream=io.BytesIO(shortlist(1)),
        name="report.docx",
        at=MONDAY,
    )
    make_evidence(world, title="A report", upload_ids=[document.upload_id])
    return found


def test_an_issue_has_the_pages_and_the_original(world, program, freeze, tmp_path: Path):
    freeze()

    issue = queries.issue(world.enrolment_id)
    paper = Paper(reading.issue_pdf(issue).read_bytes(), tmp_path)
    page = paper.texts[paper.destinations()["E2-file-1"] - 1]
    assert f"{NAME} made this page" in page
    assert shortlist(1) in [spec.EF.F.read_bytes() for spec in paper.pdf.Root.AF]


def test_what_fails_is_found_once_and_then_known_before(world, program, freeze):
    stand_in(program.parent, "exit 1")
    before = see_preflight(world.assessor, world.enrolment_id, at=TUESDAY)
    assert before.unknown_files == 1
    first = jobs.job(freeze())

    second = jobs.job(freeze())

    assert FAILS.removesuffix(".") in (first.problem or "")
    assert second.problem is None
    assert any(FAILS.removesuffix(".") in line for line in queries.issue(world.enrolment_id).noted)


def test_a_working_copy_lists_what_has_no_pages(world, program):
    stand_in(program.parent, "exit 1")
    job_id = ask_pdf(world.apprentice, world.enrolment_id, at=TUESDAY)

    assert run_next(lambda: TUESDAY)

    assert jobs.job(job_id).result["not_shown"] == [FAILS]


def test_a_program_that_has_gone_is_a_remark_like_any_other(world, program):
    program.unlink()

    ask_for(world)
    assert run_next(lambda: TUESDAY)

    [noted] = [line for line in queries.issue(world.enrolment_id).noted if "report.docx" in line]
    assert "LibreOffice" in noted
