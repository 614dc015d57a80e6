"""The assessor's queue: what waits, oldest first."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders import MONDAY, TUESDAY, make_evidence


@pytest.fixture
def assessor(pages, world, now):
    """The assessor, looking at pages on Tuesday."""
    return pages.sign_in(world.people["assessor"].person_id)


def test_an_empty_queue_says_what_to_do_instead(assessor):
    page = assessor.get("/queue")

    assert "Nothing waits for you" in page.text
    assert "Open your caseload" in page.links()


def test_the_queue_lists_what_waits_oldest_first_with_days_waiting(assessor, world, now):
    make_evidence(world, claims=["K1", "S2"], title="New one", at=TUESDAY)
    make_evidence(world, title="Old <b>one</b>", at=MONDAY - timedelta(days=2))

    page = assessor.get("/queue")

    assert page.text.index("E2: Old <b>one</b>") < page.text.index("E1: New one")
    assert "3 days" in page.text
    assert "since today" in page.text
    assert "Apprentice A" in page.text
    assert "2 pieces of evidence from 1 apprentice" in page.text


def test_a_day_of_waiting_begins_at_midnight_in_london(assessor, world, now):
    late = MONDAY.replace(hour=23, minute=50)
    make_evidence(world, at=late)
    now.move_to(late + timedelta(minutes=5))
    assert "since today" in assessor.get("/queue").text

    now.move_to(late + timedelta(minutes=15))
    assert "1 day" in assessor.get("/queue").text


def test_the_queue_leads_to_the_review(assessor, world):
    make_evidence(world, title="Call notes")

    page = assessor.get(assessor.get("/queue").links()["E1: Call notes"])

    assert page.heading == "Review E1: Call notes"


def test_a_long_queue_has_pages_and_asks_the_database_no_more(assessor, world, count_statements):
    counts = []
    for first, last in ((0, 2), (2, 27)):
        for number in range(first, last):
            make_evidence(world, title=f"Piece {number}", at=MONDAY + timedelta(minutes=number))
        with count_statements() as statements:
            page = assessor.get("/queue")
        counts.append(len(statements))

    assert counts[0] == counts[1]
    assert "Page 1 of 2" in page.text
    assert ("Piece 0" in page.text, "Piece 26" in page.text) == (True, False)
    assert "Piece 26" in assessor.get("/queue?page=2").text
    assert "Page 2 of 2" in assessor.get("/queue?page=999").text
    assert "Page 1 of 2" in assessor.get("/queue?page=nonsense").text
