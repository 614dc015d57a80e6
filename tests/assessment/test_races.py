"""Two people, or two tabs, at the same moment: one is first, the other is told so."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select

from kbstrack.assessment import decision_queries, service, sign_off_queries
from kbstrack.assessment.models import Decision, SignOff
from kbstrack.assessment.rules import DecisionText
from kbstrack.assessment.signing import reopen, sign_off
from kbstrack.assessment.working import begin_change, save_work, see_work
from kbstrack.db import db
from kbstrack.errors import Conflict, KbstrackError
from kbstrack.evidence import queries as evidence_queries
from kbstrack.evidence import service as evidence
from kbstrack.evidence.models import Draft, EvidenceVersion, Withdrawal
from tests.builders import (
    TUESDAY,
    WEDNESDAY,
    World,
    decide,
    make_draft,
    make_evidence,
    met,
    not_yet_met,
    proved,
    text,
)

ROUNDS = 4


def race(app: Flask, *calls: Callable[[], object]) -> list[object]:
    """Start the calls together, each with a connection of its own; what each gave or raised."""
    start = threading.Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        with app.app_context():
            db.session.connection()
            db.session.rollback()
            start.wait(timeout=30)
            try:
                call()
            except KbstrackError as error:
                return error
            return None

    db.session.rollback()
    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def one_was_first(results: list[object]) -> bool:
    """Whether exactly one got through and every other was refused with a conflict."""
    refused = [result for result in results if isinstance(result, Conflict)]
    return results.count(None) == 1 and len(refused) == len(results) - 1


def count(model: type) -> int:
    """How many rows a table has."""
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_of_two_answers_to_one_piece_one_is_saved_whole(app: Flask, world: World) -> None:
    assessor = world.assessor
    for _ in range(ROUNDS):
        item = make_evidence(world, claims=["K1", "S1"])

        def answer(*decisions: DecisionText, item=item) -> None:
            service.decide(assessor, item, version_number=1, decisions=decisions, at=TUESDAY)

        results = race(
            app,
            lambda answer=answer: answer(met("K1", "First tab"), met("S1", "First tab")),
            lambda answer=answer: answer(not_yet_met("K1", "Second"), not_yet_met("S1", "Second")),
        )

        assert one_was_first(results)
        found = decision_queries.decisions_of(evidence_queries.evidence(item))[1]
        assert len({row.feedback for row in found.values()}) == 1


def test_of_many_sign_offs_of_one_ksb_exactly_one_is_kept(app: Flask, world: World) -> None:
    decide(world, make_evidence(world), met("K1"))
    assessor, enrolment_id = world.assessor, world.enrolment_id

    def sign() -> None:
        sign_off(
            assessor,
            enrolment_id,
            "K1",
            reason="",
            is_declared=True,
            proof=proved(WEDNESDAY),
            at=WEDNESDAY,
        )

    results = race(app, *[sign] * ROUNDS)

    assert one_was_first(results)
    assert count(SignOff) == 1


def test_of_a_sign_off_alone_and_one_with_a_decision_one_is_kept(app: Flask, world: World) -> None:
    decide(world, make_evidence(world), met("K1"))
    item = make_evidence(world)
    assessor, enrolment_id = world.assessor, world.enrolment_id

    results = race(
        app,
        lambda: sign_off(
            assessor,
            enrolment_id,
            "K1",
            reason="",
            is_declared=True,
            proof=proved(WEDNESDAY),
            at=WEDNESDAY,
        ),
        lambda: service.decide(
            assessor,
            item,
            version_number=1,
            decisions=[met("K1")],
            sign_offs={"K1": ""},
            is_declared=True,
            proof=proved(WEDNESDAY),
            at=WEDNESDAY,
        ),
    )

    assert one_was_first(results)
    assert count(SignOff) == 1
    # The decision came with its sign-off, or not at all.
    assert count(Decision) == (2 if results[1] is None else 1)


def test_of_two_reopenings_one_is_kept(app: Flask, world: World) -> None:
    decide(world, make_evidence(world), met("K1"), sign_offs={"K1": ""})
    assessor, enrolment_id = world.assessor, world.enrolment_id

    results = race(
        app,
        *[lambda: reopen(assessor, enrolment_id, "K1", round=1, reason="Taken back.", at=WEDNESDAY)]
        * 2,
    )

    assert one_was_first(results)
    assert not sign_off_queries.sign_offs(enrolment_id)[0].stands


def test_a_piece_is_decided_on_or_withdrawn_but_never_both(app: Flask, world: World) -> None:
    assessor, apprentice = world.assessor, world.apprentice
    for _ in range(ROUNDS):
        item = make_evidence(world)
        decided, withdrawn = count(Decision), count(Withdrawal)

        results = race(
            app,
            lambda item=item: service.decide(
                assessor, item, version_number=1, decisions=[met("K1")], at=TUESDAY
            ),
            lambda item=item: service.withdraw_evidence(
                apprentice, item, version_number=1, reason="", at=TUESDAY
            ),
        )

        assert one_was_first(results)
        assert count(Decision) + count(Withdrawal) == decided + withdrawn + 1


def test_a_draft_handed_in_twice_becomes_one_version(app: Flask, world: World) -> None:
    item, apprentice = make_draft(world), world.apprentice

    results = race(
        app,
        *[
            lambda: service.submit_evidence(
                apprentice, item, revision=1, is_declared=True, at=TUESDAY
            )
        ]
        * 2,
    )

    assert one_was_first(results)
    assert (count(EvidenceVersion), count(Draft)) == (1, 0)


def test_a_save_that_comes_after_the_submission_leaves_no_draft(app: Flask, world: World) -> None:
    apprentice = world.apprentice
    for _ in range(ROUNDS):
        item = make_evidence(world)
        service.withdraw_evidence(apprentice, item, version_number=1, reason="", at=TUESDAY)
        work = see_work(apprentice, item)

        def save_and_submit(item=item) -> None:
            revision = evidence.save_draft(apprentice, item, text=text(), revision=0, at=TUESDAY)
            service.submit_evidence(
                apprentice, item, revision=revision, is_declared=True, at=TUESDAY
            )

        def save(work=work) -> None:
            other = text("From another window")
            save_work(apprentice, work, text=other, files=(), revision=0, version=1, at=TUESDAY)

        results = race(app, save_and_submit, save)

        assert one_was_first(results)
        piece = evidence_queries.evidence(item)
        assert (piece.draft is None) == (results[0] is None)


def test_a_page_from_before_the_decision_begins_no_draft(app: Flask, world: World) -> None:
    item, apprentice = make_evidence(world), world.apprentice
    service.withdraw_evidence(apprentice, item, version_number=1, reason="", at=TUESDAY)
    work = see_work(apprentice, item)
    revision = evidence.save_draft(apprentice, item, text=text(), revision=0, at=TUESDAY)
    service.submit_evidence(apprentice, item, revision=revision, is_declared=True, at=TUESDAY)

    def save(version: int = 1) -> None:
        save_work(
            apprentice,
            work,
            text=text("Late"),
            files=(),
            revision=0,
            version=version,
            at=WEDNESDAY,
        )

    with pytest.raises(Conflict, match="with your assessor already"):
        save()
    decide(world, item, met("K1"))
    for version in (1, 2):
        with pytest.raises(Conflict, match="is accepted, so nothing was saved"):
            save(version=version)
    assert count(Draft) == 0


def test_a_page_from_before_the_decision_takes_no_part_in_the_next_change(
    app: Flask, world: World
) -> None:
    """Drafts count their revisions from the beginning each time: the version tells them apart."""
    item, apprentice = make_draft(world), world.apprentice
    work = see_work(apprentice, item)
    service.submit_evidence(apprentice, item, revision=1, version=0, is_declared=True, at=TUESDAY)
    decide(world, item, met("K1"))
    begin_change(apprentice, item, version=1, at=WEDNESDAY)

    with pytest.raises(Conflict, match="saved from another window"):
        save_work(
            apprentice,
            work,
            text=text("Late"),
            files=(),
            revision=1,
            version=0,
            at=WEDNESDAY,
        )
    with pytest.raises(Conflict):
        service.submit_evidence(
            apprentice, item, revision=1, version=0, is_declared=True, at=WEDNESDAY
        )
    with pytest.raises(Conflict):
        evidence.discard_draft(apprentice, item, revision=1, version=0, at=WEDNESDAY)
    assert (count(Draft), count(EvidenceVersion)) == (1, 1)


def test_the_next_version_goes_in_while_the_old_one_is_answered(app: Flask, world: World) -> None:
    """Whoever comes first, nothing is decided on a version that was taken back."""
    item, assessor, apprentice = make_evidence(world), world.assessor, world.apprentice
    service.withdraw_evidence(apprentice, item, version_number=1, reason="", at=TUESDAY)
    revision = evidence.save_draft(apprentice, item, text=text(), revision=0, at=TUESDAY)

    handed_in, answered = race(
        app,
        lambda: service.submit_evidence(
            apprentice, item, revision=revision, is_declared=True, at=WEDNESDAY
        ),
        lambda: service.decide(
            assessor, item, version_number=1, decisions=[met("K1")], at=WEDNESDAY
        ),
    )

    assert handed_in is None
    assert isinstance(answered, Conflict)
    assert (count(EvidenceVersion), count(Decision)) == (2, 0)
