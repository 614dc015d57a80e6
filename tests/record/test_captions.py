"""Captions are part of what was handed in; and what was handed in before there were any holds."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from sqlalchemy import inspect, update
from sqlalchemy.exc import DatabaseError

from kbstrack import migrations
from kbstrack.db import db
from kbstrack.evidence import queries as evidence_queries
from kbstrack.evidence.models import VersionFile
from kbstrack.evidence.service import add_upload
from kbstrack.ledger import queries
from kbstrack.record.checking import check
from tests.builders import MONDAY, World, make_draft, make_evidence, make_world
from tests.record.full import CAPTIONS, make_full
from tests.record.hand import outside_hand

TABLE = VersionFile.__table__


@pytest.fixture
def full(app: Flask) -> World:
    return make_full()


@pytest.mark.parametrize("caption", ["", "Another board"])
def test_a_caption_that_was_changed_is_named_with_its_piece(full: World, caption: str):
    with outside_hand() as hand:
        row = next(row for row in hand.rows(TABLE) if row["caption"] == CAPTIONS[1])
        with hand.changed(TABLE, row, TABLE.c.caption, caption):
            found = {f"{flaw.place}: {flaw.sentence}" for flaw in check(full.enrolment_id).flaws}

    assert any("E1, version" in flaw and "its text, claims or files" in flaw for flaw in found)
    assert any("(submission)" in flaw for flaw in found)
    assert check(full.enrolment_id).flaws == ()


def test_a_caption_that_was_added_is_found(full: World):
    with outside_hand() as hand:
        row = next(row for row in hand.rows(TABLE) if row["caption"] == "")
        with hand.changed(TABLE, row, TABLE.c.caption, "Written later"):
            assert check(full.enrolment_id).flaws != ()


def test_what_was_handed_in_before_there_were_captions_holds(app: Flask):
    world = make_world()
    given = add_upload(
        world.apprentice,
        world.enrolment_id,
        stream=io.BytesIO(b"Notes"),
        name="notes.txt",
        at=MONDAY,
    )
    make_draft(world, upload_ids=[given.upload_id])
    piece = make_evidence(world, upload_ids=[given.upload_id])
    before = evidence_queries.evidence(piece).versions
    db.session.remove()

    migrations.downgrade(db.engine, "0005")
    assert "caption" not in columns()
    migrations.upgrade(db.engine)

    assert check(world.enrolment_id).flaws == ()
    assert evidence_queries.evidence(piece).versions == before
    db.session.remove()
    with pytest.raises(DatabaseError, match="only ever added"), db.engine.begin() as connection:
        connection.execute(update(TABLE).values(caption="Written later"))


def columns() -> set[str]:
    return {column["name"] for column in inspect(db.engine).get_columns(TABLE.name)}


def test_nobodys_caption_stands_in_the_entries(full: World):
    for entry in queries.entries(full.enrolment_id):
        assert CAPTIONS[1] not in entry.facts
