"""The administrator's check of the record, and the keys that anybody may read."""

from __future__ import annotations

import pytest
from flask import Flask

from kbstrack import current
from kbstrack.evidence.models import EvidenceVersion
from kbstrack.people.models import Enrolment
from kbstrack.record import keys
from kbstrack.web import record
from tests.builders import MONDAY, ULNS, World, make_evidence, make_world
from tests.conftest import CountStatements
from tests.pages import Pages
from tests.record.hand import outside_hand
from tests.web.test_enrolments import enrol


@pytest.fixture
def administrator(pages: Pages, world: World) -> Pages:
    pages.sign_in(world.administrator.person_id)
    return pages


def spoil() -> None:
    """Another title in the only version."""
    table = EvidenceVersion.__table__
    with outside_hand() as hand:
        row = hand.rows(table)[0]
        hand.update(table, row, {**row, "title": "Something else"})


def test_an_administrator_sees_what_was_checked_and_that_it_is_whole(
    administrator: Pages, world: World
):
    make_evidence(world)
    details = administrator.get(f"/enrolments/{world.enrolment_id}/details")

    page = administrator.get(details.links()["Check the record against its ledger"])

    assert page.heading.endswith("Check the record")
    assert "As it was entered" in page.text
    assert "Entries of the ledger 4" in page.text
    assert "Submitted versions 1" in page.text


def test_what_was_changed_is_named_with_its_place_and_what_to_do(
    administrator: Pages, world: World
):
    make_evidence(world)
    spoil()

    page = administrator.get(f"/enrolments/{world.enrolment_id}/record")

    assert "2 flaws" in page.text
    assert "entry 4 (submission): what was written in the submission in E1, version 1" in page.text
    assert "keep a copy of the database and of the files as they are now" in page.text


def test_the_whole_provider_is_checked_from_the_list_of_enrolments(
    administrator: Pages, world: World
):
    make_evidence(world)
    start = administrator.get(administrator.get("/enrolments").links()["Check the record"])
    page = administrator.get(start.links()["Check all 1"])

    assert "Checked 1 to 1 of 1 enrolment. Everything here is as it was entered." in page.text
    assert "That was the last one." in page.text

    spoil()
    assert "Found 2 flaws." in administrator.get("/record/check").text


def test_a_long_list_is_checked_part_by_part(
    administrator: Pages, world: World, monkeypatch: pytest.MonkeyPatch
):
    make_world(mark="b", ukprn="10000002", uln=ULNS[1])
    enrol(world, "Zoë Quinn", ULNS[2])
    monkeypatch.setattr(record, "MOST_BYTES", 0)

    page = administrator.get("/record/check")
    assert "Checked 1 to 1 of 2 enrolments." in page.text

    page = administrator.get(page.links()["Check the next 1"])
    assert "Checked 2 to 2 of 2 enrolments." in page.text
    assert "That was the last one." in page.text


@pytest.mark.parametrize("place", ["1000", "-1", "x", "9" * 30, "١"])
def test_a_place_that_is_none_is_answered_with_a_page(administrator: Pages, world: World, place):
    administrator.get(f"/record/check?from={place}", status=200)


def test_a_check_changes_nothing(
    administrator: Pages, world: World, count_statements: CountStatements
):
    make_evidence(world)
    with count_statements() as statements:
        administrator.get(f"/enrolments/{world.enrolment_id}/record")

    assert statements
    assert not [text for text in statements if text.split()[0] in {"INSERT", "UPDATE", "DELETE"}]


def test_nobody_else_may_check(pages: Pages, world: World):
    for name in ("apprentice", "assessor", "line_manager"):
        pages.sign_in(world.people[name].person_id)
        pages.get(f"/enrolments/{world.enrolment_id}/record", status=403)
        pages.get("/record", status=404)
        pages.get("/record/check", status=404)


def test_the_keys_are_for_everybody_and_may_be_kept_for_a_while(app: Flask, pages: Pages):
    home = current.settings().home
    assert pages.client.get("/.well-known/kbstrack-keys.json").json == {"keys": []}
    assert not (home / "keys").exists()

    keys.ensure_key(home, MONDAY)
    former, present = keys.rotate_key(home, MONDAY).keys
    answer = pages.client.get("/.well-known/kbstrack-keys.json")

    assert answer.json is not None
    assert [key["kid"] for key in answer.json["keys"]] == [former.key_id, present.key_id]
    assert {key["kty"] for key in answer.json["keys"]} == {"OKP"}
    assert "d" not in answer.json["keys"][0]
    assert answer.mimetype == "application/json"
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("path", ["/record", "/record/check", "/enrolments/{}/record"])
def test_a_value_that_cannot_be_read_at_all_is_named_too(
    administrator: Pages, world: World, path: str
):
    """SQLite keeps any text in the column of a date; PostgreSQL has none that is not a date."""
    table = Enrolment.__table__
    with outside_hand() as hand, hand.touching() as connection:
        connection.exec_driver_sql(f"UPDATE {table.name} SET start_on = '2025-09-0!'")

    page = administrator.get(path.format(world.enrolment_id))

    assert "the table enrolment: a value in its column start_on cannot be read" in page.text
    assert "keep a copy of the database and of the files as they are now" in page.text


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("path", ["/record/check", "/enrolments/{}/record"])
def test_a_bit_that_takes_the_assessors_access_away_is_named(
    administrator: Pages, world: World, path: str
):
    """SQLite reads the id as before and finds nobody by it; PostgreSQL keeps no spelling."""
    with outside_hand() as hand, hand.touching() as connection:
        connection.exec_driver_sql(
            "UPDATE assessor_assignment SET assessor_id = upper(assessor_id)"
        )

    page = administrator.get(path.format(world.enrolment_id))

    assert "the table assessor_assignment, row" in page.text
    assert "its assessor_id is not written as kbstrack writes it" in page.text
