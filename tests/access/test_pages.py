"""Every address with an id in it: who gets an answer, and who is told that nothing is there.

The routes are read from the application, so that a page added later is walked without being named
here.
"""

from __future__ import annotations

import pytest
from flask import Flask

from tests.access.cast import Cast
from tests.access.visiting import Invented, Values, Visitor, address, plain_paths, routes

OUTSIDERS = (
    "an apprentice elsewhere",
    "an assessor elsewhere",
    "a line manager elsewhere",
    "an IQA elsewhere",
    "an administrator elsewhere",
    "another apprentice",
    "another assessor",
    "the former assessor",
    "the former countersigner",
    "the former line manager",
    "a former IQA",
    "a former administrator",
    "an auditor of others",
)
INSIDERS = (
    "the apprentice",
    "the assessor",
    "the countersigner",
    "the line manager",
    "an IQA",
    "an administrator",
)
GOT_IN = {200, 303, 409, 422}
"""Answers of a page to somebody who may use it, whatever it makes of an empty form."""


@pytest.fixture(scope="module")
def lasting_app(lasting_web_app: Flask) -> Flask:
    """On one database, since permission is asked above it."""
    return lasting_web_app


def test_nobody_is_sent_to_the_sign_in_page(lasting_app: Flask, cast: Cast):
    nobody = Visitor(lasting_app, cast)
    for rule in routes(lasting_app, "GET"):
        page = nobody.pages.client.get(address(rule, Values(cast.main)))
        assert page.status_code == 303, rule
        assert page.location.startswith("/sign-in"), rule
    for rule in routes(lasting_app, "POST"):
        page = nobody.send(address(rule, Values(cast.main)))
        assert page.status_code == 303, rule
        assert page.location.startswith("/sign-in"), rule


@pytest.mark.parametrize("name", OUTSIDERS)
def test_for_whoever_is_not_beside_it_nothing_is_there(lasting_app: Flask, cast: Cast, name):
    visitor = Visitor(lasting_app, cast, name)

    found = [
        f"{method} {rule.rule}: {status}"
        for method in ("GET", "POST")
        for rule in routes(lasting_app, method)
        for path in [address(rule, visitor.own)]
        for status in [visitor.open(path) if method == "GET" else visitor.send(path).status_code]
        if status != 404
    ]

    assert found == []


@pytest.mark.parametrize("name", ["another assessor", "an IQA elsewhere", "an auditor of others"])
def test_what_is_somebody_elses_reads_like_what_was_never_there(
    lasting_app: Flask, cast: Cast, name
):
    visitor = Visitor(lasting_app, cast, name)

    told_apart = [
        rule.rule
        for rule in routes(lasting_app, "GET")
        if any(argument.endswith("_id") for argument in rule.arguments)
        if visitor.reads(address(rule, visitor.own))
        != visitor.reads(address(rule, Invented(visitor.target)))
    ]

    assert told_apart == []


@pytest.mark.parametrize("name", [*INSIDERS, "an auditor"])
def test_each_single_id_of_another_provider_is_refused(lasting_app: Flask, cast: Cast, name):
    """An address may mix what is one's own with what is not."""
    visitor = Visitor(lasting_app, cast, name)
    own, elsewhere = visitor.own, Values(cast.targets["elsewhere"])

    found = [
        f"{rule.rule} with another {argument}: {status}"
        for rule in routes(lasting_app, "GET")
        for argument in sorted(rule.arguments)
        if argument.endswith("_id")
        for status in [visitor.open(address(rule, own, foreign=(argument, elsewhere)))]
        # Whoever may not open the page for anything learns nothing from being told so.
        if status != 404 and not status == 403 == visitor.open(address(rule, own))
    ]

    assert found == []


@pytest.mark.parametrize("name", [*INSIDERS[1:], "an auditor"])
def test_a_draft_cannot_be_opened_under_any_address_but_by_its_apprentice(
    lasting_app: Flask, cast: Cast, name
):
    visitor = Visitor(lasting_app, cast, name)
    draft = Values(visitor.target, is_other=True)

    found = [
        f"{rule.rule}: {status}"
        for rule in routes(lasting_app, "GET")
        if {"evidence_id", "upload_id"} & rule.arguments
        for status in [visitor.open(address(rule, draft))]
        if status != 404
    ]

    assert found == []


def test_nobody_gets_content_from_addresses_that_name_nothing(lasting_app: Flask, cast: Cast):
    nobody = Visitor(lasting_app, cast)
    for path in plain_paths(lasting_app).values():
        page = nobody.pages.client.get(path)
        assert page.status_code == 303, path
        assert page.location.startswith("/sign-in"), path


@pytest.mark.parametrize("name", ["an administrator", "an IQA"])
def test_a_provider_cannot_be_chosen_by_naming_it(lasting_app: Flask, cast: Cast, name):
    visitor = Visitor(lasting_app, cast, name)
    elsewhere = cast.targets["elsewhere"].world.provider_id

    found = {
        path: visitor.pages.client.get(f"{path}?provider={elsewhere}")
        for path in plain_paths(lasting_app).values()
    }

    assert {"/account", "/quality/coverage.csv"} <= set(found)
    assert [path for path, page in found.items() if "Provider B" in page.text] == []
    assert [path for path, page in found.items() if "Apprentice B" in page.text] == []


def test_every_address_with_an_id_is_somebodys(lasting_app: Flask, cast: Cast):
    """Otherwise the tests above could pass because an address was built wrongly."""
    visitors = [Visitor(lasting_app, cast, name) for name in INSIDERS]

    closed = [
        rule.rule
        for rule in routes(lasting_app, "GET")
        if not any(
            visitor.open(address(rule, Values(visitor.target, is_other=is_other))) in GOT_IN
            for visitor in visitors
            for is_other in (False, True)
        )
    ]

    assert closed == []


def test_every_form_with_an_id_is_somebodys(lasting_app: Flask, cast: Cast):
    """Last, since a form that needs no more than its token is carried out."""
    visitors = [Visitor(lasting_app, cast, name) for name in INSIDERS]

    closed = [
        rule.rule
        for rule in routes(lasting_app, "POST")
        if not any(
            visitor.send(address(rule, Values(visitor.target, is_other=is_other))).status_code
            in GOT_IN
            for visitor in visitors
            for is_other in (False, True)
        )
    ]

    assert closed == []
