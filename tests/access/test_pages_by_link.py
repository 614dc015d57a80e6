"""Auditors and those who were asked to confirm something, at every address with an id in it."""

from __future__ import annotations

import pytest
from flask import Flask

from kbstrack.web.auditor_session import READ, SENT
from tests.access.cast import Cast
from tests.access.visiting import Visitor, address, plain_paths, routes

CLOSED_LINKS = (
    "an auditor whose link has ended",
    "an auditor whose link was revoked",
    "whoever has answered",
    "whoever has a link that was revoked",
    "whoever has a link that has ended",
)


@pytest.fixture(scope="module")
def lasting_app(lasting_web_app: Flask) -> Flask:
    """On one database, since permission is asked above it."""
    return lasting_web_app


def test_an_auditor_reads_what_their_link_names_and_has_it_drawn(lasting_app: Flask, cast: Cast):
    auditor = Visitor(lasting_app, cast, "an auditor")

    opened = {
        rule.endpoint: auditor.open(address(rule, auditor.own))
        for rule in routes(lasting_app, "GET")
    }
    sent = {
        rule.endpoint: auditor.send(address(rule, auditor.own)).status_code
        for rule in routes(lasting_app, "POST")
    }

    # The PDF of the target is somebody else's.
    read = set(READ) - {"portfolio.download"}
    assert {endpoint for endpoint, status in opened.items() if status == 200} == read
    assert set(opened.values()) == {200, 404}
    assert {endpoint for endpoint, status in sent.items() if status == 303} == set(SENT)
    assert set(sent.values()) == {303, 404}


def test_an_auditor_has_no_other_pages(lasting_app: Flask, cast: Cast):
    auditor = Visitor(lasting_app, cast, "an auditor")

    opened = {name: auditor.open(path) for name, path in plain_paths(lasting_app).items()}

    assert opened.pop("audit.records") == 200
    assert opened.pop("home.home") == 303
    assert set(opened.values()) == {404}
    assert "Apprentice A" in auditor.pages.get("/audit").text
    other = Visitor(lasting_app, cast, "an auditor of others").pages.get("/audit")
    assert "Apprentice A" not in other.text


@pytest.mark.parametrize("name", ["whoever was asked", "whoever was asked something else"])
def test_whoever_was_asked_gets_in_nowhere_else(lasting_app: Flask, cast: Cast, name):
    visitor = Visitor(lasting_app, cast, name)
    assert visitor.open("/confirm") == 200

    for rule in routes(lasting_app, "GET"):
        assert visitor.open(address(rule, visitor.own)) == 303, rule
    for rule in routes(lasting_app, "POST"):
        assert visitor.send(address(rule, visitor.own)).location.startswith("/sign-in"), rule
    for path in plain_paths(lasting_app).values():
        assert visitor.open(path) == 303, path


def test_a_link_opens_the_files_of_its_own_piece_only(lasting_app: Flask, cast: Cast):
    paths = [
        f"/confirm/files/{upload_id}{ending}"
        for upload_id in (cast.main.upload_id, cast.main.draft_upload_id)
        for ending in ("", "/original")
    ]
    statuses = {
        name: [Visitor(lasting_app, cast, name).open(path) for path in paths]
        for name in (*cast.links, "nobody", "the apprentice")
    }

    assert statuses.pop("whoever was asked") == [200, 200, 404, 404]
    assert {status for found in statuses.values() for status in found} == {404}


@pytest.mark.parametrize("name", CLOSED_LINKS)
def test_a_link_that_was_used_or_has_ended_opens_nothing(lasting_app: Flask, cast: Cast, name):
    visitor, is_auditor = Visitor(lasting_app, cast, name), "auditor" in name

    assert visitor.open("/audit/open" if is_auditor else "/confirm") == (410 if is_auditor else 404)
    for rule in routes(lasting_app, "GET"):
        page = visitor.pages.client.get(address(rule, visitor.own))
        assert page.location.startswith("/sign-in"), rule
