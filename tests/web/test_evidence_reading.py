"""Evidence is read by those who may: the list, a piece with its decisions, its versions."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import event

from kbstrack.assessment import service as assessment
from kbstrack.db import db
from kbstrack.evidence import service
from kbstrack.evidence.rules import EvidenceKind
from tests.builders import (
    FRIDAY,
    THURSDAY,
    TUESDAY,
    ULNS,
    WEDNESDAY,
    World,
    decide,
    make_draft,
    make_evidence,
    make_world,
    met,
    not_yet_met,
    submit,
    text,
)
from tests.pages import Pages


def as_(pages: Pages, world: World, name: str) -> Pages:
    return pages.sign_in(world.people[name].person_id)


def list_path(world: World) -> str:
    return f"/enrolments/{world.enrolment_id}/evidence"


def make_second_version(world: World) -> uuid.UUID:
    evidence_id = make_evidence(world, claims=["K1", "S1"], title="First attempt")
    decide(world, evidence_id, met("K1"), not_yet_met("S1"))
    changed = replace(
        text("Second attempt", claims=["K1", "K2"]),
        kind=EvidenceKind.PROJECT,
        description="I read the applications against the brief.\n\nThen I rang two people.",
    )
    service.save_draft(world.apprentice, evidence_id, text=changed, revision=0, at=WEDNESDAY)
    submit(world, evidence_id, at=THURSDAY)
    return evidence_id


@contextmanager
def counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        statements.append(statement)

    engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_an_empty_list_says_what_to_do_next(pages, world):
    page = as_(pages, world, "apprentice").get("/my/evidence")

    assert page.heading == "My evidence"
    assert page.links()["Add evidence"] == list_path(world) + "/new"
    assert "Add evidence" not in as_(pages, world, "assessor").get(list_path(world)).links()


def test_somebody_without_an_enrolment_is_told_so(pages, world):
    page = as_(pages, world, "assessor").get("/my/evidence")

    assert "You are not enrolled yet" in page.text


def test_the_list_has_the_newest_first_and_can_be_narrowed_to_a_state(pages, world):
    make_draft(world, title="Only begun")
    waiting = make_evidence(world, title="Waits")
    done = make_evidence(world, title="Done")
    decide(world, done, met("K1"))
    as_(pages, world, "apprentice")

    page = pages.get(list_path(world))
    assert page.text.index("Done") < page.text.index("Waits")
    assert "Only begun" in page.text

    page = pages.get(list_path(world) + "?state=submitted")
    assert [href for href in page.links().values() if href.startswith("/evidence/")] == [
        f"/evidence/{waiting}"
    ]
    assert "Nothing is withdrawn" in pages.get(list_path(world) + "?state=withdrawn").text


def test_others_do_not_see_that_a_draft_exists(pages, world):
    evidence_id = make_draft(world, title="Only begun")

    for name in ("assessor", "line_manager", "administrator"):
        as_(pages, world, name)
        assert "Only begun" not in pages.get(list_path(world)).text
        pages.get(f"/evidence/{evidence_id}", status=404)


def test_changes_being_written_are_not_shown_to_others(pages, world):
    evidence_id = make_evidence(world)
    decide(world, evidence_id, not_yet_met("K1"))
    service.save_draft(
        world.apprentice, evidence_id, text=text("Secret title"), revision=0, at=WEDNESDAY
    )

    assert "Secret title" not in as_(pages, world, "assessor").get(f"/evidence/{evidence_id}").text
    mine = as_(pages, world, "apprentice").get(f"/evidence/{evidence_id}")
    assert "Your changes are not submitted yet" in mine.text


def test_evidence_is_for_those_beside_the_apprentice_only(pages, world):
    evidence_id = make_second_version(world)
    elsewhere = make_world(ukprn="10000002", uln=ULNS[1], mark="b")
    paths = [
        list_path(world),
        f"/evidence/{evidence_id}",
        f"/evidence/{evidence_id}/versions/1",
        f"/evidence/{evidence_id}/versions/2/changes",
    ]

    for name in ("apprentice", "assessor", "line_manager", "administrator"):
        for path in paths:
            as_(pages, world, name).get(path)
    for who, name in ((world, "other_assessor"), (elsewhere, "apprentice")):
        for path in paths:
            as_(pages, who, name).get(path, status=404)


def test_a_piece_shows_its_claims_with_reason_decision_and_what_to_do(pages, world):
    evidence_id = make_evidence(world, claims=["K1", "S1"])
    decide(world, evidence_id, met("K1", "Clear."), not_yet_met("S1", "Say how."))

    page = as_(pages, world, "apprentice").get(f"/evidence/{evidence_id}")

    assert "Action required" in page.text
    assert page.text.index("What to do") < page.text.index("What was done")
    for words in (
        "How wind lifts a kite",
        "This shows K1 because I did it.",
        "Met Clear.",
        "Not yet met Say how.",
        "Add your notes. By 20 March 2026",
        "Then I rang three people.",
    ):
        assert words in page.text
    assert page.links()["Make changes"] == f"/evidence/{evidence_id}/edit"
    assert "Make changes" not in as_(pages, world, "assessor").get(page.path).links()


def test_the_assessor_goes_from_a_waiting_piece_to_its_review_and_from_a_claim_to_its_ksb(
    pages, world
):
    evidence_id = make_evidence(world)

    links = as_(pages, world, "assessor").get(f"/evidence/{evidence_id}").links()

    assert links["Review this piece"] == f"/evidence/{evidence_id}/review"
    assert links["K1"] == f"/enrolments/{world.enrolment_id}/ksbs/K1"
    assert (
        "Review this piece"
        not in as_(pages, world, "line_manager").get(f"/evidence/{evidence_id}").links()
    )


def test_a_file_is_shown_under_its_name(pages, world):
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "PNG")
    names = {"The <board>.png": out.getvalue(), "notes.txt": b"Notes"}
    files = [
        service.add_upload(
            world.apprentice,
            world.enrolment_id,
            stream=io.BytesIO(content),
            name=name,
            at=TUESDAY,
        )
        for name, content in names.items()
    ]
    evidence_id = make_evidence(world, upload_ids=[file.upload_id for file in files])

    page = as_(pages, world, "assessor").get(f"/evidence/{evidence_id}")

    [picture] = page.html.xpath("//main//img")
    assert picture.get("alt") == "Picture: The <board>.png, without a description"
    assert picture.get("src") == f"/files/{files[0].upload_id}"
    assert page.links()["notes.txt"] == f"/files/{files[1].upload_id}/original"


def test_an_earlier_version_stays_readable_with_its_decisions(pages, world):
    evidence_id = make_second_version(world)

    page = as_(pages, world, "assessor").get(f"/evidence/{evidence_id}/versions/1")

    assert page.heading == "Version 1: First attempt"
    assert "Say how you chose." in page.text
    assert "I declare that this evidence is my own work" in page.text
    pages.get(f"/evidence/{evidence_id}/versions/3", status=404)


def test_differences_are_marked_in_words_and_elements(pages, world):
    evidence_id = make_second_version(world)

    page = as_(pages, world, "assessor").get(f"/evidence/{evidence_id}/versions/2/changes")

    removed = [" ".join(item.text_content().split()) for item in page.html.xpath("//del")]
    added = [" ".join(item.text_content().split()) for item in page.html.xpath("//ins")]
    assert "[taken out: three]" in removed
    assert "[added: two]" in added
    assert {"First attempt", "Work product"} <= set(removed)
    assert {"Second attempt", "Project"} <= set(added)
    assert "K2 Added" in page.text
    assert "S1 Taken out" in page.text
    pages.get(f"/evidence/{evidence_id}/versions/1/changes", status=404)


def test_submitting_the_same_again_is_said_to_change_nothing(pages, world):
    evidence_id = make_evidence(world)
    assessment.withdraw_evidence(
        world.apprentice, evidence_id, version_number=1, reason="Too early", at=TUESDAY
    )
    service.save_draft(world.apprentice, evidence_id, text=text(), revision=0, at=THURSDAY)
    submit(world, evidence_id, at=FRIDAY)

    as_(pages, world, "assessor")
    assert "Nothing was changed" in pages.get(f"/evidence/{evidence_id}/versions/2/changes").text
    assert "Too early" in pages.get(f"/evidence/{evidence_id}/versions/1").text


@pytest.mark.parametrize("name", ["apprentice", "assessor"])
def test_the_list_asks_the_database_as_often_for_two_pieces_as_for_twenty(pages, world, name):
    as_(pages, world, name)
    asked = []
    for count in (2, 18):
        for _ in range(count):
            make_evidence(world, claims=["K1", "S1"])
        with counted() as statements:
            pages.get(list_path(world))
        asked.append(len(statements))

    assert asked[0] == asked[1]


def test_a_long_list_comes_in_pages(pages, world):
    for number in range(26):
        make_draft(world, title=f"Piece {number:02}")
    as_(pages, world, "apprentice")

    first = pages.get(list_path(world))
    second = pages.get(list_path(world) + "?page=2")

    assert "Page 1 of 2" in first.text
    assert len(first.html.xpath("//main//h2")) == 25
    assert len(second.html.xpath("//main//h2")) == 1
