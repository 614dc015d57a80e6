"""The cover: what somebody who reads nothing else should know, and room for long names."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace

import pytest

from kbstrack.portfolio.rules import Portfolio
from tests.pdf.paper import Paper
from tests.pdf.samples import make_portfolio

NAME = "Maximiliana Featherstonehaugh-Wolstenholme of the Upper Valley and All Its Meadows"
COMPANY = "The Worshipful Company of Recruiters, Resourcers and Staffing Consultants of the North"


def test_it_says_in_a_sentence_how_much_is_met(rich: Paper, empty: Paper) -> None:
    cover, none = (" ".join(paper.texts[0].split()) for paper in (rich, empty))

    assert "1 of 35 knowledge, skill and behaviour statements are met, with 3 pieces of" in cover
    assert "0 of 35 knowledge, skill and behaviour statements are met." in none


@pytest.mark.slow
def test_it_says_when_everything_is_met(draw: Callable[[Portfolio], Paper]) -> None:
    portfolio = make_portfolio()
    summaries = tuple(replace(item, met_count=item.total_count) for item in portfolio.summaries)

    paper = draw(replace(portfolio, summaries=summaries))

    cover = " ".join(paper.texts[0].split())
    assert "All 35 knowledge, skill and behaviour statements are met." in cover


def test_the_employer_stands_under_the_name(rich: Paper) -> None:
    lines = rich.lines(1)

    name = lines.index("Amara Nwosu-Bell")
    assert lines[name + 1 : name + 3] == ["Tidewhistle Resourcing", "ULN 9000000016"]


@pytest.mark.slow
@pytest.mark.parametrize("name", [NAME[:36], NAME, f"{NAME} {NAME} {NAME[:30]}", "W" * 200])
def test_long_names_push_nothing_over_the_facts_at_the_foot(
    name: str, draw: Callable[[Portfolio], Paper]
) -> None:
    long = f"{COMPANY} {COMPANY}"

    paper = draw(make_portfolio(apprentice=name, employer=long, provider=long))

    words = paper.words[0]
    facts = next(
        word.top
        for word, after in itertools.pairwise(words)
        if (word.text, after.text) == ("Training", "provider")
    )
    assert [word.text for word in words].count("met") == 3
    assert all(word.bottom < facts for word in words if word.text == "met")
