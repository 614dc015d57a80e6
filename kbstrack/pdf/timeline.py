"""The apprenticeship over time: what happened when, counted, and where it stands in the drawing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from kbstrack.clock import day_of
from kbstrack.formats import say_count, say_date
from kbstrack.pdf import periods
from kbstrack.pdf.periods import Tick
from kbstrack.portfolio.rules import Portfolio, PortfolioVersion

# All lengths are millimetres from the top left of the drawing.
WIDTH = 166.0
LEFT, RIGHT = 31.0, 164.0
LANE_HIGH, BAR_HIGH = 16.5, 11.5
FLAG_HIGH = 4.4
TIME_HIGH = 10.0
LEAST_BIN, MOST_BAR = 1.3, 3.0
# A lane with few events in each bin does not fill its height, so that one looks like one.
LEAST_SCALE = 4
# With these the page is full.
MOST_ROWS = 15

SUBMITTED, DECIDED, SIGNED_OFF, TAKEN_BACK = range(4)
# Name of the lane, what its full and its open bars are, and how the table heads both.
LANES = (
    ("Submitted", ("New pieces", "Changed pieces"), ("New pieces", "Changed pieces")),
    ("Decided", ("Met", "Not yet met"), ("Decided met", "Decided not yet met")),
    ("Signed off", ("Sign-offs", "Confirmed again"), ("Sign-offs", "Sign-offs confirmed again")),
    ("Taken back", ("Decisions", "Sign-offs"), ("Decisions taken back", "Sign-offs taken back")),
)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on a day; `is_full` tells the two kinds of a lane apart."""

    day: date
    lane: int
    is_full: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """What happened within one bin: the open part stands on the full one."""

    left: float
    width: float
    full_high: float
    open_high: float


@dataclass(frozen=True, slots=True)
class Lane:
    """One kind of event, its pairs for full and open bars; `peak` is the highest bar, over which
    its number `most` is written."""

    name: str
    words: tuple[str, str]
    headings: tuple[str, str]
    counts: tuple[int, int]
    bottom: float
    bars: tuple[Bar, ...]
    peak: Bar | None
    most: int


@dataclass(frozen=True, slots=True)
class Flag:
    """A day with a name; `is_left` when its words stand to the left of its line."""

    left: float
    row: int
    words: str
    is_left: bool
    is_issue: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: a month or a longer period, with a pair of counts for each lane."""

    words: str
    counts: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything that the page shows. `bin_words` says what one bar covers."""

    sentence: str
    totals: tuple[tuple[int, int], ...]
    high: float
    flags: tuple[Flag, ...]
    ticks: tuple[Tick, ...]
    lanes: tuple[Lane, ...]
    programme: tuple[float, float]
    done_until: float
    bin_words: str
    lines: tuple[Line, ...]


def timeline(portfolio: Portfolio) -> Timeline:
    """The timeline of a portfolio; its number of bars and rows does not grow with the events."""
    found = sorted(events(portfolio), key=lambda event: event.day)
    days = _days(portfolio)
    first = min([days["Start"], *(event.day for event in found[:1])])
    last = max([*days.values(), *(event.day for event in found[-1:]), first + timedelta(13)])
    scale = _Scale(first, (last - first).days + 1)
    top = len(days) * FLAG_HIGH + TIME_HIGH
    totals = _counts(found)
    start, end = days["Start"], days.get("Ended") or days["Planned end"]
    return Timeline(
        sentence=_sentence(portfolio, found, totals),
        totals=totals,
        high=top + len(LANES) * LANE_HIGH + 9,
        flags=tuple(_flags(days, scale)),
        ticks=periods.ticks(first, last, scale.place, RIGHT - LEFT),
        lanes=tuple(
            _lane(number, found, scale, bottom=top + (number + 1) * LANE_HIGH)
            for number in range(len(LANES))
        ),
        programme=(scale.place(start), scale.place(max(start, end))),
        done_until=scale.place(max(start, min(end, portfolio.issued_on))),
        bin_words=periods.say_days(scale.bin_days),
        lines=tuple(_lines(found)),
    )


def events(portfolio: Portfolio) -> Iterator[Event]:
    """Everything dated in it: submissions, decisions, sign-offs, and what was taken back."""
    for piece in portfolio.pieces:
        for version in piece.versions:
            is_new = version.number == piece.versions[0].number
            yield Event(day_of(version.submitted_at), SUBMITTED, is_new)
            yield from _decided(version)
    for ksb in portfolio.ksbs:
        for sign_off in ksb.sign_offs:
            yield Event(day_of(sign_off.signed_at), SIGNED_OFF, True)
            for renewal in sign_off.renewals:
                yield Event(day_of(renewal.signed_at), SIGNED_OFF, False)
            if sign_off.reopening:
                yield Event(day_of(sign_off.reopening.reopened_at), TAKEN_BACK, False)


def _decided(version: PortfolioVersion) -> Iterator[Event]:
    for claim in version.claims:
        for decision in (*claim.former, claim.decision):
            if decision is not None:
                yield Event(day_of(decision.decided_at), DECIDED, decision.is_met)
                if decision.reopening:
                    yield Event(day_of(decision.reopening.reopened_at), TAKEN_BACK, True)


class _Scale:
    """Days to millimetres; `bin_days` is how many days share a bar so that it can be seen."""

    def __init__(self, first: date, days: int) -> None:
        self.first = first
        self._per_day = (RIGHT - LEFT) / days
        self.bin_days = periods.bin_days(days, int((RIGHT - LEFT) / LEAST_BIN))

    def place(self, day: date) -> float:
        """Where a day begins."""
        return round(LEFT + (day - self.first).days * self._per_day, 2)

    def bin_of(self, day: date) -> int:
        """The number of the bin that a day falls into."""
        return (day - self.first).days // self.bin_days

    def bar(self, number: int) -> tuple[float, float]:
        """Left edge and width of the bar in the middle of a bin."""
        wide = self.bin_days * self._per_day
        width = min(wide * 0.8, MOST_BAR)
        left = LEFT + number * wide + (wide - width) / 2
        return round(min(left, RIGHT - width), 2), round(width, 2)


def _lane(number: int, found: list[Event], scale: _Scale, *, bottom: float) -> Lane:
    name, words, headings = LANES[number]
    mine = [event for event in found if event.lane == number]
    full = Counter(scale.bin_of(event.day) for event in mine if event.is_full)
    both = Counter(scale.bin_of(event.day) for event in mine)
    most = max(both.values(), default=0)
    unit = BAR_HIGH / max(most, LEAST_SCALE)
    bars = {
        place: Bar(
            *scale.bar(place),
            full_high=round(full[place] * unit, 2),
            open_high=round((both[place] - full[place]) * unit, 2),
        )
        for place in sorted(both)
    }
    return Lane(
        name=name,
        words=words,
        headings=headings,
        counts=(full.total(), both.total() - full.total()),
        bottom=round(bottom, 2),
        bars=tuple(bars.values()),
        peak=next((bars[place] for place in bars if both[place] == most), None),
        most=most,
    )


def _days(portfolio: Portfolio) -> dict[str, date]:
    days = {"Start": portfolio.start_on, "Planned end": portfolio.planned_end_on}
    if portfolio.ended_on:
        days["Ended"] = portfolio.ended_on
    return days | {"Date of issue": portfolio.issued_on}


def _flags(days: dict[str, date], scale: _Scale) -> Iterator[Flag]:
    """Words that stand to the right of their lines come first, the earliest on top; then those to
    the left, the latest on top: so no line crosses the words of another."""
    middle = (LEFT + RIGHT) / 2
    places = sorted((scale.place(day), name) for name, day in days.items())
    right = [item for item in places if item[0] <= middle]
    left = [item for item in reversed(places) if item[0] > middle]
    for row, (place, name) in enumerate(right + left):
        yield Flag(
            left=place,
            row=row,
            words=f"{name} {say_date(days[name])}",
            is_left=place > middle,
            is_issue=name == "Date of issue",
        )


def _counts(found: list[Event]) -> tuple[tuple[int, int], ...]:
    count = Counter((event.lane, event.is_full) for event in found)
    return tuple((count[lane, True], count[lane, False]) for lane in range(len(LANES)))


def _lines(found: list[Event]) -> Iterator[Line]:
    """The table's rows by month, or by the longest period that still needs few rows."""
    spans = (periods.month, periods.quarter, periods.half, periods.year)
    span = next(
        (span for span in spans if len({span(event.day) for event in found}) <= MOST_ROWS),
        periods.year,
    )
    for key in sorted({span(event.day) for event in found}):
        yield Line(key.words, _counts([event for event in found if span(event.day) == key]))


def _sentence(portfolio: Portfolio, found: list[Event], totals: tuple[tuple[int, int], ...]) -> str:
    if not found:
        return (
            f"From the start on {say_date(portfolio.start_on)} to the date of issue, "
            f"{say_date(portfolio.issued_on)}, nothing has been submitted, decided or signed off."
        )
    (new, again), (met, not_met), (signed, confirmed), (taken, reopened) = totals
    parts = [
        say_count(new, "piece") + " submitted" + (f" and {again} changed" if again else ""),
        say_count(met + not_met, "decision")
        + (f", {not_met} of them not yet met" if not_met else ""),
        say_count(signed, "sign-off") + (f", {confirmed} confirmed again" if confirmed else ""),
    ]
    if taken or reopened:
        parts.append(f"{taken + reopened} taken back")
    return (
        f"From {say_date(portfolio.start_on)} to {say_date(portfolio.issued_on)}: "
        + "; ".join(parts)
        + "."
    )
