"""Links that no longer work: one quiet page for all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event

from kbstrack.assessment import service as assessment
from kbstrack.confirmation import as_employer, links, service
from kbstrack.confirmation.answering import decline_by_link
from kbstrack.confirmation.rules import ConfirmationText
from kbstrack.db import db
from tests.builders import (
    MONDAY,
    TUESDAY,
    World,
    make_evidence,
    proved,
)
from tests.confirmation.asking import SAM, ask, confirm
from tests.pages import Page, Pages
from tests.web.following import link_to

pytestmark = pytest.mark.usefixtures("now")


def revoked(world: World) -> str:
    request_id = ask(world, make_evidence(world))
    service.revoke(world.apprentice, request_id, at=TUESDAY)
    return link_to(request_id)


def replaced(world: World) -> str:
    request_id = ask(world, make_evidence(world))
    service.ask_again(world.apprentice, request_id, at=TUESDAY)
    return link_to(request_id)


def used(world: World) -> str:
    request_id = ask(world, make_evidence(world))
    confirm(links.actor_for(request_id))
    return link_to(request_id)


def declined(world: World) -> str:
    request_id = ask(world, make_evidence(world))
    decline_by_link(links.actor_for(request_id), reason="", at=TUESDAY)
    return link_to(request_id)


def withdrawn(world: World) -> str:
    item = make_evidence(world)
    request_id = ask(world, item, text=replace(SAM, email="kim@client.example"))
    assessment.withdraw_evidence(world.apprentice, item, version_number=1, reason="Oh", at=TUESDAY)
    return link_to(request_id)


def expired(world: World) -> str:
    return link_to(ask(world, make_evidence(world), at=MONDAY))


def answered_on_pages(world: World) -> str:
    item = make_evidence(world)
    request_id = ask(world, item, text=replace(SAM, email="line_manager@a.example"))
    as_employer.confirm(
        world.line_manager,
        item,
        version_number=1,
        text=ConfirmationText("Line Manager A", "Lead"),
        is_declared=True,
        proof=proved(TUESDAY),
        at=TUESDAY,
    )
    return link_to(request_id)


ENDED = (expired, revoked, replaced, used, declined, withdrawn, answered_on_pages)
GUESSED = (
    links.new_token()[0],
    "a",
    "A" * 43,
    "A" * 2000,
    "..%2f..%2fetc%2fpasswd",
    "%00",
    "%09Set-Cookie:%20x=1",
    "%ff%fe",
    "'%20OR%20'1'='1",
    "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    "{{7*7}}",
    "%F0%9F%94%91",
    "0" * 64,
    links.hash_of("guess"),
    "None",
)


def without_date(page: Page) -> dict[str, str]:
    return {name: value for name, value in page.headers.items() if name not in {"Date"}}


def test_every_link_that_does_not_work_gives_the_very_same_page(
    pages: Pages, world: World, now: time_machine.Traveller
):
    now.move_to(MONDAY + timedelta(days=14))
    assert len(ENDED) + len(GUESSED) >= 20
    paths = [make(world) for make in ENDED] + [f"/confirm/{token}" for token in GUESSED]
    expected = pages.get("/confirm", status=404)

    for path in paths:
        found = Pages(pages.app).get(path, status=404)
        assert found.response.data == expected.response.data, path
        assert without_date(found) == without_date(expected), path
        assert "Set-Cookie" not in found.headers


def test_a_link_that_does_not_work_costs_the_same_whatever_the_reason(
    app: Flask, pages: Pages, world: World, now: time_machine.Traveller
):
    now.move_to(MONDAY + timedelta(days=14))
    paths = [make(world) for make in ENDED] + [f"/confirm/{GUESSED[0]}"]

    counts = []
    for path in paths:
        statements: list[str] = []
        note = lambda *args, kept=statements: kept.append(args[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", note)
        try:
            Pages(app).get(path, status=404)
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        counts.append(len(statements))

    assert len(set(counts)) == 1, counts
