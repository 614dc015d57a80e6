"""What a frozen issue says of itself on paper, and a working copy does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pdfua
import pytest

from kbstrack.pdf.as_pdf import as_pdf
from kbstrack.portfolio.issue import PortfolioIssue
from tests.pdf.paper import Paper
from tests.pdf.samples import read_picture, rich_portfolio

ISSUE = PortfolioIssue(
    number=2,
    kind="gateway",
    code="7K2M-9QWX-4TRB",
    check_url="https://portfolio.larkmoor.example/check",
    frozen_at=datetime(2026, 3, 27, 9, tzinfo=UTC),
    frozen_by="Nadia Rahman",
    noted=("2 KSBs are not met (K3 and K5).", "1 piece is confirmed by nobody at work (E2)."),
    reason="The employer asked for it at the review.",
)


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Paper:
    """The rich sample, frozen."""
    portfolio = replace(rich_portfolio(), issue=ISSUE)
    content = as_pdf(portfolio, read_picture, is_strict=True)
    return Paper(content, tmp_path_factory.mktemp("issued"))


def page(paper: Paper, number: int) -> str:
    return " ".join(paper.texts[number - 1].split())


def test_the_cover_has_the_number_the_code_and_where_to_check_it(issued: Paper):
    cover = page(issued, 1)

    assert "Issue 2, for gateway frozen 27 March 2026 by Nadia Rahman" in cover
    assert "7K2M-9QWX-4TRB" in cover
    assert "working copy" not in cover
    assert b"Square code for https://portfolio.larkmoor.example/check/7K2M-9QWX-4TRB" in b" ".join(
        bytes(item["/Alt"]) for item in issued.pdf.objects if is_figure(item)
    )


def is_figure(item) -> bool:
    return item._type_name == "dictionary" and item.get("/S") == "/Figure" and "/Alt" in item


def test_every_page_names_the_issue_at_its_foot(issued: Paper):
    for number in range(2, len(issued.pdf.pages) + 1):
        assert "Issue 2 (7K2M-9QWX-4TRB), frozen 27 March 2026" in page(issued, number)


def test_what_was_open_stands_in_the_summary_which_is_still_one_page(issued: Paper):
    summary = page(issued, 3)

    assert "Open when it was frozen" in summary
    assert "2 KSBs are not met (K3 and K5)." in summary
    assert "The employer asked for it at the review." in summary
    assert "Timeline" in page(issued, 4)


def test_the_last_page_says_how_this_file_can_be_checked(issued: Paper, rich: Paper):
    last, working = page(issued, len(issued.pdf.pages)), page(rich, len(rich.pdf.pages))

    assert "kbstrack verify FILE" in last
    assert "record.json" in last
    assert "This working copy carries no digital signature" in working


def test_its_metadata_names_it_where_nothing_is_compressed(issued: Paper, rich: Paper):
    assert b"<dc:identifier>kbstrack-issue:7K2M-9QWX-4TRB</dc:identifier>" in issued.content
    assert b"kbstrack-issue" not in rich.content


def test_a_screen_reader_finds_nothing_amiss(issued: Paper):
    assert list(pdfua.Validator().validate(str(issued.path)).findings) == []
