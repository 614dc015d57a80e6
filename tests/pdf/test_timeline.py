"""The timeline: what happened when, in a drawing of bounded size and in a table beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from kbstrack.pdf import periods
from kbstrack.pdf.as_html import render
from kbstrack.pdf.timeline import BAR_HIGH, LEFT, RIGHT, Timeline, timeline
from kbstrack.portfolio.rules import (
    Portfolio,
    PortfolioRenewal,
    PortfolioReopening,
)
from tests.pdf.paper import Paper
from tests.pdf.samples import (
    MONDAY,
    make_claim,
    make_decision,
    make_piece,
    make_portfolio,
    make_sign_off,
    make_version,
    rich_portfolio,
)

MM = 72 / 25.4


def busy(events: int, *, days: int, start: date = date(2025, 9, 15)) -> Portfolio:
    """As many submissions as decisions, spread evenly over the days from the start."""
    first = datetime(start.year, start.month, start.day, 12, tzinfo=UTC)
    pieces = [
        make_piece(
            number,
            make_version(
                submitted_at=(at := first + timedelta(days=days * number / (events // 2))),
                claims=(make_claim("S1", make_decision(decided_at=at)),),
            ),
        )
        for number in range(events // 2)
    ]
    end = start + timedelta(days)
    return make_portfolio(*pieces, start_on=start, planned_end_on=end, issued_on=end)


def test_it_counts_submissions_decisions_sign_offs_and_what_was_taken_back() -> None:
    drawn = timeline(rich_portfolio())

    assert drawn.totals == ((3, 1), (2, 3), (2, 0), (0, 1))
    assert drawn.sentence == (
        "From 15 September 2025 to 27 March 2026: 3 pieces submitted and 1 changed; 5 decisions, "
        "3 of them not yet met; 2 sign-offs; 1 taken back."
    )


def test_former_decisions_and_confirmed_sign_offs_count_on_their_own_days() -> None:
    taken_back = PortfolioReopening("Wrong file.", "Ruth Hallworth", MONDAY + timedelta(40))
    before = make_decision(decided_at=MONDAY, reopening=taken_back)
    claim = make_claim("S1", make_decision(decided_at=MONDAY + timedelta(70)))
    renewal = PortfolioRenewal("Ruth", MONDAY + timedelta(100), "I confirm it.", "")
    portfolio = make_portfolio(
        make_piece(1, make_version(claims=(replace(claim, former=(before,)),))),
        sign_offs={"S1": (make_sign_off(1, renewals=(renewal,)),)},
    )

    lines = {line.words: line.counts for line in timeline(portfolio).lines}

    assert lines == {
        "March 2026": ((1, 0), (1, 0), (1, 0), (0, 0)),
        "April 2026": ((0, 0), (0, 0), (0, 0), (1, 0)),
        "May 2026": ((0, 0), (1, 0), (0, 0), (0, 0)),
        "June 2026": ((0, 0), (0, 0), (0, 1), (0, 0)),
    }


def test_a_day_is_the_day_in_london() -> None:
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    piece = make_piece(1, make_version(submitted_at=late, claims=(make_claim(),)))

    assert [line.words for line in timeline(make_portfolio(piece)).lines] == ["July 2026"]


@pytest.mark.parametrize("days", [14, 60, 400, 1461, 4000])
@pytest.mark.parametrize("events", [0, 2, 60, 1000])
def test_the_drawing_stays_bounded_and_inside_its_frame(days: int, events: int) -> None:
    drawn = timeline(busy(events, days=days))

    assert sum(len(lane.bars) for lane in drawn.lanes) <= 4 * 103
    assert 1 <= len(drawn.ticks) <= 18
    assert len(drawn.lines) <= 24
    for lane in drawn.lanes:
        for bar in lane.bars:
            assert bar.left >= LEFT
            assert bar.left + bar.width <= RIGHT + 0.01
            assert bar.width > 0.9
            assert bar.full_high + bar.open_high <= BAR_HIGH + 0.02
    assert all(LEFT <= flag.left <= RIGHT for flag in drawn.flags)


def test_every_event_is_in_a_bar_whatever_the_bars_cover() -> None:
    drawn = timeline(busy(1000, days=1461))
    lane = drawn.lanes[0]

    unit = BAR_HIGH / max(lane.most, 4)

    assert drawn.bin_words == "3 weeks"
    assert round(sum(bar.full_high for bar in lane.bars) / unit) == 500


def test_few_months_are_listed_one_by_one_and_many_together() -> None:
    assert first_words(timeline(busy(60, days=400))) == "September 2025"
    assert first_words(timeline(busy(200, days=1000))) == "July to September 2025"
    assert first_words(timeline(busy(200, days=1461))) == "July to December 2025"
    assert first_words(timeline(busy(200, days=4000))) == "2025"


def test_days_outside_the_planned_time_are_drawn_too() -> None:
    early = datetime(2025, 9, 1, 9, tzinfo=UTC)
    portfolio = make_portfolio(
        make_piece(1, make_version(submitted_at=early, claims=(make_claim(),))),
        issued_on=date(2027, 1, 4),
        ended_on=date(2026, 11, 20),
    )

    drawn = timeline(portfolio)

    assert drawn.lanes[0].bars[0].left < drawn.programme[0]
    assert drawn.done_until == drawn.programme[1]
    assert [flag.words for flag in drawn.flags] == [
        "Start 15 September 2025",
        "Date of issue 4 January 2027",
        "Ended 20 November 2026",
        "Planned end 30 October 2026",
    ]


def test_the_time_bar_is_filled_up_to_the_date_of_issue() -> None:
    drawn = timeline(make_portfolio())

    issue = next(flag for flag in drawn.flags if flag.is_issue)
    assert drawn.programme[0] < drawn.done_until == issue.left < drawn.programme[1]


@pytest.mark.parametrize(
    ("days", "words"), [(1, "a day"), (7, "a week"), (14, "2 weeks"), (35, "5 weeks")]
)
def test_what_a_bar_covers_is_said_in_words(days: int, words: str) -> None:
    assert periods.say_days(days) == words


def test_the_drawing_has_its_figures_as_a_text_and_a_table(rich: Paper) -> None:
    page = rich.destinations()["timeline"]

    texts = [str(figure.Alt) for figure in rich.elements("Figure")]
    lines = rich.lines(page)

    sentence = timeline(rich_portfolio()).sentence
    assert f"{sentence} The table below has the figures of the drawing." in texts
    assert sentence in " ".join(rich.texts[page - 1].split())
    assert "March 2026 3 1 2 3 2 0 0 1" in lines
    assert "In all 3 1 2 3 2 0 0 1" in lines


def test_start_planned_end_and_date_of_issue_are_named(rich: Paper) -> None:
    page = " ".join(rich.texts[rich.destinations()["timeline"] - 1].split())

    for words in (
        "Start 15 September 2025",
        "Planned end 30 October 2026",
        "Date of issue 27 March 2026",
        "Time on programme",
    ):
        assert words in page


def test_without_events_it_says_that_nothing_happened_yet(empty: Paper) -> None:
    page = " ".join(empty.texts[empty.destinations()["timeline"] - 1].split())

    assert "nothing has been submitted, decided or signed off" in page
    assert "In all" not in page


@pytest.mark.slow
@pytest.mark.parametrize("days", [14, 440, 1461])
def test_it_takes_one_page_and_keeps_inside_its_edges(
    days: int, draw: Callable[[Portfolio], Paper]
) -> None:
    portfolio = replace(busy(40, days=days), ended_on=date(2026, 11, 20))

    paper = draw(portfolio)

    places = paper.destinations()
    assert places["grid"] == places["timeline"] + 1
    for word in paper.words[places["timeline"] - 1]:
        assert word.left > 23 * MM
        assert word.right < (210 - 19) * MM


def test_its_text_does_not_grow_with_the_number_of_events() -> None:
    few, many = (render("timeline.html", portfolio=busy(count, days=400)) for count in (200, 1000))

    assert drawing(many).count("<rect") < drawing(few).count("<rect") * 1.5


def drawing(html: str) -> str:
    """The timeline's SVG."""
    return html.partition('<svg class="t-drawing"')[2].partition("</svg>")[0]


def first_words(drawn: Timeline) -> str:
    """What the first row of the table is called."""
    return drawn.lines[0].words
