"""A portfolio written as JSON is the same portfolio when it is read again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kbstrack.errors import RuleBroken
from kbstrack.portfolio.issue import PortfolioIssue
from kbstrack.portfolio.spelling import (
    SCHEMA_NAME,
    as_json,
    json_schema,
    portfolio_sha256,
    read_record,
    record_file,
)
from tests.pdf.samples import make_portfolio, rich_portfolio

DOCS = Path(__file__).parents[2] / "docs"
ISSUE = PortfolioIssue(
    1,
    "interim",
    "7K2M-9QWX-4TRB",
    "https://portfolio.example/check",
    datetime(2026, 11, 30, 9, 0, 0, 123456, tzinfo=UTC),
    "Nadia Rahman",
    ("E2 is not confirmed by the employer.",),
    "They are on leave.",
)


@pytest.mark.parametrize("portfolio", [make_portfolio(), rich_portfolio()], ids=["bare", "rich"])
@pytest.mark.parametrize("issue", [None, ISSUE], ids=["working copy", "issue"])
def test_nothing_is_lost_on_the_way_and_back(portfolio, issue):
    whole = replace(portfolio, issue=issue)

    assert read_record(record_file(whole)) == whole
    assert record_file(read_record(record_file(whole))) == record_file(whole)


def test_anything_that_differs_gives_another_hash():
    one = make_portfolio()

    assert portfolio_sha256(one) == portfolio_sha256(make_portfolio())
    assert portfolio_sha256(replace(one, employer="Another")) != portfolio_sha256(one)


def test_moments_keep_their_zone_and_microseconds():
    assert as_json(replace(make_portfolio(), issue=ISSUE))["issue"]["frozen_at"] == (
        "2026-11-30T09:00:00.123456Z"
    )


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b'{"format":"kbstrack-record-1","portfolio":{}}', b"[" * 9_999],
)
def test_what_is_no_record_is_refused_in_a_sentence(content):
    with pytest.raises(RuleBroken, match="none of kbstrack's"):
        read_record(content)


def test_the_schema_in_the_docs_is_the_one_of_this_version():
    assert json.loads((DOCS / SCHEMA_NAME).read_text()) == json_schema()
