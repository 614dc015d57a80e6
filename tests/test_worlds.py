"""A world that is put back as rows is the one that the use cases make."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from flask import Flask

from kbstrack.db import db
from kbstrack.errors import RuleBroken
from kbstrack.people import enrolment_queries
from tests.builders import ULNS, build_world, make_world
from tests.record.hand import Hand
from tests.worlds import Row, Rows, all_rows

A = ("ST9999", "10000001", ULNS[0], "a")
B = ("ST9999", "10000002", ULNS[1], "b")
BY_CHANCE = {
    "fs_uniquifier",
    # Hashes of the ledger: they have ids and salts in them.
    *("salt", "facts", "texts_hash", "side_hash", "previous_hash", "hash"),
}
LINK = re.compile(r"/set-password/\S+")


def make(world: tuple[str, str, str, str]) -> None:
    reference, ukprn, uln, mark = world
    make_world(reference=reference, ukprn=ukprn, uln=uln, mark=mark)


def forget() -> None:
    """Delete every row of the worlds, those that refer to others first."""
    rows = all_rows()
    with Hand(db.engine).touching() as connection:
        for table in reversed([table for table in rows if rows[table]]):
            connection.execute(table.delete())


def without_ids(rows: Rows) -> dict[str, list[list[tuple[str, str]]]]:
    """The rows with every id replaced by what the row with that id says of itself."""
    named = {
        row["id"]: (table.name, repr(plain(row)))
        for table, those in rows.items()
        for row in those
        if "id" in row
    }
    return {
        table.name: sorted(
            [(name, repr(named.get(value, value))) for name, value in kept(row)] for row in those
        )
        for table, those in rows.items()
    }


def kept(row: Row) -> list[tuple[str, Any]]:
    """What a row says in any run: without what is drawn by lot, and the links made from it."""
    return sorted(
        (name, LINK.sub("/set-password/", value) if isinstance(value, str) else value)
        for name, value in row.items()
        if name not in BY_CHANCE
    )


def plain(row: Row) -> list[tuple[str, Any]]:
    return [(name, value) for name, value in kept(row) if not isinstance(value, uuid.UUID)]


def test_worlds_put_back_have_the_rows_that_the_use_cases_write(app: Flask) -> None:
    make(A)
    make(B)
    forget()
    make(A)
    make(B)
    put_back = without_ids(all_rows())
    forget()

    build_world(*A)
    build_world(*B)

    assert put_back == without_ids(all_rows())
    assert sum(map(len, put_back.values())) > 50


def test_a_world_put_back_is_the_one_that_is_returned(app: Flask) -> None:
    make(A)
    forget()

    world = make_world()

    enrolment = enrolment_queries.enrolment(world.enrolment_id)
    assert enrolment.apprentice_id == world.people["apprentice"].person_id
    assert world.assessor.person_id == world.people["assessor"].person_id


def test_a_world_that_is_there_already_is_not_put_back_beside_itself(app: Flask) -> None:
    make_world()

    with pytest.raises(RuleBroken):
        make_world()
