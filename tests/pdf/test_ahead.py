"""A piece is drawn as soon as it was decided on, so that the portfolio is there in no time."""

from __future__ import annotations

import io
import uuid
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from flask import Flask

from kbstrack import current
from kbstrack.access import OPERATOR
from kbstrack.app import create_app
from kbstrack.db import db
from kbstrack.evidence.service import add_upload
from kbstrack.issuing.preflight import see_preflight
from kbstrack.jobs import ahead, kinds, made, queries, running
from kbstrack.jobs.rules import DRAW_AHEAD, JobState
from kbstrack.pdf.as_pdf import Drawing, draw
from kbstrack.pdf.wished import wishes_of
from kbstrack.portfolio.asking import ask_pdf
from kbstrack.portfolio.service import build_portfolio
from tests.builders import TUESDAY, World, decide, make_evidence, make_world, met
from tests.conftest import running as open_instance
from tests.storage import zoo

LATER = TUESDAY + 2 * ahead.PAUSE

DRAWN_LAST = 12
"""What every decision changes: furniture, cover, contents, summary, timeline, grid, three parts of
the matrix, sign-offs, statements and how to check it."""

pytestmark = pytest.mark.slow


@pytest.fixture
def world(app: Flask) -> World:
    """A provider with one enrolment on the tiny standard."""
    return make_world()


def upload(world: World, content: bytes, name: str) -> uuid.UUID:
    """A file of the apprentice's."""
    return add_upload(
        world.apprentice,
        world.enrolment_id,
        stream=io.BytesIO(content),
        name=name,
        at=TUESDAY,
    ).upload_id


def draw_ahead() -> None:
    """What a worker does when the pause is over."""
    assert running.run_next(lambda: LATER)
    assert not running.run_next(lambda: LATER)
    db.session.rollback()


def drawn(world: World) -> Drawing:
    """The portfolio as it is made for whoever presses the button then."""
    return draw(
        build_portfolio(OPERATOR, world.enrolment_id, at=LATER),
        current.store().read,
        wishes=wishes_of(current.settings(), LATER),
        store=current.derived(),
    )


def test_only_what_every_decision_changes_is_drawn_when_somebody_wants_it(world: World) -> None:
    paper = upload(world, zoo.pdf_bytes(zoo.pdf(pages=2)), "notes.pdf")
    picture = upload(world, zoo.jpeg(), "desk.jpg")
    sound = upload(world, zoo.box(b"M4A "), "call.m4a")
    decide(world, make_evidence(world, upload_ids=[paper, picture, sound]), met("K1"))
    draw_ahead()

    drawing = drawn(world)

    assert drawing.drawn == DRAWN_LAST
    assert drawing.kept > 0


def test_office_documents_are_printed_ahead_as_they_will_be(settings, catalogue) -> None:
    # There is no such program, which every portfolio says then in the place of their pages.
    settings = replace(settings, office=str(settings.home / "soffice"))
    with open_instance(create_app(settings, catalogue=catalogue)):
        world = make_world()
        paper = upload(world, zoo.docx(), "letter.docx")
        decide(world, make_evidence(world, upload_ids=[paper]), met("K1"))
        draw_ahead()

        drawing = drawn(world)

    assert drawing.drawn == DRAWN_LAST
    assert "could not be started" in drawing.not_shown[0]


def test_it_leaves_no_file_tells_nobody_and_is_nobodys_job(world: World, mailbox) -> None:
    decide(world, make_evidence(world), met("K1"))
    before = len(mailbox())
    asked = queries.next_free(LATER, is_idle=True)
    draw_ahead()

    row = queries.job(asked)
    assert row.state(LATER) is JobState.DONE
    assert row.result == {}
    assert not made.folder().exists()
    assert len(mailbox()) == before


def test_freezing_knows_by_then_what_cannot_be_printed(world: World) -> None:
    paper = upload(world, zoo.pdf_bytes(zoo.pdf()), "notes.pdf")
    decide(world, make_evidence(world, upload_ids=[paper]), met("K1"))
    assert see_preflight(world.assessor, world.enrolment_id, at=LATER).unknown_files == 1

    draw_ahead()

    assert see_preflight(world.assessor, world.enrolment_id, at=LATER).unknown_files == 0


def test_what_was_decided_while_it_drew_is_drawn_too(world: World, app: Flask) -> None:
    first, second = make_evidence(world), make_evidence(world, title="Another")
    decide(world, first, met("K1"))
    usual, rounds = kinds.kind_of(DRAW_AHEAD), []

    def run(job, report_progress):
        def report(done, total):
            if not rounds:
                rounds.append(1)
                decide(world, second, met("K1"))
                db.session.remove()
            report_progress(done, total)

        return usual.run(job, report)

    kinds.register(app, kinds.Kind(DRAW_AHEAD, run))
    draw_ahead()

    drawing = drawn(world)
    assert (drawing.drawn, drawing.kept) == (DRAWN_LAST, 2)


def test_what_was_drawn_until_it_gave_way_is_kept(world: World, app: Flask) -> None:
    for title in ("One", "Two", "Three", "Four", "Five"):
        decide(world, make_evidence(world, title=title), met("K1"))
    asked = queries.next_free(LATER, is_idle=True)
    usual, waiting = kinds.kind_of(DRAW_AHEAD), []
    seconds = count()

    def run(job, report_progress):
        def report(done, total):
            if done == 3 and not waiting:
                waiting.append(ask_pdf(world.line_manager, world.enrolment_id, at=LATER))
                db.session.remove()
            report_progress(done, total)

        return usual.run(job, report)

    def now():
        return LATER + timedelta(seconds=next(seconds))

    kinds.register(app, kinds.Kind(DRAW_AHEAD, run))
    assert running.run_next(now)

    assert queries.job(asked).state(LATER) is JobState.WAITING
    assert len([path for path in current.derived().root.rglob("*") if path.is_file()]) == 3
    running.run_next(now)
    assert made.path_of(waiting[0]).exists()
    running.run_next(now)
    assert queries.job(asked).state(LATER) is JobState.DONE


def test_a_failure_is_said_in_the_log_only(world: World, caplog, mailbox) -> None:
    picture = upload(world, zoo.jpeg(), "desk.jpg")
    decide(world, make_evidence(world, upload_ids=[picture]), met("K1"))
    before = len(mailbox())
    for path in (current.settings().home / "files").rglob("*"):
        if path.is_file():
            path.chmod(0o600)
            path.write_bytes(b"spoilt")
    draw_ahead()

    assert f"enrolment {world.enrolment_id} not drawn ahead: KbstrackError" in caplog.messages
    assert queries.unfinished_or_failed() == []
    assert len(mailbox()) == before
