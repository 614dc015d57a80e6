"""Two at the same moment: what one of them wrote is never lost unseen, on either database."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from typing import Any

from flask import Flask

from kbstrack.assessment import service as assessment
from kbstrack.db import db
from kbstrack.errors import Conflict
from kbstrack.evidence import queries, service
from tests.builders import TUESDAY, World, make_draft, make_evidence, text


def at_once(app: Flask, *calls: Callable[[], Any]) -> list[Any]:
    """What each call answered or raised; each has its own connection and starts with the others."""
    gate = threading.Barrier(len(calls), timeout=30)
    answers: list[Any] = [None] * len(calls)

    def run(number: int, call: Callable[[], Any]) -> None:
        with app.app_context():
            try:
                db.session.connection()
                gate.wait()
                answers[number] = call()
            except Exception as error:
                answers[number] = error
            finally:
                db.session.remove()

    threads = [
        threading.Thread(target=run, args=(number, call)) for number, call in enumerate(calls)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    db.session.rollback()
    return answers


def test_of_two_windows_that_save_one_draft_at_once_one_is_told(app: Flask, world: World):
    evidence_id, actor = make_draft(world), world.apprentice
    db.session.rollback()

    def save(title: str) -> Callable[[], int]:
        return lambda: service.save_draft(
            actor, evidence_id, text=text(title), revision=1, at=TUESDAY
        )

    titles = ["From the phone", "From the office", "From the tablet"]
    answers = at_once(app, *(save(title) for title in titles))

    saved = [title for title, answer in zip(titles, answers, strict=True) if answer == 2]
    told = [answer for answer in answers if isinstance(answer, Conflict)]
    assert (len(saved), len(told)) == (1, 2), answers
    draft = queries.evidence(evidence_id).draft
    assert draft is not None
    assert draft.text.title == saved[0]
    assert draft.revision == 2


def test_of_two_windows_that_begin_the_next_draft_at_once_one_is_told(app: Flask, world: World):
    evidence_id, actor = make_evidence(world), world.apprentice
    db.session.rollback()

    def begin(title: str) -> Callable[[], int]:
        return lambda: service.save_draft(
            actor, evidence_id, text=text(title), revision=0, at=TUESDAY
        )

    answers = at_once(app, begin("One"), begin("Other"))

    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "int"], answers


def test_a_form_sent_twice_at_once_keeps_one_draft(app: Flask, world: World):
    key, actor = uuid.uuid4(), world.apprentice
    db.session.rollback()

    def start() -> uuid.UUID:
        return service.start_evidence(actor, world.enrolment_id, text=text(), at=TUESDAY, key=key)

    first, second = at_once(app, start, start)

    assert first == second
    assert [row.id for row in queries.evidence_of(world.enrolment_id)] == [first]


def test_pieces_handed_in_at_once_have_different_numbers(app: Flask, world: World):
    pieces, actor = [make_draft(world) for _ in range(4)], world.apprentice
    db.session.rollback()

    def hand_in(evidence_id: uuid.UUID) -> Callable[[], int]:
        return lambda: assessment.submit_evidence(
            actor, evidence_id, revision=1, is_declared=True, at=TUESDAY
        )

    answers = at_once(app, *(hand_in(piece) for piece in pieces))

    assert answers == [1, 1, 1, 1]
    assert sorted(queries.evidence(piece).number or 0 for piece in pieces) == [1, 2, 3, 4]
